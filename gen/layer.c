/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See layer.h. The files are read from the board downwards, then merged from the SoC upwards.
 */
#include "layer.h"
#include "schema.h"
#include "text_list.h"
#include <string.h>
#include <unistd.h>

struct layering {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct inputs *inputs;
    struct layered *layered;
};

void inputs_add(struct inputs *inputs, const char *path)
{
    for (const struct input *one = inputs->first; one != NULL; one = one->next)
        if (strcmp(one->path, path) == 0)
            return;
    struct input *input = arena_alloc(inputs->arena, sizeof(*input));
    input->path = arena_strdup(inputs->arena, path);
    if (inputs->last == NULL)
        inputs->first = input;
    else
        inputs->last->next = input;
    inputs->last = input;
}

/* A null in a map that replaces nothing deletes nothing: reported and taken out. */
static void refuse_nulls(struct diagnostics *diagnostics, struct node *map)
{
    struct node *next = NULL;
    for (struct node *child = map->first; child != NULL; child = next) {
        next = child->next;
        if (child->kind == NODE_MAP) {
            refuse_nulls(diagnostics, child);
        } else if (map->kind == NODE_MAP && child->is_null) {
            struct diagnostic *error =
                node_error(diagnostics, child, "null deletes nothing: no layer below has this");
            diagnostic_fix(diagnostics, error, "remove the line, or correct the name");
            node_remove(child);
        }
    }
}

static void replace(struct node *lower, struct node *old, struct node *new)
{
    struct node **link = &lower->first;
    while (*link != old)
        link = &(*link)->next;
    *link = new;
    new->next = old->next;
    if (lower->last == old)
        lower->last = new;
    new->parent = lower;
    new->overridden = old;
    old->next = NULL; /* keeps its parent, so that its path can be told */
}

static void delete (struct arena *arena, struct node *lower, struct node *old, struct node *null,
                    struct deletion **deletions)
{
    struct deletion *deletion = arena_alloc(arena, sizeof(*deletion));
    deletion->path = node_path(arena, old);
    deletion->node = null;
    deletion->next = *deletions;
    *deletions = deletion;
    node_remove(old);
    old->parent = lower;
    null->overridden = old;
    null->parent = lower;
}

void layer_merge(struct arena *arena, struct diagnostics *diagnostics, struct node *lower,
                 struct node *upper, struct deletion **deletions)
{
    struct node *next = NULL;
    for (struct node *child = upper->first; child != NULL; child = next) {
        next = child->next;
        struct node *old = node_get(lower, child->key);
        if (old != NULL && child->is_null) {
            delete (arena, lower, old, child, deletions);
        } else if (old != NULL && old->kind == NODE_MAP && child->kind == NODE_MAP) {
            layer_merge(arena, diagnostics, old, child, deletions);
        } else if (old != NULL) {
            replace(lower, old, child);
        } else {
            node_append(lower, child);
        }
    }
    refuse_nulls(diagnostics, lower);
}

/* The height of a file in the stack; 0 for a binding's, below all. */
static unsigned height(const struct layered *layered, const char *file)
{
    unsigned level = 1;
    for (const struct layer *layer = layered->layers; layer != NULL; layer = layer->next, level++)
        if (strcmp(layer->path, file) == 0)
            return level;
    return 0;
}

bool position_is_later(const struct layered *layered, struct position a, struct position b)
{
    unsigned a_height = height(layered, a.file), b_height = height(layered, b.file);
    if (a_height != b_height)
        return a_height > b_height;
    return a.line != b.line ? a.line > b.line : a.column > b.column;
}

static struct layer *read_layer(struct layering *layering, const char *path, enum layer_kind kind)
{
    inputs_add(layering->inputs, path);
    struct node *root = yaml_read(layering->arena, layering->diagnostics, path);
    if (root == NULL)
        return NULL;
    if (root->kind != NODE_MAP) {
        diagnostic_error(layering->diagnostics, root->at, "the file is %s, not a map",
                         root->kind == NODE_LIST ? "a list" : "one value");
        return NULL;
    }
    struct layer *layer = arena_alloc(layering->arena, sizeof(*layer));
    layer->path = path;
    layer->root = root;
    layer->kind = kind;
    return layer;
}

