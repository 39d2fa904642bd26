/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The simulated cores after the first: a thread each. A task that is moved goes on in another
 * thread, so nothing here or in a task may keep the address of anything thread-local across a
 * switch.
 */
#include "host.h"

#include <kernel/arch.h>
#include <kernel/core.h>
#include <sched.h>

static _Thread_local unsigned number;

/* Not inlined, so that every call looks anew. */
__attribute__((noinline)) unsigned arch_core(void)
{
    __asm__ volatile("" : : : "memory");
    return number;
}

/* The machine may have fewer processors than the board has cores. */
void arch_spin(void)
{
    sched_yield();
}

static void *run(void *argument)
{
    number = (unsigned)(uintptr_t)argument;
    host_interrupts_init_core();
    host_enter_kernel(core_main);
}

enum status arch_core_start(unsigned core)
{
    return host_thread_start(run, (void *)(uintptr_t)core);
}

void arch_core_signal(unsigned core)
{
    host_interrupt_raise(HOST_INTERRUPT_CORE, core);
}

void arch_core_break(unsigned core)
{
    host_watchdog_raise(core);
}
