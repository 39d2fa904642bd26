/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See kconfig_explain.h.
 */
#include "kconfig_explain.h"
#include "command.h"
#include "explain.h"
#include "file.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>

#define SOURCE_MAX ((size_t)4 * 1024 * 1024) /* bytes of a file that is searched */
#define DEPTH_MAX  8                         /* folders within one another */

static const struct position nowhere;

/* The value that counts is what the topmost party says; the others are overridden. */
static void print_layer(bool *first, struct position at, const char *value, const char *who)
{
    explain_line(*first ? "set in" : "overrides", at, "%s, %s", value, who);
    *first = false;
}

/* Who set it: a person, the board's layers from the top, the board's list of services. */
static void print_origin(const struct kconfig *kconfig, const struct kconfig_symbol *symbol)
{
    bool first = true;
    const struct kconfig_wish *chosen = kconfig_wishes_find(&kconfig->chosen, symbol->name);
    if (chosen != NULL)
        print_layer(&first, chosen->at, chosen->value, "chosen by a person");
    const struct node *node = node_get(kconfig->board->config_node, symbol->name);
    for (; node != NULL; node = node->overridden) {
        if (node->kind == NODE_SCALAR)
            print_layer(&first, node->at, node->is_null ? "null" : node->text, "by the board");
    }
    for (size_t i = 0; i < kconfig->asked.count; i++) {
        const struct kconfig_wish *wish = &kconfig->asked.items[i];
        if (strcmp(wish->name, symbol->name) == 0 && strncmp(wish->subject, "services.", 9) == 0)
            print_layer(&first, wish->at, "y", "since the board lists the service");
    }
    const struct kconfig_symbol *selector = kconfig_symbol_selector(&kconfig->menu, symbol);
    if (selector != NULL)
        explain_line("needed by", kconfig_described_at(kconfig, selector), "%s", selector->name);
    else if (first && symbol->prompt != NULL)
        explain_line("set by", nowhere, "nobody: it is the default");
    explain_line("described", kconfig_described_at(kconfig, symbol), "%s",
                 symbol->prompt != NULL ? symbol->prompt
                                        : "nobody sets this: it follows from the board");
}

static void print_blocker(void *context, const char *name, const struct kconfig_symbol *blocker)
{
    const struct kconfig *kconfig = context;
    if (blocker == NULL)
        explain_line("", nowhere, "there is no symbol %s", name);
    else
        explain_line("", kconfig_described_at(kconfig, blocker), "%s is %s", name,
                     *blocker->value != '\0' ? blocker->value : "without a value");
}

static void print_dependencies(const struct kconfig *kconfig, const struct kconfig_symbol *symbol)
{
    const struct kconfig_menu *menu = &kconfig->menu;
    const char *low, *high;
    struct position at;
    if (kconfig_symbol_range(menu, symbol, &low, &high, &at))
        explain_line("range", nowhere, "%s to %s", low, high);
    const char *dependencies = kconfig_symbol_dependencies(menu, symbol);
    if (dependencies == NULL)
        return;
    const char *unmet = kconfig_symbol_unmet(menu, symbol);
    explain_line("depends on", nowhere, "%s", dependencies);
    if (unmet == NULL)
        return;
    explain_line("unmet", nowhere, "%s", unmet);
    kconfig_symbol_blockers(menu, symbol, print_blocker, (void *)kconfig);
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

static void print_users(struct arena *arena, const struct kconfig_symbol *symbol)
{
    static const char *const folders[] = {"kernel", "platforms", "services", "templates"};
    const char *name = arena_printf(arena, "CONFIG_%s", symbol->name);
    struct text_list users = {NULL, 0};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        find_users(arena, folders[i], name, 0, &users);
    text_list_sort(&users);
    for (size_t i = 0; i < users.count; i++)
        explain_line("used by", nowhere, "%s", users.items[i]);
    if (users.count == 0)
        explain_line("used by", nowhere, "no source by its name");
}

int kconfig_explain(const struct kconfig *kconfig, const char *name)
{
    const struct kconfig_menu *menu = &kconfig->menu;
    const struct kconfig_symbol *symbol = kconfig_menu_find(menu, name);
    if (symbol == NULL) {
        struct text_list names = {NULL, 0};
        for (size_t i = 0; i < menu->count; i++)
            text_list_add(menu->arena, &names,
                          arena_printf(menu->arena, "config.%s", menu->symbols[i].name));
        const char *key = arena_printf(menu->arena, "config.%s", name);
        return usage_error("there is no KEY %s%s", key, nearest_hint(menu->arena, key, &names));
    }
    bool has_value = symbol->active || symbol->type == KCONFIG_BOOL;
    printf("config.%s = %s\n", name, has_value ? symbol->value : "(no value)");
    print_origin(kconfig, symbol);
    print_dependencies(kconfig, symbol);
    print_users(menu->arena, symbol);
    return 0;
}
