/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See wasi.h. The numbers are those of WASI's witx files: wasi_snapshot_preview1.witx,
 * typenames.witx.
 */
#include <services/cells/wasi.h>

#include <services/cells/cell.h>
#include <services/cells/mailbox.h>
#include <services/cells/words.h>

#include <kernel/clock.h>
#include <kernel/clock_real.h>
#include <string.h>

/* errno */
enum { SUCCESS = 0, EBADF = 8, EFAULT = 21, EINTR = 27, EINVAL = 28, ENOSYS = 52, ESPIPE = 70 };

enum { STDIN, STDOUT, STDERR, DESCRIPTORS };
enum { CLOCK_REALTIME_ID, CLOCK_MONOTONIC_ID, CLOCK_PROCESS_ID, CLOCK_THREAD_ID };
enum { EVENT_CLOCK, EVENT_READ, EVENT_WRITE };
enum { SUBSCRIPTION = 48, EVENT = 32, SUBSCRIPTIONS_MAX = 64 }; /* bytes; how many at a time */
enum { RANDOM_MAX = 65536, WRITE_MAX = 4096 }; /* bytes at a time: others want to run, too */
enum { RIGHT_FD_READ = 1 << 1, RIGHT_FD_WRITE = 1 << 6, FILE_CHARACTER_DEVICE = 2 };

static enum wasm_host_answer answer(union wasm_slot *values, uint32_t errno_number)
{
    values[0].u64 = errno_number;
    return WASM_HOST_DONE;
}

/* Numbers in the agent's memory, little endian, at any address; false where there is none. */
static bool put(struct cell *cell, uint32_t at, uint64_t number, uint32_t size)
{
    uint8_t *bytes = host_bytes(cell, at, size);
    for (uint32_t i = 0; bytes && i < size; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
    return bytes != NULL;
}

static uint64_t load(const uint8_t *bytes, uint32_t size)
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < size; i++)
        number |= (uint64_t)bytes[i] << 8 * i;
    return number;
}

/* --- arguments, of which the agent's name is the first, and the environment */

/* The next of a list: `first`, unless it is empty or was taken, then words of `at`. */
static size_t next_text(const char **first, const char **at, const char **text)
{
    *text = *first;
    *first = "";
    return **text ? strlen(*text) : words_next(at, text);
}

static enum wasm_host_answer put_sizes(struct cell *cell, union wasm_slot *values,
                                       const char *first, const char *at)
{
    const char *text;
    uint32_t count = 0, size = 0;
    for (size_t length; (length = next_text(&first, &at, &text)) > 0; count++)
        size += (uint32_t)length + 1;
    bool good = put(cell, values[0].u32, count, 4) && put(cell, values[1].u32, size, 4);
    return answer(values, good ? SUCCESS : EFAULT);
}

static enum wasm_host_answer put_texts(struct cell *cell, union wasm_slot *values,
                                       const char *first, const char *at)
{
    const char *text;
    uint32_t pointers = values[0].u32, bytes = values[1].u32;
    for (size_t length; (length = next_text(&first, &at, &text)) > 0; pointers += 4) {
        char *to = host_bytes(cell, bytes, (uint32_t)length + 1);
        if (!to || !put(cell, pointers, bytes, 4))
            return answer(values, EFAULT);
        memcpy(to, text, length);
        to[length] = '\0';
        bytes += (uint32_t)length + 1;
    }
    return answer(values, SUCCESS);
}

static enum wasm_host_answer args_sizes_get(struct cell *cell, union wasm_slot *values)
{
    return put_sizes(cell, values, cell->name, cell->arguments);
}

static enum wasm_host_answer args_get(struct cell *cell, union wasm_slot *values)
{
    return put_texts(cell, values, cell->name, cell->arguments);
}

static enum wasm_host_answer environ_sizes_get(struct cell *cell, union wasm_slot *values)
{
    return put_sizes(cell, values, "", cell->environment);
}

