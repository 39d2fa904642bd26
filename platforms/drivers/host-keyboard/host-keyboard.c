/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See host-keyboard.h. A thread stands for the hardware: it reads the file and interrupts.
 */
#include "host-keyboard.h"

#include <errno.h>
#include <fcntl.h>
#include <kernel/log.h>
#include <linux/input.h>
#include <platforms/arch/host/host.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Linux's codes are the scan codes of set 1; those of extended keys it has numbered anew. */
static uint8_t key_of(unsigned code)
{
    static const struct {
        uint8_t code, scan_code;
    } extended[] = {
        {KEY_KPENTER, 0x1c},  {KEY_RIGHTCTRL, 0x1d}, {KEY_KPSLASH, 0x35}, {KEY_SYSRQ, 0x37},
        {KEY_RIGHTALT, 0x38}, {KEY_PAUSE, 0x46},     {KEY_HOME, 0x47},    {KEY_UP, 0x48},
        {KEY_PAGEUP, 0x49},   {KEY_LEFT, 0x4b},      {KEY_RIGHT, 0x4d},   {KEY_END, 0x4f},
        {KEY_DOWN, 0x50},     {KEY_PAGEDOWN, 0x51},  {KEY_INSERT, 0x52},  {KEY_DELETE, 0x53},
        {KEY_LEFTMETA, 0x5b}, {KEY_RIGHTMETA, 0x5c}, {KEY_COMPOSE, 0x5d},
    };
    for (size_t i = 0; i < sizeof(extended) / sizeof(extended[0]); i++)
        if (extended[i].code == code)
            return key_of_scan_code(extended[i].scan_code, true);
    return code <= KEY_F12 ? key_of_scan_code((uint8_t)code, false) : 0;
}

/* Keeps the event if there is room, as a keyboard's own buffer does. */
static void put(struct host_keyboard_state *state, struct key_event event)
{
    unsigned written = atomic_load(&state->written);
    if (event.key == 0 || written - atomic_load(&state->taken) == HOST_KEYBOARD_BUFFER)
        return;
    state->events[written % HOST_KEYBOARD_BUFFER] = event;
    atomic_store(&state->written, written + 1);
    host_interrupt_raise(HOST_INTERRUPT_KEYBOARD, 0);
}

/* Reads one record; false at the end of the file. */
static bool read_record(int file, struct input_event *record)
{
    size_t have = 0;
    while (have < sizeof(*record)) {
        ssize_t count = read(file, (uint8_t *)record + have, sizeof(*record) - have);
        if (count == 0 || (count < 0 && errno != EINTR))
            return false;
        have += count > 0 ? (size_t)count : 0;
    }
    return true;
}

static void *receive(void *argument)
{
    struct host_keyboard_state *state = ((const struct device *)argument)->state;
    struct input_event record;
    while (read_record(state->file, &record))
        if (record.type == EV_KEY)
            put(state,
                (struct key_event){.key = key_of(record.code), .pressed = record.value != 0});
    return NULL;
}

static enum status host_keyboard_init(const struct device *device)
{
    struct host_keyboard_state *state = device->state;
    const char *path = getenv("RANVIER_KEYBOARD");
    enum status status = host_interrupt_attach(HOST_INTERRUPT_KEYBOARD, device);
    if (status || !path)
        return status;
    /* To write, too: opening a pipe waits for nobody then. Without that right, a device opens. */
    state->file = open(path, O_RDWR | O_CLOEXEC);
    if (state->file < 0)
        state->file = open(path, O_RDONLY | O_CLOEXEC);
    if (state->file < 0) {
        log_error(device->name, "RANVIER_KEYBOARD: %s: %s", path, strerror(errno));
        return ERR_NOT_FOUND;
    }
    return host_thread_start(receive, (void *)(uintptr_t)device);
}

static void host_keyboard_interrupt(const struct device *device)
{
    struct host_keyboard_state *state = device->state;
    struct event *readable = atomic_load(&state->readable);
    if (readable)
        event_signal(readable);
}

static bool host_keyboard_read(const struct device *device, struct key_event *event)
{
    struct host_keyboard_state *state = device->state;
    unsigned taken = atomic_load(&state->taken);
    if (taken == atomic_load(&state->written))
        return false;
    *event = state->events[taken % HOST_KEYBOARD_BUFFER];
    atomic_store(&state->taken, taken + 1);
    return true;
}

static void host_keyboard_listen(const struct device *device, struct event *readable)
{
    struct host_keyboard_state *state = device->state;
    atomic_store(&state->readable, readable);
}

static const struct keyboard_operations operations = {
    .read = host_keyboard_read,
    .listen = host_keyboard_listen,
};

const struct driver host_keyboard_driver = {
    .name = "host-keyboard",
    .class = "keyboard",
    .init = host_keyboard_init,
    .interrupt = host_keyboard_interrupt,
    .operations = &operations,
};
