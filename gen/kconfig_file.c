/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The strict reader of `.config` and `choices.config`; see kconfig_file.h.
 */
#include "kconfig_file.h"
#include "file.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define PREFIX     "CONFIG_"
#define NOT_SET    " is not set"
#define LENGTH(s)  (sizeof(s) - 1)
#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

void kconfig_wishes_init(struct kconfig_wishes *wishes, struct arena *arena)
{
    *wishes = (struct kconfig_wishes){.arena = arena};
}

void kconfig_wishes_add(struct kconfig_wishes *wishes, const struct kconfig_wish *wish)
{
    if (wishes->count == wishes->capacity) {
        wishes->capacity = wishes->capacity == 0 ? 16 : 2 * wishes->capacity;
        struct kconfig_wish *items =
            arena_alloc(wishes->arena, wishes->capacity * sizeof(struct kconfig_wish));
        for (size_t i = 0; i < wishes->count; i++)
            items[i] = wishes->items[i];
        wishes->items = items;
    }
    wishes->items[wishes->count++] = *wish;
}

void kconfig_wishes_remove(struct kconfig_wishes *wishes, size_t index)
{
    wishes->count--;
    for (size_t i = index; i < wishes->count; i++)
        wishes->items[i] = wishes->items[i + 1];
}

struct kconfig_wish *kconfig_wishes_find(const struct kconfig_wishes *wishes, const char *name)
{
    for (size_t i = wishes->count; i > 0; i--) {
        if (strcmp(wishes->items[i - 1].name, name) == 0)
            return &wishes->items[i - 1];
    }
    return NULL;
}

/* A line being read; columns count from 1. */
struct line {
    struct diagnostics *diagnostics;
    struct position at;
    const char *text; /* ends with a zero byte, without its line end */
    size_t length;
};

static struct position column(const struct line *line, size_t offset)
{
    return (struct position){line->at.file, line->at.line, (unsigned)offset + 1};
}

static void malformed(const struct line *line, size_t offset)
{
    struct diagnostic *error =
        diagnostic_error(line->diagnostics, column(line, offset), "this is no setting of Kconfig");
    diagnostic_fix(line->diagnostics, error,
                   "write CONFIG_NAME=value or # CONFIG_NAME is not set, one to a line");
}

/* "text with \" and \\" without quotes and escapes; NULL if malformed. */
static const char *unquote(struct arena *arena, const char *text, size_t length)
{
    if (length < 2 || text[length - 1] != '"')
        return NULL;
    char *result = arena_alloc(arena, length);
    size_t used = 0;
    for (size_t i = 1; i < length - 1; i++) {
        if (text[i] == '"')
            return NULL;
        if (text[i] == '\\' && ++i == length - 1)
            return NULL;
        result[used++] = text[i];
    }
    return result;
}

/* "# CONFIG_X is not set" fills `wish`; any other comment leaves it without a name. */
static void read_comment(const struct line *line, struct arena *arena, struct kconfig_wish *wish)
{
    const char *text = line->text + 1;
    text += strspn(text, " \t");
    if (strncmp(text, PREFIX, LENGTH(PREFIX)) != 0)
        return;
    size_t length = strspn(text + LENGTH(PREFIX), NAME_BYTES);
    const char *rest = text + LENGTH(PREFIX) + length;
    if (length == 0 || strcmp(rest, NOT_SET) != 0) {
        if (strncmp(rest, NOT_SET, 4) == 0)
            malformed(line, (size_t)(rest - line->text));
        return;
    }
    wish->name = arena_printf(arena, "%.*s", (int)length, text + LENGTH(PREFIX));
    wish->value = "n";
    wish->at = column(line, (size_t)(text - line->text));
}

