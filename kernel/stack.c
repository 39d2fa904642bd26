/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Painting and reading of stacks, and the frames on them. Not instrumented: a sanitizer's red zones
 * on a stack that is in use are none of its business here.
 */
#include <kernel/stack.h>

enum { STACK_MINIMUM = 256 }; /* bytes above the guard */

#define STACK_PAINT ((uintptr_t)0x5ca1ab1e5ca1ab1eULL)

static uintptr_t *bottom(const struct stack *stack)
{
    return (uintptr_t *)(void *)(stack->base + stack->guard);
}

static uintptr_t *top(const struct stack *stack)
{
    return (uintptr_t *)(void *)(stack->base + stack->size);
}

bool stack_is_usable(const struct stack *stack)
{
    return (uintptr_t)stack->base % sizeof(uintptr_t) == 0 &&
           stack->guard % sizeof(uintptr_t) == 0 && stack->size % sizeof(uintptr_t) == 0 &&
           stack->size >= stack->guard + STACK_MINIMUM;
}

__attribute__((no_sanitize("address"))) void stack_paint(const struct stack *stack,
                                                         const void *limit)
{
    const uintptr_t *end = limit ? limit : top(stack);
    for (volatile uintptr_t *word = bottom(stack); word < end; word++)
        *word = STACK_PAINT;
}

__attribute__((no_sanitize("address"))) size_t stack_used(const struct stack *stack)
{
    const volatile uintptr_t *word = bottom(stack);
    while (word < top(stack) && *word == STACK_PAINT)
        word++;
    return (size_t)(top(stack) - word) * sizeof(uintptr_t);
}

bool stack_guard_has(const struct stack *stack, uintptr_t address)
{
    return address - (uintptr_t)stack->base < stack->guard;
}

bool stacks_have(const struct stacks *stacks, uintptr_t address, size_t size)
{
    if (address % sizeof(uintptr_t))
        return false;
    for (size_t i = 0; i < stacks->count; i++)
        if (address >= (uintptr_t)bottom(&stacks->all[i]) &&
            address <= (uintptr_t)top(&stacks->all[i]) - size)
            return true;
    return false;
}

bool stacks_guard_has(const struct stacks *stacks, uintptr_t address)
{
    for (size_t i = 0; i < stacks->count; i++)
        if (stack_guard_has(&stacks->all[i], address))
            return true;
    return false;
}

unsigned stacks_walk(const struct stacks *stacks, uintptr_t frame, uintptr_t *addresses,
                     unsigned count, unsigned limit)
{
    while (count < limit && stacks_have(stacks, frame, sizeof(struct frame_record))) {
        const struct frame_record *record = (const struct frame_record *)frame;
        if (!record->return_address || record->caller == frame)
            break;
        addresses[count++] = record->return_address;
        frame = record->caller;
    }
    return count;
}
