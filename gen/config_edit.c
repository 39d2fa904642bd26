/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One edit at a time: find the place by the positions that the YAML reader keeps, splice the text;
 * see config_edit.h. Whoever calls reads the result again and compares.
 */
#include "config_edit.h"
#include "yaml_tree.h"

#include <string.h>

struct editor {
    struct diagnostics *diagnostics;
    const char *text;
    size_t size;
    const char *name;
    const char *line_end; /* as in the file */
};

static const char *refuse(const struct editor *e, struct position at, const char *reason)
{
    struct diagnostic *error = diagnostic_error(
        e->diagnostics, at, "config.%s: cannot be edited in place: %s", e->name, reason);
    diagnostic_fix(e->diagnostics, error, "write it by hand");
    return NULL;
}

/* `text` with the bytes from `start` to `end` replaced. */
static const char *splice(const struct editor *e, size_t start, size_t end, const char *new_text)
{
    return arena_printf(e->diagnostics->arena, "%.*s%s%s", (int)start, e->text, new_text,
                        e->text + end);
}

static size_t line_start(const struct editor *e, size_t offset)
{
    while (offset > 0 && e->text[offset - 1] != '\n')
        offset--;
    return offset;
}

/* The first byte of the line behind the one that `offset` is in. */
static size_t next_line(const struct editor *e, size_t offset)
{
    const char *end = memchr(e->text + offset, '\n', e->size - offset);
    return end != NULL ? (size_t)(end - e->text) + 1 : e->size;
}

/* The byte at a position; columns count characters. */
static size_t offset_of(const struct editor *e, struct position at)
{
    size_t offset = 0;
    for (unsigned line = 1; line < at.line; line++)
        offset = next_line(e, offset);
    if (offset == 0 && strncmp(e->text, "\xef\xbb\xbf", 3) == 0)
        offset = 3;
    for (unsigned column = 1; column < at.column && offset < e->size; column++) {
        do
            offset++;
        while (((unsigned char)e->text[offset] & 0xc0) == 0x80);
    }
    return offset;
}

static bool is_flow(const struct editor *e, const struct node *map)
{
    return e->text[map->start] == '{';
}

/* Whether nothing but blanks stands before `offset` on its line. */
static bool begins_line(const struct editor *e, size_t offset)
{
    size_t start = line_start(e, offset);
    return strspn(e->text + start, " ") == offset - start;
}

/* Skips blanks, line ends and comments within a flow map. */
static size_t skip_space(const struct editor *e, size_t offset)
{
    for (;;) {
        offset += strspn(e->text + offset, " \t\r\n");
        if (e->text[offset] != '#')
            return offset;
        offset = next_line(e, offset);
    }
}

/* The entry's own lines, whole; with `config:` itself if it is the last. */
static const char *remove_block(const struct editor *e, const struct node *map,
                                const struct node *entry)
{
    size_t start = offset_of(e, entry->key_at);
    if (!begins_line(e, start))
        return refuse(e, entry->key_at, "it shares its line");
    size_t end = next_line(e, entry->end);
    start = line_start(e, start);
    if (map->first != map->last)
        return splice(e, start, end, "");
    size_t key = offset_of(e, map->key_at);
    if (!begins_line(e, key))
        return refuse(e, map->key_at, "config: shares its line");
    key = line_start(e, key);
    size_t rest = next_line(e, key);
    if (rest > start)
        return refuse(e, map->key_at, "config: shares its line");
    return splice(e, key, end,
                  arena_printf(e->diagnostics->arena, "%.*s", (int)(start - rest), e->text + rest));
}

/* The entry with the comma that goes with it. A map on one line that becomes empty goes with its
 * line. */
static const char *remove_flow(const struct editor *e, const struct node *map,
                               const struct node *entry)
{
    size_t key = offset_of(e, map->key_at);
    bool one_line = next_line(e, key) == next_line(e, map->end) && begins_line(e, key);
    if (map->first == map->last && one_line)
        return splice(e, line_start(e, key), next_line(e, map->end), "");
    size_t start = offset_of(e, entry->key_at);
    size_t comma = skip_space(e, entry->end);
    if (e->text[comma] == ',') {
        comma++;
        comma += strspn(e->text + comma, " \t");
        if (strchr("\r\n", e->text[comma]) != NULL) {
            while (e->text[start - 1] == ' ')
                start--;
        }
        return splice(e, start, comma, "");
    }
    const struct node *previous = NULL;
    for (const struct node *n = map->first; n != entry; n = n->next)
        previous = n;
    if (previous == NULL)
        return splice(e, start, entry->end, "");
    comma = skip_space(e, previous->end);
    if (e->text[comma] != ',' ||
        strchr(arena_printf(e->diagnostics->arena, "%.*s", (int)(start - comma), e->text + comma),
               '#') != NULL)
        return refuse(e, entry->key_at, "a comment stands between its comma and it");
    return splice(e, comma, entry->end, "");
}

