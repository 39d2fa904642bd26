/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Registers for the test of a driver, which is included as source behind this: what the driver
 * writes is noted as text, in order, and the test defines both accesses, as its device answers
 * them.
 */
#ifndef REGISTER_FAKE_H
#define REGISTER_FAKE_H

#define KERNEL_REGISTER_H /* instead of the machine's */
#include <kernel/device.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* "ADDRESS=VALUE " of each write, in hexadecimal. */
static char written[256];

static void note_write(const struct register_window *window, size_t offset, uint32_t value)
{
    size_t length = strlen(written);
    snprintf(written + length, sizeof(written) - length, "%zx=%x ", window->base + offset, value);
}

/* What was written since the last look must be just this. */
static void assert_written(const char *expected)
{
    assert_string_equal(written, expected);
    written[0] = '\0';
}

static uint32_t register_read32(const struct register_window *window, size_t offset);
static void register_write32(const struct register_window *window, size_t offset, uint32_t value);

#endif
