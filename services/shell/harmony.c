/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The command `harmony`: how well each task gets on with the others.
 */
#include "commands.h"

#include <kernel/harmony.h>
#include <kernel/task.h>

void report_harmony(struct shell *shell, const char *argument)
{
    (void)argument;
    if (!CONFIG_HARMONY) {
        shell_print(shell, "this image is built without HARMONY\n");
        return;
    }
    shell_print(shell, "  %-14s %-10s %5s  %9s  %8s  %9s  %s\n", "task", "state", "score", "limit",
                "overruns", "longest", "may run");
    for (const struct task *task = task_first(); task; task = task->next) {
        unsigned score = harmony_of(task);
        struct task_usage usage = task_usage(task);
        shell_print(shell, "  %-14s %-10s %u.%03u  %6lu ms  %8lu  %6lu us  %3u %%%s\n", task->name,
                    task_state_name(task_state(task)), score / HARMONY_ONE, score % HARMONY_ONE,
                    (unsigned long)(task->limit / 1000000), (unsigned long)task->harmony.overruns,
                    (unsigned long)(usage.longest / 1000),
                    (unsigned)task->harmony.share * 100 / HARMONY_ONE,
                    harmony_is_parasite(task) ? ", a parasite" : "");
    }
    unsigned all = harmony_of_all();
    shell_print(shell, "  %-25s %u.%03u\n", "the system", all / HARMONY_ONE, all % HARMONY_ONE);
}
