/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * fixdep GEN DEPFILE: makes an object depend on the Kconfig symbols that its sources mention
 * instead of on the whole configuration, so that changing one symbol rebuilds only what uses it.
 *
 * The compiler's DEPFILE (one rule, from -MMD, with -MP's empty rules behind it) names
 * GEN/include/config.h, which every object includes. That is replaced by
 *
 *   $(wildcard GEN/kconfig/MAX_TASKS.h)
 *
 * for each CONFIG_MAX_TASKS in a source. The wildcard holds for a symbol that does not exist yet:
 * when it appears, its file is newer than the object. When one vanishes, the generator rewrites its
 * file. A source that builds names of symbols by ## keeps its dependency on config.h.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX        "CONFIG_"
#define PREFIX_LENGTH (sizeof PREFIX - 1)
#define WORD_BYTES    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

struct names {
    char **items;
    size_t count, capacity;
};

static void fail(const char *what)
{
    fprintf(stderr, "fixdep: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void names_add(struct names *names, const char *text, size_t length)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strncmp(names->items[i], text, length) == 0 && names->items[i][length] == '\0')
            return;
    }
    if (names->count == names->capacity) {
        names->capacity = names->capacity == 0 ? 32 : 2 * names->capacity;
        names->items = realloc(names->items, names->capacity * sizeof *names->items);
        if (names->items == NULL)
            fail("memory");
    }
    names->items[names->count] = strndup(text, length);
    if (names->items[names->count++] == NULL)
        fail("memory");
}

static void names_free(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

/* The whole file with a zero byte behind it; NULL with errno set if it cannot be read. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    size_t size = 0, capacity = 16384;
    char *text = malloc(capacity);
    while (text != NULL) {
        size += fread(text + size, 1, capacity - 1 - size, file);
        if (size < capacity - 1)
            break;
        capacity *= 2;
        char *larger = realloc(text, capacity);
        if (larger == NULL)
            free(text);
        text = larger;
    }
    if (text != NULL)
        text[size] = '\0';
    if (ferror(file)) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Whether a ## stands next to this place, so that the name here is only a part of one. */
static bool is_pasted(const char *text, const char *start, const char *end)
{
    end += strspn(end, " \t");
    while (start > text && (start[-1] == ' ' || start[-1] == '\t'))
        start--;
    return strncmp(end, "##", 2) == 0 || (start - text >= 2 && strncmp(start - 2, "##", 2) == 0);
}

/* Adds the symbols that a source mentions; false if it builds a name by ##. */
static bool scan(const char *text, struct names *symbols)
{
    for (const char *next = text; (next = strstr(next, PREFIX)) != NULL;) {
        const char *start = next;
        size_t length = strspn(start + PREFIX_LENGTH, WORD_BYTES);
        next = start + PREFIX_LENGTH + length;
        if (start > text && is_word(start[-1]))
            continue;
        if (is_pasted(text, start, next))
            return false;
        if (length > 0)
            names_add(symbols, start + PREFIX_LENGTH, length);
    }
    return true;
}

/* The prerequisites of the first rule; *rest is what follows it. Blanks within a name ("\ ") stay
 * escaped. */
static void read_prerequisites(char *rule, struct names *files, char **rest)
{
    char *next = rule;
    while (*next != '\0' && *next != '\n') {
        if (next[0] == '\\' && next[1] == '\n') {
            next += 2;
            continue;
        }
        if (*next == ' ' || *next == '\t') {
            next++;
            continue;
        }
        char *start = next;
        while (*next != '\0' && !isspace((unsigned char)*next) &&
               !(next[0] == '\\' && next[1] == '\n'))
            next += next[0] == '\\' && next[1] == ' ' ? 2 : 1;
        names_add(files, start, (size_t)(next - start));
    }
    *rest = next;
}

/* Sources outside the tree (the compiler's, the cache's) know nothing of our symbols. */
static bool is_ours(const char *file)
{
    return file[0] != '/';
}

static void print_rule(FILE *out, const char *target, size_t target_length, const char *gen,
                       const struct names *files, const struct names *symbols)
{
    fprintf(out, "%.*s:", (int)target_length, target);
    for (size_t i = 0; i < files->count; i++)
        fprintf(out, " \\\n  %s", files->items[i]);
    for (size_t i = 0; i < symbols->count; i++)
        fprintf(out, " \\\n  $(wildcard %s/kconfig/%s.h)", gen, symbols->items[i]);
}

/* Takes config.h out of the list and scans the rest; puts it back where that is not enough. */
static void replace_config(const char *config, struct names *files, struct names *symbols)
{
    bool complete = true, included = false;
    size_t kept = 0;
    for (size_t i = 0; i < files->count; i++) {
        char *file = files->items[i];
        if (strcmp(file, config) == 0) {
            included = true;
            free(file);
            continue;
        }
        files->items[kept++] = file;
        if (!is_ours(file))
            continue;
        char *text = read_file(file);
        complete = text != NULL && scan(text, symbols) && complete;
        free(text);
    }
    files->count = kept;
    if (included && !complete)
        names_add(files, config, strlen(config));
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: fixdep GEN DEPFILE\n");
        return 2;
    }
    const char *gen = argv[1], *path = argv[2];
    char *rule = read_file(path);
    if (rule == NULL)
        fail(path);
    char *colon = strstr(rule, ": ");
    if (colon == NULL) {
        fprintf(stderr, "fixdep: %s: no rule of a compiler\n", path);
        return 1;
    }
    char config[4096];
    snprintf(config, sizeof config, "%s/include/config.h", gen);
    struct names files = {NULL, 0, 0}, symbols = {NULL, 0, 0};
    char *rest;
    read_prerequisites(colon + 1, &files, &rest);
    replace_config(config, &files, &symbols);

    char temporary[4096];
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *out = fopen(temporary, "wb");
    if (out == NULL)
        fail(temporary);
    print_rule(out, rule, (size_t)(colon - rule), gen, &files, &symbols);
    fputs(rest, out);
    if (fclose(out) != 0 || rename(temporary, path) != 0)
        fail(temporary);
    names_free(&files);
    names_free(&symbols);
    free(rule);
    return 0;
}
