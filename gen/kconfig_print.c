/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Prints Kconfig.gen; see kconfig_print.h.
 */
#include "kconfig_print.h"
#include "kconfig_choose.h"
#include "kconfig_expression.h"
#include "kconfig_menu.h"

#include <ctype.h>
#include <string.h>

#define NEEDS_DEPTH_MAX 16 /* services that need services; a cycle is reported by step 3 */

/* Text within double quotes, on one line. */
static void print_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            fputc('\\', out);
        fputc(*c == '\n' ? ' ' : *c, out);
    }
    fputc('"', out);
}

static void print_help(FILE *out, const char *text)
{
    fputs("\thelp\n", out);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        if (length > 0)
            fprintf(out, "\t  %.*s", (int)length, text);
        fputc('\n', out);
        text += length + (text[length] == '\n');
    }
}

static void print_fact(FILE *out, const char *prefix, const char *name, bool value)
{
    fprintf(out, "config %s%s\n\tdef_bool %c\n\n", prefix, name, value ? 'y' : 'n');
}

/* The board's own value of an option, if it is one that Kconfig can take as a default. */
static const char *board_default(const struct board *board, const struct option *option)
{
    static const enum kconfig_type types[] = {[OPTION_BOOL] = KCONFIG_BOOL,
                                              [OPTION_INT] = KCONFIG_INT,
                                              [OPTION_HEX] = KCONFIG_HEX,
                                              [OPTION_STRING] = KCONFIG_STRING};
    const struct node *node = node_get(board->config_node, option->name);
    if (node == NULL || node->kind != NODE_SCALAR || node->is_null)
        return NULL;
    const char *text = kconfig_yaml_value(board->arena, option->type, node);
    return kconfig_value_valid(types[option->type], text) ? text : NULL;
}

static void print_depends(const struct board *board, const struct option *option, FILE *out)
{
    size_t offset;
    if (kconfig_expression_check(option->depends, &offset, NULL, NULL)) {
        fprintf(out, "\tdepends on %s\n", option->depends);
        return;
    }
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, option->depends_at, "options.%s.depends: `%s` is no dependency: %s%s",
        option->name, option->depends, option->depends[offset] != '\0' ? "it goes wrong at " : "",
        option->depends[offset] != '\0' ? option->depends + offset
                                        : "something is missing at its end");
    diagnostic_fix(board->diagnostics, error,
                   "join symbols by && and ||, negate them by !, compare them by = != < <= > >=");
}

