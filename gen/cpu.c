/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The architecture (platforms/arch/<arch>/arch.yaml) and the board's `cpu:`.
 */
#include "resource.h"
#include "scalar.h"
#include <string.h>

#define CORES_MAX    64
#define FEATURES_MAX 64 /* bits of struct profile's features */

static void check_power_of_two(struct board *board, const struct node *arch, const char *key,
                               uint64_t *value)
{
    if (*value != 0 && (*value & (*value - 1)) == 0)
        return;
    const struct node *node = node_get(arch, key);
    node_error(board->diagnostics, node, "%s is not a power of two", node->text);
    *value = 1;
}

static void read_texts(struct board *board, const struct node *map, const char *key,
                       struct text_list *list)
{
    const struct node *node = node_get(map, key);
    if (node != NULL)
        scalar_texts(board->diagnostics, node, list);
}

/* What a CPU of the architecture can have, each name with what it is. */
static void read_feature_names(struct board *board, const struct node *node)
{
    struct arch *arch = &board->arch;
    const struct node *features = node_get(node, "features");
    if (features == NULL || !map_check(board->diagnostics, features, NULL, 0))
        return;
    for (const struct node *one = features->first; one != NULL; one = one->next) {
        const char *summary = "";
        scalar_text(board->diagnostics, one, &summary);
        text_list_add(board->arena, &arch->features, one->key);
        text_list_add(board->arena, &arch->feature_summaries, summary);
    }
    if (arch->features.count > FEATURES_MAX)
        node_error(board->diagnostics, features, "more than %d features", FEATURES_MAX);
}

/* Adds the features that `map` names to the board's CPU; each must be one of the architecture's. */
static void read_features(struct board *board, const struct node *map)
{
    const struct node *node = node_get(map, "features");
    struct text_list names = {0};
    if (node == NULL || !scalar_texts(board->diagnostics, node, &names))
        return;
    for (const struct node *one = node->first; one != NULL; one = one->next) {
        const char *name;
        if (scalar_choice(board->diagnostics, one, &board->arch.features, &name) &&
            !text_list_has(&board->cpu.features, name))
            text_list_add(board->arena, &board->cpu.features, name);
    }
}

static const char *read_text(struct board *board, const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);
    const char *text = NULL;
    if (node != NULL)
        scalar_text(board->diagnostics, node, &text);
    return text;
}

/* What memory is given out in: a page of the protection's unless said, which must hold what the
 * kernel keeps in a free one. */
static void read_memory_page(struct board *board, const struct node *node)
{
    enum { LEAST = 64 };
    struct arch *arch = &board->arch;
    const struct node *value = node_get(node, "memory_page");
    arch->memory_page = arch->page > LEAST ? arch->page : LEAST;
    if (value == NULL || !scalar_size(board->diagnostics, value, &arch->memory_page))
        return;
    check_power_of_two(board, node, "memory_page", &arch->memory_page);
    if (arch->memory_page < LEAST || arch->memory_page % arch->page != 0)
        node_error(board->diagnostics, value, "%s is not whole pages of %d bytes or more",
                   value->text, LEAST);
}

static void read_sizes(struct board *board, const struct node *node)
{
    struct arch *arch = &board->arch;
    const struct {
        const char *key;
        uint64_t *size;
    } sizes[] = {{"page", &arch->page},
                 {"guard", &arch->guard},
                 {"stack_alignment", &arch->stack_alignment}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const struct node *value = node_get(node, sizes[i].key);
        *sizes[i].size = 1;
        if (value != NULL && scalar_size(board->diagnostics, value, sizes[i].size))
            check_power_of_two(board, node, sizes[i].key, sizes[i].size);
    }
    read_memory_page(board, node);
    const struct node *preemption = node_get(node, "preemption");
    if (preemption != NULL)
        scalar_size(board->diagnostics, preemption, &arch->preemption);
}

