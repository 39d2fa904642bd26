/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The 16550's baud rate divisor (PC16550D, 8.3): clock / (16 * baud).
 */
#ifndef NS16550_DIVISOR_H
#define NS16550_DIVISOR_H

#include <stdint.h>

/* The divisor for a line speed (bit/s), to the nearest; 0 if the clock (Hz) cannot make it within
 * 3 %, beyond which the last bit of a byte is lost. */
static inline uint16_t ns16550_divisor(uint32_t clock, uint32_t baud)
{
    if (!baud)
        return 0;
    uint64_t rate = UINT64_C(16) * baud;
    uint64_t divisor = (clock + rate / 2) / rate;
    if (!divisor || divisor > UINT16_MAX)
        return 0;
    uint64_t made = divisor * rate;
    uint64_t error = made > clock ? made - clock : clock - made;
    return error * 100 > UINT64_C(3) * clock ? 0 : (uint16_t)divisor;
}

#endif
