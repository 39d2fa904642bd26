/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Objects and their handles.
 */
#include <kernel/object.h>

#include <kernel/log.h>
#include <string.h>

enum slot_state { SLOT_FREE, SLOT_LIVE, SLOT_DYING };

struct object_slot {
    void *bytes;
    size_t size;
    uint32_t generation; /* of the object that is or, if free, will be here; 0: retired */
    uint32_t next_free;
    uint16_t holds;
    uint8_t state;
    uint8_t class;
    uint8_t owner;
    uint8_t order; /* of their pages */
};

enum { ALIGNMENT = 16, RED = 0xfd, HOLDS_MAX = UINT16_MAX };

static struct object_handle handle_of(uint32_t index, uint32_t generation)
{
    return (struct object_handle){(uint64_t)generation << 32 | index};
}

static uint32_t index_of(struct object_handle handle)
{
    return (uint32_t)handle.value;
}

static uint32_t generation_of(struct object_handle handle)
{
    return (uint32_t)(handle.value >> 32);
}

/* --- red zones, with CONFIG_MEMORY_DEBUG --- */

/* SIZE_MAX for more than that. */
static size_t with_red_zone(size_t size)
{
    return size < SIZE_MAX - OBJECT_RED_ZONE ? size + OBJECT_RED_ZONE : SIZE_MAX;
}

