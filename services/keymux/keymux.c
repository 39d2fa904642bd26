/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See keymux.h. One event wakes the loop, whether a keyboard, the port or a client has something.
 * Nobody is waited for: a listener without room loses the event, one that is gone its place.
 */
#include <services/keymux/keymux.h>

#include "layout.h"
#include "utf8.h"

#include <kernel/channel.h>
#include <kernel/clock.h>
#include <kernel/event.h>
#include <kernel/keyboard.h>
#include <kernel/log.h>
#include <keymux_interface.h>
#include <services/port/port.h>

enum { LISTENERS = 4, KEYBOARDS = 4 };

struct keymux {
    const struct keymux_config *config;
    struct capability_holder *holder;
    struct event activity;
    struct capability listeners[LISTENERS]; /* to their inboxes; 0: free */
    struct layout layouts[KEYBOARDS];
    struct port_client port;
    bool has_port;
    struct utf8 utf8;
    uint32_t events, lost;
};

static struct keymux keymux;

static void forget(struct keymux *self, unsigned index)
{
    capability_drop(self->holder, self->listeners[index]);
    self->listeners[index] = (struct capability){0};
}

/* Frees the places of those whose inbox is no more. Returns how many are left. */
static unsigned count_listeners(struct keymux *self)
{
    unsigned count = 0;
    for (unsigned i = 0; i < LISTENERS; i++) {
        void *channel;
        if (!self->listeners[i].value)
            continue;
        if (capability_resolve(self->holder, self->listeners[i], &channel_type, CAPABILITY_WRITE,
                               &channel))
            forget(self, i);
        else
            count++;
    }
    return count;
}

static void tell(struct keymux *self, const struct keymux_event *event)
{
    const struct message message = {
        .call = 1, .data = (void *)(uintptr_t)event, .size = sizeof(*event)};
    self->events++;
    for (unsigned i = 0; i < LISTENERS; i++) {
        if (!self->listeners[i].value)
            continue;
        enum status status = channel_send(self->holder, self->listeners[i], &message, 0);
        if (status == ERR_WOULD_BLOCK)
            self->lost++;
        else if (status)
            forget(self, i);
    }
}

/* --- calls */

static enum status subscribe(void *context, const struct keymux_subscribe_request *request)
{
    struct keymux *self = context;
    void *channel;
    enum status status =
        capability_resolve(self->holder, request->inbox, &channel_type, CAPABILITY_WRITE, &channel);
    if (status == OK && count_listeners(self) < LISTENERS) {
        for (unsigned i = 0; i < LISTENERS; i++) {
            if (!self->listeners[i].value) {
                self->listeners[i] = request->inbox;
                return OK;
            }
        }
    }
    capability_drop(self->holder, request->inbox);
    return status ? ERR_INVALID : ERR_LIMIT;
}

static enum status publish(void *context, const struct keymux_publish_request *request)
{
    tell(context, &request->event);
    return OK;
}

static enum status tell_counts(void *context, struct keymux_counts_reply *reply)
{
    struct keymux *self = context;
    reply->listeners = (uint8_t)count_listeners(self);
    reply->events = self->events;
    reply->lost = self->lost;
    return OK;
}

/* --- keys */

static void take_keys(struct keymux *self, size_t index)
{
    const struct device *device = self->config->keyboards[index];
    struct layout *layout = &self->layouts[index];
    struct key_event key;
    while (keyboard(device)->read(device, &key)) {
        bool was_down = layout_note(layout, key.key, key.pressed);
        const struct keymux_event event = {
            .character = layout_character(layout, key.key),
            .key = key.key,
            .modifiers = layout->modifiers,
            .kind = !key.pressed ? KEYMUX_KIND_RELEASED
                    : was_down   ? KEYMUX_KIND_REPEATED
                                 : KEYMUX_KIND_PRESSED,
        };
        tell(self, &event);
    }
}

/* ERR_WOULD_BLOCK when there are no more. */
static enum status take_characters(struct keymux *self)
{
    uint8_t bytes[PORT_DATA];
    size_t size;
    enum status status = self->has_port ? OK : ERR_WOULD_BLOCK;
    while (!status && !(status = port_receive(&self->port, bytes, &size, 0))) {
        for (size_t i = 0; i < size; i++) {
            struct keymux_event event = {.kind = KEYMUX_KIND_PRESSED};
            if (utf8_take(&self->utf8, bytes[i], &event.character))
                tell(self, &event);
        }
    }
    return status;
}

/* --- the service */

/* Without a mux in the image there are only the keyboards. */
static enum status open_port(struct keymux *self)
{
    const struct port_client_parameters parameters = {
        .holder = self->holder,
        .number = self->config->port,
        .priority = CHANNEL_PRIORITIES - 1,
        .event = &self->activity,
    };
    enum status status = port_open(&self->port, &parameters);
    self->has_port = status == OK;
    return status == ERR_UNSUPPORTED ? OK : status;
}

static enum status start(struct keymux *self, const struct service *service,
                         struct capability *receiving)
{
    self->config = service->config;
    self->holder = service->holder;
    for (size_t i = 0; i < self->config->keyboards_count; i++) {
        const struct device *device = self->config->keyboards[i];
        if (device_is_up(device))
            keyboard(device)->listen(device, &self->activity);
    }
    enum status status = keymux_provide(service->holder, receiving);
    if (!status)
        status = channel_listen(service->holder, *receiving, CAPABILITY_READ, &self->activity);
    return status ? status : open_port(self);
}

static enum status work(struct keymux *self, struct capability receiving)
{
    static const struct keymux_server server = {
        .subscribe = subscribe, .publish = publish, .counts = tell_counts};
    enum status status;
    do
        status = keymux_serve(&server, self, self->holder, receiving, NULL, 0);
    while (status == OK);
    if (status != ERR_WOULD_BLOCK)
        return status;
    for (size_t i = 0; i < self->config->keyboards_count; i++)
        if (device_is_up(self->config->keyboards[i]))
            take_keys(self, i);
    status = take_characters(self);
    if (status != ERR_WOULD_BLOCK)
        return status;
    return event_wait(&self->activity, CLOCK_NEVER);
}

enum status keymux_main(const struct service *service)
{
    struct keymux *self = &keymux;
    struct capability receiving;
    enum status status = start(self, service, &receiving);
    while (status == OK)
        status = work(self, receiving);
    for (size_t i = 0; i < self->config->keyboards_count; i++)
        if (device_is_up(self->config->keyboards[i]))
            keyboard(self->config->keyboards[i])->listen(self->config->keyboards[i], NULL);
    if (self->has_port)
        port_close(&self->port);
    return status;
}
