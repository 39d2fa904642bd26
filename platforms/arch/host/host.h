/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the parts of the simulated board share: this folder's files, and the drivers host-*.
 *
 * A thread for each core, mostly one, runs all kernel and service code. Its interrupts are signals.
 * Masking is a flag, not a system call: a signal that comes while it is set is noted, and taken
 * when interrupts are enabled. Drivers may have threads of their own, as devices are concurrent to
 * a core too; such a thread touches its device's state only and raises interrupts.
 */
#ifndef HOST_H
#define HOST_H

#include <kernel/status.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <ucontext.h>

struct device;

/* Exit status of a halted core. */
enum { EXIT_HALTED = 125 };

/* Signal of a watchdog that was not fed: no mask holds it off, and it ends the run as a fault. */
enum { HOST_WATCHDOG_SIGNAL = SIGVTALRM };

/* A device's interrupt line. Numbers are of this arch layer only. */
enum host_interrupt {
    HOST_INTERRUPT_TIMER,
    HOST_INTERRUPT_CONSOLE,
    HOST_INTERRUPT_KEYBOARD,
    HOST_INTERRUPT_CORE, /* arch_core_signal */
    HOST_INTERRUPT_COUNT
};

/* Lets `interrupt` call the device's handler. Boot context. ERR_BUSY if a device has it
 * already. */
enum status host_interrupt_attach(enum host_interrupt interrupt, const struct device *device);

/* The signal that stands for `interrupt`, for timer_create. */
int host_interrupt_signal(enum host_interrupt interrupt);

/* Raises `interrupt` on a core. From any thread. */
void host_interrupt_raise(enum host_interrupt interrupt, unsigned core);

/* Ends the run as a watchdog does that was not fed, with a report of what `core` does. From any
 * thread. */
void host_watchdog_raise(unsigned core);

/* Starts a thread, a device's or a core's; it begins with all signals blocked. ERR_DEVICE if the
 * system refuses. */
enum status host_thread_start(void *(*body)(void *argument), void *argument);

/* Notes the time of entry and the arguments, the program's name first. Before all else. False for
 * arguments that it does not take. */
bool host_process_init(int count, char **values);

/* Nanoseconds since the process's entry, CLOCK_MONOTONIC. Any context. */
uint64_t host_now(void);

/* CLOCK_MONOTONIC at the process's entry, in ns. */
uint64_t host_entry_time(void);

/* Calls hook(argument) before the process ends or starts anew, last added first. At most four. Boot
 * context. */
void host_at_end(void (*hook)(void *argument), void *argument);

/* Calls the hooks, once. Any context of the core. */
void host_run_end_hooks(void);

/* The file that was named after --config; NULL: none. */
const char *host_configuration(void);

/* The file that was named after --disk; NULL: none. */
const char *host_disk(void);

/* The arguments that the process was started with, for starting it anew. */
char **host_arguments(void);

/* Maps the board's RAM and closes the guards of all stacks. Panics where that fails. */
void host_memory_init(void);

/* Installs the handlers of faults and of the requests to end (SIGTERM and its like). */
void host_faults_init(void);

/* Installs the interrupts' handlers. Signals may still be blocked. */
void host_interrupts_init(void);

/* Lets this thread's signals in, as the interrupts of the core that it is; they run on its
 * interrupt stack. After all handlers are installed. */
void host_interrupts_init_core(void);

/* Whether interrupts are masked. Any context. */
bool host_masked(void);

/* A stack that code can run on. */
struct host_stack {
    const uint8_t *base;
    size_t size; /* bytes */
};

/* This core's own stack, and the one that the core runs on now, outside interrupts. */
struct host_stack host_kernel_stack(void);
struct host_stack host_current_stack(void);

/* Leaves the process's stack for the kernel's and calls `entry` there. */
noreturn void host_enter_kernel(void (*entry)(void));

/* Registers of the code that a signal interrupted. */
uintptr_t host_program_counter(const ucontext_t *context);
uintptr_t host_frame_pointer(const ucontext_t *context);

/* Follows frame pointers from `frame` inside the stack that it lies in. Stores return addresses,
 * innermost first, at most `limit`; returns how many. */
unsigned host_unwind(uintptr_t frame, uintptr_t *addresses, unsigned limit);

#endif
