/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A driver's binding.yaml and a service's interface.yaml as a struct binding (schema.h).
 */
#include "interface.h"
#include "scalar.h"
#include "schema.h"
#include <string.h>

#define PRIORITY_MAX      15
#define RESTART_LIMIT_MAX 1000000

static const char *read_text(struct diagnostics *diagnostics, const struct node *root,
                             const char *key)
{
    const struct node *node = node_get(root, key);
    const char *text = "";
    if (node != NULL)
        scalar_text(diagnostics, node, &text);
    return text;
}

/* The name must be the folder's: drivers and services are found by it. */
static bool read_name(struct diagnostics *diagnostics, struct binding *binding,
                      const struct node *root, const char *key)
{
    const struct node *node = node_get(root, key);
    const char *slash = strrchr(binding->folder, '/');
    binding->name = slash == NULL ? binding->folder : slash + 1;
    binding->at = (struct position){binding->file, 1, 0};
    if (node == NULL)
        return false;
    binding->at = node->at;
    if (node->kind != NODE_SCALAR || strcmp(node->text, binding->name) != 0) {
        node_error(diagnostics, node, "%s is not the folder's name, %s", node_text(node),
                   binding->name);
        return false;
    }
    if (!name_is_valid(binding->name, NAME_THING)) {
        node_error(diagnostics, node, "%s is not a valid name (a-z, then a-z, 0-9 and -)",
                   binding->name);
        return false;
    }
    return true;
}

/* The CPU's features that the binding may ask for: of the architectures that it runs on. */
static struct text_list known_features(struct arena *arena, const struct catalog *catalog,
                                       const struct binding *binding)
{
    struct text_list known = {0};
    for (const struct arch_features *one = catalog->features; one != NULL; one = one->next) {
        if (binding->arch.count > 0 && !text_list_has(&binding->arch, one->arch))
            continue;
        for (size_t i = 0; i < one->names.count; i++)
            if (!text_list_has(&known, one->names.items[i]))
                text_list_add(arena, &known, one->names.items[i]);
    }
    return known;
}

static void read_features(struct diagnostics *diagnostics, const struct catalog *catalog,
                          struct binding *binding, const struct node *features)
{
    struct text_list known = known_features(diagnostics->arena, catalog, binding);
    const char *name;
    if (features == NULL || !scalar_texts(diagnostics, features, &binding->features))
        return;
    for (const struct node *item = features->first; item != NULL; item = item->next)
        scalar_choice(diagnostics, item, &known, &name);
}

static void read_platform(struct diagnostics *diagnostics, const struct catalog *catalog,
                          struct binding *binding, const struct node *root)
{
    const struct node *arch = node_get(root, "arch");
    struct text_list known = folder_names(diagnostics->arena, ARCH_FOLDER, "/arch.yaml");
    if (arch != NULL && scalar_texts(diagnostics, arch, &binding->arch)) {
        const char *unused = NULL;
        for (const struct node *item = arch->first; item != NULL; item = item->next)
            scalar_choice(diagnostics, item, &known, &unused);
    }
    read_features(diagnostics, catalog, binding, node_get(root, "features"));
}

static void read_driver(struct diagnostics *diagnostics, const struct class_info *classes,
                        struct binding *binding, const struct node *root)
{
    const struct node *provides = node_get(root, "provides"), *state = node_get(root, "state");
    struct text_list names = class_names(diagnostics->arena, classes);
    binding->provides = "";
    if (provides != NULL)
        scalar_choice(diagnostics, provides, &names, &binding->provides);
    binding->state = true;
    if (state != NULL)
        scalar_bool(diagnostics, state, &binding->state);
}

