/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The PL011's baud rate divisor (Arm DDI 0183, 3.3.6): clock / (16 * baud), with six bits of
 * fraction.
 */
#ifndef PL011_DIVISOR_H
#define PL011_DIVISOR_H

#include <stdint.h>

enum { PL011_FRACTION_BITS = 6 };

/* The divisor in 64ths, to the nearest; 0 if the clock (Hz) cannot make that line speed (bit/s).
 * The integer part goes to UARTIBRD, the fraction to UARTFBRD. */
static inline uint32_t pl011_divisor(uint32_t clock, uint32_t baud)
{
    const uint64_t least = UINT64_C(1) << PL011_FRACTION_BITS;
    const uint64_t most = UINT64_C(65535) << PL011_FRACTION_BITS;

    if (!baud)
        return 0;
    uint64_t divisor = ((uint64_t)clock * 4 + baud / 2) / baud;
    return divisor < least || divisor > most ? 0 : (uint32_t)divisor;
}

#endif
