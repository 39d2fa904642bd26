/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Counts, a step a tenth of a second, and says each tenth. `count` tells how far it is.
 */
#include <ranvier.h>

static uint32_t count;

RANVIER_EXPORT(count) uint32_t count_so_far(void)
{
    return count;
}

/* Counts up to `limit`. */
RANVIER_EXPORT(run) uint32_t run(uint32_t limit)
{
    while (count < limit) {
        ranvier_sleep(RANVIER_SECOND / 10);
        if (++count % 10 == 0) {
            ranvier_print("counted ");
            ranvier_print_number(count);
            ranvier_print("\n");
        }
    }
    return count;
}
