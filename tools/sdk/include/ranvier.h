/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What an agent can ask of its node: the imports of module `ranvier`. An agent that imports a
 * function which its grants don't cover does not start; each says which grant it wants. A result is
 * RANVIER_OK or another of the statuses, unless it is said otherwise.
 *
 * A call that waits ends with RANVIER_ERR_MIGRATED when the agent was moved meanwhile: make it
 * again.
 */
#ifndef RANVIER_H
#define RANVIER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RANVIER_IMPORT(name) __attribute__((import_module("ranvier"), import_name(#name)))

/* A function that the node, or `ranvier agent exec`, can call. `_initialize` is called when the
 * agent starts; one with `_start` instead ends when that returns. */
#define RANVIER_EXPORT(name) __attribute__((export_name(#name)))

enum ranvier_status {
    RANVIER_OK,
    RANVIER_ERR_INVALID,
    RANVIER_ERR_NO_MEMORY,
    RANVIER_ERR_NOT_FOUND,
    RANVIER_ERR_BUSY,
    RANVIER_ERR_TIMEOUT,
    RANVIER_ERR_WOULD_BLOCK,
    RANVIER_ERR_CANCELLED,
    RANVIER_ERR_CLOSED,
    RANVIER_ERR_LIMIT,
    RANVIER_ERR_UNSUPPORTED,
    RANVIER_ERR_DEVICE,
    RANVIER_ERR_DENIED,
    RANVIER_ERR_CORRUPT,
    RANVIER_ERR_INTERFACE_MISMATCH,
    RANVIER_ERR_MIGRATED,
    RANVIER_ERR_FAULT,
};

#define RANVIER_FOREVER UINT64_MAX           /* a timeout that never comes */
#define RANVIER_SECOND  UINT64_C(1000000000) /* ns */

enum { RANVIER_MESSAGE = 1024 /* bytes of one at most */ };

/* Who an agent is, wherever it is. */
struct ranvier_id {
    uint8_t bytes[16];
};

enum ranvier_priority { RANVIER_URGENT, RANVIER_NORMAL, RANVIER_BULK };

/* Adds text to the agent's log; whole lines go to the node's, too. ERR_LIMIT: more than the log
 * holds. Grant: log. */
RANVIER_IMPORT(log) int32_t ranvier_log(const char *text, size_t length);

/* Nanoseconds since the agent began; never goes back, wherever it moves. */
RANVIER_IMPORT(time) uint64_t ranvier_time(void);

/* Lets others run. */
RANVIER_IMPORT(yield) int32_t ranvier_yield(void);

/* Waits for so many ns. */
RANVIER_IMPORT(sleep) int32_t ranvier_sleep(uint64_t ns);

/* The agent's own id. */
RANVIER_IMPORT(id) int32_t ranvier_id(struct ranvier_id *id);

/* The name of the node that it is on, not terminated. Returns its length, or -ERR_LIMIT. */
RANVIER_IMPORT(node) int32_t ranvier_node(char *name, size_t capacity);

/* The agent of that name in the own namespace, on this node. ERR_NOT_FOUND. */
RANVIER_IMPORT(find) int32_t ranvier_find(const char *name, size_t length, struct ranvier_id *id);

/* Sends a message to an agent of the own namespace. ERR_NOT_FOUND: it is not here; ERR_CLOSED: it
 * has ended, or is not started; ERR_BUSY: it is just moving; ERR_WOULD_BLOCK: too many messages
 * wait for it; ERR_LIMIT: too long; ERR_NO_MEMORY: the receiver has no room. Grant: send. */
RANVIER_IMPORT(send)
int32_t ranvier_send(const struct ranvier_id *to, const void *data, size_t length,
                     enum ranvier_priority priority);

/* The next message, the most urgent first, and who sent it: to reply is to send there. Waits for
 * `timeout` ns. Returns its length; -ERR_TIMEOUT; -ERR_LIMIT: it is longer than `capacity`, and
 * stays. */
RANVIER_IMPORT(receive)
int32_t ranvier_receive(struct ranvier_id *from, void *data, size_t capacity, uint64_t timeout);

/* Makes and starts a child: another agent of the same module, with the same policy and grants.
 * ERR_BUSY: the name is taken; ERR_LIMIT: the namespace has no more agents; ERR_NO_MEMORY: it or
 * the node has no more memory, as the node's log says. Grant: spawn. */
RANVIER_IMPORT(spawn)
int32_t ranvier_spawn(const char *name, size_t name_length, const char *arguments,
                      size_t arguments_length, struct ranvier_id *id);

/* Asks to be moved: to the node of that name, or wherever its policy lets it go if `length` is 0.
 * Waits until it was, for `timeout` ns; who moves agents sees the wish in `ranvier agent inspect`,
 * and `ranvier agent move` fulfils it. RANVIER_OK: it goes on from here where it was moved to, or
 * was there already; ERR_DENIED: it was refused; ERR_TIMEOUT: nobody has moved it. Grant: migrate.
 */
RANVIER_IMPORT(migrate_me)
int32_t ranvier_migrate_me(const char *target, size_t length, uint64_t timeout);

/* The checkpoint hook: `RANVIER_CHECKPOINT { … }` is called before each snapshot of the agent, so
 * that it can settle its state. It may find the agent anywhere, as a signal handler would, and has
 * 256 values of stack and 16384 units of fuel (a call or a turn of a loop is one). What waits fails
 * in it. Where it fails the agent's log says so, and the snapshot has what it did till then. */
#define RANVIER_CHECKPOINT RANVIER_EXPORT(ranvier_checkpoint) void ranvier_checkpoint(void)

/* --- what is made of these --- */

/* Logs a text. */
static inline void ranvier_print(const char *text)
{
    ranvier_log(text, strlen(text));
}

/* Logs a number in decimal. */
static inline void ranvier_print_number(uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    ranvier_log(digits + at, sizeof(digits) - at);
}

#endif
