/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See arm-generic-timer.h. The comparator is absolute and 64 bits wide, so any deadline can be set
 * and a past one fires at once; its interrupt stays asserted until the comparator moves on.
 */
#include "arm-generic-timer.h"

#include <kernel/clock.h>
#include <kernel/log.h>
#include <platforms/arch/aarch64/aarch64.h>

enum { TIMER_OFF = 0, TIMER_ENABLED = 1 }; /* CNTV_CTL_EL0, interrupt not masked */

static enum status init_core(const struct device *device)
{
    (void)device;
    WRITE_SYSTEM_REGISTER(cntv_ctl_el0, TIMER_OFF);
    instruction_barrier();
    return OK;
}

static enum status arm_generic_timer_init(const struct device *device)
{
    const struct arm_generic_timer_config *config = device->config;
    struct arm_generic_timer_state *state = device->state;
    uint32_t frequency = (uint32_t)READ_SYSTEM_REGISTER(cntfrq_el0);

    if (!frequency)
        frequency = config->frequency;
    if (!frequency) {
        log_error(device->name, "firmware left CNTFRQ_EL0 unset; set `frequency`");
        return ERR_INVALID;
    }
    state->scale = tick_scale(frequency);
    return init_core(device);
}

static uint64_t now(const struct device *device)
{
    const struct arm_generic_timer_state *state = device->state;

    return ticks_to_nanoseconds(&state->scale, aarch64_counter() - aarch64_counter_at_entry());
}

static uintptr_t ticks(const struct device *device)
{
    (void)device;
    return READ_SYSTEM_REGISTER(cntvct_el0); /* early by some instructions, without a barrier */
}

static uint64_t length(const struct device *device, uint64_t ticks)
{
    const struct arm_generic_timer_state *state = device->state;

    return ticks_to_nanoseconds(&state->scale, ticks);
}

static void set_deadline(const struct device *device, uint64_t deadline)
{
    const struct arm_generic_timer_state *state = device->state;

    if (deadline == CLOCK_NEVER) {
        WRITE_SYSTEM_REGISTER(cntv_ctl_el0, TIMER_OFF);
    } else {
        uint64_t ticks = nanoseconds_to_ticks(&state->scale, deadline);
        uint64_t limit = UINT64_MAX - aarch64_counter_at_entry();
        uint64_t compare = aarch64_counter_at_entry() + (ticks < limit ? ticks : limit);
        WRITE_SYSTEM_REGISTER(cntv_cval_el0, compare);
        WRITE_SYSTEM_REGISTER(cntv_ctl_el0, TIMER_ENABLED);
    }
    instruction_barrier();
}

static void arm_generic_timer_interrupt(const struct device *device)
{
    (void)device;
    WRITE_SYSTEM_REGISTER(cntv_ctl_el0, TIMER_OFF);
    instruction_barrier();
    clock_interrupt();
}

static const struct timer_operations operations = {
    .now = now, .ticks = ticks, .length = length, .set_deadline = set_deadline};

const struct driver arm_generic_timer_driver = {
    .name = "arm-generic-timer",
    .class = "timer",
    .init = arm_generic_timer_init,
    .interrupt = arm_generic_timer_interrupt,
    .operations = &operations,
    .init_core = init_core,
};
