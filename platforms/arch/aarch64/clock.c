/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The counter that never stops (Arm ARM DDI 0487, D11.1): where time began.
 */
#include "aarch64.h"

static uint64_t counter_at_entry;

uint64_t aarch64_counter(void)
{
    instruction_barrier(); /* the counter may be read early otherwise */
    return READ_SYSTEM_REGISTER(cntvct_el0);
}

uint64_t aarch64_counter_at_entry(void)
{
    return counter_at_entry;
}

void aarch64_counter_set_entry(uint64_t counter)
{
    counter_at_entry = counter;
}