/* Takes a head key (board:, soc:, extends:, overlay:) out of the tree. */
static struct node *take(struct node *root, const char *key)
{
    struct node *node = node_get(root, key);
    if (node != NULL)
        node_remove(node);
    return node;
}

/* Checks that a file says its own name: board: lab in configs/lab.yaml. */
static void check_name(struct layering *layering, struct layer *layer, const char *key,
                       const char *name, struct position *at)
{
    const struct node *node = take(layer->root, key);
    if (!name_is_valid(name, NAME_FILE))
        diagnostic_error(layering->diagnostics, (struct position){.file = layer->path},
                         "%s: %s is not a valid name (a-z, then a-z, 0-9, - and _)", key, name);
    *at = (struct position){layer->path, 1, 0};
    if (node == NULL) {
        struct diagnostic *error = diagnostic_error(
            layering->diagnostics, (struct position){.file = layer->path}, "%s: is missing", key);
        diagnostic_fix(layering->diagnostics, error, "begin the file with `%s: %s`", key, name);
        return;
    }
    *at = node->key_at;
    if (node->kind != NODE_SCALAR || strcmp(node->text, name) != 0) {
        struct diagnostic *error =
            diagnostic_error(layering->diagnostics, node->at, "%s: %s is not the file's name, %s",
                             key, node_text(node), name);
        diagnostic_fix(layering->diagnostics, error, "rename the file, or write `%s: %s`", key,
                       name);
    }
}

static const char *soc_path(struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s/%s/soc.yaml", SOC_FOLDER, name);
}

static const char *board_path(struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s/%s.yaml", CONFIGS_FOLDER, name);
}

static void unknown_base(struct layering *layering, const struct node *extends)
{
    struct arena *arena = layering->arena;
    struct text_list names = folder_names(arena, CONFIGS_FOLDER, ".yaml");
    struct text_list socs = folder_names(arena, SOC_FOLDER, "/soc.yaml");
    for (size_t i = 0; i < socs.count; i++)
        text_list_add(arena, &names, socs.items[i]);
    struct diagnostic *error = diagnostic_error(
        layering->diagnostics, extends->at, "extends: there is no board or SoC %s", extends->text);
    const char *nearest = nearest_name(extends->text, names.items, names.count);
    if (nearest != NULL)
        diagnostic_fix(layering->diagnostics, error, "did you mean %s?", nearest);
    else
        diagnostic_fix(layering->diagnostics, error, "one of the SoCs: %s",
                       text_list_join(arena, &socs));
}

/* What a board's `extends:` names: another board, or else a SoC. NULL with an error reported. */
static struct layer *read_base(struct layering *layering, const struct layer *board,
                               const char *board_name, const struct node *extends,
                               struct text_list *chain)
{
    struct arena *arena = layering->arena;
    const char *name = extends->text;
    const char *path = board_path(arena, name);
    bool itself = strcmp(name, board_name) == 0 && access(soc_path(arena, name), F_OK) == 0;
    if (!itself && access(path, F_OK) == 0) {
        bool cycle = text_list_has(chain, name);
        text_list_add(arena, chain, name);
        if (!cycle)
            return read_layer(layering, path, LAYER_BOARD);
        struct diagnostic *error =
            diagnostic_error(layering->diagnostics, extends->at, "extends: a cycle: %s",
                             text_list_join(arena, chain));
        diagnostic_fix(layering->diagnostics, error, "let %s extend a SoC", board->path);
        return NULL;
    }
    path = soc_path(arena, name);
    if (access(path, F_OK) == 0)
        return read_layer(layering, path, LAYER_SOC);
    unknown_base(layering, extends);
    return NULL;
}