/* Bytes from the object's first to where memory of others begins. */
static size_t room_of(const struct object_table *table, const struct object_slot *slot)
{
    if (slot->class == OBJECT_STATIC)
        return slot->size;
    if (slot->class == OBJECT_LONG_LIVED)
        return page_size(table->pool) << slot->order;
    return (with_red_zone(slot->size) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static void draw_red_zone(const struct object_table *table, const struct object_slot *slot)
{
    if (CONFIG_MEMORY_DEBUG)
        memset((uint8_t *)slot->bytes + slot->size, RED, room_of(table, slot) - slot->size);
}

static void check_red_zone(struct object_table *table, const struct object_slot *slot)
{
    const uint8_t *bytes = slot->bytes;
    size_t room = CONFIG_MEMORY_DEBUG ? room_of(table, slot) : 0;
    for (size_t i = slot->size; i < room; i++)
        if (bytes[i] != RED) {
            table->damages++;
            log_error("memory", "object %p of %s: the red zone after its %zu bytes was written to",
                      slot->bytes, table->pool->budgets[slot->owner].owner, slot->size);
            return;
        }
}

static void check_epoch(struct object_table *table)
{
    if (CONFIG_MEMORY_DEBUG)
        for (uint32_t i = 0; i < table->ephemeral_count; i++)
            check_red_zone(table, &table->slots[table->capacity + i]);
}

enum status object_table_init(struct object_table *table, struct page_pool *pool, unsigned owner,
                              uint32_t capacity, uint32_t ephemeral_limit, size_t epoch_size)
{
    *table = (struct object_table){.pool = pool,
                                   .owner = owner,
                                   .capacity = capacity,
                                   .ephemeral_limit = ephemeral_limit,
                                   .epoch = 1};
    uint64_t count = (uint64_t)capacity + ephemeral_limit;
    if (count == 0 || count > UINT32_MAX / sizeof(struct object_slot))
        return ERR_INVALID;
    size_t bytes = (size_t)count * sizeof(struct object_slot);
    void *slots, *epoch = NULL;
    table->slots_order = (uint8_t)page_order(pool, bytes);
    table->epoch_order = (uint8_t)page_order(pool, epoch_size);
    enum status status = page_allocate(pool, owner, table->slots_order, &slots);
    if (!status && ephemeral_limit) {
        status = page_allocate(pool, owner, table->epoch_order, &epoch);
        if (status)
            page_free(pool, slots, table->slots_order);
    }
    if (status)
        return status;
    memset(slots, 0, bytes);
    table->slots = slots;
    for (uint32_t i = 0; i < capacity; i++) {
        table->slots[i].generation = 1;
        table->slots[i].next_free = i + 1;
    }
    table->epoch_bytes = epoch;
    table->epoch_size = epoch ? page_size(pool) << table->epoch_order : 0;
    return OK;
}

/* The index is free again, for another object; or retired, if there are no generations left. */
static void recycle(struct object_table *table, struct object_slot *slot)
{
    slot->state = SLOT_FREE;
    table->live--;
    if (++slot->generation == 0)
        return;
    slot->next_free = table->first_free;
    table->first_free = (uint32_t)(slot - table->slots);
}

static void bury(struct object_table *table, struct object_slot *slot)
{
    check_red_zone(table, slot);
    if (slot->class == OBJECT_LONG_LIVED)
        page_free(table->pool, slot->bytes, slot->order);
    recycle(table, slot);
}

void object_table_destroy(struct object_table *table)
{
    for (uint32_t i = 0; i < table->capacity; i++)
        if (table->slots[i].state != SLOT_FREE)
            bury(table, &table->slots[i]);
    check_epoch(table);
    if (table->epoch_bytes)
        page_free(table->pool, table->epoch_bytes, table->epoch_order);
    page_free(table->pool, table->slots, table->slots_order);
}

static enum status create_ephemeral(struct object_table *table, size_t size,
                                    struct object_handle *handle)
{
    size_t left = table->epoch_size - table->epoch_used;
    if (table->ephemeral_count == table->ephemeral_limit || table->epoch == 0 ||
        with_red_zone(size) > left)
        return ERR_LIMIT;
    uint32_t index = table->capacity + table->ephemeral_count++;
    struct object_slot *slot = &table->slots[index];
    *slot = (struct object_slot){.bytes = table->epoch_bytes + table->epoch_used,
                                 .size = size,
                                 .generation = table->epoch,
                                 .state = SLOT_LIVE,
                                 .class = OBJECT_EPHEMERAL,
                                 .owner = (uint8_t)table->owner};
    memset(slot->bytes, 0, size);
    draw_red_zone(table, slot);
    table->epoch_used += room_of(table, slot); /* the epoch's pages are aligned, too */
    *handle = handle_of(index, table->epoch);
    return OK;
}

enum status object_create(struct object_table *table, enum object_class class, unsigned owner,
                          void *bytes, size_t size, struct object_handle *handle)
{
    *handle = (struct object_handle){0};
    if (size == 0 || (bytes != NULL) != (class == OBJECT_STATIC))
        return ERR_INVALID;
    if (class == OBJECT_EPHEMERAL)
        return create_ephemeral(table, size, handle);
    uint32_t index = table->first_free;
    if (index == table->capacity)
        return ERR_LIMIT;
    unsigned order = page_order(table->pool, with_red_zone(size));
    if (class == OBJECT_LONG_LIVED) {
        if (order == PAGE_ORDERS)
            return ERR_NO_MEMORY;
        enum status status = page_allocate(table->pool, owner, order, &bytes);
        if (status)
            return status;
        memset(bytes, 0, size);
    }
    struct object_slot *slot = &table->slots[index];
    table->first_free = slot->next_free;
    table->live++;
    *slot = (struct object_slot){.bytes = bytes,
                                 .size = size,
                                 .generation = slot->generation,
                                 .state = SLOT_LIVE,
                                 .class = (uint8_t) class,
                                 .owner = (uint8_t)owner,
                                 .order = (uint8_t)order};
    draw_red_zone(table, slot);
    *handle = handle_of(index, slot->generation);
    return OK;
}

/* Why a handle doesn't resolve: its object is gone, or never was. */
static enum status why_not(const struct object_table *table, struct object_handle handle)
{
    uint32_t index = index_of(handle), generation = generation_of(handle);
    if (generation == 0 || index >= (uint64_t)table->capacity + table->ephemeral_limit)
        return ERR_INVALID;
    if (index >= table->capacity) {
        bool now = generation == table->epoch && index - table->capacity < table->ephemeral_count;
        return now || generation - 1 < table->epoch - 1 ? ERR_CLOSED : ERR_INVALID;
    }
    /* A retired slot has generation 0: every one was used. */
    const struct object_slot *slot = &table->slots[index];
    bool now = generation == slot->generation && slot->state != SLOT_FREE;
    return now || generation - 1 < slot->generation - 1 ? ERR_CLOSED : ERR_INVALID;
}

/* The slot of a LIVE object, or NULL. */
static struct object_slot *live_slot(const struct object_table *table, struct object_handle handle)
{
    uint32_t index = index_of(handle), generation = generation_of(handle);
    if (index >= table->capacity &&
        (index - table->capacity >= table->ephemeral_count || generation != table->epoch))
        return NULL;
    struct object_slot *slot = &table->slots[index];
    return slot->generation == generation && slot->state == SLOT_LIVE ? slot : NULL;
}

enum status object_resolve(const struct object_table *table, struct object_handle handle,
                           struct object_region *region)
{
    const struct object_slot *slot = live_slot(table, handle);
    if (!slot)
        return why_not(table, handle);
    *region = (struct object_region){slot->bytes, slot->size};
    return OK;
}

enum status object_get(struct object_table *table, struct object_handle handle,
                       struct object_region *region)
{
    struct object_slot *slot = live_slot(table, handle);
    if (!slot)
        return why_not(table, handle);
    if (slot->class == OBJECT_EPHEMERAL)
        return ERR_UNSUPPORTED;
    if (slot->holds == HOLDS_MAX)
        return ERR_LIMIT;
    slot->holds++;
    *region = (struct object_region){slot->bytes, slot->size};
    return OK;
}

enum status object_put(struct object_table *table, struct object_handle handle)
{
    uint32_t index = index_of(handle);
    if (index >= table->capacity)
        return ERR_INVALID;
    struct object_slot *slot = &table->slots[index];
    if (slot->generation != generation_of(handle) || slot->holds == 0)
        return ERR_INVALID;
    if (--slot->holds == 0 && slot->state == SLOT_DYING)
        bury(table, slot);
    return OK;
}

static void end_slot(struct object_table *table, struct object_slot *slot)
{
    slot->state = SLOT_DYING;
    if (slot->holds == 0 && slot->class != OBJECT_EPHEMERAL)
        bury(table, slot);
}

enum status object_destroy(struct object_table *table, struct object_handle handle)
{
    struct object_slot *slot = live_slot(table, handle);
    if (!slot)
        return why_not(table, handle);
    end_slot(table, slot);
    return OK;
}

enum status object_end_owner(struct object_table *table, unsigned owner)
{
    for (uint32_t i = 0; i < table->capacity; i++) {
        struct object_slot *slot = &table->slots[i];
        if (slot->state == SLOT_FREE || slot->class != OBJECT_LONG_LIVED || slot->owner != owner)
            continue;
        if (slot->holds) {
            enum status status = page_give(table->pool, slot->bytes, slot->order, table->owner);
            if (status)
                return status;
            slot->owner = (uint8_t)table->owner;
        }
        if (slot->state == SLOT_LIVE)
            end_slot(table, slot);
    }
    return OK;
}

enum status object_epoch_end(struct object_table *table)
{
    check_epoch(table);
    table->ephemeral_count = 0;
    table->epoch_used = 0;
    if (table->epoch)
        table->epoch++;
    return table->epoch ? OK : ERR_LIMIT;
}
