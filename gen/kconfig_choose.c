/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Step 2: gathers what the board and a person ask for, evaluates it and writes what is derived; see
 * kconfig_choose.h.
 */
#include "kconfig_choose.h"
#include "file.h"
#include "kconfig_print.h"
#include "kconfig_takeover.h"
#include "kconfig_verify.h"

#include "text_list.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert((int)KCONFIG_BOOL == (int)OPTION_BOOL && (int)KCONFIG_INT == (int)OPTION_INT &&
                   (int)KCONFIG_HEX == (int)OPTION_HEX && (int)KCONFIG_STRING == (int)OPTION_STRING,
               "the types of symbols and of options are the same");

static const char *path_in(const struct kconfig *kconfig, const char *name)
{
    return arena_printf(kconfig->board->arena, "%s/%s", kconfig->build, name);
}

/* Writes a closed draft; without text there is no such file. */
static bool write_file(const struct kconfig *kconfig, const char *name, const struct draft *draft)
{
    const char *path = path_in(kconfig, name);
    bool ok = draft->size > 0 ? file_write(path, draft->text, draft->size)
                              : unlink(path) == 0 || errno == ENOENT;
    if (!ok)
        diagnostic_error(kconfig->board->diagnostics, (struct position){.file = path},
                         "cannot be written: %s", strerror(errno));
    return ok;
}

const struct option *kconfig_option(const struct board *board, const char *name)
{
    const struct binding *lists[] = {board->catalog->drivers, board->catalog->services};
    for (size_t i = 0; i < 2; i++) {
        for (const struct binding *binding = lists[i]; binding != NULL; binding = binding->next) {
            for (const struct option *o = binding->options; o != NULL; o = o->next) {
                if (strcmp(o->name, name) == 0)
                    return o;
            }
        }
    }
    return NULL;
}

/* The binding that "HAVE_DRIVER_PL011" or "SERVICE_CONSOLE" stands for, or NULL. */
static const struct binding *binding_of(const struct board *board, const char *name)
{
    const struct {
        const char *prefix;
        const struct binding *list;
    } kinds[] = {{"DRIVER_", board->catalog->drivers}, {"SERVICE_", board->catalog->services}};
    if (strncmp(name, "HAVE_", strlen("HAVE_")) == 0)
        name += strlen("HAVE_");
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(kinds[i].prefix);
        if (strncmp(name, kinds[i].prefix, length) != 0)
            continue;
        for (const struct binding *b = kinds[i].list; b != NULL; b = b->next) {
            if (strcmp(symbol_name(board->arena, b->name), name + length) == 0)
                return b;
        }
    }
    return NULL;
}

struct position kconfig_described_at(const struct kconfig *kconfig,
                                     const struct kconfig_symbol *symbol)
{
    const struct board *board = kconfig->board;
    const struct option *option = kconfig_option(board, symbol->name);
    const struct binding *binding = binding_of(board, symbol->name);
    if (option != NULL)
        return option->at;
    if (binding != NULL)
        return binding->at;
    if (strncmp(symbol->name, "ARCH_", strlen("ARCH_")) == 0 && board->layered->arch_file != NULL)
        return (struct position){board->layered->arch_file, 1, 1};
    return symbol->at;
}

/* The services that the board lists, as if it had set SERVICE_X to y. */
static void ask_for_services(struct kconfig *kconfig)
{
    struct board *board = kconfig->board;
    for (const struct service *s = board->services; s != NULL; s = s->next) {
        if (!s->listed || !s->possible)
            continue;
        struct kconfig_wish wish = {
            .name = arena_printf(board->arena, "SERVICE_%s", symbol_name(board->arena, s->name)),
            .value = "y",
            .asker = ASKER_BOARD,
            .subject = arena_printf(board->arena, "services.%s", s->name),
            .at = s->at};
        kconfig_wishes_add(&kconfig->asked, &wish);
    }
}

const char *kconfig_yaml_value(struct arena *arena, enum option_type type, const struct node *node)
{
    const char *text = node->text;
    if (node->quoted)
        return text;
    if (type == OPTION_BOOL && strcmp(text, "true") == 0)
        return "y";
    if (type == OPTION_BOOL && strcmp(text, "false") == 0)
        return "n";
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    const char *units = "KMG";
    const char *unit = *end != '\0' && end[1] == '\0' ? strchr(units, *end) : NULL;
    if (type != OPTION_INT || unit == NULL || end == text || errno != 0)
        return text;
    unsigned shift = 10 * (unsigned)(unit - units + 1);
    return number <= (unsigned long long)LLONG_MAX >> shift
               ? arena_printf(arena, "%llu", number << shift)
               : text;
}

