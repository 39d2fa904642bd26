/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The entry of the simulated board: what a board's start code does, done to a process. Also the
 * run-time options of the sanitizers, which must leave faults to the kernel.
 */
#include "host.h"

#include <kernel/boot.h>
#include <kernel/panic.h>
#include <stdio.h>

/* The sanitizers' names for what they ask of a program. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

const char *__asan_default_options(void)
{
    return "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:handle_abort=0:"
           "use_sigaltstack=0:detect_stack_use_after_return=0:detect_leaks=0:halt_on_error=1";
}

const char *__ubsan_default_options(void)
{
    return "halt_on_error=1:print_stacktrace=0";
}

/* A sanitizer has found an error and told of it on standard error; the kernel's report follows. */
static void sanitizer_died(void)
{
    panic("sanitizer error, see standard error");
}

int main(int count, char **values)
{
    if (!host_process_init(count, values)) {
        fprintf(stderr, "usage: %s [--config FILE] [--disk FILE]    the board is built in\n",
                values[0]);
        return 2;
    }
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(sanitizer_died);
    host_interrupts_init();
    host_faults_init();
    host_memory_init();
    host_interrupts_init_core();
    host_enter_kernel(kernel_main);
}
