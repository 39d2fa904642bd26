/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A YAML document as a tree in which every value knows where it came from. Maps keep the order of
 * the file. Nodes belong to an arena and live until it is freed; nobody frees a node.
 *
 * Layering (layer.h) works on the same nodes: a value that replaced another points to it through
 * `overridden`, so that each value carries its history, newest first.
 */
#ifndef GEN_YAML_TREE_H
#define GEN_YAML_TREE_H

#include "arena.h"
#include "diagnostic.h"
#include <stdbool.h>
#include <stddef.h>

#define YAML_SIZE_MAX  ((size_t)1024 * 1024) /* bytes of one file */
#define YAML_DEPTH_MAX 32                    /* maps and lists within one another */
#define YAML_NODES_MAX 20000                 /* of one document, aliases expanded */

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    struct position at;     /* of the value */
    const char *key;        /* its key, where the parent is a map; else NULL */
    struct position key_at; /* of the key */
    const char *text;       /* scalar: its text, UTF-8 */
    bool quoted;            /* scalar: written in quotes, so never null, a number or a bool */
    bool is_null;           /* scalar: empty, ~ or null, and not quoted */
    struct node *parent;    /* NULL for a document's root */
    struct node *first;     /* list, map: children in order */
    struct node *last;
    struct node *next;       /* among the parent's children */
    struct node *overridden; /* what this value replaced when layers were merged, or NULL */
    size_t start, end;       /* byte range of the value in its file, for edits in place */
    bool aliased;            /* came through an alias: `at`, `start`, `end` are the anchor's */
};

/* Reads one YAML document. What is wrong is reported to `diagnostics` (all of it, where reading can
 * go on); returns the root, or NULL if nothing usable was read. Aliases are expanded within a
 * bound; `path` is shown in positions. */
struct node *yaml_read(struct arena *arena, struct diagnostics *diagnostics, const char *path);

/* The same from memory; `path` is only a name. `text` need not outlive the call. */
struct node *yaml_parse(struct arena *arena, struct diagnostics *diagnostics, const char *path,
                        const char *text, size_t size);

/* Adds `child` as the last of `parent`'s children; takes it out of nothing. */
void node_append(struct node *parent, struct node *child);

/* Takes `child` out of its parent. */
void node_remove(struct node *child);

/* Reports an error at a node, "devices.uart0.irq: " before it; what the value overrides is noted.
 */
struct diagnostic *node_error(struct diagnostics *diagnostics, const struct node *node,
                              const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What a value says, for messages: its text, "a map" or "a list". */
const char *node_text(const struct node *node);

/* The path of keys from the root, "devices.uart0.irq"; list items count as [0], [1]… */
const char *node_path(struct arena *arena, const struct node *node);

/* The child of map `node` with that key, or NULL (also where `node` is NULL or no map). */
struct node *node_get(const struct node *node, const char *key);

/* The same along a path of keys, "devices.uart0.irq". */
struct node *node_find(struct node *node, const char *path);

#endif
