/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See kconfig_explain.h.
 */
#include "kconfig_explain.h"
#include "file.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>

#define SOURCE_MAX ((size_t)4 * 1024 * 1024) /* bytes of a file that is searched */
#define DEPTH_MAX  8                         /* folders within one another */

struct explainer {
    const struct kconfig *kconfig;
    struct arena *arena;
    FILE *out;
};

static void print_place(const struct explainer *e, struct position at, const char *what)
{
    fprintf(e->out, "  %s", at.file);
    if (at.line != 0)
        fprintf(e->out, ":%u", at.line);
    fprintf(e->out, ": %s\n", what);
}

/* Who set it: a person, the board's layers from the top, Kconfig. */
static void print_origin(const struct explainer *e, const struct kconfig_symbol *symbol)
{
    const struct kconfig_wish *chosen = kconfig_wishes_find(&e->kconfig->chosen, symbol->name);
    if (chosen != NULL)
        print_place(e, chosen->at, arena_printf(e->arena, "%s, chosen by a person", chosen->value));
    const struct node *node = node_get(e->kconfig->board->config_node, symbol->name);
    for (bool top = chosen == NULL; node != NULL; node = node->overridden, top = false) {
        if (node->kind == NODE_SCALAR)
            print_place(e, node->at,
                        arena_printf(e->arena, "%s, set by the board%s",
                                     node->is_null ? "null" : node->text,
                                     top ? "" : "; overruled"));
    }
    for (size_t i = 0; i < e->kconfig->asked.count; i++) {
        const struct kconfig_wish *wish = &e->kconfig->asked.items[i];
        if (strcmp(wish->name, symbol->name) == 0 && strncmp(wish->subject, "services.", 9) == 0)
            print_place(e, wish->at, "y, the board lists the service");
    }
    const struct kconfig_symbol *selector = kconfig_symbol_selector(&e->kconfig->menu, symbol);
    if (selector != NULL)
        print_place(e, kconfig_described_at(e->kconfig, selector),
                    arena_printf(e->arena, "y, %s needs it", selector->name));
    print_place(e, kconfig_described_at(e->kconfig, symbol),
                symbol->prompt != NULL ? arena_printf(e->arena, "described: %s", symbol->prompt)
                                       : "nobody sets this: it follows from the board");
}

static void print_blocker(void *context, const char *name, const struct kconfig_symbol *blocker)
{
    const struct explainer *e = context;
    const char *value = blocker == NULL           ? "no symbol at all"
                        : *blocker->value != '\0' ? blocker->value
                                                  : "without a value";
    fprintf(e->out, "    %s is %s\n", name, value);
}

static void print_dependencies(const struct explainer *e, const struct kconfig_symbol *symbol)
{
    const struct kconfig_menu *menu = &e->kconfig->menu;
    const char *low, *high;
    struct position at;
    if (kconfig_symbol_range(menu, symbol, &low, &high, &at))
        fprintf(e->out, "  range: %s to %s\n", low, high);
    const char *dependencies = kconfig_symbol_dependencies(menu, symbol);
    if (dependencies == NULL)
        return;
    const char *unmet = kconfig_symbol_unmet(menu, symbol);
    fprintf(e->out, "  depends on: %s\n", dependencies);
    if (unmet == NULL)
        return;
    fprintf(e->out, "  which does not hold, because of: %s\n", unmet);
    kconfig_symbol_blockers(menu, symbol, print_blocker, (void *)e);
}

/* Whether the text has the name as a whole word. */
static bool mentions(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = text; (at = strstr(at, name)) != NULL; at += length) {
        bool starts = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
        bool ends = !(isalnum((unsigned char)at[length]) || at[length] == '_');
        if (starts && ends)
            return true;
    }
    return false;
}

static bool is_source(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL && (strcmp(dot, ".c") == 0 || strcmp(dot, ".h") == 0 ||
                           strcmp(dot, ".S") == 0 || strcmp(dot, ".j2") == 0);
}

/* Adds the sources below `folder` that mention the name. */
static void find_users(struct arena *arena, const char *folder, const char *name, unsigned depth,
                       struct text_list *users)
{
    DIR *directory = depth < DEPTH_MAX ? opendir(folder) : NULL;
    if (directory == NULL)
        return;
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        const char *path = arena_printf(arena, "%s/%s", folder, entry->d_name);
        if (!is_source(entry->d_name)) {
            find_users(arena, path, name, depth + 1, users);
            continue;
        }
        struct arena scratch;
        arena_init(&scratch);
        size_t size;
        const char *text = file_read(&scratch, path, SOURCE_MAX, &size);
        if (text != NULL && mentions(text, name))
            text_list_add(arena, users, path);
        arena_free(&scratch);
    }
    closedir(directory);
}

static void print_users(const struct explainer *e, const struct kconfig_symbol *symbol)
{
    static const char *const folders[] = {"kernel", "platforms", "services", "templates"};
    const char *name = arena_printf(e->arena, "CONFIG_%s", symbol->name);
    struct text_list users = {NULL, 0};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        find_users(e->arena, folders[i], name, 0, &users);
    text_list_sort(&users);
    fputs("  used by:", e->out);
    for (size_t i = 0; i < users.count; i++)
        fprintf(e->out, " %s", users.items[i]);
    fputs(users.count == 0 ? " no source\n" : "\n", e->out);
}

bool kconfig_explain(const struct kconfig *kconfig, const char *name, FILE *out)
{
    const struct kconfig_symbol *symbol = kconfig_menu_find(&kconfig->menu, name);
    if (symbol == NULL)
        return false;
    struct explainer e = {kconfig, kconfig->board->arena, out};
    fprintf(out, "config.%s = %s\n", name,
            symbol->active || symbol->type == KCONFIG_BOOL ? symbol->value : "(no value)");
    print_origin(&e, symbol);
    print_dependencies(&e, symbol);
    print_users(&e, symbol);
    return true;
}

struct text_list kconfig_names(const struct kconfig *kconfig)
{
    struct text_list names = {NULL, 0};
    for (size_t i = 0; i < kconfig->menu.count; i++)
        text_list_add(kconfig->board->arena, &names, kconfig->menu.symbols[i].name);
    return names;
}
