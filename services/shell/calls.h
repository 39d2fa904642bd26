/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The calls of exposed services as words, `status::node`. The table is generated (services.c, from
 * the interfaces); what a call takes and leaves is converted by its types:
 *
 *   bool                a flag                     text, bytes   c-addr u
 *   u8 to u32, enum     a cell                     struct        its fields, in the file's order
 *   i8 to i32           a cell, signed             array of n    the elements, then n
 *   u64, i64            a double-cell number       optional      the value and true, or false
 *   f32, f64            its bits, in a cell or a double-cell     cap           a token
 *
 * Text that a call leaves lies behind HERE until something is defined or called there.
 */
#ifndef SHELL_CALLS_H
#define SHELL_CALLS_H

#include <kernel/interface.h>
#include <services/forth/forth.h>

struct shell_call {
    const struct interface *interface;
    const struct interface_call *call;
    const char *stack;   /* "( index -- name priority )" */
    const char *summary; /* as in the interface's file */
};

/* One word for each call, `data` a struct shell_call. In build/<target>/gen/services.c. */
extern const struct forth_host_words shell_calls;

/* The function of those words. */
int shell_call(struct forth *f, forth_cell *s);

/* One word for each value of their enums, `status::task_state::ready ( -- n )`, `data` a uint16_t.
 * In the same file. */
extern const struct forth_host_words shell_enums;

/* The function of those words. */
int shell_enum(struct forth *f, forth_cell *s);

/* ( ... "name" -- ) does the call of that name and prints what it answers. */
int shell_show(struct forth *f, forth_cell *s);

#endif
