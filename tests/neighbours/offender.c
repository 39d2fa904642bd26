/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A bad neighbour: an agent with a function for each thing that ends, and that a node must not
 * suffer from. Those that do not end are spin.c and flood.c.
 */
#include <ranvier.h>

enum { FUNCTIONS = 4, CALLS = 1000000 };

static volatile uint32_t deeper = 1;

/* Recursion that no compiler can turn into a loop, without data on the stack in memory. */
__attribute__((noinline)) static uint32_t descend(uint32_t depth)
{
    return deeper ? depth - descend(depth + 1) : depth;
}

RANVIER_EXPORT(overflow) uint32_t overflow(void)
{
    return descend(0);
}

/* The same with data on the stack in memory. */
__attribute__((noinline)) static uint32_t pile(uint32_t depth)
{
    volatile uint32_t data[64];

    data[depth % 64] = depth;
    return deeper ? data[(depth + 1) % 64] + pile(depth + 1) : depth;
}

RANVIER_EXPORT(pile_up) uint32_t pile_up(void)
{
    return pile(0);
}

/* Takes all the memory that there is; returns how many pages it has got. */
RANVIER_EXPORT(grow) uint32_t grow(void)
{
    uint32_t pages;

    do
        pages = (uint32_t)__builtin_wasm_memory_size(0);
    while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1);
    for (uint32_t page = 0; page < pages; page++)
        *(volatile uint8_t *)(page << 16 | 0xFFFF) = 1;
    return pages;
}

RANVIER_EXPORT(unreachable) void unreachable(void)
{
    __builtin_trap();
}

RANVIER_EXPORT(beyond) uint32_t beyond(void)
{
    return *(volatile uint32_t *)0x7FFFFFF0;
}

static uint32_t add_one(uint32_t sum)
{
    return sum + 1;
}

static uint32_t add_two(uint32_t sum)
{
    return sum + 2;
}

static uint32_t add_three(uint32_t sum)
{
    return sum + 3;
}

static uint32_t add_four(uint32_t sum)
{
    return sum + 4;
}

static uint32_t (*volatile const functions[FUNCTIONS])(uint32_t) = {add_one, add_two, add_three,
                                                                    add_four};

/* A million calls through the table. */
RANVIER_EXPORT(table) uint32_t table(void)
{
    uint32_t sum = 0;

    for (uint32_t call = 0; call < CALLS; call++)
        sum = functions[call % FUNCTIONS](sum);
    return sum;
}

/* A call through the table of a function that is of another type. */
RANVIER_EXPORT(mistyped) void mistyped(void)
{
    void (*volatile function)(void) = (void (*)(void))add_one;

    function();
}
