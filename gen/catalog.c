/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The catalog of schema.h: classes, features, drivers and services of the tree, and what must hold
 * between them: a symbol is described once, a UUID belongs to one service, needs name services that
 * exist.
 */
#include "scalar.h"
#include "schema.h"
#include <string.h>

static struct class_info *class_parse(struct diagnostics *diagnostics, const struct node *node)
{
    static const struct key_rule rules[] = {{"summary", true},
                                            {"shared", false},
                                            {"single", false},
                                            {"required", false},
                                            {"roles", false}};
    if (!name_check(diagnostics, node, NAME_THING) || !map_check(diagnostics, node, rules, 5))
        return NULL;
    struct class_info *class_info = arena_alloc(diagnostics->arena, sizeof(*class_info));
    class_info->name = node->key;
    class_info->at = node->key_at;
    const struct {
        const char *key;
        bool *flag;
    } flags[] = {{"shared", &class_info->shared},
                 {"single", &class_info->single},
                 {"required", &class_info->required}};
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        const struct node *flag = node_get(node, flags[i].key);
        if (flag != NULL)
            scalar_bool(diagnostics, flag, flags[i].flag);
    }
    const struct node *summary = node_get(node, "summary"), *roles = node_get(node, "roles");
    if (summary != NULL)
        scalar_text(diagnostics, summary, &class_info->summary);
    if (roles != NULL)
        scalar_texts(diagnostics, roles, &class_info->roles);
    return class_info;
}

static struct class_info *classes_read(struct diagnostics *diagnostics, struct inputs *inputs)
{
    static const struct key_rule rules[] = {{"classes", true}};
    struct class_info *first = NULL, **end = &first;
    inputs_add(inputs, CLASSES_FILE);
    const struct node *root = yaml_read(diagnostics->arena, diagnostics, CLASSES_FILE);
    if (root == NULL || !map_check(diagnostics, root, rules, 1))
        return NULL;
    const struct node *classes = node_get(root, "classes");
    if (classes == NULL || !map_check(diagnostics, classes, NULL, 0))
        return NULL;
    for (const struct node *node = classes->first; node != NULL; node = node->next) {
        struct class_info *class_info = class_parse(diagnostics, node);
        if (class_info == NULL)
            continue;
        *end = class_info;
        end = &class_info->next;
    }
    return first;
}

static struct arch_features *features_read(struct diagnostics *diagnostics, struct inputs *inputs)
{
    struct arena *arena = diagnostics->arena;
    struct text_list names = folder_names(arena, ARCH_FOLDER, "/arch.yaml");
    struct arch_features *first = NULL, **end = &first;
    inputs_add(inputs, ARCH_FOLDER);
    for (size_t i = 0; i < names.count; i++) {
        const char *path = arena_printf(arena, "%s/%s/arch.yaml", ARCH_FOLDER, names.items[i]);
        inputs_add(inputs, path);
        const struct node *features = node_get(yaml_read(arena, diagnostics, path), "features");
        struct arch_features *one = *end = arena_alloc(arena, sizeof(*one));
        end = &one->next;
        one->arch = names.items[i];
        if (features == NULL || features->kind != NODE_MAP)
            continue; /* that is said to who builds for it */
        for (const struct node *node = features->first; node != NULL; node = node->next)
            text_list_add(arena, &one->names, node->key);
    }
    return first;
}

static struct binding *bindings_read(struct diagnostics *diagnostics, struct inputs *inputs,
                                     const struct catalog *catalog, enum binding_kind kind)
{
    struct arena *arena = diagnostics->arena;
    const char *folder = kind == BINDING_DRIVER ? DRIVER_FOLDER : SERVICE_FOLDER;
    const char *file = kind == BINDING_DRIVER ? "/binding.yaml" : "/interface.yaml";
    struct text_list names = folder_names(arena, folder, file);
    struct binding *first = NULL, **end = &first;
    inputs_add(inputs, folder);
    for (size_t i = 0; i < names.count; i++) {
        const char *home = arena_printf(arena, "%s/%s", folder, names.items[i]);
        const char *path = arena_printf(arena, "%s%s", home, file);
        inputs_add(inputs, path);
        struct node *root = yaml_read(arena, diagnostics, path);
        struct binding *binding =
            root == NULL ? NULL : binding_parse(diagnostics, catalog, kind, home, root);
        if (binding == NULL)
            continue;
        *end = binding;
        end = &binding->next;
    }
    return first;
}

/* The binding before `owner` that has an option of that name, and the option; NULL if none has. */
static const struct option *find_option(const struct catalog *catalog, const struct binding *owner,
                                        const char *name, const struct binding **other)
{
    const struct binding *lists[] = {catalog->drivers, catalog->services};
    for (size_t i = 0; i < 2; i++) {
        for (const struct binding *one = lists[i]; one != NULL; one = one->next) {
            if (one == owner)
                return NULL;
            *other = one;
            for (const struct option *option = one->options; option != NULL; option = option->next)
                if (strcmp(option->name, name) == 0)
                    return option;
        }
    }
    return NULL;
}

