/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * An alarm looks several times in the watchdog's time whether the scheduler gets on: nothing runs,
 * or the running task's run has begun since the last look.
 */
#include <kernel/watchdog.h>

#include <kernel/board.h>
#include <kernel/log.h>
#include <kernel/panic.h>
#include <kernel/task.h>
#include <string.h>

enum { LOOKS = 4 }; /* in the watchdog's time */

static const uint64_t TIMEOUT = CONFIG_WATCHDOG * UINT64_C(1000000000); /* ns */

static struct alarm alarm;
static const struct device *watchdog; /* NULL: none */
static uint64_t run_start;            /* of the task that ran at the last look */
static unsigned looks;                /* in a row that found it running still */

static void watchdog_check(struct alarm *expired)
{
    const struct task *task = task_current();
    if (!task || task->run_start != run_start) {
        looks = 0;
        if (watchdog)
            watchdog_device(watchdog)->feed(watchdog);
    } else if (!watchdog && ++looks == LOOKS) {
        panic("%s has not yielded for %d s", task->name, CONFIG_WATCHDOG);
    }
    run_start = task ? task->run_start : 0;
    clock_arm(expired, watchdog_check, clock_now() + TIMEOUT / LOOKS);
}

static bool start(const struct device *device)
{
    if (strcmp(device->driver->class, "watchdog") != 0 || !device_is_up(device))
        return false;
    enum status status = watchdog_device(device)->start(device, TIMEOUT);
    if (status)
        log_error(device->name, "watchdog: %s", status_text(status));
    return !status;
}

void watchdog_start(void)
{
    if (!CONFIG_WATCHDOG)
        return;
    for (size_t i = 0; i < board.device_count && !watchdog; i++)
        if (start(&board.devices[i]))
            watchdog = &board.devices[i];
    if (watchdog || !CONFIG_HARMONY)
        clock_arm(&alarm, watchdog_check, clock_now() + TIMEOUT / LOOKS);
}

bool watchdog_is_running(void)
{
    return watchdog != NULL;
}
