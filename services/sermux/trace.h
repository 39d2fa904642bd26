/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Port 3: the records of the kernel's log (trace.h of the kernel), one a frame, while the mux
 * follows it. That is where its device is the board's console, which nobody else can use then.
 * A record is preceded by what it refers to: REGISTER_META records of its module and its format,
 * each once a host, or again when it was forgotten meanwhile.
 */
#ifndef SERMUX_TRACE_H
#define SERMUX_TRACE_H

#include <kernel/event.h>
#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes the log over; `activity` (borrowed) is signalled when there is more of it. As log_follow.
 * Task context, as all here. */
enum status trace_start(struct event *activity);

/* Gives it back. */
void trace_stop(void);

/* Another host is there, which was told nothing. */
void trace_forget(void);

/* Whether there is anything to send. */
bool trace_waits(void);

/* Takes the next record, into at least TRACE_RECORD_MAX bytes. Returns how many it has. */
size_t trace_give(uint8_t *data, size_t size);

/* When there is something to send though nothing was logged: a heartbeat, each second from the
 * host's first word on. Ns since entry, or CLOCK_NEVER. */
uint64_t trace_deadline(void);

/* What the host sent on the port: the most detailed level that is to be recorded, exactly a byte;
 * one that is none leaves it. It is answered by a heartbeat. Anything else is passed over. */
void trace_take(const uint8_t *data, size_t size);

#endif
