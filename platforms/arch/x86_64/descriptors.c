/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The interrupt descriptor table and the task state segment (SDM 3, 6.14 and 7.7): which code each
 * vector leads to, and on which stack it arrives.
 */
#include "x86_64.h"

#include <kernel/board.h>

enum {
    STACK_INTERRUPT = 1, /* indices into task_state.stacks, from 1 */
    STACK_FAULT = 2,
    STACK_LAST = 3,

    GATE_INTERRUPT = 0x8e, /* present, supervisor, masks interrupts */
    TASK_AVAILABLE = 0x89, /* present, a 64-bit task state that is not busy */
};

struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t stack;
    uint8_t type;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};

_Static_assert(sizeof(struct gate) == 16, "SDM 3, figure 6-8");

struct __attribute__((packed)) task_state {
    uint32_t reserved0;
    uint64_t privileged_stacks[3];
    uint64_t reserved1;
    uint64_t stacks[7]; /* the interrupt stack table */
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t port_map;
};

_Static_assert(sizeof(struct task_state) == 104, "SDM 3, figure 7-11");

struct __attribute__((packed)) table_pointer {
    uint16_t limit;
    uint64_t base;
};

extern uint64_t x86_64_descriptors[];

_Alignas(16) uint8_t x86_64_fault_stack[CONFIG_CORES][FAULT_STACK_SIZE];
_Alignas(16) uint8_t x86_64_last_stack[CONFIG_CORES][FAULT_STACK_SIZE];

static struct task_state task_states[CONFIG_CORES];
static _Alignas(16) struct gate gates[X86_64_VECTORS];

static unsigned stack_of(unsigned vector)
{
    if (vector >= X86_64_FIRST_INTERRUPT)
        return STACK_INTERRUPT;
    if (vector == VECTOR_NONMASKABLE || vector == VECTOR_DOUBLE_FAULT ||
        vector == VECTOR_MACHINE_CHECK)
        return STACK_LAST;
    return STACK_FAULT;
}

static void load_gates(void)
{
    const struct table_pointer pointer = {sizeof gates - 1, (uintptr_t)gates};

    for (unsigned vector = 0; vector < X86_64_VECTORS; vector++) {
        uintptr_t entry = (uintptr_t)x86_64_stubs + vector * X86_64_STUB_SIZE;
        gates[vector] = (struct gate){
            .offset_low = (uint16_t)entry,
            .selector = SEGMENT_CODE,
            .stack = (uint8_t)stack_of(vector),
            .type = GATE_INTERRUPT,
            .offset_middle = (uint16_t)(entry >> 16),
            .offset_high = (uint32_t)(entry >> 32),
        };
    }
    __asm__ volatile("lidt %0" : : "m"(pointer) : "memory");
}

static uint64_t top(const uint8_t *base, size_t size)
{
    return (uintptr_t)base + size;
}

static void load_task_state(unsigned core)
{
    struct task_state *state = &task_states[core];
    const struct stack *interrupts = &interrupt_stacks[core];
    const uint64_t base = (uintptr_t)state;
    const uint16_t selector = (uint16_t)(SEGMENT_TASK + core * SEGMENT_TASK_STRIDE);
    uint64_t *row = &x86_64_descriptors[selector / 8];

    state->stacks[STACK_INTERRUPT - 1] = top(interrupts->base, interrupts->size);
    state->stacks[STACK_FAULT - 1] = top(x86_64_fault_stack[core], FAULT_STACK_SIZE);
    state->stacks[STACK_LAST - 1] = top(x86_64_last_stack[core], FAULT_STACK_SIZE);
    state->port_map = sizeof *state; /* none */
    row[0] = (sizeof *state - 1) | (base & 0xffffff) << 16 | (uint64_t)TASK_AVAILABLE << 40 |
             (base >> 24 & 0xff) << 56;
    row[1] = base >> 32;
    __asm__ volatile("ltr %0" : : "r"(selector) : "memory");
}

void descriptors_init(unsigned core)
{
    load_task_state(core);
    load_gates();
}
