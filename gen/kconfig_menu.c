/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reading and evaluating the menu with Kconfig's library; see kconfig_menu.h. The library keeps the
 * menu in global variables, writes to standard output and error, and calls exit() on a syntax
 * error: the first are cleared before each load, the second is caught in a temporary file and
 * becomes diagnostics, the third is met by an exit handler that prints them.
 */
#include "kconfig_library.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What the library writes to standard output and error while it reads. */
static struct {
    struct diagnostics *diagnostics; /* NULL: not reading */
    FILE *file;
    int saved[2]; /* the two descriptors meanwhile */
} capture;

/* "Kconfig:12: syntax error" as a diagnostic. */
static void report_line(struct diagnostics *diagnostics, char *text)
{
    text[strcspn(text, "\n")] = '\0';
    struct position at = {.file = "Kconfig"};
    char *colon = strchr(text, ':');
    if (colon != NULL && isdigit((unsigned char)colon[1])) {
        char *end;
        at.line = (unsigned)strtoul(colon + 1, &end, 10);
        at.column = 1;
        *colon = '\0';
        at.file = arena_strdup(diagnostics->arena, text);
        text = *end == ':' ? end + 1 : end;
    }
    static const char *const levels[] = {"warning:", "error:"};
    text += strspn(text, " \t");
    for (size_t i = 0; i < 2; i++) {
        if (strncmp(text, levels[i], strlen(levels[i])) == 0)
            text += strlen(levels[i]);
    }
    text += strspn(text, " \t");
    bool is_hint = strncmp(text, "For a resolution", strlen("For a resolution")) == 0 ||
                   strncmp(text, "subsection", strlen("subsection")) == 0;
    if (*text != '\0' && !is_hint) /* hints lead to Linux's documentation */
        diagnostic_error(diagnostics, at, "%s", text);
}

static void capture_end(void)
{
    fflush(stdout);
    fflush(stderr);
    for (int i = 0; i < 2; i++) {
        dup2(capture.saved[i], STDOUT_FILENO + i);
        close(capture.saved[i]);
    }
    rewind(capture.file);
    char line[1024];
    while (fgets(line, sizeof line, capture.file) != NULL)
        report_line(capture.diagnostics, line);
    fclose(capture.file);
    capture.diagnostics = NULL;
}

/* The library gave up. */
static void at_exit(void)
{
    if (capture.diagnostics == NULL)
        return;
    struct diagnostics *diagnostics = capture.diagnostics;
    capture_end();
    diagnostics_print(diagnostics, stderr);
    _exit(1);
}

static bool capture_begin(struct diagnostics *diagnostics)
{
    static bool registered;
    if (!registered && atexit(at_exit) != 0)
        return false;
    registered = true;
    capture.file = tmpfile();
    if (capture.file == NULL)
        return false;
    fflush(stdout);
    fflush(stderr);
    capture.saved[0] = dup(STDOUT_FILENO);
    capture.saved[1] = dup(STDERR_FILENO);
    if (capture.saved[0] < 0 || capture.saved[1] < 0) {
        fclose(capture.file);
        return false;
    }
    dup2(fileno(capture.file), STDOUT_FILENO);
    dup2(fileno(capture.file), STDERR_FILENO);
    capture.diagnostics = diagnostics;
    return true;
}

static void forget_menu(void)
{
    memset(symbol_hash, 0, sizeof symbol_hash);
    memset(&rootmenu, 0, sizeof rootmenu);
    file_list = NULL;
    current_file = NULL;
    sym_env_list = NULL;
    sym_defconfig_list = NULL;
    modules_sym = NULL;
}

static bool is_ours(const struct symbol *symbol)
{
    return symbol->name != NULL && !(symbol->flags & (SYMBOL_CONST | SYMBOL_AUTO)) &&
           (symbol->type == S_BOOLEAN || symbol->type == S_INT || symbol->type == S_HEX ||
            symbol->type == S_STRING);
}

static enum kconfig_type type_of(const struct symbol *symbol)
{
    switch (symbol->type) {
    case S_INT:
        return KCONFIG_INT;
    case S_HEX:
        return KCONFIG_HEX;
    case S_STRING:
        return KCONFIG_STRING;
    default:
        return KCONFIG_BOOL;
    }
}

static void describe(struct arena *arena, struct symbol *library, struct kconfig_symbol *symbol)
{
    *symbol = (struct kconfig_symbol){
        .name = library->name, .type = type_of(library), .value = "", .library = library};
    for (struct property *property = library->prop; property != NULL; property = property->next) {
        if (property->type == P_SYMBOL) {
            struct position at = {arena_strdup(arena, property->file->name),
                                  (unsigned)property->lineno, 1};
            *(symbol->at.file == NULL ? &symbol->at : &symbol->again) = at;
        }
        if (property->type == P_PROMPT && symbol->prompt == NULL)
            symbol->prompt = property->text;
    }
    if (sym_is_choice_value(library))
        symbol->choice = prop_get_symbol(sym_get_choice_prop(library));
}

static int compare_symbols(const void *a, const void *b)
{
    return strcmp(((const struct kconfig_symbol *)a)->name,
                  ((const struct kconfig_symbol *)b)->name);
}

static void collect_symbols(struct kconfig_menu *menu)
{
    int i;
    struct symbol *symbol;
    size_t count = 0;
    for_all_symbols(i, symbol) count += is_ours(symbol);
    menu->symbols = arena_alloc(menu->arena, (count + 1) * sizeof *menu->symbols);
    for_all_symbols(i, symbol)
    {
        if (is_ours(symbol))
            describe(menu->arena, symbol, &menu->symbols[menu->count++]);
    }
    qsort(menu->symbols, menu->count, sizeof *menu->symbols, compare_symbols);
}

