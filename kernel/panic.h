/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Faults and panics: the report, polled out on the console. A fault of a task ends the task; what
 * the run cannot go on after ends it: with a failure status where an emulator or a debugger listens
 * (PANIC_TELL), else with a reset (PANIC_RESET). The report's form is fixed; `make run` finds the
 * backtrace in it and adds functions and lines:
 *
 *   panic: data abort: write to 0x0000000000000000, translation fault
 *     task: console
 *     pc 0x0000000040081234  …registers, as the architecture prints them
 *     backtrace:
 *       #0 0x0000000040081234
 *       #1 0x0000000040080fe0
 *     log: [    0.001234] uart0: the last records of the log
 *   panic: end of report
 *
 * That of a fault which only its task ends with says "fault:" instead of "panic:".
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct stack;

/* A fault as the architecture's handler found it. */
struct fault {
    const char *cause;  /* "data abort", in the architecture's words */
    const char *detail; /* "translation fault, level 2", or NULL */
    const char *access; /* "read from", "write to", "fetch from", or NULL if no address is known */
    uintptr_t address;  /* the address it was about, where access is not NULL */
    uintptr_t pc;       /* the interrupted instruction */
    bool fatal; /* of a handler, within interrupts masked, or nobody's: the run can't go on */
    const void *registers; /* the architecture's own frame, for arch_fault_print_registers */
};

/* Reports a fault of the running code. The architecture's vectors call this, with interrupts
 * masked, on a stack that is good even after a stack overflow. Returns only if the running task can
 * end alone: its stack, on whose top the architecture is to continue at task_fault (task.h) with
 * interrupts enabled. Else it ends the run. A fault within the report prints one line and ends the
 * run. */
const struct stack *fault_report(const struct fault *fault);

/* Reports `format` (as log_write's), the caller's backtrace, and ends the run. Any context. */
noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a part of the report. Only for arch_fault_print_registers. */
void panic_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
