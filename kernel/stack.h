/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Stacks, as the board's table has them: which part is the guard, and how much was ever used, which
 * a pattern painted before the first use tells.
 */
#ifndef KERNEL_STACK_H
#define KERNEL_STACK_H

#include <kernel/board.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if a task can run on it: aligned to words, with some room above its guard. */
bool stack_is_usable(const struct stack *stack);

/* Paints what lies above the guard and below `limit`; `limit` NULL for all of it. Nothing of that
 * may be in use. Boot and task context. */
void stack_paint(const struct stack *stack, const void *limit);

/* The most bytes that were in use since stack_paint. Any context. */
size_t stack_used(const struct stack *stack);

/* True if `address` lies in the guard. Any context. */
bool stack_guard_has(const struct stack *stack, uintptr_t address);

#endif
