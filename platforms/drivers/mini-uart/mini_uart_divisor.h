/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The mini UART's baud rate counter ("BCM2835 ARM Peripherals", 2.2.1): clock / (8 * (counter +
 * 1)).
 */
#ifndef MINI_UART_DIVISOR_H
#define MINI_UART_DIVISOR_H

#include <stdbool.h>
#include <stdint.h>

/* Finds the counter for `baud` bit/s from a clock in Hz, to the nearest. False if there is none: it
 * has 16 bits. */
static inline bool mini_uart_divisor(uint32_t clock, uint32_t baud, uint32_t *counter)
{
    if (!baud)
        return false;
    uint64_t eighths = ((uint64_t)clock + 4 * (uint64_t)baud) / (8 * (uint64_t)baud);
    if (eighths == 0 || eighths > UINT16_MAX + UINT64_C(1))
        return false;
    *counter = (uint32_t)eighths - 1;
    return true;
}

#endif
