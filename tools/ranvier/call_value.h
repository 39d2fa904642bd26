/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Values of the interfaces' types (kernel/interface.h), as a person writes and reads them:
 *
 *   bool true or false; integers in C's notations; f32, f64; an enum by its value's name, or as a
 *   number; a capability as a number; text as it is; bytes as pairs of hexadecimal digits; an array
 * of these with commas between.
 *
 * A field of a struct within a struct is named with a dot: policy.memory=65536.
 */
#ifndef RANVIER_CALL_VALUE_H
#define RANVIER_CALL_VALUE_H

#include <gen/json.h>
#include <kernel/interface.h>

/* Reads "NAME=VALUE" into the member of that name of the struct `value` of `type`. NULL, or what is
 * wrong, good until the next call. */
const char *call_value_read(const struct interface_type *type, void *value, const char *word);

/* The name of a member that has to be given and is not among these words; NULL: none. */
const char *call_value_missing(const struct interface_type *type, char *const *words, size_t count);

/* Prints the struct's members, in the order of its C declaration: as members of the object that is
 * open, or as lines of text where `json` is NULL. */
void call_value_print(struct json *json, const struct interface_type *type, const void *value);

/* The type's name, "u16", "text"; of an enum its values', "never|always": good until the next call.
 */
const char *call_value_kind(const struct interface_type *type);

/* The struct's next member behind `before` in that order; its first behind NULL; NULL at the end.
 */
const struct interface_field *call_value_next(const struct interface_type *type,
                                              const struct interface_field *before);

#endif