/* The `config:` maps of the board and its overlays, merged. */
static void ask_for_config(struct kconfig *kconfig)
{
    struct board *board = kconfig->board;
    const struct node *node = board->config_node != NULL ? board->config_node->first : NULL;
    for (; node != NULL; node = node->next) {
        if (node->kind != NODE_SCALAR || node->is_null)
            continue;
        const struct kconfig_symbol *symbol = kconfig_menu_find(&kconfig->menu, node->key);
        struct kconfig_wish wish = {.name = node->key,
                                    .value = node->text,
                                    .quoted = node->quoted,
                                    .asker = ASKER_BOARD,
                                    .subject = arena_printf(board->arena, "config.%s", node->key),
                                    .at = node->at};
        if (symbol != NULL)
            wish.value = kconfig_yaml_value(board->arena, (enum option_type)symbol->type, node);
        kconfig_wishes_add(&kconfig->asked, &wish);
    }
}

void kconfig_evaluate(struct kconfig *kconfig, const struct kconfig_wishes *chosen)
{
    struct kconfig_wishes all;
    kconfig_wishes_init(&all, kconfig->board->arena);
    for (size_t i = 0; i < kconfig->asked.count; i++)
        kconfig_wishes_add(&all, &kconfig->asked.items[i]);
    for (size_t i = 0; i < chosen->count; i++)
        kconfig_wishes_add(&all, &chosen->items[i]);
    kconfig_menu_evaluate(&kconfig->menu, &all);
}

/* Whether the values are those that were saved, symbol by symbol. */
static bool values_are(const struct kconfig_menu *menu, const struct kconfig_symbol *saved)
{
    for (size_t i = 0; i < menu->count; i++) {
        if (menu->symbols[i].active != saved[i].active ||
            strcmp(menu->symbols[i].value, saved[i].value) != 0)
            return false;
    }
    return true;
}

void kconfig_minimise(struct kconfig *kconfig, struct kconfig_wishes *chosen)
{
    struct kconfig_menu *menu = &kconfig->menu;
    kconfig_evaluate(kconfig, chosen);
    struct kconfig_symbol *saved = arena_alloc(menu->arena, (menu->count + 1) * sizeof *saved);
    memcpy(saved, menu->symbols, menu->count * sizeof *saved);
    for (size_t i = chosen->count; i > 0; i--) {
        const struct kconfig_wish *wish = &chosen->items[i - 1];
        const struct kconfig_wish *asked = kconfig_wishes_find(&kconfig->asked, wish->name);
        if (asked != NULL && strcmp(asked->value, wish->value) != 0)
            continue;
        struct kconfig_wishes rest;
        kconfig_wishes_init(&rest, menu->arena);
        for (size_t j = 0; j < chosen->count; j++) {
            if (j != i - 1)
                kconfig_wishes_add(&rest, &chosen->items[j]);
        }
        kconfig_evaluate(kconfig, &rest);
        if (values_are(menu, saved))
            kconfig_wishes_remove(chosen, i - 1);
    }
    kconfig_evaluate(kconfig, chosen);
}

/* Prints Kconfig.gen into the build folder and reads the whole menu. */
static bool load(struct kconfig *kconfig, struct inputs *inputs)
{
    struct board *board = kconfig->board;
    struct text_list architectures = folder_names(board->arena, "platforms/arch", "/arch.yaml");
    inputs_add(inputs, "platforms/arch");
    inputs_add(inputs, "Kconfig");
    struct draft draft;
    draft_open(&draft);
    kconfig_print(board, &architectures, draft.out);
    draft_close(&draft);
    bool ok = write_file(kconfig, "Kconfig.gen", &draft);
    free(draft.text);
    ok = ok && kconfig_menu_load(board->arena, board->diagnostics, "Kconfig", kconfig->build,
                                 &kconfig->menu);
    if (ok) {
        kconfig_verify_options(kconfig);
        ask_for_services(kconfig);
        ask_for_config(kconfig);
    }
    return ok;
}

static void fill_board(struct kconfig *kconfig)
{
    struct board *board = kconfig->board;
    struct config_value **end = &board->config;
    for (size_t i = 0; i < kconfig->menu.count; i++) {
        const struct kconfig_symbol *symbol = &kconfig->menu.symbols[i];
        if (!symbol->active || symbol->prompt == NULL) /* the promptless follow from the board */
            continue;
        const struct kconfig_wish *wish = kconfig_wishes_find(&kconfig->chosen, symbol->name);
        if (wish == NULL)
            wish = kconfig_wishes_find(&kconfig->asked, symbol->name);
        struct config_value *value = arena_alloc(board->arena, sizeof *value);
        value->name = symbol->name;
        value->type = (enum option_type)symbol->type;
        value->value = symbol->value;
        value->origin = "default";
        if (wish != NULL && strcmp(wish->value, symbol->value) == 0) {
            value->at = wish->at;
            value->origin = wish->asker == ASKER_PERSON
                                ? "menuconfig"
                                : arena_printf(board->arena, "%s:%u", wish->at.file, wish->at.line);
        }
        *end = value;
        end = &value->next;
    }
    *end = NULL;
}

