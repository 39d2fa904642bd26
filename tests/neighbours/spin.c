/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A bad neighbour that never ends: it computes.
 */
#include <ranvier.h>

RANVIER_EXPORT(_start) void start(void)
{
    for (volatile uint32_t turns = 0;; turns++)
        continue;
}
