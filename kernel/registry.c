/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The registry: two lists, of providers and of those who wait for one.
 */
#include <kernel/registry.h>

#include <kernel/channel.h>
#include <kernel/lock.h>
#include <kernel/task.h>
#include <string.h>

/* A task that waits for a provider, on its stack. */
struct registry_waiter {
    const struct uuid *uuid;
    struct task *task;
    struct registry_waiter *next;
};

static struct lock lock;
static struct registry_provider *providers;
static struct registry_waiter *waiters;

static bool same(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

static struct registry_provider *find(const struct uuid *uuid)
{
    struct registry_provider *provider = providers;
    while (provider && !same(&provider->uuid, uuid))
        provider = provider->next;
    return provider;
}

static bool serves(const struct registry_provider *provider, uint32_t call)
{
    for (size_t i = 0; i < provider->call_count; i++)
        if (provider->calls[i] == call)
            return true;
    return false;
}

static bool serves_all(const struct registry_provider *provider,
                       const struct registry_request *request)
{
    for (size_t i = 0; i < request->call_count; i++)
        if (!serves(provider, request->calls[i]))
            return false;
    return true;
}

enum status registry_bind(struct registry_provider *provider)
{
    void *channel;
    enum status status = capability_resolve(provider->holder, provider->channel, &channel_type,
                                            CAPABILITY_WRITE | CAPABILITY_TRANSFER, &channel);
    bool enabled = lock_acquire(&lock);
    if (!status && find(&provider->uuid))
        status = ERR_BUSY;
    if (!status) {
        provider->next = providers;
        providers = provider;
        for (struct registry_waiter *waiter = waiters; waiter; waiter = waiter->next)
            if (same(waiter->uuid, &provider->uuid))
                task_wake(waiter->task, OK);
    }
    lock_release(&lock, enabled);
    return status;
}

void registry_unbind(const struct capability_holder *holder)
{
    bool enabled = lock_acquire(&lock);
    for (struct registry_provider **link = &providers; *link;)
        if ((*link)->holder == holder)
            *link = (*link)->next;
        else
            link = &(*link)->next;
    lock_release(&lock, enabled);
}

const struct channel *registry_channel(size_t index)
{
    void *channel = NULL;
    bool enabled = lock_acquire(&lock);
    const struct registry_provider *provider = providers;
    while (provider && index-- > 0)
        provider = provider->next;
    if (provider)
        capability_resolve(provider->holder, provider->channel, &channel_type, 0, &channel);
    lock_release(&lock, enabled);
    return channel;
}

const struct interface *registry_codecs(const struct uuid *uuid)
{
    bool enabled = lock_acquire(&lock);
    const struct registry_provider *provider = find(uuid);
    const struct interface *codecs = provider ? provider->codecs : NULL;
    lock_release(&lock, enabled);
    return codecs;
}

/* Parks until woken or `deadline`. The lock is held. */
static enum status wait(const struct uuid *uuid, uint64_t deadline)
{
    struct registry_waiter waiter = {uuid, task_current(), waiters};
    waiters = &waiter;
    enum status status = task_wait(&lock, deadline);
    struct registry_waiter **link = &waiters;
    while (*link != &waiter)
        link = &(*link)->next;
    *link = waiter.next;
    return status;
}

/* Asks the provider, whose channel the capability names by now. */
static enum status greet(const struct registry_request *request, struct capability channel,
                         uint64_t deadline)
{
    const struct message hello = {.call = REGISTRY_HELLO,
                                  .data = (void *)(uintptr_t)request->hello,
                                  .size = request->hello_size};
    struct message answer = {0};
    enum status status = channel_call(request->holder, channel, &hello, &answer, deadline);
    if (status)
        capability_drop(request->holder, channel);
    return status;
}

/* A capability to the provider's channel for who may have one. */
static enum status admit(const struct registry_provider *provider,
                         const struct registry_request *request, struct capability *channel)
{
    if (request->outside && !provider->codecs)
        return ERR_DENIED;
    if (!serves_all(provider, request))
        return ERR_INTERFACE_MISMATCH;
    return capability_derive(provider->holder, provider->channel, CAPABILITY_WRITE, request->holder,
                             channel);
}

/* `status` is what a missing provider means: OK to wait for it. */
static enum status connect(const struct registry_request *request, uint64_t deadline,
                           struct capability *channel, enum status status)
{
    struct registry_provider *provider;
    bool hello = false;
    bool enabled = lock_acquire(&lock);
    while (!(provider = find(&request->uuid)) && !status)
        status = wait(&request->uuid, deadline);
    if (provider) {
        status = admit(provider, request, channel);
        hello = provider->hello;
    }
    lock_release(&lock, enabled);
    return !status && hello ? greet(request, *channel, deadline) : status;
}

enum status registry_connect(const struct registry_request *request, uint64_t deadline,
                             struct capability *channel)
{
    return connect(request, deadline, channel, OK);
}

enum status registry_try_connect(const struct registry_request *request, uint64_t deadline,
                                 struct capability *channel)
{
    return connect(request, deadline, channel, ERR_NOT_FOUND);
}

const struct registry_provider *registry_first(void)
{
    return providers;
}
