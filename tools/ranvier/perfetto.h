/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Events as a file of the Trace Event Format, JSON, which Perfetto and Chrome show: log lines are
 * instants; a span's life, which may cross tasks, is an async slice with what happens to it inside.
 */
#ifndef RANVIER_PERFETTO_H
#define RANVIER_PERFETTO_H

#include "trace.h"

#include <stdbool.h>
#include <stdio.h>

struct perfetto {
    struct json json;
    struct perfetto_span *spans; /* that have begun and not ended */
};

/* Begins the file. False with errno if it can't be made. */
bool perfetto_open(struct perfetto *perfetto, const char *path);

void perfetto_add(struct perfetto *perfetto, const struct trace_event *event);

/* Ends the file. False with errno if it could not be written. */
bool perfetto_close(struct perfetto *perfetto);

#endif
