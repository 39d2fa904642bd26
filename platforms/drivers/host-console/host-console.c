/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Two threads stand for the UART's hardware, so that the core never waits in a system call:
 *
 *   receiver: told that input is wanted, waits until there is some and interrupts. The core reads
 * it itself, no more than was asked for, so that a restart finds the rest still there. sender:
 * writes what the core put into the ring, and interrupts when there is room again.
 *
 * Lines end with CR LF on a board's wire and with LF in a process: a CR before an LF is left out,
 * unless `raw` says that it is no text.
 */
#include "host-console.h"

#include <errno.h>
#include <limits.h>
#include <platforms/arch/host/host.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { END_PATIENCE = 1000 }; /* ms: then output that nobody reads is given up */

static struct host_console_state *state_of(const struct device *device)
{
    return device->state;
}

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) && errno == EINTR)
        continue;
}

/* Writes everything, or gives up when nobody can read it any more. */
static void write_all(const uint8_t *data, size_t size)
{
    while (size) {
        ssize_t written = write(STDOUT_FILENO, data, size);
        if (written >= 0) {
            data += written;
            size -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
            poll(&output, 1, -1);
        } else if (errno != EINTR) {
            return;
        }
    }
}

/* Writes `size` bytes, at most 256, with line ends as a process has them. */
static void write_text(struct host_console_state *state, const uint8_t *data, size_t size)
{
    uint8_t text[2 * 256];
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        if (state->carriage_return && data[i] != '\n')
            text[length++] = '\r';
        state->carriage_return = data[i] == '\r';
        if (!state->carriage_return)
            text[length++] = data[i];
    }
    write_all(text, length);
}

static void write_out(const struct device *device, const uint8_t *data, size_t size)
{
    const struct host_console_config *config = device->config;
    if (config->raw)
        write_all(data, size);
    else
        write_text(state_of(device), data, size);
}

static void *send(void *argument)
{
    const struct device *device = argument;
    struct host_console_state *state = state_of(device);
    for (;;) {
        wait_for(&state->queued);
        uint8_t chunk[256];
        size_t size = 0;
        while (size < sizeof(chunk) && ring_take(&state->ring, &chunk[size]))
            size++;
        if (!size)
            continue;
        write_out(device, chunk, size);
        atomic_fetch_add(&state->sent, (uint32_t)size);
        atomic_store(&state->room, true);
        host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
        sem_post(&state->queued); /* there may be more than one chunk */
    }
    return NULL;
}

static void *receive(void *argument)
{
    const struct device *device = argument;
    struct host_console_state *state = state_of(device);
    for (;;) {
        wait_for(&state->wanted);
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
        while (poll(&input, 1, -1) < 0 && errno == EINTR)
            continue;
        atomic_store(&state->watching, false);
        atomic_store(&state->received, true);
        host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
    }
    return NULL;
}

/* Returns when the sender has written all that was queued, or when it could not write on for
 * `patience` milliseconds. Polls, so as to work in a fault handler. */
static void wait_until_sent(struct host_console_state *state, unsigned patience)
{
    const struct timespec millisecond = {.tv_nsec = 1000000};
    uint32_t before = atomic_load(&state->sent);
    for (unsigned waited = 0; waited < patience; waited++) {
        uint32_t sent = atomic_load(&state->sent);
        if (sent == atomic_load(&state->ring.head))
            return;
        if (sent != before)
            waited = 0;
        before = sent;
        nanosleep(&millisecond, NULL);
    }
}

/* Single keys arrive at once and unechoed; only the quit key (Ctrl-\) still ends the process. */
static void enter_raw_mode(struct host_console_state *state)
{
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &state->modes))
        return;
    struct termios raw = state->modes;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    raw.c_cc[VINTR] = _POSIX_VDISABLE;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    state->terminal = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

static void at_end(void *argument)
{
    struct host_console_state *state = argument;
    wait_until_sent(state, END_PATIENCE);
    if (state->terminal)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &state->modes);
}

static enum status host_console_init(const struct device *device)
{
    struct host_console_state *state = state_of(device);
    ring_init(&state->ring, state->buffer, sizeof(state->buffer));
    if (sem_init(&state->wanted, 0, 0) || sem_init(&state->queued, 0, 0))
        return ERR_DEVICE;
    enum status status = host_interrupt_attach(HOST_INTERRUPT_CONSOLE, device);
    if (status)
        return status;
    enter_raw_mode(state);
    host_at_end(at_end, state);
    status = host_thread_start(send, (void *)device);
    if (status)
        return status;
    return host_thread_start(receive, (void *)device);
}

static void host_console_interrupt(const struct device *device)
{
    struct host_console_state *state = state_of(device);
    if (atomic_exchange(&state->received, false) && state->receivable)
        event_signal(state->receivable);
    if (atomic_exchange(&state->room, false) && state->writable)
        event_signal(state->writable);
}

static size_t host_console_write(const struct device *device, const uint8_t *data, size_t size)
{
    struct host_console_state *state = state_of(device);
    size_t taken = 0;
    while (taken < size && ring_put(&state->ring, data[taken]))
        taken++;
    if (taken)
        sem_post(&state->queued);
    return taken;
}

static size_t host_console_read(const struct device *device, uint8_t *data, size_t size)
{
    struct host_console_state *state = state_of(device);
    if (state->ended)
        return 0;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&input, 1, 0) <= 0) {
        if (!atomic_exchange(&state->watching, true))
            sem_post(&state->wanted);
        return 0;
    }
    ssize_t count = read(STDIN_FILENO, data, size);
    if (count > 0)
        return (size_t)count;
    state->ended = count == 0 || (errno != EINTR && errno != EAGAIN);
    if (!state->ended && !atomic_exchange(&state->watching, true))
        sem_post(&state->wanted);
    return 0;
}

static void host_console_listen(const struct device *device, struct event *receivable,
                                struct event *writable)
{
    state_of(device)->receivable = receivable;
    state_of(device)->writable = writable;
}

static void host_console_write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    struct host_console_state *state = state_of(device);
    wait_until_sent(state, UINT_MAX);
    for (size_t chunk; size; data += chunk, size -= chunk) {
        chunk = size < 256 ? size : 256;
        write_out(device, data, chunk);
    }
}

/* The system keeps what is not read. */
static uint32_t host_console_overruns(const struct device *device)
{
    (void)device;
    return 0;
}

static const struct serial_operations operations = {
    .write = host_console_write,
    .read = host_console_read,
    .listen = host_console_listen,
    .write_polled = host_console_write_polled,
    .overruns = host_console_overruns,
};

const struct driver host_console_driver = {
    .name = "host-console",
    .class = "serial",
    .init = host_console_init,
    .interrupt = host_console_interrupt,
    .operations = &operations,
};
