/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Registry: which service provides which interface. An interface is known by its UUID and has at
 * most one provider; who connects gets a capability to the provider's channel, once both agree on
 * the calls and the provider has said yes.
 *
 *   client                              registry                          provider
 *   registry_connect -- waits until --> registry_bind <------------------ at its start
 *                    -- hello, if the provider wants one (channel_call) -> channel_receive
 *                    <- ERR_… or OK ------------------------------------- channel_reply
 *
 * It is a list of rows that are the providers' own, so nothing is allocated. Task context.
 */
#ifndef KERNEL_REGISTRY_H
#define KERNEL_REGISTRY_H

#include <kernel/capability.h>
#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REGISTRY_HELLO = 1 }; /* `call` of the handshake's message */

/* RFC 9562, section 4, in the order of its text. */
struct uuid {
    uint8_t bytes[16];
};

/* How callers outside the kernel reach an interface: interface.h. */
struct interface;

/* A provider. It and what it points to are borrowed while it is bound. */
struct registry_provider {
    struct uuid uuid;
    struct capability_holder *holder;
    struct capability channel; /* of `holder`, with WRITE and TRANSFER */
    const uint32_t *calls;     /* hashes of the calls it serves, those of before included */
    size_t call_count;
    const struct interface *codecs; /* NULL: for callers within the kernel only */
    bool hello;                     /* it wants to be asked */
    struct registry_provider *next; /* the registry's */
};

/* Who connects to what. Borrowed during the call. */
struct registry_request {
    struct uuid uuid;
    struct capability_holder *holder; /* gets the capability */
    const uint32_t *calls;            /* hashes of the calls it wants to make */
    size_t call_count;
    const void *hello; /* what it says to a provider that asks */
    uint16_t hello_size;
    bool outside; /* it isn't within the kernel */
};

/* Makes the provider known; who waits for it goes on. ERR_BUSY if the interface has a provider, or
 * as of capability_resolve for its channel. */
enum status registry_bind(struct registry_provider *provider);

/* Ends that for each provider of `holder`, when it ends. Who is in a handshake with it gets
 * ERR_CLOSED when it closes its channel; who connects later waits for the next provider. */
void registry_unbind(const struct capability_holder *holder);

/* The channel of the provider of that number, in no order, for reports; NULL behind the last. */
struct channel;
const struct channel *registry_channel(size_t index);

/* How callers from outside the kernel speak to the interface's provider of now; NULL if it has
 * none, or is not for them. The provider lends it as long as it is bound. */
const struct interface *registry_codecs(const struct uuid *uuid);

/* Waits until the interface has a provider, and connects: *channel is a capability of the
 * request's holder with WRITE. `deadline` (ns since entry, or CLOCK_NEVER) bounds all of it.
 * ERR_TIMEOUT; ERR_INTERFACE_MISMATCH if the provider doesn't serve one of the calls; ERR_DENIED if
 * the request comes from outside and the provider has no codecs; ERR_LIMIT if the holder's table is
 * full; ERR_CLOSED if the provider ended meanwhile; what the provider refused with. */
enum status registry_connect(const struct registry_request *request, uint64_t deadline,
                             struct capability *channel);

/* The same, but ERR_NOT_FOUND if there is no provider now. The handshake waits. */
enum status registry_try_connect(const struct registry_request *request, uint64_t deadline,
                                 struct capability *channel);

/* The provider that was bound last, then provider->next; for reports. */
const struct registry_provider *registry_first(void);

#endif
