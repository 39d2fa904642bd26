/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See yaml_tree.h. libyaml's events become nodes; the text was checked to be UTF-8 before, so that
 * a character index of libyaml's can be turned into a byte offset.
 *
 * Invariants:
 * 1. `reader.open` is the innermost map or list being filled, NULL at the top.
 * 2. An anchor's `complete` is false while its node is open: an alias to it would be a loop.
 * 3. No more than YAML_NODES_MAX nodes are made, and none deeper than YAML_DEPTH_MAX.
 */
#include "yaml_tree.h"
#include "yaml_text.h"
#include <string.h>
#include <yaml.h>

struct anchor {
    const char *name;
    struct node *node;
    bool complete;
    struct anchor *next;
};

struct reader {
    struct arena *arena;
    struct diagnostics *diagnostics;
    const char *path;
    struct yaml_text text;
    struct node *root;
    struct node *open;        /* see invariant 1 */
    struct node *pending_key; /* in a map: the key whose value comes next */
    struct anchor *anchors;
    size_t node_count;
    unsigned depth;
    bool failed; /* reading cannot go on */
};

static struct position position_of(const struct reader *reader, yaml_mark_t mark)
{
    return (struct position){reader->path, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

static struct diagnostic *fail(struct reader *reader, struct position at, const char *text)
{
    reader->failed = true;
    return diagnostic_error(reader->diagnostics, at, "%s", text);
}

static struct node *node_create(struct reader *reader, enum node_kind kind,
                                const yaml_event_t *event)
{
    struct node *node = arena_alloc(reader->arena, sizeof(*node));
    node->kind = kind;
    node->at = position_of(reader, event->start_mark);
    node->start = yaml_text_offset(&reader->text, event->start_mark.index);
    node->end = yaml_text_offset(&reader->text, event->end_mark.index);
    if (++reader->node_count > YAML_NODES_MAX && !reader->failed) {
        reader->failed = true;
        diagnostic_error(reader->diagnostics, node->at, "more than %d values in one file",
                         YAML_NODES_MAX);
    }
    return node;
}

/* Puts a finished or just opened value where it belongs: under the pending key, into the list, or
 * at the top; in a map without a pending key it is the next key. */
static void place(struct reader *reader, struct node *node)
{
    struct node *open = reader->open;
    if (open == NULL) {
        reader->root = node;
        return;
    }
    if (open->kind == NODE_LIST) {
        node_append(open, node);
        return;
    }
    if (reader->pending_key == NULL) {
        reader->pending_key = node;
        return;
    }
    struct node *key = reader->pending_key;
    reader->pending_key = NULL;
    node->key = key->text;
    node->key_at = key->at;
    const struct node *earlier = node_get(open, node->key);
    if (earlier != NULL) {
        struct diagnostic *error =
            diagnostic_error(reader->diagnostics, node->key_at, "%s: given twice", node->key);
        diagnostic_note(reader->diagnostics, error, earlier->key_at, "first given here");
        diagnostic_fix(reader->diagnostics, error, "remove one of the two");
    }
    node->parent = open;
    if (earlier == NULL)
        node_append(open, node);
}

static bool scalar_is_null(const char *text)
{
    return text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 ||
           strcmp(text, "Null") == 0 || strcmp(text, "NULL") == 0;
}

/* True where a key is due; a value that cannot be a key is refused. */
static bool refused_as_key(struct reader *reader, yaml_mark_t mark)
{
    bool key =
        reader->open != NULL && reader->open->kind == NODE_MAP && reader->pending_key == NULL;
    if (key)
        fail(reader, position_of(reader, mark), "a key must be plain text");
    return key;
}

static void check_tag(struct reader *reader, const yaml_char_t *tag, yaml_mark_t mark)
{
    if (tag != NULL)
        diagnostic_error(reader->diagnostics, position_of(reader, mark),
                         "tags such as %s have no meaning here", (const char *)tag);
}

static struct anchor *remember(struct reader *reader, const yaml_char_t *name, struct node *node)
{
    if (name == NULL)
        return NULL;
    struct anchor *anchor = arena_alloc(reader->arena, sizeof(*anchor));
    anchor->name = arena_strdup(reader->arena, (const char *)name);
    anchor->node = node;
    anchor->next = reader->anchors;
    reader->anchors = anchor;
    return anchor;
}

static void on_scalar(struct reader *reader, const yaml_event_t *event)
{
    check_tag(reader, event->data.scalar.tag, event->start_mark);
    struct node *node = node_create(reader, NODE_SCALAR, event);
    const char *text = (const char *)event->data.scalar.value;
    if (strlen(text) != event->data.scalar.length) {
        fail(reader, node->at, "a NUL character in a text");
        return;
    }
    node->text = arena_strdup(reader->arena, text);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->is_null = !node->quoted && scalar_is_null(node->text);
    struct anchor *anchor = remember(reader, event->data.scalar.anchor, node);
    if (anchor != NULL)
        anchor->complete = true;
    place(reader, node);
}

static void on_open(struct reader *reader, enum node_kind kind, const yaml_event_t *event,
                    const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (refused_as_key(reader, event->start_mark))
        return;
    check_tag(reader, tag, event->start_mark);
    struct node *node = node_create(reader, kind, event);
    if (++reader->depth > YAML_DEPTH_MAX) {
        reader->failed = true;
        diagnostic_error(reader->diagnostics, node->at, "nested more than %d deep", YAML_DEPTH_MAX);
        return;
    }
    remember(reader, anchor, node);
    place(reader, node);
    node->parent = reader->open;
    reader->open = node;
}

static void on_close(struct reader *reader, const yaml_event_t *event)
{
    struct node *node = reader->open;
    /* A block collection ends where the next token starts; its last child's end is the end of what
     * it says. */
    if (event->end_mark.index == event->start_mark.index && node->last != NULL)
        node->end = node->last->end;
    else
        node->end = yaml_text_offset(&reader->text, event->end_mark.index);
    for (struct anchor *anchor = reader->anchors; anchor != NULL; anchor = anchor->next)
        if (anchor->node == node)
            anchor->complete = true;
    reader->depth--;
    reader->open = node->parent;
}

static struct node *copy_tree(struct reader *reader, const struct node *node, unsigned depth)
{
    if (++reader->node_count > YAML_NODES_MAX || depth > YAML_DEPTH_MAX)
        return NULL;
    struct node *copy = arena_alloc(reader->arena, sizeof(*copy));
    *copy = *node;
    copy->parent = copy->first = copy->last = copy->next = NULL;
    copy->aliased = true;
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        struct node *child_copy = copy_tree(reader, child, depth + 1);
        if (child_copy == NULL)
            return NULL;
        node_append(copy, child_copy);
    }
    return copy;
}

static void on_alias(struct reader *reader, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;
    struct position at = position_of(reader, event->start_mark);
    const struct anchor *anchor = reader->anchors;
    while (anchor != NULL && strcmp(anchor->name, name) != 0)
        anchor = anchor->next;
    if (anchor == NULL || !anchor->complete) {
        reader->failed = true;
        struct diagnostic *error = diagnostic_error(
            reader->diagnostics, at,
            anchor == NULL ? "*%s: no such anchor" : "*%s: the alias stands in its own anchor",
            name);
        if (anchor != NULL)
            diagnostic_note(reader->diagnostics, error, anchor->node->at, "the anchor &%s is here",
                            name);
        return;
    }
    if (anchor->node->kind != NODE_SCALAR && refused_as_key(reader, event->start_mark))
        return;
    struct node *copy = copy_tree(reader, anchor->node, reader->depth);
    if (copy == NULL) {
        reader->failed = true;
        diagnostic_error(reader->diagnostics, at, "*%s: aliases expand to too much", name);
        return;
    }
    copy->key = NULL;
    place(reader, copy);
}

static void on_event(struct reader *reader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        on_scalar(reader, event);
        break;
    case YAML_MAPPING_START_EVENT:
        on_open(reader, NODE_MAP, event, event->data.mapping_start.anchor,
                event->data.mapping_start.tag);
        break;
    case YAML_SEQUENCE_START_EVENT:
        on_open(reader, NODE_LIST, event, event->data.sequence_start.anchor,
                event->data.sequence_start.tag);
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        on_close(reader, event);
        break;
    case YAML_ALIAS_EVENT:
        on_alias(reader, event);
        break;
    case YAML_DOCUMENT_START_EVENT:
        if (reader->root != NULL)
            fail(reader, position_of(reader, event->start_mark), "a second document in one file");
        break;
    default:
        break;
    }
}

