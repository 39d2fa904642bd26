/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The entry of the simulated board: what a board's start code does, done to a process. Also the
 * run-time options of the sanitizers, which must leave faults to the kernel.
 */
#include "host.h"

#include <kernel/boot.h>
#include <kernel/panic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { HOOK_LIMIT = 4 };

static struct {
    void (*function)(void *argument);
    void *argument;
} hooks[HOOK_LIMIT];
static unsigned hook_count;

static uint64_t entry_time;
static char **arguments;

/* The sanitizers' names for what they ask of a program; declared in their headers, where those are.
 */
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

static uint64_t monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t host_entry_time(void)
{
    return entry_time;
}

uint64_t host_now(void)
{
    return monotonic() - entry_time;
}

char **host_arguments(void)
{
    return arguments;
}

void host_at_end(void (*hook)(void *argument), void *argument)
{
    if (hook_count == HOOK_LIMIT)
        panic("more than %d end hooks", HOOK_LIMIT);
    hooks[hook_count].function = hook;
    hooks[hook_count++].argument = argument;
}

void host_run_end_hooks(void)
{
    while (hook_count) {
        hook_count--;
        hooks[hook_count].function(hooks[hook_count].argument);
    }
}

int main(int count, char **values)
{
    entry_time = monotonic();
    arguments = values;
    if (count > 1) {
        fprintf(stderr, "%s: takes no arguments: the board is built in\n", values[0]);
        return 2;
    }
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(sanitizer_died);
    host_interrupts_init();
    host_faults_init();
    host_memory_init();
    host_enter_kernel(kernel_main);
}
