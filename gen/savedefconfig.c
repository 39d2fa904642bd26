/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From choices to the board's file; see savedefconfig.h.
 */
#include "savedefconfig.h"
#include "config_edit.h"
#include "file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct saver {
    struct kconfig *kconfig;
    struct arena *arena;
    struct diagnostics *diagnostics;
    const char *path;   /* the board's file */
    const char *text;   /* as it is to be */
    struct node *own;   /* config: in the file as it is, or NULL */
    const char *report; /* what was done, a line each */
};

/* Y, n, 1024 and 0x10 as they are; text in double quotes (YAML 1.1, 7.3.1). */
static const char *yaml_value(struct arena *arena, const struct kconfig_symbol *symbol,
                              const char *value, const struct node *old)
{
    bool as_word = symbol->type == KCONFIG_BOOL && old != NULL && old->kind == NODE_SCALAR &&
                   (strcmp(old->text, "true") == 0 || strcmp(old->text, "false") == 0);
    if (as_word)
        return strcmp(value, "y") == 0 ? "true" : "false";
    if (symbol->type != KCONFIG_STRING)
        return value;
    char *quoted = arena_alloc(arena, 2 * strlen(value) + 3);
    char *end = quoted;
    *end++ = '"';
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            *end++ = '\\';
        *end++ = *c;
    }
    *end = '"';
    return quoted;
}

/* Whether the values under the other choices, with the file's own entry for this symbol taken out,
 * are what they are now. Then the entry is all there is to undo. */
static bool undoes_entry(struct saver *s, const struct kconfig_wish *choice)
{
    struct kconfig *kconfig = s->kconfig;
    const struct node *merged = node_get(kconfig->board->config_node, choice->name);
    if (node_get(s->own, choice->name) == NULL || merged == NULL ||
        strcmp(merged->at.file, s->path) != 0)
        return false;
    const struct node *below = merged->overridden;
    enum option_type type = (enum option_type)kconfig_menu_find(&kconfig->menu, choice->name)->type;
    struct kconfig_wishes asked = kconfig->asked, rest, others;
    kconfig_wishes_init(&rest, s->arena);
    for (size_t i = 0; i < asked.count; i++) {
        struct kconfig_wish wish = asked.items[i];
        bool is_entry = strcmp(wish.name, choice->name) == 0 &&
                        strncmp(wish.subject, "config.", strlen("config.")) == 0;
        if (is_entry && (below == NULL || below->kind != NODE_SCALAR || below->is_null))
            continue;
        if (is_entry)
            wish.value = kconfig_yaml_value(s->arena, type, below);
        kconfig_wishes_add(&rest, &wish);
    }
    kconfig_wishes_init(&others, s->arena);
    for (size_t i = 0; i < kconfig->chosen.count; i++) {
        if (&kconfig->chosen.items[i] != choice)
            kconfig_wishes_add(&others, &kconfig->chosen.items[i]);
    }
    kconfig->asked = rest;
    kconfig_evaluate(kconfig, &others);
    const struct kconfig_symbol *symbol = kconfig_menu_find(&kconfig->menu, choice->name);
    bool same = strcmp(symbol->value, choice->value) == 0;
    kconfig->asked = asked;
    kconfig_evaluate(kconfig, &kconfig->chosen);
    return same;
}

/* The other entry of the file that this choice takes the place of: another member of its choice
 * group; NULL if there is none. */
static const struct node *replaced_member(const struct saver *s, const struct kconfig_wish *choice)
{
    const struct kconfig_menu *menu = &s->kconfig->menu;
    const struct kconfig_symbol *symbol = kconfig_menu_find(menu, choice->name);
    if (symbol->choice == NULL || s->own == NULL || strcmp(choice->value, "y") != 0)
        return NULL;
    for (const struct node *n = s->own->first; n != NULL; n = n->next) {
        const struct kconfig_symbol *other = kconfig_menu_find(menu, n->key);
        if (other != NULL && other != symbol && other->choice == symbol->choice)
            return n;
    }
    return NULL;
}

/* Edits the text; false if that was refused. */
static bool edit(struct saver *s, const char *name, const char *value)
{
    const char *text = config_edit(s->diagnostics, s->path, s->text, name, value);
    if (text == NULL)
        return false;
    s->text = text;
    const char *done = value != NULL ? value : "taken out, it is the default again";
    s->report = arena_printf(s->arena, "%s  %s: %s\n", s->report, name, done);
    return true;
}

static bool save_choice(struct saver *s, const struct kconfig_wish *choice)
{
    const struct kconfig_symbol *symbol = kconfig_menu_find(&s->kconfig->menu, choice->name);
    if (undoes_entry(s, choice))
        return edit(s, choice->name, NULL);
    const struct node *member = replaced_member(s, choice);
    if (member != NULL && !edit(s, member->key, NULL))
        return false;
    return edit(s, choice->name,
                yaml_value(s->arena, symbol, choice->value, node_get(s->own, choice->name)));
}

