/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Pages, the heap and objects.
 */
#include "bench.h"

#include <kernel/heap.h>
#include <kernel/object.h>
#include <string.h>

enum { PAGE = 4096, LIVE = 256, COPIED = 64 };

static struct page_pool pool;
static struct budget budgets[1] = {{.owner = "bench", .limit = SIZE_MAX}};

static void prepare(void)
{
    size_t size;
    const uintptr_t start = (uintptr_t)bench_memory(&size);
    bench_expect(start != 0, "no memory");
    budgets[0].used = 0;
    page_pool_init(&pool, PAGE, budgets, 1);
    bench_expect(!page_pool_add(&pool, start, start + size), "no pages");
}

/* Allocates and frees one run at a time. */
static void pages_in_turn(unsigned order, uint32_t count)
{
    prepare();
    for (uint32_t i = 0; i < count; i++) {
        void *run;
        bench_expect(!page_allocate(&pool, 0, order, &run), "page_allocate");
        bench_expect(!page_free(&pool, run, order), "page_free");
    }
}

static void single_pages(uint32_t count)
{
    pages_in_turn(0, count);
}

static void runs_of_8(uint32_t count)
{
    pages_in_turn(3, count);
}

static void runs_of_1024(uint32_t count)
{
    pages_in_turn(10, count);
}

/* Many pages live, replaced in no order: what was split must be found again. */
static void pages_at_random(uint32_t count)
{
    static void *live[LIVE];
    prepare();
    for (unsigned i = 0; i < LIVE; i++)
        bench_expect(!page_allocate(&pool, 0, 0, &live[i]), "page_allocate");
    for (uint32_t i = 0, random = 1; i < count; i++) {
        random = random * 1664525 + 1013904223;
        void **one = &live[random >> 24];
        bench_expect(!page_free(&pool, *one, 0), "page_free");
        bench_expect(!page_allocate(&pool, 0, 0, one), "page_allocate");
    }
}

static void heap_in_turn(uint32_t count)
{
    struct heap *heap;
    prepare();
    bench_expect(!heap_create(&pool, 0, 1 << 20, &heap), "heap_create");
    for (uint32_t i = 0; i < count; i++) {
        void *memory;
        bench_expect(!heap_allocate(heap, 4096, 0, &memory), "heap_allocate");
        bench_expect(!heap_free(heap, memory), "heap_free");
    }
}

static void heap_at_random(uint32_t count)
{
    static void *live[LIVE];
    struct heap *heap;
    prepare();
    bench_expect(!heap_create(&pool, 0, 4 << 20, &heap), "heap_create");
    for (unsigned i = 0; i < LIVE; i++)
        bench_expect(!heap_allocate(heap, 4096, 0, &live[i]), "heap_allocate");
    for (uint32_t i = 0, random = 1; i < count; i++) {
        random = random * 1664525 + 1013904223;
        void **one = &live[random >> 24];
        bench_expect(!heap_free(heap, *one), "heap_free");
        bench_expect(!heap_allocate(heap, 4096, 0, one), "heap_allocate");
    }
}

static struct object_table table;

static void prepare_objects(void)
{
    prepare();
    bench_expect(!object_table_init(&table, &pool, 0, 64, 64, 16384), "object_table_init");
}

static void objects_created(uint32_t count)
{
    static uint8_t bytes[64];
    prepare_objects();
    for (uint32_t i = 0; i < count; i++) {
        struct object_handle handle;
        bench_expect(!object_create(&table, OBJECT_STATIC, 0, bytes, 64, &handle), "create");
        bench_expect(!object_destroy(&table, handle), "destroy");
    }
}

static void objects_ephemeral(uint32_t count)
{
    prepare_objects();
    for (uint32_t i = 0; i < count; i++) {
        struct object_handle handle;
        bench_expect(!object_create(&table, OBJECT_EPHEMERAL, 0, NULL, 64, &handle), "create");
        if (i % 64 == 63)
            bench_expect(!object_epoch_end(&table), "object_epoch_end");
    }
}

static void objects_resolved(uint32_t count)
{
    struct object_handle handles[64];
    struct object_region region;
    static uint8_t bytes[64];
    prepare_objects();
    for (unsigned i = 0; i < 64; i++)
        bench_expect(!object_create(&table, OBJECT_STATIC, 0, bytes, 64, &handles[i]), "create");
    for (uint32_t i = 0; i < count; i++)
        bench_expect(!object_resolve(&table, handles[i % 64], &region), "object_resolve");
}

#define MIELIN "50 allocate, 10 free: mielin-kernel, claimed"

/* --- the C library's, which a board's architecture may have its own of */

static uint8_t copied[COPIED];

/* The compiler, which would do it in line, doesn't see that it is memcpy. */
static void copies(uint32_t count)
{
    static uint8_t from[COPIED];
    void *(*volatile copy)(void *to, const void *from, size_t size) = memcpy;
    for (uint32_t i = 0; i < count; i++)
        copy(copied, from, COPIED);
}

static void fills(uint32_t count)
{
    void *(*volatile fill)(void *to, int byte, size_t size) = memset;
    for (uint32_t i = 0; i < count; i++)
        fill(copied, 0, COPIED);
}

const struct bench memory_benches[] = {
    {"page allocate, free", single_pages, 2, 10, MIELIN},
    {"page allocate, free: 256 live, at random", pages_at_random, 2, 10, MIELIN},
    {"run of 8 pages allocate, free", runs_of_8, 2, 10, ""},
    {"object create + destroy", objects_created, 1, 0, "20 mielin tensor context: claimed"},
    {"object create, ephemeral, 64 to an epoch", objects_ephemeral, 1, 0, ""},
    {"object resolve", objects_resolved, 1, 10, ""},
    {"memcpy of 64 bytes", copies, 1, 0, ""},
    {"memset of 64 bytes", fills, 1, 0, ""},
    {0},
};

const struct bench large_memory_benches[] = {
    {"run of 1024 pages allocate, free", runs_of_1024, 2, 0, "splits and merges"},
    {"heap allocate + free, 4 KiB", heap_in_turn, 1, 0, "18 glibc, 25 TLSF, 11 mimalloc: measured"},
    {"heap allocate + free, 256 live, at random", heap_at_random, 1, 0,
     "29 TLSF, 256 live: measured"},
    {0},
};
