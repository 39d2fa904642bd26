/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Memory of the simulated board: the RAM of its memory map, mapped where the map says, and the
 * guards below its tasks' stacks. Page 0, code and constants are protected by the system's loader.
 */
#include "host.h"

#include <errno.h>
#include <kernel/board.h>
#include <kernel/panic.h>
#include <pthread.h>
#include <sys/mman.h>

static struct host_stack process_stack;

struct host_stack host_process_stack(void)
{
    return process_stack;
}

static void find_process_stack(void)
{
    pthread_attr_t attributes;
    void *base;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes))
        panic("the process's stack is unknown");
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
    process_stack = (struct host_stack){base, size};
}

static void map_region(const struct memory_region *region)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *place = mmap((void *)region->base, region->size, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (place != (void *)region->base)
        panic("memory %s: nothing can be mapped at %p: error %d", region->name,
              (void *)region->base, errno);
}

void host_memory_init(void)
{
    find_process_stack();
    for (size_t i = 0; i < board.region_count; i++)
        if (board.regions[i].kind == MEMORY_RAM)
            map_region(&board.regions[i]);
    for (size_t i = 0; i < board.service_count; i++) {
        const struct stack *stack = &board.services[i].stack;
        if (mprotect(stack->base, stack->guard, PROT_NONE))
            panic("stack of %s: no guard: error %d", board.services[i].name, errno);
    }
}
