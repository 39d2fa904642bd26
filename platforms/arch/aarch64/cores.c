/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Other cores: their numbers, how they start, how they are interrupted. A core's number is its
 * affinity 0, and no board here has a second cluster.
 */
#include "aarch64.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/interrupt.h>
#include <kernel/power.h>

enum { AFFINITY_0 = 0xff };

unsigned arch_core(void)
{
    return READ_SYSTEM_REGISTER(mpidr_el1) & AFFINITY_0;
}

void arch_spin(void)
{
    __asm__ volatile("yield" : : : "memory");
}

/* Writes the line back to memory, where a core reads whose caches are off. */
static void clean(const void *line)
{
    __asm__ volatile("dc civac, %0\n\tdsb sy" : : "r"(line) : "memory");
}

/* A core waits in our own start code (start.S), or in firmware, which a power device can ask. */
enum status arch_core_start(unsigned core)
{
    aarch64_cores_wanted |= UINT32_C(1) << core;
    clean(&aarch64_cores_wanted);
    clean(&aarch64_translation.mair);
    clean(&aarch64_translation.sctlr);
    enum status status = power_start_core(core, (uintptr_t)aarch64_core_entry);
    __asm__ volatile("sev" : : : "memory");
    return status == ERR_NOT_FOUND ? OK : status;
}

void arch_core_signal(unsigned core)
{
    completion_barrier(); /* what the other is to see is there before it looks */
    interrupt_controller(board.interrupt_controller)->signal(board.interrupt_controller, core);
}

void arch_core_break(unsigned core)
{
    const struct device *controller = board.interrupt_controller;
    completion_barrier();
    if (interrupt_controller(controller)->break_in)
        interrupt_controller(controller)->break_in(controller, core);
}
