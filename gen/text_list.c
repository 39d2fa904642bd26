/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See text_list.h.
 */
#include "text_list.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void text_list_add(struct arena *arena, struct text_list *list, const char *text)
{
    /* Capacity is the next power of two, so it needs no field. */
    if ((list->count & (list->count - 1)) == 0) {
        size_t capacity = list->count == 0 ? 1 : list->count * 2;
        const char **items = arena_alloc(arena, capacity * sizeof(*items));
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof(*items));
        list->items = items;
    }
    list->items[list->count++] = text;
}

bool text_list_has(const struct text_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

static int text_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void text_list_sort(struct text_list *list)
{
    if (list->count > 1)
        qsort(list->items, list->count, sizeof(*list->items), text_compare);
}

const char *text_list_join(struct arena *arena, const struct text_list *list)
{
    size_t size = sizeof("none");
    for (size_t i = 0; i < list->count; i++)
        size += strlen(list->items[i]) + 2;
    char *joined = arena_alloc(arena, size);
    if (list->count == 0)
        return strcpy(joined, "none");
    char *end = joined;
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            end = stpcpy(end, ", ");
        end = stpcpy(end, list->items[i]);
    }
    return joined;
}

struct text_list folder_names(struct arena *arena, const char *folder, const char *suffix)
{
    struct text_list names = {0};
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return names;
    size_t suffix_length = strlen(suffix);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        char *name = arena_strdup(arena, entry->d_name);
        if (suffix[0] == '/') {
            if (access(arena_printf(arena, "%s/%s%s", folder, name, suffix), F_OK) == 0)
                text_list_add(arena, &names, name);
        } else if (length > suffix_length && strcmp(name + length - suffix_length, suffix) == 0) {
            name[length - suffix_length] = '\0';
            text_list_add(arena, &names, name);
        }
    }
    closedir(directory);
    text_list_sort(&names);
    return names;
}
