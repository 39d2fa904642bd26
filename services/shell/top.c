/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The command `top`: a page that is drawn anew every second until a key is pressed.
 */
#include "commands.h"
#include "console.h"

#include <kernel/budget.h>
#include <kernel/channel.h>
#include <kernel/clock.h>
#include <kernel/harmony.h>
#include <kernel/interface.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/serial.h>
#include <kernel/stack.h>
#include <kernel/task.h>
#include <string.h>

enum {
    PERIOD = 1000000000, /* ns between two pages */
    GLANCE = 100000000,  /* ns between two looks for a key */
    TASKS = 24,          /* whose share of the last period is known; of others that of all time */
};

/* What tasks had run at the last page. */
struct sample {
    uint64_t time; /* ns since entry */
    const struct task *tasks[TASKS];
    uint64_t running[TASKS];
};

/* In parts of ten thousand of the time since the sample; takes the place's next sample. */
static unsigned share_since(struct sample *last, size_t index, const struct task *task,
                            uint64_t now)
{
    uint64_t running = task_usage(task).running, before = 0, since = 0;
    if (index < TASKS) {
        if (last->tasks[index] == task) {
            before = last->running[index];
            since = last->time;
        }
        last->tasks[index] = task;
        last->running[index] = running;
    }
    uint64_t part = (now - since) / 10000;
    return part ? (unsigned)((running - before) / part) : 0;
}

static void print_tasks(struct shell *shell, struct sample *last)
{
    const uint64_t now = clock_now();
    size_t index = 0;
    shell_print(shell, "\033[7m  %-14s %-8s %8s %8s %8s  %-16s\033[m\033[K\n", "task", "state",
                "priority", "CPU", CONFIG_HARMONY ? "harmony" : "", "stack used");
    for (const struct task *task = task_first(); task; task = task->next, index++) {
        shell_print(shell, "  %-14s %-8s %8u %8s ", task->name, task_state_name(task_state(task)),
                    (unsigned)task->priority, share_text(share_since(last, index, task, now)).text);
        if (CONFIG_HARMONY)
            shell_print(shell, "%7u%%", harmony_of(task) * 100 / HARMONY_ONE);
        else
            shell_print(shell, "%8s", "");
        shell_print(shell, "  %zu of %zu\033[K\n", stack_used(&task->stack),
                    task->stack.size - task->stack.guard);
    }
    last->time = now;
}

static void print_owners(struct shell *shell)
{
    shell_print(shell, "\033[7m  %-14s %10s %10s %10s\033[m\033[K\n", "memory", "used", "at most",
                "refused");
    for (unsigned i = 0; i < memory_pages.owner_count; i++) {
        const struct budget *budget = &memory_pages.budgets[i];
        shell_print(shell, "  %-14s %9zuK %9zuK %10lu\033[K\n", budget->owner, budget->used / 1024,
                    budget->peak / 1024, (unsigned long)budget->refused);
    }
    shell_print(shell, "  %-14s %9zuK of %zuK\033[K\n", "free",
                memory_pages.free_pages * page_size(&memory_pages) / 1024,
                memory_pages.total_pages * page_size(&memory_pages) / 1024);
}

/* The channels of services that have an interface. */
static void print_channels(struct shell *shell)
{
    shell_print(shell, "\033[7m  %-14s %10s %10s\033[m\033[K\n", "channel", "queued", "room");
    for (const struct registry_provider *one = registry_first(); one; one = one->next) {
        void *channel;
        if (!one->codecs ||
            capability_resolve(one->holder, one->channel, &channel_type, 0, &channel))
            continue;
        const struct channel *of = channel;
        shell_print(shell, "  %-14s %10u %10u\033[K\n", one->codecs->name, of->queued,
                    of->capacity);
    }
}

static void print_losses(struct shell *shell)
{
    shell_print(shell, "lost: %lu log lines", (unsigned long)log_dropped_count());
    for (size_t i = 0; i < board.device_count; i++) {
        const struct device *device = &board.devices[i];
        if (device_is_up(device) && strcmp(device->driver->class, "serial") == 0)
            shell_print(shell, ", %lu bytes at %s", (unsigned long)serial(device)->overruns(device),
                        device->name);
    }
    shell_print(shell, "\033[K\n");
}

static void print_page(struct shell *shell, struct sample *last)
{
    uint64_t seconds = clock_now() / 1000000000;
    shell_print(shell, "\033[H%s, up %lu:%02u:%02u. A key ends this.\033[K\n", board.name,
                (unsigned long)(seconds / 3600), (unsigned)(seconds / 60 % 60),
                (unsigned)(seconds % 60));
    print_tasks(shell, last);
    print_owners(shell);
    print_channels(shell);
    print_losses(shell);
    shell_print(shell, "\033[J");
}

/* Whether the next page is due; false when a key was pressed or the session is to end. */
static bool wait_for_next(struct shell *shell)
{
    const uint64_t next = clock_now() + PERIOD;
    while (clock_now() < next) {
        if (session_pause(shell, clock_now() + GLANCE))
            return false;
        if (shell->operations->key(shell, false)) {
            shell->operations->key(shell, true);
            return false;
        }
    }
    return true;
}

void report_top(struct shell *shell, const char *argument)
{
    struct sample last = {0};
    (void)argument;
    shell_print(shell, "\033[2J");
    do
        print_page(shell, &last);
    while (&shell->console->shell == shell && wait_for_next(shell));
}
