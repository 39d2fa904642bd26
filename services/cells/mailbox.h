/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Messages that wait for an agent: a few, the most urgent first, in memory of the one who is to
 * receive them, and behind them what was sent to its standard input. They are its instance's: they
 * go when it ends, and are in its snapshots, so that they move with it.
 */
#ifndef CELLS_MAILBOX_H
#define CELLS_MAILBOX_H

#include <services/cells/cell.h>

enum {
    MAILBOX_MESSAGES = 16,
    MAILBOX_MESSAGE = 1024,            /* bytes of one */
    MAILBOX_PRIORITIES = 3,            /* 0 is the most urgent */
    MAILBOX_INPUT = MAILBOX_PRIORITIES /* behind them: pieces of standard input, from nobody */
};

struct mailbox_message {
    struct mailbox_message *next;
    struct cell_id from;
    uint16_t length;
    uint16_t taken; /* bytes from its start that were read, of input */
    uint8_t priority;
    uint8_t data[];
};

/* Leaves a message and wakes who waits for one. ERR_CLOSED: the agent is not started, or has ended;
 * ERR_BUSY: it is on its way to another node, or from one; ERR_WOULD_BLOCK: its mailbox is full;
 * ERR_LIMIT: too long; ERR_INVALID: no priority; ERR_NO_MEMORY: of the receiver's. */
enum status mailbox_put(struct cell *to, const struct cell_id *from, const void *data,
                        size_t length, unsigned priority);

/* The first message, or the first piece of input; NULL if there is none. The cell's, until it is
 * dropped. */
struct mailbox_message *mailbox_first(struct cell *cell, bool input);

/* Forgets one of them. */
void mailbox_drop(struct cell *cell, struct mailbox_message *message);

/* Writes the messages for a snapshot, in their order (snapshot.h). What `write` returned. */
enum status mailbox_write(struct cell *cell, wasm_write *write, void *context);

/* Reads them into the mailbox of a cell that has none; *length is what they have. ERR_CORRUPT;
 * ERR_NO_MEMORY. */
enum status mailbox_read(struct cell *cell, const uint8_t *bytes, size_t size, size_t *length);

#endif