static const char *replace(const struct editor *e, const struct node *entry, const char *value)
{
    if (entry->kind != NODE_SCALAR)
        return refuse(e, entry->at, "its value is a list or a map");
    if (entry->start == entry->end)
        return refuse(e, entry->key_at, "its value is empty");
    if (strchr("&*!|>", e->text[entry->start]) != NULL)
        return refuse(e, entry->at, "its value has an anchor, an alias or is a block of text");
    return splice(e, entry->start, entry->end, value);
}

static const char *line_of(const struct editor *e, unsigned indent, const char *value)
{
    return arena_printf(e->diagnostics->arena, "%*s%s: %s%s", (int)indent, "", e->name, value,
                        e->line_end);
}

/* Text put in as lines of its own at `offset`, which is a line's start or the file's end. */
static const char *insert_lines(const struct editor *e, size_t offset, const char *lines)
{
    bool unfinished = offset > 0 && e->text[offset - 1] != '\n';
    return splice(
        e, offset, offset,
        arena_printf(e->diagnostics->arena, "%s%s", unfinished ? e->line_end : "", lines));
}

static const char *add_to_block(const struct editor *e, const struct node *map, const char *value)
{
    const struct node *last = map->last;
    if (!begins_line(e, offset_of(e, last->key_at)))
        return refuse(e, last->key_at, "the entry before it shares its line");
    if (last->kind != NODE_SCALAR || last->start == last->end ||
        strchr("|>", e->text[last->start]) != NULL)
        return refuse(e, last->at, "the entry before it is no plain value");
    return insert_lines(e, next_line(e, last->end), line_of(e, last->key_at.column - 1, value));
}

static const char *add_to_flow(const struct editor *e, const struct node *map, const char *value)
{
    struct arena *arena = e->diagnostics->arena;
    if (map->last == NULL) {
        size_t end = skip_space(e, map->start + 1);
        if (memchr(e->text + map->start, '#', end - map->start) != NULL)
            return refuse(e, map->at, "there is a comment in the empty map");
        return splice(e, map->start + 1, end, arena_printf(arena, " %s: %s ", e->name, value));
    }
    size_t comma = skip_space(e, map->last->end);
    if (e->text[comma] == ',')
        return splice(e, comma + 1, comma + 1, arena_printf(arena, " %s: %s", e->name, value));
    return splice(e, map->last->end, map->last->end,
                  arena_printf(arena, ", %s: %s", e->name, value));
}

/* By how much the file indents, from its first block map within a map. */
static unsigned indentation(const struct editor *e, const struct node *root)
{
    for (const struct node *n = root->first; n != NULL; n = n->next) {
        if (n->kind == NODE_MAP && n->first != NULL && !is_flow(e, n) && !n->aliased &&
            n->first->key_at.column > n->key_at.column)
            return n->first->key_at.column - n->key_at.column;
    }
    return 2;
}

/* A new `config:` at the end of the file. */
static const char *add_section(const struct editor *e, const struct node *root, const char *value)
{
    if (is_flow(e, root))
        return refuse(e, root->at, "the whole file is one map in braces");
    for (size_t start = 0; start < e->size; start = next_line(e, start)) {
        if (strncmp(e->text + start, "...", 3) == 0)
            return refuse(e, root->at, "the document is closed by `...`");
    }
    unsigned indent = root->first->key_at.column - 1;
    const char *head =
        arena_printf(e->diagnostics->arena, "%*sconfig:%s", (int)indent, "", e->line_end);
    const char *line = line_of(e, indent + indentation(e, root), value);
    return insert_lines(e, e->size, arena_printf(e->diagnostics->arena, "%s%s", head, line));
}

static const char *edit_map(const struct editor *e, const struct node *map, const char *value)
{
    const struct node *entry = node_get(map, e->name);
    if (map->aliased || (entry != NULL && entry->aliased))
        return refuse(e, map->key_at, "it comes through an alias");
    if (map->kind != NODE_MAP)
        return refuse(e, map->at, "config: is not a map");
    if (strchr("&*!", e->text[map->start]) != NULL)
        return refuse(e, map->at, "config: has an anchor");
    if (entry != NULL && value != NULL)
        return replace(e, entry, value);
    if (entry != NULL)
        return is_flow(e, map) ? remove_flow(e, map, entry) : remove_block(e, map, entry);
    if (value == NULL)
        return e->text;
    return is_flow(e, map) ? add_to_flow(e, map, value) : add_to_block(e, map, value);
}

const char *config_edit(struct diagnostics *diagnostics, const char *path, const char *text,
                        const char *name, const char *value)
{
    struct editor editor = {.diagnostics = diagnostics,
                            .text = text,
                            .size = strlen(text),
                            .name = name,
                            .line_end = strstr(text, "\r\n") != NULL ? "\r\n" : "\n"};
    struct node *root = yaml_parse(diagnostics->arena, diagnostics, path, text, editor.size);
    if (root == NULL)
        return NULL;
    if (root->kind != NODE_MAP || root->first == NULL)
        return refuse(&editor, root->at, "the file is not a map");
    const struct node *map = node_get(root, "config");
    if (map != NULL)
        return edit_map(&editor, map, value);
    return value == NULL ? text : add_section(&editor, root, value);
}
