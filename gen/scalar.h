/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Values as they are written in YAML: numbers, sizes, times, addresses, names. Each reader reports
 * what is wrong with the node's path before it and says whether it got a value.
 */
#ifndef GEN_SCALAR_H
#define GEN_SCALAR_H

#include "text_list.h"
#include "yaml_tree.h"
#include <stdint.h>

/* Decimal without leading zeros, or hexadecimal after 0x; false if `text` is no such number or has
 * more than 64 bits. */
bool number_parse(const char *text, uint64_t *number);

bool scalar_bool(struct diagnostics *diagnostics, const struct node *node, bool *out);
bool scalar_number(struct diagnostics *diagnostics, const struct node *node, uint64_t min,
                   uint64_t max, uint64_t *out);
/* Bytes; K, M, G, T (powers of 1024) after the number. */
bool scalar_size(struct diagnostics *diagnostics, const struct node *node, uint64_t *out);
/* Nanoseconds; ns, us, ms or s after the number. */
bool scalar_time(struct diagnostics *diagnostics, const struct node *node, uint64_t *out);
/* Hexadecimal after 0x. */
bool scalar_address(struct diagnostics *diagnostics, const struct node *node, uint64_t *out);
bool scalar_text(struct diagnostics *diagnostics, const struct node *node, const char **out);
/* One of `values`; a near miss is named. */
bool scalar_choice(struct diagnostics *diagnostics, const struct node *node,
                   const struct text_list *values, const char **out);
/* A list of texts. */
bool scalar_texts(struct diagnostics *diagnostics, const struct node *node, struct text_list *out);

/* A key that a map may have. */
struct key_rule {
    const char *name;
    bool required;
};

/* Checks that `node` is a map with these keys only, all that are required among them; any keys
 * where `rules` is NULL. Returns false if it is no map. */
bool map_check(struct diagnostics *diagnostics, const struct node *node,
               const struct key_rule *rules, size_t count);

/* Adds "did you mean x?", or else what there is: "one of: a, b". */
void suggest(struct diagnostics *diagnostics, struct diagnostic *error, const char *word,
             const struct text_list *candidates);

/* "4K", "256M", "100" : bytes as a board file would say them. */
const char *size_text(struct arena *arena, uint64_t size);

/* "10us", "2s": nanoseconds likewise. */
const char *time_text(struct arena *arena, uint64_t nanoseconds);

#endif