/* Reads a board and what it extends, down to the SoC: the layers, lowest first. */
static bool read_stack(struct layering *layering)
{
    struct layered *layered = layering->layered;
    struct text_list chain = {0};
    const char *name = layered->target;
    text_list_add(layering->arena, &chain, name);
    struct layer *layer = read_layer(layering, layered->board_file, LAYER_BOARD);
    while (layer != NULL) {
        layer->next = layered->layers;
        layered->layers = layer;
        struct position at;
        check_name(layering, layer, layer->kind == LAYER_SOC ? "soc" : "board", name, &at);
        if (layered->at.file == NULL)
            layered->at = at;
        if (layer->kind == LAYER_SOC) {
            layered->soc = name;
            return true;
        }
        const struct node *extends = take(layer->root, "extends");
        if (extends == NULL || extends->kind != NODE_SCALAR) {
            struct diagnostic *error = diagnostic_error(
                layering->diagnostics, extends == NULL ? at : extends->at,
                extends == NULL ? "extends: is missing" : "extends: must be one name");
            diagnostic_fix(layering->diagnostics, error,
                           "name a SoC or a board that this one is like");
            return false;
        }
        layer = read_base(layering, layer, name, extends, &chain);
        name = extends->text;
    }
    return false;
}

static void add_overlay(struct layering *layering, const char *path)
{
    struct layer *overlay = read_layer(layering, path, LAYER_OVERLAY);
    if (overlay == NULL)
        return;
    take(overlay->root, "overlay");
    take(overlay->root, "summary");
    static const char *const foreign[] = {"board", "soc", "extends"};
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        const struct node *node = take(overlay->root, foreign[i]);
        if (node == NULL)
            continue;
        struct diagnostic *error = diagnostic_error(layering->diagnostics, node->key_at,
                                                    "%s: has no place in an overlay", foreign[i]);
        diagnostic_fix(layering->diagnostics, error,
                       "remove the line; an overlay goes upon any board");
    }
    struct layer **end = &layering->layered->layers;
    while (*end != NULL)
        end = &(*end)->next;
    *end = overlay;
}

static bool read_arch(struct layering *layering)
{
    struct layered *layered = layering->layered;
    const struct node *arch = node_get(layered->root, "arch");
    if (arch == NULL || arch->kind != NODE_SCALAR)
        return false; /* the schema says so */
    const char *path = arena_printf(layering->arena, "%s/%s/arch.yaml", ARCH_FOLDER, arch->text);
    if (access(path, F_OK) != 0) {
        struct text_list names = folder_names(layering->arena, ARCH_FOLDER, "/arch.yaml");
        struct diagnostic *error =
            node_error(layering->diagnostics, arch, "there is no architecture %s", arch->text);
        diagnostic_fix(layering->diagnostics, error, "one of: %s",
                       text_list_join(layering->arena, &names));
        return false;
    }
    struct layer *layer = read_layer(layering, path, LAYER_SOC);
    if (layer == NULL)
        return false;
    struct position at;
    check_name(layering, layer, "arch", arch->text, &at);
    layered->arch = layer->root;
    layered->arch_file = path;
    return true;
}

bool layer_board(struct arena *arena, struct diagnostics *diagnostics, struct inputs *inputs,
                 const char *target, const char *const *overlays, size_t overlay_count,
                 struct layered *layered)
{
    struct layering layering = {arena, diagnostics, inputs, layered};
    *layered = (struct layered){.target = target, .board_file = board_path(arena, target)};
    inputs_add(inputs, CONFIGS_FOLDER);
    bool complete = read_stack(&layering);
    for (size_t i = 0; i < overlay_count; i++)
        add_overlay(&layering, overlays[i]);
    if (!complete)
        return false;
    struct node *root = layered->layers->root;
    const struct node *summary = node_get(root, "summary");
    layered->soc_summary = summary != NULL && summary->kind == NODE_SCALAR ? summary->text : "";
    layered->root = root;
    refuse_nulls(diagnostics, root);
    for (struct layer *layer = layered->layers->next; layer != NULL; layer = layer->next)
        layer_merge(arena, diagnostics, root, layer->root, &layered->deletions);
    read_arch(&layering);
    return true;
}
