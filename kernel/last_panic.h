/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The last panic's report, kept over the reset in memory that no start code touches (.noinit,
 * link.ld): on a board whose memory loses it, or at the first start, there just is none. Magic and
 * checksum tell; what is cut off at CONFIG_PANIC_KEPT bytes is so at its end.
 */
#ifndef KERNEL_LAST_PANIC_H
#define KERNEL_LAST_PANIC_H

#include <stddef.h>

/* Begins a report in place of the one that is kept; adds to it; ends it, from when on it is good.
 * Panic context. */
void last_panic_begin(void);
void last_panic_add(char character);
void last_panic_end(void);

/* Looks for a report, and tells its first line in the log if this is the first start after it. Boot
 * context, before the others. */
void last_panic_find(void);

/* The report that was found at the start, lines ended by \n; NULL if there was none. Any context.
 */
const char *last_panic(size_t *length);

#endif