bool kconfig_menu_load(struct arena *arena, struct diagnostics *diagnostics, const char *path,
                       const char *build, struct kconfig_menu *menu)
{
    *menu = (struct kconfig_menu){.arena = arena};
    size_t errors = diagnostics->error_count;
    if (access(path, R_OK) != 0 || setenv("RANVIER_BUILD", build, 1) != 0 ||
        !capture_begin(diagnostics)) {
        diagnostic_error(diagnostics, (struct position){.file = path}, "cannot be read: %s",
                         strerror(errno));
        return false;
    }
    forget_menu();
    conf_parse(path);
    capture_end();
    collect_symbols(menu);
    return diagnostics->error_count == errors;
}

struct kconfig_symbol *kconfig_menu_find(const struct kconfig_menu *menu, const char *name)
{
    struct kconfig_symbol key = {.name = name};
    return menu->count == 0
               ? NULL
               : bsearch(&key, menu->symbols, menu->count, sizeof key, compare_symbols);
}

static bool number_valid(const char *text, int base)
{
    const char *digits = text;
    if (base == 10 && *digits == '-')
        digits++;
    if (base == 16 && strncmp(digits, "0x", 2) != 0 && strncmp(digits, "0X", 2) != 0)
        return false;
    if (base == 16)
        digits += 2;
    else if (digits[0] == '0' && (digits[1] != '\0' || digits != text))
        return false;
    size_t length = strlen(digits);
    if (length == 0 ||
        strspn(digits, base == 16 ? "0123456789abcdefABCDEF" : "0123456789") < length)
        return false;
    errno = 0;
    strtoll(text, NULL, base);
    return errno == 0;
}

bool kconfig_value_valid(enum kconfig_type type, const char *value)
{
    switch (type) {
    case KCONFIG_BOOL:
        return strcmp(value, "y") == 0 || strcmp(value, "n") == 0;
    case KCONFIG_INT:
        return number_valid(value, 10);
    case KCONFIG_HEX:
        return number_valid(value, 16);
    case KCONFIG_STRING:
        return true;
    }
    return false;
}

/* Makes a wish the user's value of its symbol. */
static void set_user_value(struct kconfig_symbol *symbol, const char *value)
{
    struct symbol *library = library_symbol(symbol);
    library->flags |= SYMBOL_DEF_USER;
    if (symbol->type != KCONFIG_BOOL) {
        library->def[S_DEF_USER].val = (void *)value;
        return;
    }
    tristate wanted = value[0] == 'y' ? yes : no;
    library->def[S_DEF_USER].tri = wanted;
    if (!sym_is_choice_value(library) || wanted == no)
        return;
    struct symbol *choice = prop_get_symbol(sym_get_choice_prop(library));
    choice->flags |= SYMBOL_DEF_USER;
    choice->def[S_DEF_USER].val = library;
    choice->def[S_DEF_USER].tri = yes;
}

static void forget_user_values(void)
{
    int i;
    struct symbol *symbol;
    for_all_symbols(i, symbol)
    {
        symbol->flags &= ~(SYMBOL_DEF_USER | SYMBOL_WRITE);
        symbol->def[S_DEF_USER] = (struct symbol_value){.tri = no};
    }
    sym_clear_all_valid();
}

void kconfig_menu_evaluate(struct kconfig_menu *menu, const struct kconfig_wishes *wishes)
{
    forget_user_values();
    for (size_t i = 0; i < wishes->count; i++) {
        struct kconfig_symbol *symbol = kconfig_menu_find(menu, wishes->items[i].name);
        if (symbol != NULL && kconfig_value_valid(symbol->type, wishes->items[i].value))
            set_user_value(symbol, wishes->items[i].value);
    }
    for (size_t i = 0; i < menu->count; i++) {
        struct kconfig_symbol *symbol = &menu->symbols[i];
        struct symbol *library = library_symbol(symbol);
        sym_calc_value(library);
        const char *value = sym_get_string_value(library);
        if (strcmp(symbol->value, value) != 0)
            symbol->value = arena_strdup(menu->arena, value);
        symbol->active = (library->flags & SYMBOL_WRITE) != 0;
        symbol->visible = library->visible != no;
    }
}

/* One entry of the menu: its title, or its symbol's line. */
static void print_entry(const struct kconfig_menu *menu, const struct menu *entry, FILE *out)
{
    if (entry->sym == NULL || entry->sym->name == NULL) {
        if (entry->prompt != NULL && entry->prompt->type == P_MENU && entry->list != NULL &&
            menu_is_visible((struct menu *)entry))
            fprintf(out, "\n#\n# %s\n#\n", entry->prompt->text);
        return;
    }
    const struct kconfig_symbol *symbol = kconfig_menu_find(menu, entry->sym->name);
    if (symbol != NULL && symbol->active)
        kconfig_file_print(out, symbol->name, symbol->value, symbol->type == KCONFIG_BOOL,
                           symbol->type == KCONFIG_STRING);
}

void kconfig_menu_print(const struct kconfig_menu *menu, FILE *out)
{
    const struct menu *entry = rootmenu.list;
    while (entry != NULL) {
        print_entry(menu, entry, out);
        if (entry->list != NULL) {
            entry = entry->list;
            continue;
        }
        while (entry != NULL && entry->next == NULL)
            entry = entry->parent;
        if (entry != NULL)
            entry = entry->next;
    }
}
