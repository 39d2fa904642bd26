/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Memory of the simulated board: the RAM of its memory map, mapped where the map says, and the
 * guards below its tasks' stacks. Page 0, code and constants are protected by the system's loader.
 */
#include "host.h"

#include <errno.h>
#include <kernel/board.h>
#include <kernel/core.h>
#include <kernel/panic.h>
#include <sys/mman.h>

struct host_stack host_kernel_stack(void)
{
    const struct stack *stack = &boot_stacks[core_current()];
    return (struct host_stack){stack->base, stack->size};
}

static void map_region(const struct memory_region *region)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *place = mmap((void *)region->base, region->size, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (place != (void *)region->base)
        panic("memory %s: nothing can be mapped at %p: error %d", region->name,
              (void *)region->base, errno);
}

static void close_guard(const char *name, const struct stack *stack)
{
    if (mprotect(stack->base, stack->guard, PROT_NONE))
        panic("stack of %s: no guard: error %d", name, errno);
}

/* A row of the copy table, from link.ld; unit tests have none. */
struct copy_row {
    uint8_t *to;
    const uint8_t *from;
    size_t size;
};
extern const struct copy_row __copy_table_start[] __attribute__((weak));
extern const struct copy_row __copy_table_end[] __attribute__((weak));

/* Not instrumented: between variables lie red zones. */
__attribute__((no_sanitize("address"))) static void copy_initial_data(void)
{
    for (const struct copy_row *row = __copy_table_start; row < __copy_table_end; row++) {
        volatile uint8_t *to = row->to;
        for (size_t i = 0; i < row->size; i++)
            to[i] = row->from[i];
    }
}

void host_memory_init(void)
{
    copy_initial_data();
    for (size_t i = 0; i < board.region_count; i++)
        if (board.regions[i].kind == MEMORY_RAM)
            map_region(&board.regions[i]);
    for (unsigned core = 0; core < CONFIG_CORES; core++) {
        close_guard("kernel", &boot_stacks[core]);
        close_guard("interrupts", &interrupt_stacks[core]);
    }
    for (size_t i = 0; i < board.service_count; i++)
        close_guard(board.services[i].name, &board.services[i].stack);
}