static bool same_tree(const struct node *a, const struct node *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->kind != b->kind || (a->kind == NODE_SCALAR && strcmp(a->text, b->text) != 0) ||
        a->quoted != b->quoted || a->is_null != b->is_null)
        return false;
    const struct node *x = a->first, *y = b->first;
    while (x != NULL && y != NULL) {
        if ((x->key == NULL) != (y->key == NULL) ||
            (x->key != NULL && strcmp(x->key, y->key) != 0) || !same_tree(x, y))
            return false;
        x = x->next;
        y = y->next;
    }
    return x == y;
}

/* Whether the new text says what the old one did, `config:` aside. */
static bool rest_is_same(struct node *before, struct node *after)
{
    struct node *configs[] = {node_get(before, "config"), node_get(after, "config")};
    for (size_t i = 0; i < 2; i++) {
        if (configs[i] != NULL)
            node_remove(configs[i]);
    }
    return same_tree(before, after);
}

/* Whether the new `config:` holds the old entries and the choices, and no more. */
static bool config_is_right(const struct saver *s, const struct node *after)
{
    const struct node *config = node_get(after, "config");
    const struct kconfig_wishes *chosen = &s->kconfig->chosen;
    for (size_t i = 0; i < chosen->count; i++) {
        const struct node *entry = node_get(config, chosen->items[i].name);
        const char *value = chosen->items[i].value;
        if (entry == NULL && node_get(s->own, chosen->items[i].name) == NULL)
            return false;
        if (entry != NULL && strcmp(entry->text, value) != 0 &&
            strcmp(entry->text, strcmp(value, "y") == 0 ? "true" : "false") != 0)
            return false;
    }
    for (const struct node *n = config != NULL ? config->first : NULL; n != NULL; n = n->next) {
        const struct node *old = node_get(s->own, n->key);
        bool is_choice = kconfig_wishes_find(chosen, n->key) != NULL;
        if (!is_choice && (old == NULL || !same_tree(old, n)))
            return false;
    }
    return true;
}

/* Reads the new text and compares; an error if it is not what it should be. */
static bool check(struct saver *s, const char *old_text)
{
    struct diagnostics unseen; /* positions in a text that nobody has would tell nothing */
    diagnostics_init(&unseen, s->arena);
    struct node *before = yaml_parse(s->arena, &unseen, s->path, old_text, strlen(old_text));
    struct node *after = yaml_parse(s->arena, &unseen, s->path, s->text, strlen(s->text));
    if (before != NULL && after != NULL && unseen.error_count == 0 && config_is_right(s, after) &&
        rest_is_same(before, after))
        return true;
    struct diagnostic *error = diagnostic_error(
        s->diagnostics, (struct position){.file = s->path},
        "config: cannot be edited in place: the file is written in an unusual way");
    diagnostic_fix(s->diagnostics, error, "write the entries of %s/choices.config by hand",
                   s->kconfig->build);
    return false;
}

static bool finish(struct saver *s)
{
    const char *choices = arena_printf(s->arena, "%s/choices.config", s->kconfig->build);
    const char *failed = NULL;
    char *real = realpath(s->path, NULL); /* a link stays one */
    if (real == NULL || !file_write(real, s->text, strlen(s->text)))
        failed = s->path;
    else if (unlink(choices) != 0 && errno != ENOENT)
        failed = choices;
    if (failed != NULL)
        diagnostic_error(s->diagnostics, (struct position){.file = failed}, "cannot be written: %s",
                         strerror(errno));
    free(real);
    return failed == NULL;
}

bool savedefconfig(struct kconfig *kconfig, FILE *out)
{
    struct board *board = kconfig->board;
    struct saver s = {.kconfig = kconfig,
                      .arena = board->arena,
                      .diagnostics = board->diagnostics,
                      .path = board->layered->board_file,
                      .report = ""};
    if (kconfig->chosen.count == 0) {
        fprintf(out, "%s: nothing was chosen that is not there already\n", s.path);
        return true;
    }
    size_t size = 0;
    const char *old = file_read(s.arena, s.path, YAML_SIZE_MAX, &size);
    struct node *root = old == NULL ? NULL : yaml_parse(s.arena, s.diagnostics, s.path, old, size);
    if (root == NULL) {
        diagnostic_error(s.diagnostics, (struct position){.file = s.path}, "cannot be read");
        return false;
    }
    s.text = old;
    s.own = node_get(root, "config");
    for (size_t i = 0; i < kconfig->chosen.count; i++) {
        if (!save_choice(&s, &kconfig->chosen.items[i]))
            return false;
    }
    if (!check(&s, old) || !finish(&s))
        return false;
    fprintf(out, "%s, config:\n%s", s.path, s.report);
    return true;
}
