/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Capabilities: the right to use something of the kernel's, as a handle into its holder's table. A
 * handle is an index and a generation; the generation changes whenever the slot is given up, so a
 * handle that is no longer good fails instead of naming something else.
 *
 * Capabilities derived from one form a tree across all holders. Each tree is a list in preorder,
 * each slot with its depth (as in the mapping database of L4 and the derivation tree of seL4), so
 * that what was derived from a capability is the run of deeper slots that follows it. What a
 * capability was derived from outlives it: dropping one drops all that came of it.
 *
 * Invariants: 1 next and previous mirror each other; 2 a root has depth 0 and no previous; 3 a slot
 * is in use (type set) or in its holder's free list or retired, its generations being used up.
 */
#ifndef KERNEL_CAPABILITY_H
#define KERNEL_CAPABILITY_H

#include <kernel/status.h>
#include <stdbool.h>
#include <stdint.h>

enum { CAPABILITY_SLOTS_MAX = 65535, CAPABILITY_DEPTH_MAX = 65535 };

enum capability_rights {
    CAPABILITY_READ = 1,
    CAPABILITY_WRITE = 2,
    CAPABILITY_EXECUTE = 4,
    CAPABILITY_TRANSFER = 8, /* may be moved or granted to another holder */
    CAPABILITY_ALL = 15,
};

/* Names a capability within its holder's table; all zero is none. Generation and index, in the
 * upper and lower half. */
struct capability {
    uint64_t value;
};

/* A kind of thing that capabilities refer to: one constant of each, told apart by address. */
struct capability_type {
    const char *name;
    void (*get)(void *referent); /* a capability to it came to be; NULL if nobody counts */
    void (*put)(void *referent); /* one has ended. Both with interrupts masked, in bounded time */
};

/* A row of a holder's table; all fields are capability.c's. */
struct capability_slot {
    const struct capability_type *type; /* NULL in a free or retired slot */
    void *referent;
    struct capability_holder *holder;
    struct capability_slot *next; /* in preorder; in a free slot the next free one */
    struct capability_slot *previous;
    uint32_t generation; /* of the handle that names it, or of the next; 0: retired */
    uint16_t depth;
    uint8_t rights;
    bool lent; /* on its way in a message */
};

/* Who has capabilities: a service or an agent. */
struct capability_holder {
    struct capability_slot *slots;
    struct capability_slot *free;
    uint32_t count;
    uint32_t room;                      /* how many are free */
    struct capability_holder *attached; /* ends with this one; NULL: none */
};

/* An empty holder. `slots` (at most CAPABILITY_SLOTS_MAX) are borrowed for its life. Boot or task
 * context. */
void capability_holder_init(struct capability_holder *holder, struct capability_slot *slots,
                            uint32_t count);

/* From now on `holder`, which has nothing attached and is attached to nobody, ends with `owner`:
 * for who has several, as a service that acts for others. It is borrowed until then. Task context.
 */
void capability_holder_attach(struct capability_holder *owner, struct capability_holder *holder);

/* Drops all that `holder` has, what is on its way in messages too; it can be used again, and no
 * handle from before names anything. Task context. */
void capability_holder_clear(struct capability_holder *holder);

/* The same for it and all that are attached to it, which are so no longer. Task context. */
void capability_holder_end(struct capability_holder *holder);

/* A capability that is derived from none. For who owns the referent, which must outlive it.
 * ERR_LIMIT if the table is full. Boot or task context. */
enum status capability_create(struct capability_holder *holder, const struct capability_type *type,
                              void *referent, unsigned rights, struct capability *created);

/* What the capability refers to. ERR_NOT_FOUND if it names none (any more), ERR_BUSY while it is on
 * its way in a message, ERR_INVALID if it is of another type, ERR_DENIED if it lacks one of
 * `rights`. Task context. */
enum status capability_resolve(const struct capability_holder *holder, struct capability capability,
                               const struct capability_type *type, unsigned rights,
                               void **referent);

/* The same with interrupts masked. */
enum status capability_look_up(const struct capability_holder *holder, struct capability capability,
                               const struct capability_type *type, unsigned rights,
                               void **referent);

/* The rights of a capability of any type. ERR_NOT_FOUND, ERR_BUSY as above. Task context. */
enum status capability_rights(const struct capability_holder *holder, struct capability capability,
                              unsigned *rights);

/* The referent of the first capability of `holder` from *index on that is of that type and has
 * `rights`; *index is beyond it then. NULL if there is none (any more). Task context. */
void *capability_next(const struct capability_holder *holder, const struct capability_type *type,
                      unsigned rights, uint32_t *index);

/* A new capability of `to` to the same thing, with those of `rights` and derived from `capability`
 * of `from`. ERR_DENIED if `rights` has one that it lacks, or if `to` is another holder and it
 * lacks TRANSFER; ERR_LIMIT if the table is full or the tree too deep; ERR_NOT_FOUND, ERR_BUSY.
 * Task context. */
enum status capability_derive(struct capability_holder *from, struct capability capability,
                              unsigned rights, struct capability_holder *to,
                              struct capability *derived);

/* Moves the capability, with what was derived from it staying derived from it. ERR_DENIED without
 * TRANSFER, ERR_LIMIT if the table of `to` is full, ERR_NOT_FOUND, ERR_BUSY: nothing has changed
 * then. Task context. */
enum status capability_transfer(struct capability_holder *from, struct capability capability,
                                struct capability_holder *to, struct capability *moved);

/* Drops all that was derived from it, whoever has it. Interrupts are masked for one at a time.
 * ERR_NOT_FOUND, ERR_BUSY. Task context. */
enum status capability_revoke(struct capability_holder *holder, struct capability capability);

/* Drops it and all that was derived from it. ERR_NOT_FOUND, ERR_BUSY. Task context. */
enum status capability_drop(struct capability_holder *holder, struct capability capability);

/* A transfer in two steps, for messages. Lending withholds a capability from its holder (ERR_DENIED
 * without TRANSFER, ERR_NOT_FOUND, ERR_BUSY if lent already); then it is taken by another, or
 * returned under the same handle. Meanwhile it can be revoked, and ends with its holder.
 * Interrupts masked; any context but interrupts. */
enum status capability_lend(struct capability_holder *holder, struct capability capability);
void capability_return(struct capability_holder *holder, struct capability capability);

/* ERR_NOT_FOUND if it has ended meanwhile, ERR_LIMIT if the table of `to` is full. */
enum status capability_take(struct capability_holder *from, struct capability capability,
                            struct capability_holder *to, struct capability *taken);

#endif
