/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The services' lives. Each service has a task of its own; when its main returns, or faults, or
 * calls task_exit, the life is over, and the same task puts things in order:
 *
 *                     main returns, task_exit, a fault
 *   LIVING ------------------------------------------------> taken back
 *     ^                                                       |     |
 *     |   it failed, and its policy allows one more,          |     | else
 *     +---------- after a delay, its data as at boot ---------+     +---> task EXITED
 *
 * Taken back means: its interfaces leave the registry; the tasks that it spawned are cancelled, and
 * have TASKS_PATIENCE to end before they are ended where they are (task_end_children); its channels
 * close; its capabilities end with all that was derived from them; its alarms are disarmed, on
 * every core; its pages are free. If a task of it cannot be ended either (it keeps interrupts
 * masked, or the image is without PREEMPTION), what that may still use (alarms, pages, data) stays,
 * and the service does not live again.
 *
 * A life fails if main returns neither OK nor ERR_CANCELLED. The first restart comes after
 * `restart_delay`, each next one after twice the delay before, at most RESTART_DELAY_MAX; after
 * `restart_limit` in a row it is left alone. A life of SOUND_LIFE begins a new row.
 */
#ifndef KERNEL_SERVICE_H
#define KERNEL_SERVICE_H

#include <kernel/board.h>
#include <kernel/status.h>
#include <stdint.h>

#define TASKS_PATIENCE    UINT64_C(1000000000)  /* ns */
#define RESTART_DELAY_MAX UINT64_C(60000000000) /* ns */
#define SOUND_LIFE        UINT64_C(60000000000) /* ns */

/* What became of a service until now. */
struct service_life {
    uint64_t began;     /* ns since entry; the life that is, or the last */
    uint32_t restarts;  /* since boot */
    uint32_t row;       /* of these, without a sound life between */
    enum status status; /* that the last life ended with; OK while there was none */
};

/* Makes every service of the board a task. Boot context. */
void services_start(void);

#endif