/* Writes what a person chose, and notes where in the file each choice stands now. */
static bool write_choices(struct kconfig *kconfig)
{
    static const char *const head[] = {"# What a person chose for this board; menuconfig edits it,",
                                       "# savedefconfig moves it into the board's file."};
    const char *path = path_in(kconfig, "choices.config");
    struct draft draft;
    draft_open(&draft);
    unsigned line = sizeof head / sizeof *head;
    if (kconfig->chosen.count > 0)
        fprintf(draft.out, "%s\n%s\n", head[0], head[1]);
    for (size_t i = 0; i < kconfig->chosen.count; i++) {
        struct kconfig_wish *wish = &kconfig->chosen.items[i];
        const struct kconfig_symbol *symbol = kconfig_menu_find(&kconfig->menu, wish->name);
        kconfig_file_print(draft.out, wish->name, wish->value, symbol->type == KCONFIG_BOOL,
                           symbol->type == KCONFIG_STRING);
        wish->at = (struct position){path, ++line, 1};
    }
    draft_close(&draft);
    bool ok = write_file(kconfig, "choices.config", &draft);
    free(draft.text);
    return ok;
}

/* `.config` and its copy; the copy last, so that a run cut short between the two loses nothing. */
static bool write_config(struct kconfig *kconfig)
{
    struct draft draft;
    draft_open(&draft);
    fprintf(draft.out, "# %s's configuration. Derived: what is to stay is chosen in menuconfig.\n",
            kconfig->board->name);
    kconfig_menu_print(&kconfig->menu, draft.out);
    draft_close(&draft);
    bool ok =
        write_file(kconfig, ".config", &draft) && write_file(kconfig, ".config.derived", &draft);
    free(draft.text);
    return ok;
}

/* What a person chose: in choices.config, and in .config since it was derived. */
static void gather_choices(struct kconfig *kconfig, struct inputs *inputs)
{
    struct board *board = kconfig->board;
    struct kconfig_wishes derived, edited;
    kconfig_wishes_init(&derived, board->arena);
    kconfig_wishes_init(&edited, board->arena);
    const char *choices = path_in(kconfig, "choices.config");
    const char *config = path_in(kconfig, ".config");
    inputs_add(inputs, choices);
    inputs_add(inputs, config);
    kconfig_file_read(board->diagnostics, choices, &kconfig->chosen);
    if (!kconfig_file_read(board->diagnostics, config, &edited))
        return;
    bool known =
        kconfig_file_read(board->diagnostics, path_in(kconfig, ".config.derived"), &derived);
    kconfig_take_over(kconfig, known ? &derived : NULL, &edited, &kconfig->chosen);
}

bool kconfig_choose(struct board *board, struct inputs *inputs, const char *build,
                    struct kconfig *kconfig)
{
    *kconfig = (struct kconfig){.board = board, .build = build};
    kconfig_wishes_init(&kconfig->asked, board->arena);
    kconfig_wishes_init(&kconfig->chosen, board->arena);
    if (!load(kconfig, inputs))
        return false;
    size_t errors = board->diagnostics->error_count;
    gather_choices(kconfig, inputs);
    kconfig_evaluate(kconfig, &kconfig->chosen);
    bool ok =
        kconfig_verify(kconfig, &kconfig->chosen) && board->diagnostics->error_count == errors;
    if (ok) {
        kconfig_minimise(kconfig, &kconfig->chosen);
        ok = write_choices(kconfig) && write_config(kconfig);
    } else if (access(path_in(kconfig, ".config"), F_OK) != 0) {
        write_config(kconfig);
    }
    fill_board(kconfig);
    return access(path_in(kconfig, ".config"), F_OK) == 0;
}

bool kconfig_check(struct board *board, struct inputs *inputs, struct kconfig *kconfig)
{
    const char *folder = getenv("TMPDIR");
    char *build = arena_printf(board->arena, "%s/ranvier-XXXXXX", folder != NULL ? folder : "/tmp");
    *kconfig = (struct kconfig){.board = board, .build = build};
    kconfig_wishes_init(&kconfig->asked, board->arena);
    kconfig_wishes_init(&kconfig->chosen, board->arena);
    if (mkdtemp(build) == NULL) {
        diagnostic_error(board->diagnostics, (struct position){.file = build},
                         "cannot be written: %s", strerror(errno));
        return false;
    }
    bool ok = load(kconfig, inputs);
    if (ok) {
        kconfig_evaluate(kconfig, &kconfig->chosen);
        ok = kconfig_verify(kconfig, &kconfig->chosen);
        fill_board(kconfig);
    }
    unlink(path_in(kconfig, "Kconfig.gen"));
    rmdir(build);
    return ok;
}
