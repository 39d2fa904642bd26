/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Access to device registers: single, whole, in program order among themselves, as far as the
 * compiler is concerned; the memory type of the window does the same for the CPU.
 */
#ifndef KERNEL_REGISTER_H
#define KERNEL_REGISTER_H

#include <kernel/device.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the 32-bit register `offset` bytes into the window. */
static inline uint32_t register_read32(const struct register_window *window, size_t offset)
{
    return *(const volatile uint32_t *)(window->base + offset);
}

/* Writes the 32-bit register `offset` bytes into the window. */
static inline void register_write32(const struct register_window *window, size_t offset,
                                    uint32_t value)
{
    *(volatile uint32_t *)(window->base + offset) = value;
}

/* Reads the 8-bit register `offset` bytes into the window. */
static inline uint8_t register_read8(const struct register_window *window, size_t offset)
{
    return *(const volatile uint8_t *)(window->base + offset);
}

/* Writes the 8-bit register `offset` bytes into the window. */
static inline void register_write8(const struct register_window *window, size_t offset,
                                   uint8_t value)
{
    *(volatile uint8_t *)(window->base + offset) = value;
}

/* Writes the 16-bit register `offset` bytes into the window. */
static inline void register_write16(const struct register_window *window, size_t offset,
                                    uint16_t value)
{
    *(volatile uint16_t *)(window->base + offset) = value;
}

/* Reads the 64-bit register `offset` bytes into the window. */
static inline uint64_t register_read64(const struct register_window *window, size_t offset)
{
    return *(const volatile uint64_t *)(window->base + offset);
}

/* Writes the 64-bit register `offset` bytes into the window. */
static inline void register_write64(const struct register_window *window, size_t offset,
                                    uint64_t value)
{
    *(volatile uint64_t *)(window->base + offset) = value;
}

#endif