/* A symbol is described once; the second time is reported and taken out. */
static void check_options(struct diagnostics *diagnostics, const struct catalog *catalog,
                          struct binding *owner)
{
    for (struct option **link = &owner->options; *link != NULL;) {
        const struct binding *other = NULL;
        const struct option *first = find_option(catalog, owner, (*link)->name, &other);
        if (first == NULL) {
            link = &(*link)->next;
            continue;
        }
        struct diagnostic *error = diagnostic_error(diagnostics, (*link)->at,
                                                    "options.%s: described twice", (*link)->name);
        diagnostic_note(diagnostics, error, first->at, "%s has it, too", other->name);
        *link = (*link)->next;
    }
}

static void check_service(struct diagnostics *diagnostics, const struct catalog *catalog,
                          const struct binding *service)
{
    for (const struct binding *other = catalog->services; other != service; other = other->next) {
        if (strcmp(other->uuid, service->uuid) != 0)
            continue;
        struct diagnostic *error =
            diagnostic_error(diagnostics, service->at, "uuid: %s is taken", service->uuid);
        diagnostic_note(diagnostics, error, other->at, "by service %s", other->name);
        diagnostic_fix(diagnostics, error, "give the service a fresh random UUID");
    }
    struct text_list names = binding_names(diagnostics->arena, catalog->services);
    for (size_t i = 0; i < service->needs.count; i++) {
        const char *need = service->needs.items[i];
        if (text_list_has(&names, need))
            continue;
        struct diagnostic *error = diagnostic_error(diagnostics, service->needs_at[i],
                                                    "needs: there is no service %s", need);
        suggest(diagnostics, error, need, &names);
    }
}

enum { UNSEEN, ON_PATH, DONE }; /* binding->mark while looking for cycles */

/* `service` needs one that is on the path to it: tells each need on the way back. */
static void report_cycle(struct diagnostics *diagnostics, const struct catalog *catalog,
                         const struct binding *service, const struct binding *need)
{
    struct diagnostic *error =
        diagnostic_error(diagnostics, service->needs_at[service->followed],
                         "needs: a cycle: %s needs %s", service->name, need->name);
    while (need != service) {
        const char *next = need->needs.items[need->followed];
        diagnostic_note(diagnostics, error, need->needs_at[need->followed], "%s needs %s",
                        need->name, next);
        need = binding_find(catalog->services, next);
    }
    diagnostic_fix(diagnostics, error, "take one need out of the cycle");
}

/* Follows a service's needs. One that leads back is reported and taken out, so that the steps after
 * this one meet no cycle. */
static void break_cycles(struct diagnostics *diagnostics, const struct catalog *catalog,
                         struct binding *service)
{
    service->mark = ON_PATH;
    size_t kept = 0;
    for (size_t i = 0; i < service->needs.count; i++) {
        struct binding *need = binding_find(catalog->services, service->needs.items[i]);
        service->followed = i;
        if (need != NULL && need->mark == ON_PATH) {
            report_cycle(diagnostics, catalog, service, need);
            continue;
        }
        if (need != NULL && need->mark == UNSEEN)
            break_cycles(diagnostics, catalog, need);
        service->needs_at[kept] = service->needs_at[i];
        service->needs.items[kept++] = service->needs.items[i];
    }
    service->needs.count = kept;
    service->mark = DONE;
}

void catalog_read(struct diagnostics *diagnostics, struct inputs *inputs, struct catalog *catalog)
{
    catalog->classes = classes_read(diagnostics, inputs);
    catalog->features = features_read(diagnostics, inputs);
    catalog->drivers = bindings_read(diagnostics, inputs, catalog, BINDING_DRIVER);
    catalog->services = bindings_read(diagnostics, inputs, catalog, BINDING_SERVICE);
    struct binding *lists[] = {catalog->drivers, catalog->services};
    for (size_t i = 0; i < 2; i++)
        for (struct binding *one = lists[i]; one != NULL; one = one->next)
            check_options(diagnostics, catalog, one);
    for (const struct binding *one = catalog->services; one != NULL; one = one->next)
        check_service(diagnostics, catalog, one);
    for (struct binding *one = catalog->services; one != NULL; one = one->next)
        if (one->mark == UNSEEN)
            break_cycles(diagnostics, catalog, one);
}

struct binding *binding_find(struct binding *bindings, const char *name)
{
    while (bindings != NULL && strcmp(bindings->name, name) != 0)
        bindings = bindings->next;
    return bindings;
}

const struct class_info *class_find(const struct class_info *classes, const char *name)
{
    while (classes != NULL && strcmp(classes->name, name) != 0)
        classes = classes->next;
    return classes;
}

struct text_list binding_names(struct arena *arena, const struct binding *bindings)
{
    struct text_list names = {0};
    for (; bindings != NULL; bindings = bindings->next)
        text_list_add(arena, &names, bindings->name);
    return names;
}

struct text_list class_names(struct arena *arena, const struct class_info *classes)
{
    struct text_list names = {0};
    for (; classes != NULL; classes = classes->next)
        text_list_add(arena, &names, classes->name);
    return names;
}
