/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See mailbox.h.
 */
#include <services/cells/mailbox.h>

#include <string.h>

enum { FAMILY = 0 /* ranvier's place in host_modules */ };

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
    if (priority >= MAILBOX_PRIORITIES)
        return ERR_INVALID;
    if (length > MAILBOX_MESSAGE)
        return ERR_LIMIT;
    if (!to->instance)
        return ERR_CLOSED;
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
    host_wake(to);
    return OK;
}

const struct mailbox_message *mailbox_first(struct cell *cell)
{
    const struct mailbox *mailbox = mailbox_of(cell);
    return mailbox ? mailbox->first : NULL;
}

void mailbox_drop(struct cell *cell)
{
    struct mailbox *mailbox = mailbox_of(cell);
    struct mailbox_message *message = mailbox->first;
    mailbox->first = message->next;
    mailbox->count--;
    cell_memory_resize(&cell->memory, message, sizeof(*message) + message->length, 0);
}
