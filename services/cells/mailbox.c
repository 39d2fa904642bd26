/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See mailbox.h.
 */
#include <services/cells/mailbox.h>

#include <string.h>

enum {
    FAMILY = 0,                            /* ranvier's place in host_modules */
    HEAD = sizeof(struct cell_id) + 1 + 2, /* of a message in a snapshot */
};

struct mailbox {
    struct mailbox_message *first;
    unsigned count;
};

static struct mailbox *mailbox_of(struct cell *cell)
{
    return host_data(cell, FAMILY, sizeof(struct mailbox));
}

enum status mailbox_put(struct cell *to, const struct cell_id *from, const void *data,
                        size_t length, unsigned priority)
{
    if (priority > MAILBOX_INPUT)
        return ERR_INVALID;
    if (length > MAILBOX_MESSAGE)
        return ERR_LIMIT;
    if (!to->instance)
        return ERR_CLOSED;
    if (to->state == CELLS_STATE_MIGRATING) /* its snapshot is taken: the message would be lost */
        return ERR_BUSY;
    struct mailbox *mailbox = mailbox_of(to);
    if (mailbox && mailbox->count >= MAILBOX_MESSAGES)
        return ERR_WOULD_BLOCK;
    struct mailbox_message *message =
        mailbox ? cell_memory_resize(&to->memory, NULL, 0, sizeof(*message) + length) : NULL;
    if (!message)
        return ERR_NO_MEMORY;
    *message = (struct mailbox_message){
        .from = *from, .length = (uint16_t)length, .priority = (uint8_t)priority};
    memcpy(message->data, data, length);
    struct mailbox_message **link = &mailbox->first;
    while (*link && (*link)->priority <= priority)
        link = &(*link)->next;
    message->next = *link;
    *link = message;
    mailbox->count++;
    to->is_at_snapshot = false; /* which has not this message */
    host_wake(to);
    return OK;
}

struct mailbox_message *mailbox_first(struct cell *cell, bool input)
{
    struct mailbox *mailbox = mailbox_of(cell);
    struct mailbox_message *message = mailbox ? mailbox->first : NULL;
    while (message && (message->priority == MAILBOX_INPUT) != input)
        message = message->next;
    return message;
}

void mailbox_drop(struct cell *cell, struct mailbox_message *message)
{
    struct mailbox *mailbox = mailbox_of(cell);
    struct mailbox_message **link = &mailbox->first;
    while (*link != message)
        link = &(*link)->next;
    *link = message->next;
    mailbox->count--;
    cell_memory_resize(&cell->memory, message, sizeof(*message) + message->length, 0);
}

/* --- in snapshots --- */

enum status mailbox_write(struct cell *cell, wasm_write *write, void *context)
{
    const struct mailbox *mailbox = mailbox_of(cell);
    const struct mailbox_message *message = mailbox ? mailbox->first : NULL;
    const uint8_t count = mailbox ? (uint8_t)mailbox->count : 0;
    enum status status = write(context, &count, sizeof(count));
    for (; status == OK && message; message = message->next) {
        uint8_t head[HEAD], *to = head + sizeof(message->from);
        memcpy(head, &message->from, sizeof(message->from));
        *to++ = message->priority;
        *to++ = (uint8_t)(message->length - message->taken);
        *to = (uint8_t)((message->length - message->taken) >> 8);
        status = write(context, head, sizeof(head));
        if (status == OK)
            status =
                write(context, message->data + message->taken, message->length - message->taken);
    }
    return status;
}

enum status mailbox_read(struct cell *cell, const uint8_t *bytes, size_t size, size_t *length)
{
    const uint8_t *at = bytes, *end = bytes + size;
    if (size < 1)
        return ERR_CORRUPT;
    for (uint8_t left = *at++; left > 0; left--) {
        struct cell_id from;
        if (end - at < HEAD)
            return ERR_CORRUPT;
        memcpy(&from, at, sizeof(from));
        at += sizeof(from);
        const unsigned priority = at[0];
        const size_t count = at[1] | (size_t)at[2] << 8;
        at += 3;
        if ((size_t)(end - at) < count)
            return ERR_CORRUPT;
        enum status status = mailbox_put(cell, &from, at, count, priority);
        if (status)
            return status == ERR_NO_MEMORY ? status : ERR_CORRUPT;
        at += count;
    }
    *length = (size_t)(at - bytes);
    return OK;
}
