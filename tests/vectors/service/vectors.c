/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See vectors.h.
 */
#include "vectors.h"

#include <kernel/clock.h>
#include <kernel/log.h>
#include <kernel/task.h>
#include <string.h>

enum { ROUNDS = 4, INTERRUPTS = 8, PERIOD = 2000000 /* ns */ };

static struct alarm alarm;
static volatile uint32_t interrupts;
static uint8_t put[HOLD_SIZE], got[HOLD_SIZE];

static void on_alarm(struct alarm *expired)
{
    interrupts = interrupts + 1;
    hold_spoil();
    clock_arm(expired, on_alarm, clock_now() + PERIOD);
}

static bool keeps(const struct hold *hold, unsigned round)
{
    size_t size = hold->size();
    for (size_t i = 0; i < size; i++)
        put[i] = (uint8_t)(i * 37 + i / 256 + round * 101 + 1);
    memset(got, 0, size);
    hold->run(put, got, &interrupts, interrupts + INTERRUPTS);
    return memcmp(put, got, size) == 0;
}

enum status vectors_main(const struct service *service)
{
    (void)service;
    clock_arm(&alarm, on_alarm, clock_now() + PERIOD);
    for (size_t i = 0; i < hold_count; i++) {
        unsigned kept = 0;
        if (!holds[i].exists())
            continue;
        for (unsigned round = 0; round < ROUNDS; round++)
            kept += keeps(&holds[i], round);
        log_info("vectors", "%s, %lu bytes: kept in %u of %u rounds", holds[i].name,
                 (unsigned long)holds[i].size(), kept, (unsigned)ROUNDS);
    }
    clock_disarm(&alarm);
    log_info("vectors", "preempted %lu times", (unsigned long)task_current()->harmony.overruns);
    return OK;
}
