/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Holders' tables and the trees of derivation; capability.h says what holds. One lock guards all
 * tables, since trees go across them.
 */
#include <kernel/capability.h>

#include <kernel/lock.h>
#include <stddef.h>

enum { INDEX_BITS = 32 };

static struct lock lock;

static struct capability handle(const struct capability_slot *slot)
{
    return (struct capability){(uint64_t)slot->generation << INDEX_BITS |
                               (uint64_t)(slot - slot->holder->slots)};
}

/* The slot that a handle names; NULL if none. */
static struct capability_slot *find(const struct capability_holder *holder,
                                    struct capability capability)
{
    uint32_t index = (uint32_t)capability.value;
    if (index >= holder->count)
        return NULL;
    struct capability_slot *slot = &holder->slots[index];
    return slot->type && slot->generation == capability.value >> INDEX_BITS ? slot : NULL;
}

/* The slot, if its holder may use it now. */
static enum status use(const struct capability_holder *holder, struct capability capability,
                       struct capability_slot **slot)
{
    *slot = find(holder, capability);
    if (!*slot)
        return ERR_NOT_FOUND;
    return (*slot)->lent ? ERR_BUSY : OK;
}

static void link_after(struct capability_slot *previous, struct capability_slot *slot)
{
    slot->previous = previous;
    slot->next = previous->next;
    previous->next = slot;
    if (slot->next)
        slot->next->previous = slot;
}

static void unlink(struct capability_slot *slot)
{
    if (slot->previous)
        slot->previous->next = slot->next;
    if (slot->next)
        slot->next->previous = slot->previous;
}

/* Takes a free slot of `holder`, which has one. */
static struct capability_slot *claim(struct capability_holder *holder)
{
    struct capability_slot *slot = holder->free;
    holder->free = slot->next;
    holder->room--;
    return slot;
}

/* Gives a slot back. Its handle is stale from now on; a slot whose generations are used up isn't
 * used again, since a handle from long ago would name it. */
static void release(struct capability_slot *slot)
{
    struct capability_holder *holder = slot->holder;
    slot->type = NULL;
    slot->generation++;
    if (slot->generation) {
        slot->next = holder->free;
        holder->free = slot;
        holder->room++;
    }
}

static void end(struct capability_slot *slot)
{
    if (slot->type->put)
        slot->type->put(slot->referent);
    unlink(slot);
    release(slot);
}

static struct capability_slot *begin(struct capability_holder *holder,
                                     const struct capability_type *type, void *referent,
                                     unsigned rights)
{
    struct capability_slot *slot = claim(holder);
    slot->type = type;
    slot->referent = referent;
    slot->rights = (uint8_t)(rights & CAPABILITY_ALL);
    slot->lent = false;
    if (type->get)
        type->get(referent);
    return slot;
}

/* Puts the capability into a slot of `to` instead, which takes its place in the tree. */
static struct capability_slot *move(struct capability_slot *slot, struct capability_holder *to)
{
    struct capability_slot *moved = claim(to);
    moved->type = slot->type;
    moved->referent = slot->referent;
    moved->rights = slot->rights;
    moved->lent = false;
    moved->depth = slot->depth;
    link_after(slot, moved);
    unlink(slot);
    release(slot);
    return moved;
}

/* Ends all that was derived from a capability, and `itself`. One at a time with the lock released
 * between: whoever comes between may derive more below it, which the next step finds. */
static void cut(struct capability_holder *holder, struct capability capability, bool itself)
{
    for (bool more = true; more;) {
        bool enabled = lock_acquire(&lock);
        struct capability_slot *slot = find(holder, capability);
        struct capability_slot *child = slot ? slot->next : NULL;
        if (child && child->depth > slot->depth) {
            end(child);
        } else {
            if (slot && itself)
                end(slot);
            more = false;
        }
        lock_release(&lock, enabled);
    }
}

void capability_holder_init(struct capability_holder *holder, struct capability_slot *slots,
                            uint32_t count)
{
    *holder = (struct capability_holder){.slots = slots, .count = count};
    for (uint32_t i = count; i-- > 0;) {
        slots[i] = (struct capability_slot){.holder = holder};
        release(&slots[i]);
    }
}

void capability_holder_clear(struct capability_holder *holder)
{
    for (uint32_t i = 0; i < holder->count; i++)
        if (holder->slots[i].type)
            cut(holder, handle(&holder->slots[i]), true);
}

void capability_holder_attach(struct capability_holder *owner, struct capability_holder *holder)
{
    holder->attached = owner->attached;
    owner->attached = holder;
}

void capability_holder_end(struct capability_holder *holder)
{
    while (holder) {
        struct capability_holder *next = holder->attached;
        capability_holder_clear(holder);
        holder->attached = NULL;
        holder = next;
    }
}

