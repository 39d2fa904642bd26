/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Real time: what the time of day is, where it is known. It is clock_now() and an offset, which the
 * first device of class "rtc" gives when it is first asked for, or who knows better sets.
 */
#ifndef KERNEL_CLOCK_REAL_H
#define KERNEL_CLOCK_REAL_H

#include <kernel/status.h>
#include <stdint.h>

/* Stores nanoseconds since 1970-01-01 00:00 UTC (POSIX.1-2017, 4.16: without leap seconds).
 * ERR_NOT_FOUND where nothing tells it, or as rtc_operations.read. Task context. */
enum status clock_real(uint64_t *nanoseconds);

/* Says what the time is. Task context. */
void clock_set_real(uint64_t nanoseconds);

#endif
