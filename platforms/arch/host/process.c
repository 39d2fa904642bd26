/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The process that the board is: when it began, what it was started with, what is to be done before
 * it ends.
 */
#include "host.h"

#include <kernel/panic.h>
#include <string.h>
#include <time.h>

enum { HOOK_LIMIT = 4 };

static struct {
    void (*function)(void *argument);
    void *argument;
} hooks[HOOK_LIMIT];
static unsigned hook_count;

static uint64_t entry_time;
static char **arguments;

static uint64_t monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* What stands after `option`; NULL if that is not there. */
static const char *argument_of(const char *option)
{
    for (char **one = arguments + 1; *one; one += 2)
        if (strcmp(*one, option) == 0)
            return one[1];
    return NULL;
}

bool host_process_init(int count, char **values)
{
    entry_time = monotonic();
    arguments = values;
    for (int i = 1; i < count; i += 2)
        if (i + 1 == count ||
            (strcmp(values[i], "--config") != 0 && strcmp(values[i], "--disk") != 0))
            return false;
    return true;
}

const char *host_configuration(void)
{
    return argument_of("--config");
}

const char *host_disk(void)
{
    return argument_of("--disk");
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
