/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See echo.h. Requests and replies have the same fields, so that one is copied to the other.
 */
#include <services/echo/echo.h>

#include <echo_interface.h>
#include <kernel/channel.h>
#include <kernel/clock.h>
#include <string.h>

struct echo {
    struct capability_holder *holder;
    struct capability receiving;
    struct channel spare; /* what is given away */
    struct channel_slot slots[1];
};

static enum status numbers(void *context, const struct echo_numbers_request *request,
                           struct echo_numbers_reply *reply)
{
    (void)context;
    _Static_assert(sizeof(*request) == sizeof(*reply), "the same fields");
    memcpy(reply, request, sizeof(*reply));
    return OK;
}

static enum status texts(void *context, const struct echo_texts_request *request,
                         struct echo_texts_reply *reply)
{
    (void)context;
    _Static_assert(sizeof(*request) == sizeof(*reply), "the same fields");
    memcpy(reply, request, sizeof(*reply));
    return OK;
}

static enum status many(void *context, const struct echo_many_request *request,
                        struct echo_many_reply *reply)
{
    (void)context;
    _Static_assert(sizeof(*request) == sizeof(*reply), "the same fields");
    memcpy(reply, request, sizeof(*reply));
    return OK;
}

static enum status give(void *context, struct echo_give_reply *reply)
{
    struct echo *self = context;
    return capability_create(self->holder, &channel_type, &self->spare, CAPABILITY_ALL,
                             &reply->gift);
}

static enum status take(void *context, const struct echo_take_request *request)
{
    struct echo *self = context;
    return capability_drop(self->holder, request->gift);
}

enum status echo_main(const struct service *service)
{
    static const struct echo_server server = {
        .numbers = numbers, .texts = texts, .many = many, .give = give, .take = take};
    struct echo self = {.holder = service->holder};
    channel_init(&self.spare,
                 &(struct channel_parameters){.name = "spare", .slots = self.slots, .capacity = 1});
    enum status status = echo_provide(service->holder, &self.receiving);
    while (status == OK)
        status = echo_serve(&server, &self, service->holder, self.receiving, NULL, CLOCK_NEVER);
    return status;
}
