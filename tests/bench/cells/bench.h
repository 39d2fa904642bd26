/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the parts of the benchmark of agents share.
 */
#ifndef BENCH_CELLS_H
#define BENCH_CELLS_H

#include <stdbool.h>

/* Ends the program unless the condition holds. */
void must(bool condition, const char *what);

/* The time, in us. */
double now(void);

/* Prints what a call of a service costs an agent, and a task. */
void measure_calls(void);

#endif