static void read_setting(const struct line *line, struct arena *arena, struct kconfig_wish *wish)
{
    if (strncmp(line->text, PREFIX, LENGTH(PREFIX)) != 0) {
        malformed(line, 0);
        return;
    }
    size_t length = strspn(line->text + LENGTH(PREFIX), NAME_BYTES);
    size_t value_at = LENGTH(PREFIX) + length + 1;
    if (length == 0 || line->text[value_at - 1] != '=' || value_at == line->length) {
        malformed(line, LENGTH(PREFIX) + length);
        return;
    }
    const char *value = line->text + value_at;
    wish->quoted = value[0] == '"';
    if (wish->quoted)
        value = unquote(arena, value, line->length - value_at);
    else if (strpbrk(value, "\" \t") != NULL)
        value = NULL;
    if (value == NULL) {
        malformed(line, value_at);
        return;
    }
    wish->name = arena_printf(arena, "%.*s", (int)length, line->text + LENGTH(PREFIX));
    wish->value = wish->quoted ? value : arena_strdup(arena, value);
    wish->at = column(line, value_at);
}

/* One line; `wishes` from `first` on are of the same file. */
static void read_line(const struct line *line, struct kconfig_wishes *wishes, size_t first)
{
    for (size_t i = 0; i < line->length; i++) {
        if (iscntrl((unsigned char)line->text[i]) && line->text[i] != '\t') {
            diagnostic_error(line->diagnostics, column(line, i),
                             "control character 0x%02x; only text and Unix line ends may be here",
                             (unsigned char)line->text[i]);
            return;
        }
    }
    struct kconfig_wish wish = {.asker = ASKER_PERSON};
    if (line->text[strspn(line->text, " \t")] == '\0')
        return;
    if (line->text[0] == '#')
        read_comment(line, wishes->arena, &wish);
    else
        read_setting(line, wishes->arena, &wish);
    if (wish.name == NULL)
        return;
    wish.subject = arena_printf(wishes->arena, PREFIX "%s", wish.name);
    for (size_t i = first; i < wishes->count; i++) {
        if (strcmp(wishes->items[i].name, wish.name) != 0)
            continue;
        struct diagnostic *error =
            diagnostic_error(line->diagnostics, wish.at, "%s is set twice", wish.subject);
        diagnostic_note(line->diagnostics, error, wishes->items[i].at, "first set here");
        diagnostic_fix(line->diagnostics, error, "remove one of the two");
        return;
    }
    kconfig_wishes_add(wishes, &wish);
}

void kconfig_file_parse(struct diagnostics *diagnostics, const char *path, const char *text,
                        size_t size, struct kconfig_wishes *wishes)
{
    size_t first = wishes->count;
    struct line line = {.diagnostics = diagnostics, .at = {.file = path}};
    for (size_t start = 0; start < size;) {
        const char *end = memchr(text + start, '\n', size - start);
        size_t length = end != NULL ? (size_t)(end - text) - start : size - start;
        char *copy = arena_alloc(wishes->arena, length + 1);
        memcpy(copy, text + start, length);
        line.at.line++;
        line.text = copy;
        line.length = length;
        read_line(&line, wishes, first);
        start += length + 1;
    }
}

bool kconfig_file_read(struct diagnostics *diagnostics, const char *path,
                       struct kconfig_wishes *wishes)
{
    size_t size = 0;
    const char *text = file_read(wishes->arena, path, KCONFIG_FILE_MAX, &size);
    if (text != NULL)
        kconfig_file_parse(diagnostics, path, text, size, wishes);
    else if (errno != ENOENT)
        diagnostic_error(diagnostics, (struct position){.file = path}, "cannot be read: %s",
                         strerror(errno));
    return text != NULL || errno != ENOENT;
}

void kconfig_file_print(FILE *out, const char *name, const char *value, bool is_bool,
                        bool is_string)
{
    if (is_bool && strcmp(value, "n") == 0) {
        fprintf(out, "# " PREFIX "%s" NOT_SET "\n", name);
    } else if (is_string) {
        fprintf(out, PREFIX "%s=\"", name);
        for (const char *c = value; *c != '\0'; c++)
            fprintf(out, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
        fputs("\"\n", out);
    } else {
        fprintf(out, PREFIX "%s=%s\n", name, value);
    }
}