static void read_arch(struct board *board)
{
    static const struct key_rule rules[] = {
        {"summary", true},     {"bits", true}, {"toolchain", true},    {"flags", true},
        {"protection", true},  {"page", true}, {"guard", true},        {"stack_alignment", true},
        {"emulator", false},   {"cpus", true}, {"memory_page", false}, {"features", true},
        {"preemption", false},
    };
    static const char *protections[] = {"mmu", "mpu"};
    static const struct text_list protection_names = {protections, 2};
    static const char *bit_counts[] = {"32", "64"};
    static const struct text_list widths = {bit_counts, 2};
    const struct node *node = board->layered->arch;
    struct arch *arch = &board->arch;
    *arch = (struct arch){.name = "",
                          .summary = "",
                          .toolchain = "",
                          .protection = "mmu",
                          .page = 1,
                          .memory_page = 1,
                          .guard = 1,
                          .stack_alignment = 1};
    const struct node *name = node_get(board->layered->root, "arch");
    if (name != NULL && name->kind == NODE_SCALAR)
        arch->name = name->text;
    if (node == NULL ||
        !map_check(board->diagnostics, node, rules, sizeof(rules) / sizeof(rules[0])))
        return;
    const struct node *bits = node_get(node, "bits");
    const char *width = NULL;
    if (bits != NULL && scalar_choice(board->diagnostics, bits, &widths, &width))
        arch->bits = strcmp(width, "32") == 0 ? 32 : 64;
    const struct node *protection = node_get(node, "protection");
    if (protection != NULL)
        scalar_choice(board->diagnostics, protection, &protection_names, &arch->protection);
    arch->summary = read_text(board, node, "summary");
    arch->toolchain = read_text(board, node, "toolchain");
    arch->emulator = read_text(board, node, "emulator");
    read_texts(board, node, "flags", &arch->flags);
    read_feature_names(board, node);
    read_sizes(board, node);
}

static void read_model(struct board *board, const struct node *model)
{
    static const struct key_rule rules[] = {{"flags", true}, {"features", true}};
    const struct node *cpus = node_get(board->layered->arch, "cpus");
    if (cpus == NULL || !map_check(board->diagnostics, cpus, NULL, 0))
        return;
    struct text_list names = {0};
    for (const struct node *cpu = cpus->first; cpu != NULL; cpu = cpu->next)
        text_list_add(board->arena, &names, cpu->key);
    if (!scalar_choice(board->diagnostics, model, &names, &board->cpu.model))
        return;
    const struct node *cpu = node_get(cpus, board->cpu.model);
    if (!map_check(board->diagnostics, cpu, rules, 2))
        return;
    read_texts(board, cpu, "flags", &board->cpu.flags);
    read_features(board, cpu);
}

static void cpu_read(struct board *board, const struct node *section)
{
    static const struct key_rule rules[] = {{"model", true}, {"cores", false}, {"features", false}};
    read_arch(board);
    board->cpu = (struct cpu){.model = "", .cores = 1};
    if (section == NULL || !map_check(board->diagnostics, section, rules, 3))
        return;
    const struct node *model = node_get(section, "model"), *cores = node_get(section, "cores");
    uint64_t count = 1;
    if (cores != NULL && scalar_number(board->diagnostics, cores, 1, CORES_MAX, &count))
        board->cpu.cores = (unsigned)count;
    if (model == NULL)
        return;
    board->cpu.at = model->at;
    board->cpu.cores_at = cores != NULL ? cores->at : model->at;
    read_model(board, model);
    read_features(board, section);
}

static void features_print(const struct arch *arch, struct json *json)
{
    json_open_array(json, "features");
    for (size_t i = 0; i < arch->features.count; i++) {
        json_open_object(json, NULL);
        json_text(json, "name", arch->features.items[i]);
        if (json->positions)
            json_text(json, "summary", arch->feature_summaries.items[i]);
        json_close_object(json);
    }
    json_close_array(json);
}

static void cpu_print(const struct board *board, struct json *json)
{
    const struct arch *arch = &board->arch;
    json_open_object(json, "arch");
    json_text(json, "name", arch->name);
    if (json->positions)
        json_text(json, "summary", arch->summary);
    json_number(json, "bits", arch->bits);
    json_text(json, "toolchain", arch->toolchain);
    texts_print(json, "flags", &arch->flags);
    features_print(arch, json);
    json_text(json, "protection", arch->protection);
    json_number(json, "page", arch->page);
    json_number(json, "memory_page", arch->memory_page);
    json_number(json, "guard", arch->guard);
    json_number(json, "stack_alignment", arch->stack_alignment);
    json_close_object(json);
    json_open_object(json, "cpu");
    json_text(json, "model", board->cpu.model);
    json_number(json, "cores", board->cpu.cores);
    texts_print(json, "flags", &board->cpu.flags);
    texts_print(json, "features", &board->cpu.features);
    json_position(json, board->cpu.at);
    json_close_object(json);
}

const struct resource cpu_resource = {
    .key = "cpu", .required = true, .read = cpu_read, .print = cpu_print};
