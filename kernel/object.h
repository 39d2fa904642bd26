/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Objects: regions of memory that are reached by handles, so that who still has a handle to one
 * that is gone is told so. A handle is an index into the table and a generation, which is another
 * for each object that the index stands for.
 *
 *   OBJECT_STATIC      memory of the caller's; lives until it is destroyed
 *   OBJECT_LONG_LIVED  pages of its owner; lives until it is destroyed
 *   OBJECT_EPHEMERAL   a piece of the epoch's pages; lives until the epoch ends, all at once
 *
 *             object_create                object_destroy, nobody holds it
 *   (free) ------------------> LIVE ------------------------------------------> (free)
 *                               |  object_destroy                  ^
 *                               +----------------> DYING ----------+
 *                                 somebody holds it     the last object_put
 *
 * Invariants: 1 a handle resolves only while its object is LIVE; 2 a generation is never used twice
 * for an index: an index whose generations have run out is retired; 3 memory comes back when the
 * object is neither LIVE nor held, an epoch's when the epoch ends.
 *
 * With CONFIG_MEMORY_DEBUG an object in memory of the table's has a red zone after it, checked when
 * that memory comes back: who wrote there is told in the log and counted in `damages`.
 *
 * A table is used by one core. The functions are for boot and task context.
 */
#ifndef KERNEL_OBJECT_H
#define KERNEL_OBJECT_H

#include <kernel/page.h>

enum object_class { OBJECT_STATIC, OBJECT_LONG_LIVED, OBJECT_EPHEMERAL };

enum { OBJECT_RED_ZONE = CONFIG_MEMORY_DEBUG ? 16 : 0 }; /* bytes at least */

/* {0} is no object's. */
struct object_handle {
    uint64_t value; /* index in the lower half, generation in the upper */
};

/* What a handle stands for, while the object lives or is held. */
struct object_region {
    void *bytes;
    size_t size;
};

struct object_slot;

struct object_table {
    struct page_pool *pool;    /* borrowed */
    unsigned owner;            /* of the table and of all epochs */
    uint32_t capacity;         /* objects that live longer than an epoch, at most */
    uint32_t ephemeral_limit;  /* ephemeral objects in an epoch, at most */
    uint32_t live;             /* static and long-lived objects that are LIVE or DYING */
    uint32_t ephemeral_count;  /* in this epoch */
    uint32_t epoch;            /* generation of the ephemeral objects */
    uint32_t first_free;       /* index of a free slot, or `capacity` */
    uint32_t damages;          /* red zones that were written to */
    struct object_slot *slots; /* `capacity` of them, then the ephemeral ones */
    uint8_t *epoch_bytes;      /* NULL if the table has no ephemeral objects */
    size_t epoch_size;
    size_t epoch_used;
    uint8_t slots_order;
    uint8_t epoch_order;
};

/* A table for `capacity` objects and, in each epoch, `ephemeral_limit` ephemeral ones of together
 * `epoch_size` bytes. All its memory is allocated here. Errors of page_allocate; nothing is held
 * then. */
enum status object_table_init(struct object_table *table, struct page_pool *pool, unsigned owner,
                              uint32_t capacity, uint32_t ephemeral_limit, size_t epoch_size);

/* Ends the table with all its objects, held or not. */
void object_table_destroy(struct object_table *table);

/* Creates an object in `size` bytes: at `bytes` for OBJECT_STATIC, borrowed until it is destroyed;
 * otherwise in memory charged to `owner` (the table's own for OBJECT_EPHEMERAL), aligned to 16
 * bytes, and `bytes` is NULL. Content is zero, except of static ones. ERR_LIMIT if the table, the
 * epoch or the budget has no room, ERR_NO_MEMORY, ERR_INVALID for a size of 0 or what contradicts
 * the class; *handle is {0} then. */
enum status object_create(struct object_table *table, enum object_class class, unsigned owner,
                          void *bytes, size_t size, struct object_handle *handle);

/* The region of an object. ERR_CLOSED if it is gone, ERR_INVALID if there never was such a
 * handle. */
enum status object_resolve(const struct object_table *table, struct object_handle handle,
                           struct object_region *region);

/* As object_resolve; besides, the region stays until object_put, even if the object is destroyed.
 * An ephemeral object cannot be held beyond its epoch, so it cannot be held: ERR_UNSUPPORTED.
 * ERR_LIMIT after 65,535 times. */
enum status object_get(struct object_table *table, struct object_handle handle,
                       struct object_region *region);

/* Undoes one object_get. The memory of a destroyed object comes back with the last. ERR_INVALID if
 * nobody holds it. */
enum status object_put(struct object_table *table, struct object_handle handle);

/* Ends an object: its handles fail from now on, its memory comes back as soon as nobody holds it
 * (of an ephemeral one: with its epoch). Errors of object_resolve. */
enum status object_destroy(struct object_table *table, struct object_handle handle);

/* Ends every long-lived object of `owner`, before page_free_all. What is held still goes over to
 * the table's owner. ERR_LIMIT if that has no room for it: the rest is the same as before. */
enum status object_end_owner(struct object_table *table, unsigned owner);

/* Ends every ephemeral object at once, in a time that does not depend on how many there are, unless
 * their red zones are looked at. ERR_LIMIT once epochs have run out, after 2^32 - 1 of them: no
 * more ephemeral objects then. */
enum status object_epoch_end(struct object_table *table);

#endif
