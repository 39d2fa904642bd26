/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The command `keys`: prints the events of the keyboard mux as they come, as many as asked for or
 * until it is interrupted.
 */
#include "commands.h"
#include "session.h"

#if CONFIG_SERVICE_KEYMUX

#include <kernel/channel.h>
#include <kernel/clock.h>
#include <keymux_interface.h>
#include <stdatomic.h>

enum {
    INBOX = 16,            /* events that wait */
    GLANCE = 50000000,     /* ns between two looks at the session */
    PATIENCE = 1000000000, /* ns that the service may take for an answer */
};

static const char *const kinds[] = {
    [KEYMUX_KIND_PRESSED] = "pressed",
    [KEYMUX_KIND_REPEATED] = "repeated",
    [KEYMUX_KIND_RELEASED] = "released",
};

/* One session at a time listens. */
static struct {
    atomic_flag taken;
    struct channel channel;
    struct channel_slot slots[INBOX];
    struct keymux_event data[INBOX];
} inbox = {.taken = ATOMIC_FLAG_INIT};

static enum status make_inbox(struct capability_holder *holder, struct capability *own,
                              struct capability *gift)
{
    const struct channel_parameters parameters = {
        .name = "keys",
        .slots = inbox.slots,
        .data = (uint8_t *)inbox.data,
        .capacity = INBOX,
        .data_size = sizeof(inbox.data[0]),
    };
    channel_init(&inbox.channel, &parameters);
    enum status status =
        capability_create(holder, &channel_type, &inbox.channel, CAPABILITY_ALL, own);
    if (status)
        return status;
    status = capability_derive(holder, *own, CAPABILITY_WRITE | CAPABILITY_TRANSFER, holder, gift);
    if (status)
        capability_drop(holder, *own);
    return status;
}

static enum status subscribe(struct capability_holder *holder, struct capability gift)
{
    const struct keymux_subscribe_request request = {.inbox = gift};
    struct capability service;
    enum status status = keymux_connect(holder, clock_now() + PATIENCE, &service);
    if (status == OK) {
        status = keymux_subscribe(holder, service, &request, clock_now() + PATIENCE);
        capability_drop(holder, service);
    }
    if (status)
        capability_drop(holder, gift);
    return status;
}

static void print_event(struct shell *shell, const struct keymux_event *event)
{
    shell_print(shell, "key 0x%02x %-8s modifiers 0x%02x", (unsigned)event->key, kinds[event->kind],
                (unsigned)event->modifiers);
    if (event->character > ' ' && event->character < 0x7f)
        shell_print(shell, " %c\n", (int)event->character);
    else if (event->character)
        shell_print(shell, " U+%04x\n", (unsigned)event->character);
    else
        shell_print(shell, "\n");
}

static enum status print_events(struct shell *shell, struct capability own, unsigned count)
{
    enum status status = OK;
    while (count && !status) {
        struct keymux_event event;
        struct message message = {.data = &event, .room = sizeof(event)};
        status = channel_receive(shell_holder(shell), own, &message, clock_now() + GLANCE);
        if (status == ERR_TIMEOUT) {
            status = session_pause(shell, 0) ? ERR_CANCELLED : OK;
        } else if (status == OK) {
            print_event(shell, &event);
            count--;
        }
    }
    return status == ERR_CANCELLED ? OK : status;
}

static enum status listen(struct shell *shell, unsigned count)
{
    struct capability_holder *holder = shell_holder(shell);
    struct capability own, gift;
    enum status status = make_inbox(holder, &own, &gift);
    if (status)
        return status;
    status = subscribe(holder, gift);
    if (status == OK) {
        shell_print(shell, "keys: listening\n");
        status = print_events(shell, own, count);
    }
    channel_close(&inbox.channel);
    capability_drop(holder, own);
    return status;
}

/* The number that the argument is; 0 if it is none. */
static unsigned parse_count(const char *argument)
{
    unsigned count = 0;
    for (const char *c = argument; *c; c++) {
        if (*c < '0' || *c > '9' || count > 100000)
            return 0;
        count = count * 10 + (unsigned)(*c - '0');
    }
    return count;
}

void report_keys(struct shell *shell, const char *argument)
{
    unsigned count = argument ? parse_count(argument) : UINT32_MAX;
    if (!count) {
        shell_print(shell, "\"%s\" is no number of keys\n", argument);
        return;
    }
    if (atomic_flag_test_and_set(&inbox.taken)) {
        shell_print(shell, "keys: another session listens\n");
        return;
    }
    enum status status = listen(shell, count);
    atomic_flag_clear(&inbox.taken);
    if (status)
        shell_print(shell, "keys: %s\n", status_text(status));
}

#else

void report_keys(struct shell *shell, const char *argument)
{
    (void)argument;
    shell_print(shell, "the image has no keyboard mux: a board asks for the service keymux\n");
}

#endif
