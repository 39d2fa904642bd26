/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The calls in an interface file: read, checked, named by their hashes.
 */
#include "interface.h"
#include "../kernel/status.h"
#include "scalar.h"
#include "schema.h"
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

static bool has_cap(const struct interface_type *type)
{
    if (type->kind == INTERFACE_CAP)
        return true;
    if (type->of != NULL && has_cap(type->of))
        return true;
    for (const struct interface_field *one = type->fields; one != NULL; one = one->next)
        if (has_cap(one->type))
            return true;
    return false;
}

/* A message moves few capabilities, each with a place of its own in it. */
static void check_caps(struct diagnostics *diagnostics, const struct interface_type *type)
{
    unsigned count = 0;
    for (const struct interface_field *one = type->fields; one != NULL; one = one->next) {
        if (one->type->kind == INTERFACE_CAP) {
            if (++count == INTERFACE_CAPS_MAX + 1)
                diagnostic_error(diagnostics, one->at,
                                 "%s: a message moves at most %d capabilities", one->name,
                                 INTERFACE_CAPS_MAX);
        } else if (has_cap(one->type)) {
            struct diagnostic *error =
                diagnostic_error(diagnostics, one->at,
                                 "%s: a capability inside another value cannot move", one->name);
            diagnostic_fix(diagnostics, error,
                           "make it a field of the request or reply, not optional");
        }
    }
}

/* The names of kernel/status.h as interface files have them: "no_memory". */
static struct text_list error_names(struct arena *arena)
{
#define STATUS_TEXT(name, text) #name,
    static const char *const names[] = {STATUS_LIST(STATUS_TEXT)};
#undef STATUS_TEXT
    struct text_list list = {0};
    for (size_t i = OK + 1; i < STATUS_COUNT; i++) {
        char *name = arena_strdup(arena, names[i] + strlen("ERR_"));
        for (char *c = name; *c != '\0'; c++)
            *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        text_list_add(arena, &list, name);
    }
    return list;
}

static void read_errors(struct diagnostics *diagnostics, const struct node *node,
                        struct text_list *errors)
{
    const struct text_list names = error_names(diagnostics->arena);
    if (node->kind != NODE_LIST) {
        scalar_texts(diagnostics, node, errors);
        return;
    }
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        const char *name = NULL;
        if (scalar_choice(diagnostics, item, &names, &name))
            text_list_add(diagnostics->arena, errors, name);
    }
}

uint32_t interface_call_hash(struct arena *arena, const struct interface *interface,
                             const struct interface_call *call)
{
    char hash[SHA256_DIGEST_STRING_LENGTH];
    const char *text = arena_printf(arena, "%s %s %s", interface->uuid, call->name,
                                    interface_call_text(arena, call));
    SHA256Data((const uint8_t *)text, strlen(text), hash);
    hash[8] = '\0';
    return (uint32_t)strtoul(hash, NULL, 16);
}

static struct interface_call *read_call(struct diagnostics *diagnostics, const struct node *node,
                                        const struct interface *interface)
{
    static const struct key_rule rules[] = {
        {"summary", true}, {"request", false}, {"reply", false}, {"errors", false}};
    if (!interface_name_check(diagnostics, node) || !map_check(diagnostics, node, rules, 4))
        return NULL;
    struct interface_call *call = arena_alloc(diagnostics->arena, sizeof(*call));
    const struct node *summary = node_get(node, "summary"), *errors = node_get(node, "errors");
    call->name = node->key;
    call->at = node->key_at;
    call->summary = "";
    if (summary != NULL)
        scalar_text(diagnostics, summary, &call->summary);
    call->request =
        interface_fields_parse(diagnostics, node_get(node, "request"), interface->types, false);
    call->reply =
        interface_fields_parse(diagnostics, node_get(node, "reply"), interface->types, false);
    check_caps(diagnostics, call->request);
    check_caps(diagnostics, call->reply);
    if (errors != NULL)
        read_errors(diagnostics, errors, &call->errors);
    call->hash = interface_call_hash(diagnostics->arena, interface, call);
    return call;
}

static void read_calls(struct diagnostics *diagnostics, const struct node *calls,
                       struct interface *interface)
{
    struct interface_call **end = &interface->calls;
    for (const struct node *node = calls->first; node != NULL; node = node->next) {
        struct interface_call *call = read_call(diagnostics, node, interface);
        if (call == NULL)
            continue;
        *end = call;
        end = &call->next;
    }
}

struct interface *interface_parse(struct diagnostics *diagnostics, const struct node *root,
                                  const char *service, const char *uuid, const char *summary)
{
    struct interface *interface = arena_alloc(diagnostics->arena, sizeof(*interface));
    const struct node *exposed = node_get(root, "exposed"), *types = node_get(root, "types");
    const struct node *calls = node_get(root, "calls"), *queue = node_get(root, "queue");
    const char *slash = strrchr(root->at.file, '/');
    interface->service = service;
    interface->uuid = uuid;
    interface->summary = summary;
    interface->lock =
        arena_printf(diagnostics->arena, "%.*sinterface.lock",
                     slash == NULL ? 0 : (int)(slash + 1 - root->at.file), root->at.file);
    if (exposed != NULL)
        scalar_bool(diagnostics, exposed, &interface->exposed);
    interface->queue = INTERFACE_QUEUE;
    if (queue != NULL)
        scalar_number(diagnostics, queue, 1, INTERFACE_QUEUE_MAX, &interface->queue);
    if (types != NULL)
        interface_types_parse(diagnostics, types, &interface->types);
    if (calls != NULL && map_check(diagnostics, calls, NULL, 0))
        read_calls(diagnostics, calls, interface);
    interface_lock_read(diagnostics, interface);
    interface_ancestry(diagnostics, interface);
    return interface;
}

const struct interface_call *interface_call_find(const struct interface_call *calls,
                                                 const char *name)
{
    while (calls != NULL && strcmp(calls->name, name) != 0)
        calls = calls->next;
    return calls;
}
