/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Typed calls over channels (interface.h): the struct goes as the message's data, its capabilities
 * in the message, in the order of the table's fields.
 */
#include <kernel/interface.h>

#include <kernel/channel_wait.h>
#include <kernel/span.h>
#include <string.h>

static struct capability load(const void *value, const struct interface_field *field)
{
    struct capability capability;
    memcpy(&capability, (const uint8_t *)value + field->offset, sizeof(capability));
    return capability;
}

/* The message that carries a struct of that type. */
static void pack(const struct interface_type *type, void *value, struct message *message)
{
    message->data = value;
    message->size = (uint16_t)type->size;
    for (size_t i = 0; i < type->limit; i++)
        if (type->fields[i].type->kind == INTERFACE_CAP)
            message->capabilities[message->capability_count++] = load(value, &type->fields[i]);
}

/* Puts the capabilities of a message into the struct that came with it: zero where one is missing.
 */
static void unpack(const struct interface_type *type, const struct message *message, void *value)
{
    size_t next = 0;
    for (size_t i = 0; i < type->limit; i++) {
        if (type->fields[i].type->kind != INTERFACE_CAP)
            continue;
        struct capability capability = {0};
        if (next < message->capability_count)
            capability = message->capabilities[next++];
        memcpy((uint8_t *)value + type->fields[i].offset, &capability, sizeof(capability));
    }
}

enum status interface_call(struct capability_holder *holder, struct capability channel,
                           const struct interface_call *call, const void *request, void *reply,
                           uint64_t deadline)
{
    struct message message = {.call = call->hash, .priority = CHANNEL_PRIORITIES / 2};
    struct message answer = {.data = reply, .room = (uint16_t)call->reply->size};
    pack(call->request, (void *)request, &message); /* read only: it is sent */
    enum status status = channel_wait(holder, channel, &message, &answer, deadline);
    if (status == OK && answer.size != call->reply->size)
        return ERR_INTERFACE_MISMATCH;
    if (status == OK)
        unpack(call->reply, &answer, reply);
    return status;
}

enum status interface_call_once(struct capability_holder *holder, const struct interface *interface,
                                const struct interface_call *call, const void *request, void *reply,
                                uint64_t deadline)
{
    const struct registry_request connection = {
        .uuid = interface->uuid, .holder = holder, .calls = &call->hash, .call_count = 1};
    struct capability channel;
    enum status status = registry_connect(&connection, deadline, &channel);
    if (status)
        return status;
    status = interface_call(holder, channel, call, request, reply, deadline);
    capability_drop(holder, channel);
    return status;
}

static void drop_capabilities(struct capability_holder *holder, const struct message *message)
{
    for (size_t i = 0; i < message->capability_count; i++)
        capability_drop(holder, message->capabilities[i]); /* may have been revoked on its way */
}

/* Does call number `number`, in a span of its own. */
static enum status dispatch(const struct interface_service *service, size_t number)
{
    const struct interface *interface = service->calls->interface;
    struct span span = span_begin(interface->name, "%s", interface->calls[number].name);
    struct span outer = span_enter(span);
    enum status status = service->calls->dispatch(service->server, service->context, number,
                                                  service->request, service->reply);
    span_exit(span, outer);
    span_end(span);
    return status;
}

/* Does a call, with the answer it leads to. */
static enum status answer(const struct interface_service *service, struct capability_holder *holder,
                          const struct message *message, struct message *reply)
{
    const struct interface *interface = service->calls->interface;
    size_t number = 0;
    while (number < interface->call_count && interface->calls[number].hash != message->call)
        number++;
    enum status status = ERR_INTERFACE_MISMATCH;
    if (number < interface->call_count) {
        const struct interface_call *call = &interface->calls[number];
        status = message->size == call->request->size ? OK : ERR_INVALID;
        if (status == OK) {
            unpack(call->request, message, service->request);
            if (call->reply->size)
                memset(service->reply, 0, call->reply->size);
            status = dispatch(service, number);
            if (status == OK)
                pack(call->reply, service->reply, reply);
            return status;
        }
    }
    drop_capabilities(holder, message);
    return status;
}

enum status interface_serve(const struct interface_service *service,
                            struct capability_holder *holder, struct capability channel,
                            uint32_t *notified, uint64_t deadline)
{
    struct message message = {.data = service->request, .room = service->room};
    struct message reply = {0};
    if (notified)
        *notified = 0;
    enum status status = channel_wait(holder, channel, NULL, &message, deadline);
    if (status)
        return status;
    if (message.call == MESSAGE_NOTIFICATION) {
        if (notified)
            *notified = message.bits;
        return OK;
    }
    if (!message.reply.value) { /* it was sent, not called */
        drop_capabilities(holder, &message);
        return OK;
    }
    enum status result = answer(service, holder, &message, &reply);
    status = channel_reply(holder, channel, message.reply, result, &reply);
    if (status && status != ERR_NOT_FOUND)
        channel_reply(holder, channel, message.reply, status, NULL);
    return OK;
}

static void open_channel(struct interface_port *port, const struct channel_parameters *parameters)
{
    if (port->made)
        channel_open(&port->channel);
    else
        channel_init(&port->channel, parameters);
    port->made = true;
}

enum status interface_provide(struct interface_port *port,
                              const struct channel_parameters *parameters,
                              const struct registry_provider *provider,
                              struct capability_holder *holder, struct capability *receiving)
{
    struct registry_provider *row = &port->provider;
    struct capability receive, send;
    open_channel(port, parameters);
    enum status status =
        capability_create(holder, &channel_type, &port->channel, CAPABILITY_READ, &receive);
    if (status)
        return status;
    status = capability_create(holder, &channel_type, &port->channel,
                               CAPABILITY_WRITE | CAPABILITY_TRANSFER, &send);
    if (status)
        goto drop_receive;
    *row = *provider;
    row->holder = holder;
    row->channel = send;
    status = registry_bind(row);
    if (status)
        goto drop_send;
    *receiving = receive;
    return OK;

drop_send:
    capability_drop(holder, send);
drop_receive:
    capability_drop(holder, receive);
    return status;
}