static enum wasm_host_answer environ_get(struct cell *cell, union wasm_slot *values)
{
    return put_texts(cell, values, "", cell->environment);
}

/* --- clocks and random bytes */

/* Real time is the node's, where it knows it; all else, time that was used too, is the cell's. */
static bool clock_read(const struct cell *cell, uint32_t id, uint64_t *time)
{
    if (id != CLOCK_REALTIME_ID || clock_real(time))
        *time = host_time(cell);
    return id <= CLOCK_THREAD_ID;
}

static enum wasm_host_answer clock_time_get(struct cell *cell, union wasm_slot *values)
{
    uint64_t time;
    if (!clock_read(cell, values[0].u32, &time))
        return answer(values, EINVAL);
    return answer(values, put(cell, values[2].u32, time, 8) ? SUCCESS : EFAULT);
}

static enum wasm_host_answer clock_res_get(struct cell *cell, union wasm_slot *values)
{
    enum { RESOLUTION = 1000 }; /* ns */
    if (values[0].u32 > CLOCK_THREAD_ID)
        return answer(values, EINVAL);
    return answer(values, put(cell, values[1].u32, RESOLUTION, 8) ? SUCCESS : EFAULT);
}

/* Fit for keys, as WASI says, where the node has a source (random.h). */
static enum wasm_host_answer random_get(struct cell *cell, union wasm_slot *values)
{
    void *bytes = host_bytes(cell, values[0].u32, values[1].u32);
    if (values[1].u32 > RANDOM_MAX)
        return answer(values, EINVAL);
    if (bytes)
        host_random(cell, bytes, values[1].u32);
    return answer(values, bytes ? SUCCESS : EFAULT);
}

/* --- descriptors */

static enum wasm_host_answer fd_write(struct cell *cell, union wasm_slot *values)
{
    uint32_t count = values[2].u32, written = 0;
    const uint8_t *vectors = host_array(cell, values[1].u32, count, 8);
    if (values[0].u32 != STDOUT && values[0].u32 != STDERR)
        return answer(values, EBADF);
    for (uint32_t i = 0; vectors && i < count && written < WRITE_MAX; i++) {
        uint32_t at = (uint32_t)load(vectors + i * 8, 4);
        uint32_t size = (uint32_t)load(vectors + i * 8 + 4, 4);
        const char *text = host_bytes(cell, at, size);
        if (!text)
            return answer(values, EFAULT);
        size = size < WRITE_MAX - written ? size : WRITE_MAX - written;
        host_log(cell, text, size);
        written += size;
    }
    return answer(values, vectors && put(cell, values[3].u32, written, 4) ? SUCCESS : EFAULT);
}

/* What an agent without the grant reads is at its end. */
static bool has_input(struct cell *cell)
{
    return mailbox_first(cell, true) || !host_granted(cell, "input");
}

/* The first piece of input, as much of it as the vectors hold; an empty one is the end, and stays.
 */
static enum wasm_host_answer read_input(struct cell *cell, union wasm_slot *values)
{
    struct mailbox_message *piece = mailbox_first(cell, true);
    const uint32_t count = values[2].u32,
                   left = piece ? (uint32_t)(piece->length - piece->taken) : 0;
    const uint8_t *vectors = host_array(cell, values[1].u32, count, 8);
    uint32_t taken = 0;
    if (!has_input(cell))
        return host_wait(cell, CLOCK_NEVER);
    for (uint32_t i = 0; vectors && i < count && taken < left; i++) {
        uint32_t size = (uint32_t)load(vectors + i * 8 + 4, 4);
        size = size < left - taken ? size : left - taken;
        void *to = host_bytes(cell, (uint32_t)load(vectors + i * 8, 4), size);
        if (!to)
            return answer(values, EFAULT);
        memcpy(to, piece->data + piece->taken + taken, size);
        taken += size;
    }
    if (!vectors || !put(cell, values[3].u32, taken, 4))
        return answer(values, EFAULT);
    if (taken > 0 && taken == left)
        mailbox_drop(cell, piece);
    else if (taken > 0)
        piece->taken = (uint16_t)(piece->taken + taken);
    return answer(values, SUCCESS);
}

