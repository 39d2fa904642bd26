/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See lapic-timer.h. One-shot, the timer counts 32 bits down and a deadline beyond that interrupts
 * early. Either mode stops by itself after its interrupt.
 */
#include "lapic-timer.h"

#include "tsc_frequency.h"

#include <kernel/clock.h>
#include <kernel/log.h>
#include <platforms/arch/x86_64/lapic.h>
#include <platforms/arch/x86_64/x86_64.h>

enum {
    FEATURE_DEADLINE = 1 << 24, /* CPUID leaf 1, c */
    DIVIDE_BY_1 = 0xb,
};

static enum status init_core(const struct device *device)
{
    const struct lapic_timer_config *config = device->config;
    const struct lapic_timer_state *state = device->state;
    const uint32_t vector = X86_64_FIRST_INTERRUPT + config->irq;

    if (state->has_deadline) {
        lapic_write(LAPIC_TIMER, LAPIC_MASKED | LAPIC_TIMER_DEADLINE | vector);
        __asm__ volatile("mfence" : : : "memory"); /* SDM 3, 11.5.4.1: before the first deadline */
    } else {
        lapic_write(LAPIC_TIMER_DIVIDER, DIVIDE_BY_1);
        lapic_write(LAPIC_TIMER, LAPIC_MASKED | vector);
    }
    return OK;
}

static enum status lapic_timer_init(const struct device *device)
{
    const struct lapic_timer_config *config = device->config;
    struct lapic_timer_state *state = device->state;
    struct tsc_frequencies found = tsc_frequencies_find();

    if (config->frequency)
        found.counter = config->frequency;
    state->has_deadline = x86_64_cpuid(1, 0).c & FEATURE_DEADLINE;
    if (!found.counter || (!found.timer && !state->has_deadline)) {
        log_error(device->name, "neither CPUID nor the 8254 tells the frequency; set `frequency`");
        return ERR_DEVICE;
    }
    state->scale = tick_scale(found.counter);
    if (!state->has_deadline)
        state->timer_scale = tick_scale(found.timer);
    log_debug(device->name, "time stamp counter %llu Hz, timer %llu Hz%s",
              (unsigned long long)found.counter, (unsigned long long)found.timer,
              state->has_deadline ? ", TSC deadlines" : "");
    return init_core(device);
}

static uint64_t now(const struct device *device)
{
    const struct lapic_timer_state *state = device->state;

    return ticks_to_nanoseconds(&state->scale, x86_64_counter() - x86_64_counter_at_entry());
}

static uintptr_t ticks(const struct device *device)
{
    (void)device;
    return __builtin_ia32_rdtsc(); /* early by some instructions, without a fence */
}

static uint64_t length(const struct device *device, uint64_t ticks)
{
    const struct lapic_timer_state *state = device->state;

    return ticks_to_nanoseconds(&state->scale, ticks);
}

static void set_by_counter(const struct lapic_timer_state *state, uint64_t deadline)
{
    uint64_t ticks = nanoseconds_to_ticks(&state->scale, deadline);
    uint64_t limit = UINT64_MAX - x86_64_counter_at_entry();

    if (deadline == CLOCK_NEVER)
        write_msr(MSR_TSC_DEADLINE, 0);
    else
        write_msr(MSR_TSC_DEADLINE, x86_64_counter_at_entry() + (ticks < limit ? ticks : limit));
}

static void set_by_timer(const struct lapic_timer_state *state, uint64_t deadline, uint64_t time)
{
    uint64_t ticks = 1; /* 0 would stop it */

    if (deadline > time)
        ticks = nanoseconds_to_ticks(&state->timer_scale, deadline - time);
    if (deadline == CLOCK_NEVER)
        ticks = 0;
    lapic_write(LAPIC_TIMER_INITIAL, ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX);
}

static void set_deadline(const struct device *device, uint64_t deadline)
{
    const struct lapic_timer_state *state = device->state;

    if (state->has_deadline)
        set_by_counter(state, deadline);
    else
        set_by_timer(state, deadline, now(device));
}

static void lapic_timer_interrupt(const struct device *device)
{
    (void)device;
    clock_interrupt();
}

static const struct timer_operations operations = {
    .now = now, .ticks = ticks, .length = length, .set_deadline = set_deadline};

const struct driver lapic_timer_driver = {
    .name = "lapic-timer",
    .class = "timer",
    .init = lapic_timer_init,
    .interrupt = lapic_timer_interrupt,
    .operations = &operations,
    .init_core = init_core,
};
