/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See arm-timer-watchdog.h. There is no interrupt handler: vectors.S takes each FIQ for a fault.
 */
#include "arm-timer-watchdog.h"

#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/interrupt.h>
#include <kernel/watchdog.h>
#include <platforms/arch/aarch64/aarch64.h>

enum { TIMER_OFF = 0, TIMER_ENABLED = 1 }; /* CNTP_CTL_EL0, interrupt not masked */

static enum status arm_timer_watchdog_init(const struct device *device)
{
    (void)device;
    WRITE_SYSTEM_REGISTER(cntp_ctl_el0, TIMER_OFF);
    instruction_barrier();
    return OK;
}

static void arm_timer_watchdog_feed(const struct device *device)
{
    const struct arm_timer_watchdog_state *state = device->state;
    WRITE_SYSTEM_REGISTER(cntp_cval_el0, READ_SYSTEM_REGISTER(cntpct_el0) + state->timeout);
}

static enum status arm_timer_watchdog_start(const struct device *device, uint64_t timeout)
{
    const struct arm_timer_watchdog_config *config = device->config;
    struct arm_timer_watchdog_state *state = device->state;
    const struct device *controller = board.interrupt_controller;
    const struct interrupt_controller_operations *can = interrupt_controller(controller);
    enum status status = can->escalate ? can->escalate(controller, config->irq) : ERR_DENIED;
    if (status)
        return status == ERR_DENIED ? ERR_NOT_FOUND : status; /* they are firmware's */
    state->timeout = timeout / NANOSECONDS_PER_SECOND * READ_SYSTEM_REGISTER(cntfrq_el0);
    arm_timer_watchdog_feed(device);
    WRITE_SYSTEM_REGISTER(cntp_ctl_el0, TIMER_ENABLED);
    instruction_barrier();
    aarch64_unmask_fast_interrupts();
    return OK;
}

static const struct watchdog_operations operations = {
    .start = arm_timer_watchdog_start,
    .feed = arm_timer_watchdog_feed,
};

const struct driver arm_timer_watchdog_driver = {
    .name = "arm-timer-watchdog",
    .class = "watchdog",
    .init = arm_timer_watchdog_init,
    .operations = &operations,
};
