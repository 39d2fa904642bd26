/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What `explain` tells about a whole kind of thing, or about one service. explain.c tells about
 * single values.
 */
#ifndef GEN_EXPLAIN_H
#define GEN_EXPLAIN_H

#include "board.h"

/* All of these print to standard output; the board is resolved as far as it could be. */
void explain_devices(const struct board *board);
void explain_interrupts(const struct board *board);
void explain_memory(const struct board *board);
void explain_pins(const struct board *board);
void explain_partitions(const struct board *board);
void explain_services(const struct board *board);
void explain_service(const struct board *board, const struct service *service);
void explain_device(const struct board *board, const struct device *device);

/* "  since      configs/x.yaml:9:3" and a text behind it. */
void explain_line(const char *label, struct position at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A value as the board file would say it. */
const char *value_text(struct arena *arena, const struct setting *setting);

#endif
