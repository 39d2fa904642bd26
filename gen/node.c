/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Walking and changing a tree of yaml_tree.h, and reading one from a file.
 */
#include "yaml_text.h"
#include "yaml_tree.h"
#include <string.h>

struct node *yaml_read(struct arena *arena, struct diagnostics *diagnostics, const char *path)
{
    size_t size = 0;
    const char *text = yaml_text_load(arena, diagnostics, path, &size);
    return text == NULL ? NULL : yaml_parse(arena, diagnostics, path, text, size);
}

void node_append(struct node *parent, struct node *child)
{
    child->parent = parent;
    child->next = NULL;
    if (parent->last == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
}

void node_remove(struct node *child)
{
    struct node *parent = child->parent, *before = NULL;
    struct node **link = &parent->first;
    while (*link != child) {
        before = *link;
        link = &before->next;
    }
    *link = child->next;
    if (parent->last == child)
        parent->last = before;
    child->next = NULL;
    child->parent = NULL;
}

const char *node_path(struct arena *arena, const struct node *node)
{
    if (node->parent == NULL)
        return "";
    const char *parent = node_path(arena, node->parent);
    if (node->key != NULL)
        return parent[0] == '\0' ? node->key : arena_printf(arena, "%s.%s", parent, node->key);
    size_t index = 0;
    for (const struct node *one = node->parent->first; one != NULL && one != node; one = one->next)
        index++;
    return arena_printf(arena, "%s[%zu]", parent, index);
}

const char *node_text(const struct node *node)
{
    if (node->kind == NODE_MAP)
        return "a map";
    if (node->kind == NODE_LIST)
        return "a list";
    return node->text[0] == '\0' ? "an empty value" : node->text;
}

struct diagnostic *node_error(struct diagnostics *diagnostics, const struct node *node,
                              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(diagnostics->arena, format, arguments);
    va_end(arguments);
    struct diagnostic *error = node->parent == NULL
                                   ? diagnostic_error(diagnostics, node->at, "%s", text)
                                   : diagnostic_error(diagnostics, node->at, "%s: %s",
                                                      node_path(diagnostics->arena, node), text);
    if (node->overridden != NULL)
        diagnostic_note(diagnostics, error, node->overridden->at, "overrides %s, set here",
                        node_text(node->overridden));
    return error;
}

static struct node *get(const struct node *node, const char *key, size_t length)
{
    if (node == NULL || node->kind != NODE_MAP)
        return NULL;
    for (struct node *child = node->first; child != NULL; child = child->next)
        if (strncmp(child->key, key, length) == 0 && child->key[length] == '\0')
            return child;
    return NULL;
}

struct node *node_get(const struct node *node, const char *key)
{
    return get(node, key, strlen(key));
}

struct node *node_find(struct node *node, const char *path)
{
    while (node != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        node = get(node, path, length);
        path += length;
        if (*path == '.' && *++path == '\0')
            return NULL;
    }
    return node;
}