/* libyaml's own complaint; for tabs, the commonest cause, in words that help. */
static void on_syntax_error(struct reader *reader, const yaml_parser_t *parser)
{
    struct position at = position_of(reader, parser->problem_mark);
    size_t offset = yaml_text_offset(&reader->text, parser->problem_mark.index);
    if (offset < reader->text.size && reader->text.bytes[offset] == '\t') {
        struct diagnostic *error = fail(reader, at, "a tab where YAML wants spaces");
        diagnostic_fix(reader->diagnostics, error, "indent with spaces");
        return;
    }
    reader->failed = true;
    struct diagnostic *error = diagnostic_error(reader->diagnostics, at, "not YAML: %s",
                                                parser->problem ? parser->problem : "unreadable");
    if (parser->context != NULL)
        diagnostic_note(reader->diagnostics, error, position_of(reader, parser->context_mark), "%s",
                        parser->context);
}

struct node *yaml_parse(struct arena *arena, struct diagnostics *diagnostics, const char *path,
                        const char *text, size_t size)
{
    struct reader reader = {.arena = arena, .diagnostics = diagnostics, .path = path};
    if (!yaml_text_init(&reader.text, arena, diagnostics, path, text, size))
        return NULL;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        fail(&reader, (struct position){.file = path}, "out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)reader.text.bytes,
                                 reader.text.size);
    bool ended = false;
    while (!ended && !reader.failed) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            on_syntax_error(&reader, &parser);
            break;
        }
        ended = event.type == YAML_STREAM_END_EVENT;
        on_event(&reader, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (reader.root == NULL && !reader.failed)
        fail(&reader, (struct position){.file = path}, "empty");
    return reader.failed ? NULL : reader.root;
}
