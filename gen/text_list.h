/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Lists of names: what a folder holds, what a value may be; and finding the one that was meant.
 */
#ifndef GEN_TEXT_LIST_H
#define GEN_TEXT_LIST_H

#include "arena.h"
#include <stdbool.h>
#include <stddef.h>

struct text_list {
    const char **items; /* owned by an arena, as the texts */
    size_t count;
};

void text_list_add(struct arena *arena, struct text_list *list, const char *text);
bool text_list_has(const struct text_list *list, const char *text);
void text_list_sort(struct text_list *list);

/* "a, b, c"; "none" where the list is empty. */
const char *text_list_join(struct arena *arena, const struct text_list *list);

/* The names in a folder, sorted: of files that end in `suffix`, without it; or, where `suffix`
 * starts with '/', of folders that hold a file of that name. An absent folder is an empty one. */
struct text_list folder_names(struct arena *arena, const char *folder, const char *suffix);

#endif