static enum wasm_host_answer fd_read(struct cell *cell, union wasm_slot *values)
{
    return values[0].u32 == STDIN ? read_input(cell, values) : answer(values, EBADF);
}

/* fdstat: u8 file type, u16 flags at 2, u64 rights at 8, u64 rights inherited at 16. */
static enum wasm_host_answer fd_fdstat_get(struct cell *cell, union wasm_slot *values)
{
    uint8_t *stat = host_bytes(cell, values[1].u32, 24);
    if (values[0].u32 >= DESCRIPTORS)
        return answer(values, EBADF);
    if (!stat)
        return answer(values, EFAULT);
    memset(stat, 0, 24);
    stat[0] = FILE_CHARACTER_DEVICE;
    stat[8] = values[0].u32 == STDIN ? RIGHT_FD_READ : RIGHT_FD_WRITE;
    return answer(values, SUCCESS);
}

static enum wasm_host_answer fd_close(struct cell *cell, union wasm_slot *values)
{
    (void)cell;
    return answer(values, values[0].u32 < DESCRIPTORS ? SUCCESS : EBADF);
}

static enum wasm_host_answer fd_seek(struct cell *cell, union wasm_slot *values)
{
    (void)cell;
    return answer(values, values[0].u32 < DESCRIPTORS ? ESPIPE : EBADF);
}

/* No descriptor was opened before the program: where a C library looks for its files, it ends. */
static enum wasm_host_answer no_descriptor(struct cell *cell, union wasm_slot *values)
{
    (void)cell;
    return answer(values, EBADF);
}

/* --- waiting */

/* When a subscription (userdata at 0, u8 tag at 8, then at 16: clock id, timeout at 24, flags at
 * 40) is due, on the node's clock; 0: now. */
static uint64_t due_at(struct cell *cell, const uint8_t *subscription, uint64_t began)
{
    uint64_t timeout = load(subscription + 24, 8), time;
    if (subscription[8] == EVENT_READ && !has_input(cell))
        return CLOCK_NEVER;
    if (subscription[8] != EVENT_CLOCK)
        return 0;
    if (subscription[40] & 1) { /* an absolute time of that clock */
        clock_read(cell, (uint32_t)load(subscription + 16, 4), &time);
        timeout = timeout > time ? timeout - time : 0;
        began = clock_now();
    }
    return timeout < CLOCK_NEVER - began ? began + timeout : CLOCK_NEVER;
}

/* The events (userdata at 0, u16 errno at 8, u8 type at 10) of what is due; how many. */
static uint32_t put_events(struct cell *cell, const uint8_t *in, uint8_t *out, uint32_t count,
                           uint64_t began, uint64_t *next)
{
    uint32_t events = 0;
    uint64_t now = clock_now();
    *next = CLOCK_NEVER;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t subscription[SUBSCRIPTION];
        memcpy(subscription, in + i * SUBSCRIPTION, SUBSCRIPTION);
        uint64_t at = due_at(cell, subscription, began);
        *next = at < *next ? at : *next;
        if (at > now)
            continue;
        uint8_t *event = out + events++ * EVENT;
        memset(event, 0, EVENT);
        memcpy(event, subscription, 8);
        event[10] = subscription[8];
    }
    return events;
}

/* Arguments: subscriptions, events, count, where the count of events goes. */
static enum wasm_host_answer poll_from(struct cell *cell, union wasm_slot *values, uint64_t began)
{
    uint32_t count = values[2].u32;
    uint64_t next;
    if (count == 0 || count > SUBSCRIPTIONS_MAX)
        return answer(values, EINVAL);
    const uint8_t *in = host_array(cell, values[0].u32, count, SUBSCRIPTION);
    uint8_t *out = host_array(cell, values[1].u32, count, EVENT);
    if (!in || !out)
        return answer(values, EFAULT);
    uint32_t events = put_events(cell, in, out, count, began, &next);
    if (events == 0)
        return host_wait(cell, next);
    return answer(values, put(cell, values[3].u32, events, 4) ? SUCCESS : EFAULT);
}

