/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the kernel needs of an architecture. Each platforms/arch/<isa>/ defines all of this and
 * nothing else that the kernel calls; the kernel in turn is entered at kernel_main (boot.h),
 * interrupt_dispatch (interrupt.h), task_preempt (task.h) and fault_report (panic.h) only.
 *
 * Two headers of the architecture's folder are part of it: <arch_context.h> defines struct
 * arch_context, what a parked task's registers need besides its stack; <arch_interrupts.h> defines,
 * in line where that is an instruction or two,
 *
 *   bool arch_interrupts_disable(void)            masks interrupts on this core; returns whether
 *                                                 they were enabled. Any context; nests
 *   void arch_interrupts_restore(bool enabled)    enables interrupts if `enabled`; a pending one is
 *                                                 taken before this returns
 *   bool arch_in_interrupt(void)                  true while an interrupt handler runs on this core
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include <arch_context.h>
#include <arch_interrupts.h>
#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct fault;

/* Sleeps until an interrupt is pending. Called with interrupts masked, so that a wake-up between
 * the scheduler's last look and this call is not lost; the interrupt is taken after it returns,
 * when the caller enables interrupts. Scheduler only. */
void arch_idle(void);

/* This core's number, below CONFIG_CORES; 0 is the one that boots. A task that is not to be moved
 * meanwhile has interrupts masked, or just doesn't yield. Any context. This and the next four are
 * only called where CONFIG_CORES is above 1. */
unsigned arch_core(void);

/* Called over and over while another core is waited for. Any context. */
void arch_spin(void);

/* Starts another core: it enters core_main (core.h) on boot_stacks[core]. ERR_NOT_FOUND if there is
 * no such core, ERR_DEVICE if it can't be started. Boot context. */
enum status arch_core_start(unsigned core);

/* Interrupts another core, which calls core_interrupt (core.h). What was written before is seen
 * there. Any context. */
void arch_core_signal(unsigned core);

/* Interrupts another core even where it has interrupts masked: what it is in is a fault then, which
 * ends the run. Nothing where the board has no such interrupt. Any context. */
void arch_core_break(unsigned core);

/* Prepares `context` so that the first arch_context_switch to it calls entry(argument) on the
 * stack [stack, stack + size). Its lowest bytes are the guard, as many as the board's stacks have.
 * `entry` must not return. A context that is all zero and is only ever switched away from first is
 * the kernel's own, on boot_stacks[]. Boot and task context. */
void arch_context_init(struct arch_context *context, void *stack, size_t size,
                       void (*entry)(void *argument), void *argument);

/* Saves the running task in `from` and continues `to`, with the protection context of `to` (its
 * stack guard, and later its fence) in force. Interrupts are masked by the caller. Task context. */
void arch_context_switch(struct arch_context *from, struct arch_context *to);

/* static inline void arch_context_switch_in_line(struct arch_context *from, struct arch_context
 * *to), in <arch_context.h>: the same as an instruction sequence in its caller, for CPUs that
 * predict returns, where ARCH_SWITCHES_IN_LINE is 1 there. Where it is 0, nobody calls it. */

/* static inline void arch_context_end(struct arch_context *context), in <arch_context.h>: the
 * running task's context is done with, the next switch from it is the last, and afterwards its
 * stack is just memory. Interrupts masked. */

/* Return addresses of the caller, innermost first, at most `limit`. Reads only inside the current
 * stack, so it is safe on a damaged one. Returns how many were stored. Any context. */
unsigned arch_backtrace(uintptr_t *addresses, unsigned limit);

/* The same for the code that the current interrupt interrupted, which its own address comes before.
 * Interrupt context. */
unsigned arch_interrupted_backtrace(uintptr_t *addresses, unsigned limit);

/* The same for the code that a fault interrupted. Fault context. */
unsigned arch_fault_backtrace(const struct fault *fault, uintptr_t *addresses, unsigned limit);

/* Prints every register of the interrupted code through panic_printf, some lines. Fault context. */
void arch_fault_print_registers(const struct fault *fault);

/* Provokes one of the faults that a board must report; does not return if the protection works.
 * Serves the console's `panic KIND` and the boot tests. Task context. */
enum arch_fault_kind { FAULT_NULL, FAULT_WRITE_CODE, FAULT_EXECUTE_DATA, FAULT_STACK_OVERFLOW };
void arch_provoke_fault(enum arch_fault_kind kind);

/* One line about the CPU that is really there, "Neoverse-N1 r4p1, EL1". Static text or a buffer of
 * its own; filled in at boot, as what it has is in the profile (profile.h). Any context. */
const char *arch_cpu_name(void);

/* Makes what was written there reach the memory itself, past all caches, so that it is there after
 * a reset. Any context. */
void arch_memory_settle(const void *start, size_t size);

/* Stops this core for good: interrupts masked, asleep. Any context. */
noreturn void arch_halt(void);

#endif
