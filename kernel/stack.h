/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Stacks, as the board's table has them: which part is the guard, and how much was ever used, which
 * a pattern painted before the first use tells; and the frames on them, for architectures with
 * frame pointers.
 */
#ifndef KERNEL_STACK_H
#define KERNEL_STACK_H

#include <kernel/board.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STACKS_IN_USE = 4 };

/* True if a task can run on it: aligned to words, with some room above its guard. */
bool stack_is_usable(const struct stack *stack);

/* True if both are all of the same memory. */
static inline bool stack_is_same(const struct stack *a, const struct stack *b)
{
    return a->base == b->base && a->size == b->size && a->guard == b->guard;
}

/* Paints what lies above the guard and below `limit`; `limit` NULL for all of it. Nothing of that
 * may be in use. Boot and task context. */
void stack_paint(const struct stack *stack, const void *limit);

/* The most bytes that were in use since stack_paint. Any context. */
size_t stack_used(const struct stack *stack);

/* A frame record as frame pointers chain them (AAPCS64, 6.4.6; System V ABI for x86-64, 3.2.2). */
struct frame_record {
    uintptr_t caller; /* its frame record */
    uintptr_t return_address;
};

/* Where code may keep its data: the stacks in use. */
struct stacks {
    struct stack all[STACKS_IN_USE];
    size_t count;
};

/* Those that `core` has on any architecture: that of the task that runs there, `size` bytes from
 * `running` on, its guard included, or the boot stack where `running` is 0; and that of its
 * interrupts. Any context. */
static inline struct stacks stacks_of_core(unsigned core, uintptr_t running, size_t size)
{
    struct stacks stacks = {.all = {boot_stacks[core], interrupt_stacks[core]}, .count = 2};
    if (running) {
        stacks.all[0].base = (uint8_t *)running;
        stacks.all[0].size = size;
    }
    return stacks;
}

/* True if `size` bytes at `address`, a whole number of words, lie in one of the stacks, above its
 * guard. Any context. */
bool stacks_have(const struct stacks *stacks, uintptr_t address, size_t size);

/* True if `address` lies in the guard of one of them. Any context. */
bool stacks_guard_has(const struct stacks *stacks, uintptr_t address);

/* Adds to the `count` return addresses those from the frame record at `frame` on, `limit` in all.
 * Reads only in these stacks, so it is safe on a damaged one. Returns how many there are then. Any
 * context. */
unsigned stacks_walk(const struct stacks *stacks, uintptr_t frame, uintptr_t *addresses,
                     unsigned count, unsigned limit);

/* True if `address` lies in the guard. Any context. */
bool stack_guard_has(const struct stack *stack, uintptr_t address);

#endif
