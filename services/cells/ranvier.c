/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See ranvier.h. A result is 0, or an enum status.
 */
#include <services/cells/ranvier.h>

#include <services/cells/binding.h>
#include <services/cells/mailbox.h>

#include <kernel/clock.h>
#include <kernel/log.h>
#include <string.h>

/* log (text, length) -> status */
static enum wasm_host_answer call_log(struct cell *cell, union wasm_slot *values)
{
    const char *text = host_bytes(cell, values[0].u32, values[1].u32);
    bool fits = values[1].u32 <= CONFIG_CELLS_LOG;
    if (text && fits)
        host_log(cell, text, values[1].u32);
    values[0].u64 = !text ? ERR_INVALID : fits ? OK : ERR_LIMIT;
    return WASM_HOST_DONE;
}

/* time () -> ns */
static enum wasm_host_answer call_time(struct cell *cell, union wasm_slot *values)
{
    values[0].u64 = host_time(cell);
    return WASM_HOST_DONE;
}

/* yield () -> status */
static enum wasm_host_answer call_yield(struct cell *cell, union wasm_slot *values)
{
    (void)values;
    return host_yield(cell);
}

static enum wasm_host_answer wait_for(struct cell *cell, uint64_t ns)
{
    const uint64_t now = clock_now(), until = now + ns;
    return host_wait(cell, until < now ? CLOCK_NEVER : until);
}

/* sleep (ns) -> status */
static enum wasm_host_answer call_sleep(struct cell *cell, union wasm_slot *values)
{
    return wait_for(cell, values[0].u64);
}

static enum wasm_host_answer poll_sleep(struct cell *cell, union wasm_slot *values)
{
    if (clock_now() < host_deadline(cell))
        return WASM_HOST_PENDING;
    values[0].u64 = OK;
    return WASM_HOST_DONE;
}

/* --- who it is --- */

/* id (16 bytes) -> status */
static enum wasm_host_answer call_id(struct cell *cell, union wasm_slot *values)
{
    void *to = host_bytes(cell, values[0].u32, sizeof(cell->id));
    if (to)
        memcpy(to, &cell->id, sizeof(cell->id));
    values[0].u64 = to ? OK : ERR_INVALID;
    return WASM_HOST_DONE;
}

/* A length, or a status below 0. */
static enum wasm_host_answer answer_length(union wasm_slot *values, enum status status,
                                           size_t length)
{
    values[0].u64 = status ? (uint32_t) - (int32_t)status : (uint32_t)length;
    return WASM_HOST_DONE;
}

/* node (text, capacity) -> length or -status: the node's name */
static enum wasm_host_answer call_node(struct cell *cell, union wasm_slot *values)
{
    const char *name = cell->cells->is.node;
    const size_t length = strlen(name);
    void *to = host_bytes(cell, values[0].u32, values[1].u32);
    const bool fits = values[1].u32 >= length;
    if (to && fits)
        memcpy(to, name, length);
    return answer_length(values, !to ? ERR_INVALID : fits ? OK : ERR_LIMIT, length);
}

/* Copies a text of the agent's, `size` bytes at most with the zero that ends it. */
static enum status get_text(struct cell *cell, const union wasm_slot *values, char *text,
                            size_t size)
{
    const uint32_t length = values[1].u32;
    const void *from = host_bytes(cell, values[0].u32, length);
    if (!from)
        return ERR_INVALID;
    if (length >= size)
        return ERR_LIMIT;
    memcpy(text, from, length);
    text[length] = '\0';
    return OK;
}

/* find (name, length, id of 16 bytes) -> status: an agent of the same namespace on this node */
static enum wasm_host_answer call_find(struct cell *cell, union wasm_slot *values)
{
    char name[CELL_NAME + 1];
    void *to = host_bytes(cell, values[2].u32, sizeof(cell->id));
    enum status status = to ? get_text(cell, values, name, sizeof(name)) : ERR_INVALID;
    const struct cell *found = status ? NULL : cell_named(cell->cells, cell->space->name, name);
    if (found)
        memcpy(to, &found->id, sizeof(found->id));
    values[0].u64 = status ? status : found ? OK : ERR_NOT_FOUND;
    return WASM_HOST_DONE;
}

/* --- messages --- */

/* send (id, data, length, priority) -> status */
static enum wasm_host_answer call_send(struct cell *cell, union wasm_slot *values)
{
    struct cell_id id;
    const void *to = host_bytes(cell, values[0].u32, sizeof(id));
    const void *data = host_bytes(cell, values[1].u32, values[2].u32);
    enum status status = ERR_INVALID;
    if (to && data && values[3].u32 < MAILBOX_PRIORITIES) {
        memcpy(&id, to, sizeof(id));
        struct cell *other = cell_find(cell->cells, &id);
        status = other && other->space == cell->space
                     ? mailbox_put(other, &cell->id, data, values[2].u32, values[3].u32)
                     : ERR_NOT_FOUND;
    }
    values[0].u64 = status;
    return WASM_HOST_DONE;
}

/* Hands over the first message; there is one. It stays where it does not fit. */
static enum wasm_host_answer take(struct cell *cell, union wasm_slot *values,
                                  struct mailbox_message *message)
{
    void *from = host_bytes(cell, values[0].u32, sizeof(message->from));
    void *data = host_bytes(cell, values[1].u32, values[2].u32);
    const size_t length = message->length;
    if (!from || !data)
        return answer_length(values, ERR_INVALID, 0);
    if (length > values[2].u32)
        return answer_length(values, ERR_LIMIT, 0);
    memcpy(from, &message->from, sizeof(message->from));
    memcpy(data, message->data, length);
    mailbox_drop(cell, message);
    return answer_length(values, OK, length);
}