/* RFC 9562, section 4: 8-4-4-4-12 hexadecimal digits; lower case, so that each has one spelling. */
static bool uuid_is_valid(const char *text)
{
    static const char pattern[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (strlen(text) != sizeof(pattern) - 1)
        return false;
    for (size_t i = 0; pattern[i] != '\0'; i++)
        if (pattern[i] == '-' ? text[i] != '-' : strchr("0123456789abcdef", text[i]) == NULL)
            return false;
    return true;
}

/* Folders that have a file of that name or suffix, `services/wasm/module.h`, and no interface of
 * their own are parts. */
static void read_parts(struct diagnostics *diagnostics, struct binding *binding,
                       const struct node *node)
{
    struct text_list known = folder_names(diagnostics->arena, SERVICE_FOLDER, "/README.md");
    struct text_list services = folder_names(diagnostics->arena, SERVICE_FOLDER, "/interface.yaml");
    struct text_list parts = {0};
    const char *unused = NULL;
    for (size_t i = 0; i < known.count; i++)
        if (!text_list_has(&services, known.items[i]))
            text_list_add(diagnostics->arena, &parts, known.items[i]);
    if (node != NULL && scalar_texts(diagnostics, node, &binding->parts))
        for (const struct node *item = node->first; item != NULL; item = item->next)
            scalar_choice(diagnostics, item, &parts, &unused);
}

static void read_libraries(struct diagnostics *diagnostics, struct binding *binding,
                           const struct node *node)
{
    struct text_list known = folder_names(diagnostics->arena, LIBRARIES_FOLDER, "/build");
    const char *unused = NULL;
    if (node != NULL && scalar_texts(diagnostics, node, &binding->libraries))
        for (const struct node *item = node->first; item != NULL; item = item->next)
            scalar_choice(diagnostics, item, &known, &unused);
}

static void read_needs(struct diagnostics *diagnostics, struct binding *binding,
                       const struct node *root)
{
    static const struct key_rule rules[] = {
        {"services", false}, {"parts", false}, {"libraries", false}};
    const struct node *needs = node_get(root, "needs");
    if (needs == NULL || !map_check(diagnostics, needs, rules, 3))
        return;
    read_parts(diagnostics, binding, node_get(needs, "parts"));
    read_libraries(diagnostics, binding, node_get(needs, "libraries"));
    const struct node *services = node_get(needs, "services");
    if (services == NULL || !scalar_texts(diagnostics, services, &binding->needs))
        return;
    binding->needs_at =
        arena_alloc(diagnostics->arena, (binding->needs.count + 1) * sizeof(*binding->needs_at));
    size_t index = 0;
    for (const struct node *item = services->first; item != NULL; item = item->next)
        binding->needs_at[index++] = item->at;
}

static const struct restart restart_default = {.delay = 100000000, .limit = 5};

/* `never`, `on-failure`, or for the latter a map of `delay` and `limit`. */
void restart_read(struct diagnostics *diagnostics, const struct node *node, struct restart *restart)
{
    static const struct key_rule rules[] = {{"delay", false}, {"limit", false}};
    if (node == NULL)
        return;
    if (restart->limit == 0)
        *restart = restart_default;
    if (node->kind == NODE_MAP) {
        if (!map_check(diagnostics, node, rules, 2))
            return;
        const struct node *delay = node_get(node, "delay"), *limit = node_get(node, "limit");
        if (delay != NULL)
            scalar_time(diagnostics, delay, &restart->delay);
        if (limit != NULL)
            scalar_number(diagnostics, limit, 1, RESTART_LIMIT_MAX, &restart->limit);
        return;
    }
    struct text_list policies = {0};
    const char *policy = NULL;
    text_list_add(diagnostics->arena, &policies, "never");
    text_list_add(diagnostics->arena, &policies, "on-failure");
    if (scalar_choice(diagnostics, node, &policies, &policy) && strcmp(policy, "never") == 0)
        restart->limit = 0;
}

static void read_service(struct diagnostics *diagnostics, struct binding *binding,
                         const struct node *root)
{
    const struct node *uuid = node_get(root, "uuid"), *stack = node_get(root, "stack");
    const struct node *memory = node_get(root, "memory");
    const struct node *priority = node_get(root, "priority"), *limit = node_get(root, "limit");
    uint64_t number = 0;
    binding->uuid = read_text(diagnostics, root, "uuid");
    if (uuid != NULL && uuid->kind == NODE_SCALAR && !uuid_is_valid(uuid->text))
        node_error(diagnostics, uuid, "%s is not a UUID in lower case", node_text(uuid));
    if (stack != NULL)
        scalar_size(diagnostics, stack, &binding->stack);
    if (memory != NULL)
        scalar_size(diagnostics, memory, &binding->memory);
    if (limit != NULL)
        scalar_time(diagnostics, limit, &binding->limit);
    if (priority != NULL && scalar_number(diagnostics, priority, 0, PRIORITY_MAX, &number))
        binding->priority = (unsigned)number;
    binding->restart = restart_default;
    restart_read(diagnostics, node_get(root, "restart"), &binding->restart);
    read_needs(diagnostics, binding, root);
}

/* `stack`, `priority`, `memory`, `restart` and `limit` are every service's, `driver`, `role` and
 * `summary` every device's. */
static void refuse_reserved(struct diagnostics *diagnostics, const struct binding *binding,
                            const struct node *root)
{
    static const char *const reserved[][5] = {
        [BINDING_DRIVER] = {"driver", "role", "summary"},
        [BINDING_SERVICE] = {"stack", "priority", "memory", "restart", "limit"}};
    const struct node *properties = node_get(root, "properties");
    for (size_t i = 0; i < 5; i++) {
        const char *name = reserved[binding->kind][i];
        const struct node *node = name != NULL ? node_get(properties, name) : NULL;
        if (node != NULL)
            diagnostic_error(diagnostics, node->key_at, "properties.%s: every %s has this already",
                             node->key, binding->kind == BINDING_DRIVER ? "device" : "service");
    }
}

struct binding *binding_parse(struct diagnostics *diagnostics, const struct catalog *catalog,
                              enum binding_kind kind, const char *folder, struct node *root)
{
    static const struct key_rule driver_rules[] = {
        {"driver", true},    {"summary", true}, {"provides", true},    {"arch", false},
        {"features", false}, {"state", false},  {"properties", false}, {"options", false},
    };
    static const struct key_rule service_rules[] = {
        {"service", true},     {"uuid", true},     {"summary", true},   {"stack", true},
        {"priority", true},    {"arch", false},    {"features", false}, {"needs", false},
        {"properties", false}, {"options", false}, {"memory", false},   {"exposed", false},
        {"types", false},      {"calls", false},   {"queue", false},    {"restart", false},
        {"limit", false},
    };
    bool driver = kind == BINDING_DRIVER;
    struct binding *binding = arena_alloc(diagnostics->arena, sizeof(*binding));
    binding->kind = kind;
    binding->folder = folder;
    binding->file = root->at.file;
    if (!map_check(diagnostics, root, driver ? driver_rules : service_rules,
                   driver ? sizeof(driver_rules) / sizeof(driver_rules[0])
                          : sizeof(service_rules) / sizeof(service_rules[0])) ||
        !read_name(diagnostics, binding, root, driver ? "driver" : "service"))
        return NULL;
    binding->summary = read_text(diagnostics, root, "summary");
    read_platform(diagnostics, catalog, binding, root);
    if (driver)
        read_driver(diagnostics, catalog->classes, binding, root);
    else
        read_service(diagnostics, binding, root);
    refuse_reserved(diagnostics, binding, root);
    binding->properties =
        properties_parse(diagnostics, catalog->classes, node_get(root, "properties"));
    binding->options = options_parse(diagnostics, node_get(root, "options"));
    if (!driver)
        binding->calls =
            interface_parse(diagnostics, root, binding->name, binding->uuid, binding->summary);
    return binding;
}
