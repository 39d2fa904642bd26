/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Types as text, and what became of them between two versions of an interface.
 */
#include "interface.h"
#include <inttypes.h>
#include <string.h>

static const char *type_text(struct arena *arena, const struct interface_type *type)
{
    const char *name = interface_kind_names[type->kind];
    switch (type->kind) {
    case INTERFACE_TEXT:
    case INTERFACE_BYTES:
        return arena_printf(arena, "{ %s: %" PRIu64 " }", name, type->limit);
    case INTERFACE_ARRAY:
        return arena_printf(arena, "{ array: %s, limit: %" PRIu64 " }", type_text(arena, type->of),
                            type->limit);
    case INTERFACE_OPTIONAL:
        return arena_printf(arena, "{ optional: %s }", type_text(arena, type->of));
    case INTERFACE_ENUM:
        return arena_printf(arena, "{ enum: [%s] }", text_list_join(arena, &type->values));
    case INTERFACE_STRUCT: {
        const char *text = "";
        for (const struct interface_field *one = type->fields; one != NULL; one = one->next)
            text = arena_printf(arena, "%s%s %s: %s", text, text[0] == '\0' ? "" : ",", one->name,
                                type_text(arena, one->type));
        return arena_printf(arena, text[0] == '\0' ? "{ struct: {%s} }" : "{ struct: {%s } }",
                            text);
    }
    default:
        return name;
    }
}

/* The fields of a request or reply. */
static const char *fields_text(struct arena *arena, const struct interface_type *type)
{
    const char *text = type_text(arena, type);
    return arena_printf(arena, "%.*s", (int)(strlen(text) - strlen("{ struct:  }")),
                        text + strlen("{ struct: "));
}

const char *interface_call_text(struct arena *arena, const struct interface_call *call)
{
    return arena_printf(arena, "{ request: %s, reply: %s }", fields_text(arena, call->request),
                        fields_text(arena, call->reply));
}

static struct interface_field *find_field(const struct interface_type *type, const char *name)
{
    struct interface_field *field = type->fields;
    while (field != NULL && strcmp(field->name, name) != 0)
        field = field->next;
    return field;
}

static const char *type_break(struct arena *arena, const char *path,
                              const struct interface_type *old, const struct interface_type *type);

static const char *struct_break(struct arena *arena, const char *path,
                                const struct interface_type *old, const struct interface_type *type)
{
    for (const struct interface_field *one = old->fields; one != NULL; one = one->next) {
        const char *where = arena_printf(arena, "%s.%s", path, one->name);
        const struct interface_field *now = find_field(type, one->name);
        if (now == NULL)
            return arena_printf(arena, "%s is gone", where);
        const char *broken = type_break(arena, where, one->type, now->type);
        if (broken != NULL)
            return broken;
    }
    for (const struct interface_field *one = type->fields; one != NULL; one = one->next)
        if (find_field(old, one->name) == NULL && one->type->kind != INTERFACE_OPTIONAL)
            return arena_printf(arena, "%s.%s is new and not optional", path, one->name);
    return NULL;
}

static const char *type_break(struct arena *arena, const char *path,
                              const struct interface_type *old, const struct interface_type *type)
{
    if (old->kind == type->kind && old->kind == INTERFACE_STRUCT)
        return struct_break(arena, path, old, type);
    if (old->kind == type->kind && old->limit == type->limit && old->of != NULL)
        return type_break(arena, path, old->of, type->of);
    const char *was = type_text(arena, old), *is = type_text(arena, type);
    return strcmp(was, is) == 0 ? NULL : arena_printf(arena, "%s was %s, is %s", path, was, is);
}

const char *interface_call_break(struct arena *arena, const struct interface_call *old,
                                 const struct interface_call *call)
{
    const char *broken = type_break(arena, "request", old->request, call->request);
    return broken != NULL ? broken : type_break(arena, "reply", old->reply, call->reply);
}

/* The fields of `type` that `old` lacks are there since the version after `version`, at least. */
static void note_growth(const struct interface_type *old, const struct interface_type *type,
                        unsigned version)
{
    if (old->of != NULL)
        note_growth(old->of, type->of, version);
    for (struct interface_field *one = type->fields; one != NULL; one = one->next) {
        const struct interface_field *before = find_field(old, one->name);
        if (before != NULL)
            note_growth(before->type, one->type, version);
        else if (one->since <= version)
            one->since = version + 1;
    }
}

/* Whether no call of today, nor one of before, has that hash. 0 and 1
 * mean a notification and a hello. */
static bool hash_is_free(const struct interface *interface, uint32_t hash)
{
    for (const struct interface_call *one = interface->calls; one != NULL; one = one->next)
        if (one->hash == hash)
            return false;
    for (const struct interface_ancestor *one = interface->ancestors; one != NULL; one = one->next)
        if (one->hash == hash)
            return false;
    return hash > 1;
}

static void add_ancestor(struct arena *arena, struct interface *interface,
                         const struct interface_call *old, const struct interface_call *call)
{
    if (interface_call_break(arena, old, call) != NULL)
        return;
    note_growth(old->request, call->request, interface->version);
    note_growth(old->reply, call->reply, interface->version);
    uint32_t hash = interface_call_hash(arena, interface, old);
    if (!hash_is_free(interface, hash))
        return;
    struct interface_ancestor *ancestor = arena_alloc(arena, sizeof(*ancestor));
    *ancestor = (struct interface_ancestor){hash, call, interface->version, NULL};
    struct interface_ancestor **end = &interface->ancestors;
    while (*end != NULL)
        end = &(*end)->next;
    *end = ancestor;
}

/* 32 bits are few enough that two calls may share a hash by accident. */
static void check_hashes(struct diagnostics *diagnostics, const struct interface *interface)
{
    for (const struct interface_call *one = interface->calls; one != NULL; one = one->next) {
        bool clash = one->hash <= 1;
        for (const struct interface_call *other = one->next; other != NULL; other = other->next)
            clash |= other->hash == one->hash;
        if (clash)
            diagnostic_error(diagnostics, one->at, "calls.%s: its hash is taken: rename the call",
                             one->name);
    }
}

void interface_ancestry(struct diagnostics *diagnostics, struct interface *interface)
{
    struct arena *arena = diagnostics->arena;
    check_hashes(diagnostics, interface);
    for (const struct interface_version *one = interface->versions; one != NULL; one = one->next) {
        interface->version++;
        for (const struct interface_call *old = one->calls; old != NULL; old = old->next) {
            const struct interface_call *call = interface_call_find(interface->calls, old->name);
            if (call != NULL)
                add_ancestor(arena, interface, old, call);
        }
    }
    interface->version += !interface_is_accepted(arena, interface);
}
