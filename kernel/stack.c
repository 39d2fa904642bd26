/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Painting and reading of stacks. Not instrumented: a sanitizer's red zones on a stack that is in
 * use are none of its business here.
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
