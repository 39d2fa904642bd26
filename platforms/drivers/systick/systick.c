/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One counter is both the clock and the one-shot timer. A deadline nearer than the running period's
 * end cuts the period short; LOAD goes back to the full period at once, so that each short period
 * is followed by a full one and nothing need be restarted when it ends.
 *
 * COUNTFLAG says that a period ended since it was last looked at, and looking clears it. Hence the
 * order in current_value: a value read before the flag is either of the old period with the flag
 * clear, or thrown away. A value of 0 with the flag clear is the period's last moment (real
 * hardware sets the flag with it, an emulator may be late); so where a period has just begun the
 * code waits the one clock until the value is no longer 0.
 */
#include <platforms/drivers/systick/systick.h>

#include <kernel/arch.h>
#include <kernel/clock.h>
#include <platforms/arch/armv7m/armv7m.h>

#define SYST_CSR SCS_REGISTER(0xe000e010)
#define SYST_RVR SCS_REGISTER(0xe000e014)
#define SYST_CVR SCS_REGISTER(0xe000e018)

#define CSR_ENABLE    (1u << 0)
#define CSR_TICKINT   (1u << 1)
#define CSR_CLKSOURCE (1u << 2)
#define CSR_COUNTFLAG (1u << 16)

enum {
    PERIOD_MIN = 64, /* clocks; a shorter one might end before it is set up */
    CALIBRATION_ROUNDS = 4,
};

/* The counter's value after the zero that begins a period. */
static uint32_t value_after_zero(void)
{
    uint32_t value;
    do {
        value = SYST_CVR;
    } while (value == 0);
    return value;
}

/* The value of a period that has begun since the last look. */
static uint32_t next_period(struct down_counter *counter)
{
    down_counter_wrap(counter);
    return value_after_zero();
}

/* The value, of the period that `counter` is brought up to. Interrupts masked. */
static uint32_t current_value(struct down_counter *counter)
{
    uint32_t value = SYST_CVR;
    return SYST_CSR & CSR_COUNTFLAG ? next_period(counter) : value;
}

/* Begins a period of `clocks` now, in which `seen` was the value last looked at. LOAD goes back to
 * the full period as soon as the counter has taken the short one. Should that have ended by then,
 * which only a late emulator can do, it may have ended several times and another may be running: a
 * full period is begun, which also clears the flag. Interrupts masked. */
static void restart(struct systick_state *state, uint32_t seen, uint32_t clocks)
{
    SYST_RVR = clocks - 1;
    uint32_t value = SYST_CVR;
    SYST_CVR = 0; /* clears the flag, too, and reloads with the next clock */
    value_after_zero();
    SYST_RVR = DOWN_COUNTER_MAX;

    if (value > seen) /* the old period ended on the way, and a full one had begun */
        down_counter_wrap(&state->counter);
    down_counter_cut(&state->counter, value, state->restart_clocks, clocks - 1);
    if (SYST_CSR & CSR_COUNTFLAG) {
        down_counter_wrap(&state->counter);
        SYST_CVR = 0;
        value_after_zero();
    }
}

static uint64_t now(const struct device *device)
{
    struct systick_state *state = device->state;
    bool enabled = arch_interrupts_disable();
    uint32_t value = current_value(&state->counter);
    uint64_t time = down_counter_now(&state->counter, value);
    arch_interrupts_restore(enabled);
    return time;
}

__attribute__((noinline)) static uintptr_t ticks_of_next_period(struct down_counter *counter)
{
    uint32_t value = next_period(counter); /* before the end, which it moves */
    return counter->end - value;
}

/* current_value, but so that only a period's first look saves registers: each switch between tasks
 * asks for this. */
static uintptr_t ticks(const struct device *device)
{
    struct systick_state *state = device->state;
    uint32_t value = SYST_CVR;
    if (SYST_CSR & CSR_COUNTFLAG)
        return ticks_of_next_period(&state->counter);
    return state->counter.end - value;
}

static uint64_t length(const struct device *device, uint64_t ticks)
{
    const struct systick_state *state = device->state;
    return down_counter_length(&state->counter, ticks);
}

static void set_deadline(const struct device *device, uint64_t deadline)
{
    struct systick_state *state = device->state;
    uint32_t value = current_value(&state->counter);
    uint64_t time = down_counter_now(&state->counter, value);
    if (deadline <= time) {
        SCB_ICSR = ICSR_PENDSTSET;
        return;
    }
    uint32_t clocks = down_counter_clocks(&state->counter, deadline - time);
    if (clocks < PERIOD_MIN)
        clocks = PERIOD_MIN;
    if (clocks < value)
        restart(state, value, clocks);
}

static void interrupt(const struct device *device)
{
    struct systick_state *state = device->state;
    current_value(&state->counter);
    clock_interrupt();
}

/* The clocks from one access to the next, which restart loses between reading the value and
 * clearing it. The least of some rounds: the first also fills caches. */
static uint32_t measure_restart(void)
{
    uint32_t least = DOWN_COUNTER_MAX;
    for (unsigned i = 0; i < CALIBRATION_ROUNDS; i++) {
        uint32_t before = SYST_CVR;
        uint32_t cost = (before - SYST_CVR) & DOWN_COUNTER_MAX;
        if (cost < least)
            least = cost;
    }
    return least;
}

static enum status init(const struct device *device)
{
    const struct systick_config *config = device->config;
    struct systick_state *state = device->state;
    down_counter_init(&state->counter, config->clock);
    value_after_zero(); /* start.S began the period */
    state->restart_clocks = measure_restart();
    current_value(&state->counter); /* before the write below clears the flag */
    SYST_CSR = CSR_ENABLE | CSR_TICKINT | CSR_CLKSOURCE;
    return OK;
}

static const struct timer_operations operations = {
    .now = now, .ticks = ticks, .length = length, .set_deadline = set_deadline};

const struct driver systick_driver = {
    .name = "systick",
    .class = "timer",
    .init = init,
    .interrupt = interrupt,
    .operations = &operations,
};
