/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See hoarder.h.
 */
#include "hoarder.h"

#include <kernel/clock.h>
#include <kernel/heap.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/object.h>
#include <kernel/task.h>

enum { STACK = 64 * 1024, GIVEN = 17 };

static unsigned given = GIVEN; /* as at boot in each life */
static struct task child;
static struct object_table objects;

static void wait_for_the_end(void *argument)
{
    (void)argument;
    task_sleep_until(CLOCK_NEVER);
}

static enum status take_objects(unsigned owner)
{
    struct object_handle handle;
    enum status status = object_table_init(&objects, &memory_pages, owner, 4, 4, 4096);
    for (unsigned i = 0; i < 4 && !status; i++)
        status = object_create(&objects, OBJECT_LONG_LIVED, owner, NULL, 5000, &handle);
    return status ? status : object_destroy(&objects, handle);
}

static enum status take_heap(unsigned owner)
{
    struct heap *heap;
    void *block;
    enum status status = heap_create(&memory_pages, owner, 1024, &heap);
    for (size_t size = 100; size < 20000 && !status; size *= 3)
        status = heap_allocate(heap, size, 0, &block);
    return status;
}

static enum status take_child(unsigned owner)
{
    struct task_parameters parameters = {
        .name = "hoarded", .stack = {.size = STACK}, .priority = 9, .entry = wait_for_the_end};
    void *stack;
    enum status status =
        page_allocate(&memory_pages, owner, page_order(&memory_pages, STACK), &stack);
    parameters.stack.base = stack;
    return status ? status : task_spawn(&child, &parameters);
}

enum status hoarder_main(const struct service *service)
{
    const unsigned owner = memory_owner(service);
    if (given++ != GIVEN)
        return ERR_CORRUPT;
    enum status status = take_child(owner);
    if (!status)
        status = take_objects(owner);
    if (!status)
        status = take_heap(owner);
    if (status)
        return status;
    log_info("hoarder", "has all");
    return task_sleep_until(CLOCK_NEVER);
}
