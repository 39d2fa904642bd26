/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The stacks of the board's table, and the frames that exceptions put on them.
 */
#include <platforms/arch/armv7m/stacks.h>

#include <kernel/board.h>
#include <stddef.h>

/* From vectors.S. */
extern uint8_t fault_stack[], fault_stack_end[];

static bool holds(const struct stack *stack, uint32_t address, uint32_t *low, uint32_t *high)
{
    uint32_t base = (uint32_t)(uintptr_t)stack->base;
    if (address < base || address > base + stack->size)
        return false;
    *low = base + (uint32_t)stack->guard;
    *high = base + (uint32_t)stack->size;
    return true;
}

bool stack_find(uint32_t address, uint32_t *low, uint32_t *high)
{
    const struct stack fault = {fault_stack, (size_t)(fault_stack_end - fault_stack), 0};
    for (size_t i = 0; i < board.service_count; i++)
        if (holds(&board.services[i].stack, address, low, high))
            return true;
    return holds(&boot_stacks[0], address, low, high) ||
           holds(&interrupt_stacks[0], address, low, high) || holds(&fault, address, low, high);
}

static bool guards(const struct stack *stack, uintptr_t address)
{
    return address - (uintptr_t)stack->base < stack->guard;
}

bool stack_is_guard(uintptr_t address)
{
    for (size_t i = 0; i < board.service_count; i++)
        if (guards(&board.services[i].stack, address))
            return true;
    return guards(&boot_stacks[0], address) || guards(&interrupt_stacks[0], address);
}

uint32_t exception_frame_size(uint32_t exception_return, uint32_t xpsr)
{
    bool has_fpu_registers = !(exception_return & (1u << 4));
    bool padded = xpsr & (1u << 9);
    return (has_fpu_registers ? 26 * 4 : 8 * 4) + (padded ? 4 : 0);
}
