/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * An alarm of core 0 looks several times in the watchdog's time whether each core's scheduler gets
 * on: nothing runs, or the run of what does has begun since the last look.
 */
#include <kernel/watchdog.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/core.h>
#include <kernel/log.h>
#include <kernel/panic.h>
#include <kernel/power.h>
#include <kernel/task.h>
#include <string.h>

enum { LOOKS = 4 }; /* in the watchdog's time */

static const uint64_t TIMEOUT = CONFIG_WATCHDOG * UINT64_C(1000000000); /* ns */

/* For a core to report itself, in ns: a device that is the watchdog was fed at the last look. */
static const uint64_t PATIENCE = CONFIG_WATCHDOG * UINT64_C(1000000000) / 2;

static struct alarm alarm;
static const struct device *watchdog; /* NULL: none */
static uintptr_t run;                 /* of the task that ran at the last look */
static unsigned looks;                /* in a row that found it running still */

/* What the device can do as a watchdog; NULL: nothing. */
static const struct watchdog_operations *operations_of(const struct device *device)
{
    if (strcmp(device->driver->class, "watchdog") == 0)
        return watchdog_device(device);
    return strcmp(device->driver->class, "power") == 0 ? power_device(device)->watchdog : NULL;
}

/* Those of the other cores, as they were at the last look, and in how many in a row. */
static struct {
    unsigned turns, looks;
} others[CONFIG_CORES];

/* Lets the core report itself. It may be beyond that, or it can't be interrupted: then this one
 * does, which halts if the other has begun. */
static noreturn void give_up(unsigned core)
{
    const uint64_t deadline = clock_now() + PATIENCE;
    log_error("watchdog", "core %u has not yielded for %d s", core, CONFIG_WATCHDOG);
    if (CONFIG_CORES > 1)
        arch_core_break(core);
    while (CONFIG_CORES > 1 && !core_is_stopped() && clock_now() < deadline)
        arch_spin();
    panic("core %u hangs", core);
}

static void check_others(void)
{
    for (unsigned core = 1; core < CONFIG_CORES; core++) {
        const unsigned turns = task_turns(core);
        const bool sleeps = turns % 2 != 0;
        if (!core_is_up(core) || sleeps || turns != others[core].turns)
            others[core].looks = 0;
        else if (++others[core].looks == LOOKS)
            give_up(core);
        others[core].turns = turns;
    }
}

static void watchdog_check(struct alarm *expired)
{
    check_others();
    const struct task *task = task_current();
    if (!task || task->run != run) {
        looks = 0;
        if (watchdog)
            operations_of(watchdog)->feed(watchdog);
    } else if (!watchdog && ++looks == LOOKS) {
        panic("%s has not yielded for %d s", task->name, CONFIG_WATCHDOG);
    }
    run = task ? task->run : 0;
    clock_arm(expired, watchdog_check, clock_now() + TIMEOUT / LOOKS);
}

static bool start(const struct device *device)
{
    const struct watchdog_operations *can = operations_of(device);
    if (!can || !device_is_up(device))
        return false;
    enum status status = can->start(device, TIMEOUT);
    if (status == ERR_NOT_FOUND)
        log_info(device->name, "no watchdog is there: a board that hangs is not reset");
    else if (status)
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
    if (watchdog || !CONFIG_PREEMPTION || CONFIG_CORES > 1)
        clock_arm(&alarm, watchdog_check, clock_now() + TIMEOUT / LOOKS);
}

bool watchdog_is_running(void)
{
    return watchdog || (CONFIG_WATCHDOG && core_current() != 0);
}