static bool is_generated_name(const char *name)
{
    static const char *const prefixes[] = {"ARCH_", "HAVE_", "DRIVER_", "SERVICE_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    }
    return false;
}

/* Such an option could depend on itself, at which Kconfig's parser ends the program. */
static void report_generated_name(const struct board *board, const struct option *option)
{
    struct diagnostic *error =
        diagnostic_error(board->diagnostics, option->at,
                         "options.%s: such names are for what is generated", option->name);
    diagnostic_fix(board->diagnostics, error, "begin it with its owner's name");
}

static void print_option(const struct board *board, const char *owner, const struct option *option,
                         FILE *out)
{
    fprintf(out, "config %s\n\t%s ", option->name, option_type_names[option->type]);
    print_quoted(out, option->summary != NULL ? option->summary : option->name);
    fprintf(out, "\n\tdepends on %s\n", owner);
    if (option->depends != NULL)
        print_depends(board, option, out);
    if (option->min != NULL && option->max != NULL)
        fprintf(out, "\trange %s %s\n", option->min, option->max);
    const char *value = board_default(board, option);
    if (value == NULL)
        value = option->default_value;
    if (value != NULL) {
        fputs("\tdefault ", out);
        if (option->type == OPTION_STRING)
            print_quoted(out, value);
        else
            fputs(value, out);
        fputc('\n', out);
    }
    if (option->help != NULL)
        print_help(out, option->help);
    fputc('\n', out);
}

static void print_options(const struct board *board, const char *owner,
                          const struct binding *binding, FILE *out)
{
    for (const struct option *option = binding->options; option != NULL; option = option->next) {
        if (is_generated_name(option->name))
            report_generated_name(board, option);
        else
            print_option(board, owner, option, out);
    }
}

/* The devices of this board with that driver, "uart0 and uart1"; NULL if there is none. */
static const char *devices_with(const struct board *board, const struct binding *driver)
{
    const char *names = NULL;
    for (const struct device *device = board->devices; device != NULL; device = device->next) {
        if (device->driver != driver || !device->runs)
            continue;
        names = names == NULL ? device->name
                              : arena_printf(board->arena, "%s, %s", names, device->name);
    }
    return names;
}

static void print_driver(const struct board *board, const struct binding *driver, FILE *out)
{
    const char *symbol = symbol_name(board->arena, driver->name);
    const char *devices = devices_with(board, driver);
    const char *owner = arena_printf(board->arena, "DRIVER_%s", symbol);
    fprintf(out, "config %s\n\tbool ", owner);
    print_quoted(out, driver->summary != NULL ? driver->summary : driver->name);
    fprintf(out, "\n\tdepends on HAVE_%s\n\tdefault y\n", owner);
    if (devices != NULL)
        print_help(out, arena_printf(board->arena, "Driver %s, for %s. In %s.", driver->name,
                                     devices, driver->folder));
    fputc('\n', out);
    print_options(board, owner, driver, out);
}

static const char *class_title(const struct board *board, const char *name)
{
    char *title = arena_strdup(board->arena, name);
    title[0] = (char)toupper((unsigned char)title[0]);
    for (char *c = title; *c != '\0'; c++)
        *c = *c == '-' ? ' ' : *c;
    return title;
}

static bool provides(const struct binding *driver, const char *class_name)
{
    return driver->provides != NULL && strcmp(driver->provides, class_name) == 0;
}

/* The drivers of a class that this board has devices for, in a menu of their own. */
static void print_class(const struct board *board, const struct class_info *class, FILE *out)
{
    bool any = false;
    for (const struct binding *d = board->catalog->drivers; d != NULL; d = d->next) {
        if (!provides(d, class->name) || devices_with(board, d) == NULL)
            continue;
        if (!any)
            fprintf(out, "menu \"%s\"\n\n", class_title(board, class->name));
        any = true;
        print_driver(board, d, out);
    }
    if (any)
        fputs("endmenu\n\n", out);
}

/* All other drivers: nobody sees them in the menu, but their symbols are there, and off. */
static void print_absent_drivers(const struct board *board, FILE *out)
{
    for (const struct binding *d = board->catalog->drivers; d != NULL; d = d->next) {
        bool shown = false;
        for (const struct class_info *c = board->catalog->classes; c != NULL; c = c->next)
            shown = shown || provides(d, c->name);
        if (!shown || devices_with(board, d) == NULL)
            print_driver(board, d, out);
    }
}

/* "depends on DRIVER_PL011" for the one device a service is wired to; on any driver of the class
 * where the choice of the device is still open. */
static void print_device_dependency(const struct board *board, const struct setting *setting,
                                    const struct value *value, FILE *out)
{
    const struct device *device = value == NULL           ? NULL
                                  : value->device != NULL ? value->device
                                  : value->text != NULL   ? board_device(board, value->text)
                                                          : NULL;
    if (device != NULL && device->driver != NULL) {
        fprintf(out, "\tdepends on DRIVER_%s\n", symbol_name(board->arena, device->driver->name));
        return;
    }
    const char *separator = "\tdepends on ";
    for (const struct binding *d = board->catalog->drivers; d != NULL; d = d->next) {
        if (setting->property->class_name == NULL || !provides(d, setting->property->class_name) ||
            devices_with(board, d) == NULL)
            continue;
        fprintf(out, "%sDRIVER_%s", separator, symbol_name(board->arena, d->name));
        separator = " || ";
    }
    if (*separator == ' ')
        fputc('\n', out);
}

/* What a service depends on: its devices' drivers, and those of the services it needs. */
static void print_service_dependencies(const struct board *board, const struct service *service,
                                       unsigned depth, FILE *out)
{
    for (const struct setting *s = service->settings; s != NULL; s = s->next) {
        if (s->origin == SETTING_INVALID)
            continue;
        bool has_value = s->origin != SETTING_ABSENT;
        if (s->property->type == TYPE_DEVICE && (has_value || s->property->required))
            print_device_dependency(board, s, has_value ? &s->value : NULL, out);
        if (s->property->type == TYPE_LIST && s->property->of == TYPE_DEVICE) {
            for (size_t i = 0; i < s->value.item_count; i++)
                print_device_dependency(board, s, &s->value.items[i], out);
        }
    }
    for (size_t i = 0; i < service->interface->needs.count && depth < NEEDS_DEPTH_MAX; i++) {
        const struct service *needed = board_service(board, service->interface->needs.items[i]);
        if (needed == NULL || needed == service)
            continue;
        fprintf(out, "\tdepends on HAVE_SERVICE_%s\n", symbol_name(board->arena, needed->name));
        print_service_dependencies(board, needed, depth + 1, out);
    }
}

static void print_service(const struct board *board, const struct service *service, FILE *out)
{
    const struct binding *interface = service->interface;
    const char *symbol = symbol_name(board->arena, service->name);
    const char *owner = arena_printf(board->arena, "SERVICE_%s", symbol);
    fprintf(out, "config %s\n\tbool ", owner);
    print_quoted(out, interface->summary != NULL ? interface->summary : service->name);
    fprintf(out, "\n\tdepends on HAVE_%s\n", owner);
    print_service_dependencies(board, service, 0, out);
    for (size_t i = 0; i < interface->needs.count; i++) {
        const struct service *needed = board_service(board, interface->needs.items[i]);
        if (needed != NULL && needed != service)
            fprintf(out, "\tselect SERVICE_%s\n", symbol_name(board->arena, needed->name));
    }
    fprintf(out, "\tdefault %c\n", service->listed ? 'y' : 'n');
    print_help(out,
               arena_printf(board->arena, "Service %s. In %s.", service->name, interface->folder));
    fputc('\n', out);
    print_options(board, owner, interface, out);
}

/* Services in the order of their names: the board's list may be in another one by now. */
static void print_services(const struct board *board, FILE *out)
{
    fputs("menu \"Services\"\n\n", out);
    for (const struct binding *s = board->catalog->services; s != NULL; s = s->next) {
        const struct service *service = board_service(board, s->name);
        if (service != NULL)
            print_service(board, service, out);
    }
    fputs("endmenu\n", out);
}

static void print_facts(const struct board *board, const struct text_list *architectures, FILE *out)
{
    for (size_t i = 0; i < architectures->count; i++) {
        const char *name = architectures->items[i];
        print_fact(out, "ARCH_", symbol_name(board->arena, name),
                   board->arch.name != NULL && strcmp(name, board->arch.name) == 0);
    }
    for (const struct binding *d = board->catalog->drivers; d != NULL; d = d->next)
        print_fact(out, "HAVE_DRIVER_", symbol_name(board->arena, d->name),
                   devices_with(board, d) != NULL);
    for (const struct binding *s = board->catalog->services; s != NULL; s = s->next) {
        const struct service *service = board_service(board, s->name);
        print_fact(out, "HAVE_SERVICE_", symbol_name(board->arena, s->name),
                   service != NULL && service->possible);
    }
}

void kconfig_print(const struct board *board, const struct text_list *architectures, FILE *out)
{
    fprintf(
        out,
        "# What %s can have, from its board file, the bindings and the interfaces. Generated.\n\n",
        board->name);
    print_facts(board, architectures, out);
    fputs("menu \"Drivers\"\n\n", out);
    for (const struct class_info *c = board->catalog->classes; c != NULL; c = c->next)
        print_class(board, c, out);
    print_absent_drivers(board, out);
    fputs("endmenu\n\n", out);
    print_services(board, out);
}