enum status capability_create(struct capability_holder *holder, const struct capability_type *type,
                              void *referent, unsigned rights, struct capability *created)
{
    enum status status = ERR_LIMIT;
    bool enabled = lock_acquire(&lock);
    if (holder->room) {
        struct capability_slot *slot = begin(holder, type, referent, rights);
        slot->depth = 0;
        slot->next = NULL;
        slot->previous = NULL;
        *created = handle(slot);
        status = OK;
    }
    lock_release(&lock, enabled);
    return status;
}

enum status capability_look_up(const struct capability_holder *holder, struct capability capability,
                               const struct capability_type *type, unsigned rights, void **referent)
{
    struct capability_slot *slot;
    lock_nest(&lock);
    enum status status = use(holder, capability, &slot);
    if (!status && slot->type != type)
        status = ERR_INVALID;
    else if (!status && (rights & ~(unsigned)slot->rights))
        status = ERR_DENIED;
    if (!status)
        *referent = slot->referent;
    lock_leave(&lock);
    return status;
}

enum status capability_resolve(const struct capability_holder *holder, struct capability capability,
                               const struct capability_type *type, unsigned rights, void **referent)
{
    bool enabled = arch_interrupts_disable();
    enum status status = capability_look_up(holder, capability, type, rights, referent);
    arch_interrupts_restore(enabled);
    return status;
}

void *capability_next(const struct capability_holder *holder, const struct capability_type *type,
                      unsigned rights, uint32_t *index)
{
    void *referent = NULL;
    bool enabled = lock_acquire(&lock);
    while (!referent && *index < holder->count) {
        const struct capability_slot *slot = &holder->slots[(*index)++];
        if (slot->type == type && (slot->rights & rights) == rights)
            referent = slot->referent;
    }
    lock_release(&lock, enabled);
    return referent;
}

enum status capability_rights(const struct capability_holder *holder, struct capability capability,
                              unsigned *rights)
{
    struct capability_slot *slot;
    bool enabled = lock_acquire(&lock);
    enum status status = use(holder, capability, &slot);
    if (!status)
        *rights = slot->rights;
    lock_release(&lock, enabled);
    return status;
}

enum status capability_derive(struct capability_holder *from, struct capability capability,
                              unsigned rights, struct capability_holder *to,
                              struct capability *derived)
{
    struct capability_slot *slot;
    unsigned needed = rights | (from == to ? 0 : CAPABILITY_TRANSFER);
    bool enabled = lock_acquire(&lock);
    enum status status = use(from, capability, &slot);
    if (!status && (needed & ~(unsigned)slot->rights))
        status = ERR_DENIED;
    else if (!status && (!to->room || slot->depth == CAPABILITY_DEPTH_MAX))
        status = ERR_LIMIT;
    if (!status) {
        struct capability_slot *child = begin(to, slot->type, slot->referent, rights);
        child->depth = (uint16_t)(slot->depth + 1);
        link_after(slot, child);
        *derived = handle(child);
    }
    lock_release(&lock, enabled);
    return status;
}

enum status capability_transfer(struct capability_holder *from, struct capability capability,
                                struct capability_holder *to, struct capability *moved)
{
    bool enabled = arch_interrupts_disable();
    enum status status = capability_lend(from, capability);
    if (!status) {
        status = capability_take(from, capability, to, moved);
        if (status)
            capability_return(from, capability);
    }
    arch_interrupts_restore(enabled);
    return status;
}

static enum status cut_used(struct capability_holder *holder, struct capability capability,
                            bool itself)
{
    unsigned rights;
    enum status status = capability_rights(holder, capability, &rights);
    if (!status)
        cut(holder, capability, itself);
    return status;
}

enum status capability_revoke(struct capability_holder *holder, struct capability capability)
{
    return cut_used(holder, capability, false);
}

enum status capability_drop(struct capability_holder *holder, struct capability capability)
{
    return cut_used(holder, capability, true);
}

enum status capability_lend(struct capability_holder *holder, struct capability capability)
{
    struct capability_slot *slot;
    lock_nest(&lock);
    enum status status = use(holder, capability, &slot);
    if (!status && !(slot->rights & CAPABILITY_TRANSFER))
        status = ERR_DENIED;
    if (!status)
        slot->lent = true;
    lock_leave(&lock);
    return status;
}

void capability_return(struct capability_holder *holder, struct capability capability)
{
    lock_nest(&lock);
    struct capability_slot *slot = find(holder, capability);
    if (slot)
        slot->lent = false;
    lock_leave(&lock);
}

enum status capability_take(struct capability_holder *from, struct capability capability,
                            struct capability_holder *to, struct capability *taken)
{
    enum status status = OK;
    lock_nest(&lock);
    struct capability_slot *slot = find(from, capability);
    if (!slot)
        status = ERR_NOT_FOUND;
    else if (!to->room)
        status = ERR_LIMIT;
    else
        *taken = handle(move(slot, to));
    lock_leave(&lock);
    return status;
}
