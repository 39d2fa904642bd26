/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A down counter as nanoseconds: what SysTick's 24 bits lack. A period is `reload` + 1 clocks;
 * value v is seen reload + 1 - v clocks after its beginning, and 0 at its very end. Whoever drives
 * the counter says when a period is over (down_counter_wrap) or cut short (down_counter_cut); the
 * fraction of a nanosecond that is left over is carried, so that nothing is lost in the long run.
 *
 * Pure arithmetic, which unit tests call on the host.
 */
#ifndef DOWN_COUNTER_H
#define DOWN_COUNTER_H

#include <stdint.h>

enum { DOWN_COUNTER_MAX = 0xffffff }; /* SYST_RVR has 24 bits */

struct down_counter {
    uint64_t base;      /* ns at the running period's beginning */
    uint32_t remainder; /* of base, in 1/clock ns: below clock */
    uint32_t clock;     /* Hz */
    uint32_t whole;     /* ns of one clock, rounded down */
    uint32_t rest;      /* what is left of it, in 1/clock ns; 0: no division is needed */
    uint64_t full;      /* ns of a full period */
    uint32_t reload;    /* of the running period */
    uint32_t end; /* clocks at the running period's end, the low 32 bits: value v is v before it */
};

/* Starts with a full period at 0 ns. */
void down_counter_init(struct down_counter *counter, uint32_t clock);

/* Nanoseconds when `value` is seen in the running period. */
uint64_t down_counter_now(const struct down_counter *counter, uint32_t value);

/* The running period ended by itself; a full one follows. */
void down_counter_wrap(struct down_counter *counter);

/* The running period was cut short when `value` was seen, `lost` clocks passed uncounted, and a
 * period of `reload` + 1 clocks began. */
void down_counter_cut(struct down_counter *counter, uint32_t value, uint32_t lost, uint32_t reload);

/* Nanoseconds of so many clocks, rounded down. */
uint64_t down_counter_length(const struct down_counter *counter, uint64_t clocks);

/* Clocks in `duration` ns, rounded up, at most a full period. */
uint32_t down_counter_clocks(const struct down_counter *counter, uint64_t duration);

#endif