/* receive (id, data, capacity, timeout in ns) -> length or -status: ERR_TIMEOUT */
static enum wasm_host_answer call_receive(struct cell *cell, union wasm_slot *values)
{
    struct mailbox_message *message = mailbox_first(cell, false);
    if (message)
        return take(cell, values, message);
    if (values[3].u64 == 0)
        return answer_length(values, ERR_TIMEOUT, 0);
    return wait_for(cell, values[3].u64);
}

static enum wasm_host_answer poll_receive(struct cell *cell, union wasm_slot *values)
{
    struct mailbox_message *message = mailbox_first(cell, false);
    if (message)
        return take(cell, values, message);
    return clock_now() < host_deadline(cell) ? WASM_HOST_PENDING
                                             : answer_length(values, ERR_TIMEOUT, 0);
}

/* --- children --- */

/* A child that runs from its next turn on; one that does not start leaves nothing behind. What it
 * lacked is in the node's log. */
static enum status spawn(struct cell *cell, const char *name, const char *arguments,
                         struct cell **child)
{
    const struct cell_parameters parameters = {.dna = cell->dna,
                                               .name = name,
                                               .space = cell->space->name,
                                               .parent = &cell->id,
                                               .policy = &cell->policy,
                                               .grants = cell->grants,
                                               .arguments = arguments,
                                               .environment = cell->environment};
    enum status status = cell_create(cell->cells, &parameters, child);
    if (status)
        return status;
    status = cell_start(*child);
    if (status) {
        cell_end(*child, CELLS_CAUSE_FAILED, status_text(status));
        cell_destroy(*child);
    }
    return status;
}

/* spawn (name, length, arguments, length, id of 16 bytes) -> status: a child of the same module,
 * policy and grants */
static enum wasm_host_answer call_spawn(struct cell *cell, union wasm_slot *values)
{
    char name[CELL_NAME + 1], arguments[CELL_TEXT + 1];
    struct cell *child;
    enum status status = get_text(cell, values, name, sizeof(name));
    if (status == OK)
        status = get_text(cell, values + 2, arguments, sizeof(arguments));
    if (status == OK && !host_bytes(cell, values[4].u32, sizeof(cell->id)))
        status = ERR_INVALID;
    if (status == OK)
        status = spawn(cell, name, arguments, &child);
    if (status == OK)
        memcpy(host_bytes(cell, values[4].u32, sizeof(child->id)), &child->id, sizeof(child->id));
    values[0].u64 = status;
    return WASM_HOST_DONE;
}

/* --- moves --- */

enum { REFUSED = 3 /* behind its arguments: what migrate_me is to return at once */ };

/* migrate_me (target, length, timeout in ns) -> status: waits until whoever moves agents has done
 * so, and returns where it goes on then */
static enum wasm_host_answer call_migrate_me(struct cell *cell, union wasm_slot *values)
{
    char target[CELL_TARGET + 1];
    enum status status = get_text(cell, values, target, sizeof(target));
    if (status || strcmp(target, cell->cells->is.node) == 0) {
        values[0].u64 = status;
        return WASM_HOST_DONE;
    }
    log_info("cells", "%s asks to move to %s", cell->name, *target ? target : "another node");
    cell->pending_arguments[REFUSED].u64 = OK;
    return wait_for(cell, values[2].u64);
}

static enum wasm_host_answer poll_migrate_me(struct cell *cell, union wasm_slot *values)
{
    const enum status refused = (enum status)values[REFUSED].u64;
    if (!refused && clock_now() < host_deadline(cell))
        return WASM_HOST_PENDING;
    values[0].u64 = refused ? refused : ERR_TIMEOUT;
    return WASM_HOST_DONE;
}

bool ranvier_target(struct cell *cell, char *target, size_t size)
{
    return cell->waiting && !cell->moved && cell->pending->import->call == call_migrate_me &&
           get_text(cell, cell->pending_arguments, target, size) == OK;
}

enum status ranvier_refuse(struct cell *cell)
{
    char target[CELL_TARGET + 1];
    if (!ranvier_target(cell, target, sizeof(target)))
        return ERR_NOT_FOUND;
    cell->pending_arguments[REFUSED].u64 = ERR_DENIED;
    host_wake(cell);
    return OK;
}

static const union wasm_slot has_arrived = {.u64 = OK};
static const union wasm_slot has_moved = {.u64 = ERR_MIGRATED};
static const union wasm_slot length_has_moved = {.u64 = (uint32_t) - (int32_t)ERR_MIGRATED};

static const struct host_waiting yields = {.migrated = &has_moved};
static const struct host_waiting sleeps = {.migrated = &has_moved, .poll = poll_sleep};
static const struct host_waiting receives = {.migrated = &length_has_moved, .poll = poll_receive};
static const struct host_waiting migrates = {.migrated = &has_arrived, .poll = poll_migrate_me};

const struct host_import ranvier_imports[] = {
    {"id", "i", "i", .call = call_id},
    {"node", "ii", "i", .call = call_node},
    {"find", "iii", "i", .call = call_find},
    {"send", "iiii", "i", .grant = "send", .call = call_send},
    {"receive", "iiiI", "i", .call = call_receive, .waiting = &receives},
    {"spawn", "iiiii", "i", .grant = "spawn", .call = call_spawn},
    {"log", "ii", "i", .grant = "log", .call = call_log},
    {"time", "", "I", .call = call_time},
    {"yield", "", "i", .call = call_yield, .waiting = &yields},
    {"sleep", "I", "i", .call = call_sleep, .waiting = &sleeps},
    {"migrate_me", "iiI", "i", .grant = "migrate", .call = call_migrate_me, .waiting = &migrates},
};

const size_t ranvier_import_count = sizeof(ranvier_imports) / sizeof(ranvier_imports[0]);
