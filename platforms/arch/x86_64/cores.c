/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Other cores: their numbers, how they start (SDM 3, 9.4.4), how they are interrupted. A core's
 * number is its local APIC's.
 */
#include "lapic.h"
#include "x86_64.h"

#include <kernel/arch.h>
#include <kernel/clock.h>
#include <string.h>

enum {
    TRAMPOLINE =
        0x8000, /* a page below 1 MB that neither firmware nor a loader keeps anything in */
    TRAMPOLINE_PAGE = TRAMPOLINE >> 12,

    COMMAND_NONMASKABLE = 4 << 8,
    COMMAND_INIT = 5 << 8,
    COMMAND_STARTUP = 6 << 8,
    COMMAND_ASSERT = 1 << 14,

    INIT_DELAY = 10000000,  /* ns */
    STARTUP_DELAY = 200000, /* ns */
};

void cores_init(void)
{
    memcpy((void *)(uintptr_t)TRAMPOLINE, x86_64_trampoline,
           (size_t)(x86_64_trampoline_end - x86_64_trampoline));
}

/* The task register is loaded with the core's own row; 0 before, on the first core only. */
unsigned arch_core(void)
{
    uint64_t selector;

    __asm__ volatile("str %0" : "=r"(selector) : : "memory");
    return selector ? (unsigned)(selector - SEGMENT_TASK) / SEGMENT_TASK_STRIDE : 0;
}

void arch_spin(void)
{
    __asm__ volatile("pause" : : : "memory");
}

static void wait(uint64_t time)
{
    uint64_t deadline = clock_now() + time;

    while (clock_now() < deadline)
        arch_spin();
}

/* The second start-up is for CPUs that miss the first; one that runs ignores it. */
enum status arch_core_start(unsigned core)
{
    lapic_send((uint8_t)core, COMMAND_ASSERT | COMMAND_INIT);
    wait(INIT_DELAY);
    for (unsigned i = 0; i < 2; i++) {
        lapic_send((uint8_t)core, COMMAND_ASSERT | COMMAND_STARTUP | TRAMPOLINE_PAGE);
        wait(STARTUP_DELAY);
    }
    return OK;
}

void arch_core_signal(unsigned core)
{
    lapic_send((uint8_t)core, COMMAND_ASSERT | X86_64_CORE_SIGNAL);
}

void arch_core_break(unsigned core)
{
    lapic_send((uint8_t)core, COMMAND_ASSERT | COMMAND_NONMASKABLE);
}