/* When the call began is kept behind its four arguments. */
static enum wasm_host_answer poll_oneoff(struct cell *cell, union wasm_slot *values)
{
    cell->pending_arguments[4].u64 = clock_now();
    return poll_from(cell, values, clock_now());
}

static enum wasm_host_answer poll_again(struct cell *cell, union wasm_slot *values)
{
    return poll_from(cell, values, values[4].u64);
}

static enum wasm_host_answer sched_yield(struct cell *cell, union wasm_slot *values)
{
    (void)values;
    return host_yield(cell);
}

static enum wasm_host_answer proc_exit(struct cell *cell, union wasm_slot *values)
{
    return host_exit(cell, values[0].u32);
}

static enum wasm_host_answer not_here(struct cell *cell, union wasm_slot *values)
{
    (void)cell;
    return answer(values, ENOSYS);
}

static const union wasm_slot has_moved = {.u32 = EINTR};

static const struct host_waiting polls = {.migrated = &has_moved, .poll = poll_again};
static const struct host_waiting reads = {.migrated = &has_moved, .poll = read_input};
static const struct host_waiting yields = {.migrated = &has_moved};

const struct host_import wasi_imports[] = {
    {"args_get", "ii", "i", .call = args_get},
    {"args_sizes_get", "ii", "i", .call = args_sizes_get},
    {"environ_get", "ii", "i", .call = environ_get},
    {"environ_sizes_get", "ii", "i", .call = environ_sizes_get},
    {"clock_res_get", "ii", "i", .call = clock_res_get},
    {"clock_time_get", "iIi", "i", .call = clock_time_get},
    {"random_get", "ii", "i", .call = random_get},
    {"fd_write", "iiii", "i", .call = fd_write},
    {"fd_read", "iiii", "i", .call = fd_read, .waiting = &reads},
    {"fd_fdstat_get", "ii", "i", .call = fd_fdstat_get},
    {"fd_close", "i", "i", .call = fd_close},
    {"fd_seek", "iIii", "i", .call = fd_seek},
    {"fd_tell", "ii", "i", .call = fd_seek},
    {"fd_prestat_get", "ii", "i", .call = no_descriptor},
    {"fd_prestat_dir_name", "iii", "i", .call = no_descriptor},
    {"poll_oneoff", "iiii", "i", .call = poll_oneoff, .waiting = &polls},
    {"sched_yield", "", "i", .call = sched_yield, .waiting = &yields},
    {"proc_exit", "i", "", .call = proc_exit},
    /* ENOSYS */
    {"fd_advise fd_filestat_set_times", "iIIi", "i", .call = not_here},
    {"fd_allocate fd_fdstat_set_rights", "iII", "i", .call = not_here},
    {"fd_datasync fd_sync proc_raise", "i", "i", .call = not_here},
    {"fd_fdstat_set_flags fd_filestat_get fd_renumber sock_shutdown", "ii", "i", .call = not_here},
    {"fd_filestat_set_size", "iI", "i", .call = not_here},
    {"fd_pread fd_pwrite fd_readdir", "iiiIi", "i", .call = not_here},
    {"path_create_directory path_remove_directory path_unlink_file sock_accept", "iii", "i",
     .call = not_here},
    {"path_filestat_get path_symlink sock_send", "iiiii", "i", .call = not_here},
    {"path_filestat_set_times", "iiiiIIi", "i", .call = not_here},
    {"path_link", "iiiiiii", "i", .call = not_here},
    {"path_open", "iiiiiIIii", "i", .call = not_here},
    {"path_readlink path_rename sock_recv", "iiiiii", "i", .call = not_here},
};

const size_t wasi_import_count = sizeof(wasi_imports) / sizeof(wasi_imports[0]);
