/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * interface.lock: the versions of an interface that were accepted, oldest first, each call with
 * every type in its place:
 *
 *   versions:
 *     - open_port: { request: { port: u16 }, reply: { channel: cap } }
 *     - open_port: { request: { port: u16, speed: { optional: u32 } }, reply: { channel: cap } }
 *       close_port: { request: { port: u16 }, reply: {} }
 *
 * Only calls that are still served stand in it: where one was broken and that was accepted, what it
 * was before is gone, and its callers of then are told of a mismatch.
 */
#include "file.h"
#include "interface.h"
#include "scalar.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct interface_call *read_call(struct diagnostics *diagnostics, const struct node *node)
{
    static const struct key_rule rules[] = {{"request", true}, {"reply", true}};
    if (!map_check(diagnostics, node, rules, 2))
        return NULL;
    struct interface_call *call = arena_alloc(diagnostics->arena, sizeof(*call));
    call->name = node->key;
    call->at = node->key_at;
    call->request = interface_fields_parse(diagnostics, node_get(node, "request"), NULL, true);
    call->reply = interface_fields_parse(diagnostics, node_get(node, "reply"), NULL, true);
    return call;
}

static struct interface_version *read_version(struct diagnostics *diagnostics,
                                              const struct node *node)
{
    struct interface_version *version = arena_alloc(diagnostics->arena, sizeof(*version));
    struct interface_call **end = &version->calls;
    version->at = node->at;
    if (!map_check(diagnostics, node, NULL, 0))
        return version;
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        struct interface_call *call = read_call(diagnostics, child);
        if (call == NULL)
            continue;
        *end = call;
        end = &call->next;
    }
    return version;
}

void interface_lock_read(struct diagnostics *diagnostics, struct interface *interface)
{
    static const struct key_rule rules[] = {{"versions", true}};
    if (access(interface->lock, F_OK) != 0)
        return;
    const struct node *root = yaml_read(diagnostics->arena, diagnostics, interface->lock);
    if (root == NULL || !map_check(diagnostics, root, rules, 1))
        return;
    const struct node *versions = node_get(root, "versions");
    struct interface_version **end = &interface->versions;
    if (versions != NULL && versions->kind != NODE_LIST) {
        node_error(diagnostics, versions, "%s is not a list", node_text(versions));
        return;
    }
    for (const struct node *node = versions == NULL ? NULL : versions->first; node != NULL;
         node = node->next) {
        *end = read_version(diagnostics, node);
        end = &(*end)->next;
    }
}

static const struct interface_version *newest(const struct interface *interface)
{
    const struct interface_version *version = interface->versions;
    while (version != NULL && version->next != NULL)
        version = version->next;
    return version;
}

static const struct interface_call *accepted_call(const struct interface *interface,
                                                  const char *name)
{
    const struct interface_version *version = newest(interface);
    return version == NULL ? NULL : interface_call_find(version->calls, name);
}

static bool call_is_accepted(struct arena *arena, const struct interface *interface,
                             const struct interface_call *call)
{
    const struct interface_call *old = accepted_call(interface, call->name);
    return old != NULL &&
           strcmp(interface_call_text(arena, old), interface_call_text(arena, call)) == 0;
}

bool interface_is_accepted(struct arena *arena, const struct interface *interface)
{
    const struct interface_version *version = newest(interface);
    size_t difference = 0;
    for (const struct interface_call *one = interface->calls; one != NULL; one = one->next)
        difference += !call_is_accepted(arena, interface, one);
    if (version != NULL)
        for (const struct interface_call *one = version->calls; one != NULL; one = one->next)
            difference += interface_call_find(interface->calls, one->name) == NULL;
    return difference == 0;
}

static void check_old(struct diagnostics *diagnostics, const struct interface *interface,
                      const struct interface_call *old)
{
    const struct interface_call *call = interface_call_find(interface->calls, old->name);
    const char *broken =
        call == NULL ? "it is gone" : interface_call_break(diagnostics->arena, old, call);
    if (broken == NULL)
        return;
    struct position at = call == NULL ? old->at : call->at;
    struct diagnostic *error =
        diagnostic_error(diagnostics, at, "calls.%s: breaks its callers: %s", old->name, broken);
    if (call != NULL)
        diagnostic_note(diagnostics, error, old->at, "accepted here");
    diagnostic_fix(diagnostics, error,
                   "leave it as it was and add a call, or accept it: `make accept "
                   "BREAK=%s`",
                   interface->service);
}

void interface_check(struct diagnostics *diagnostics, const struct interface *interface,
                     FILE *stream)
{
    const struct interface_version *version = newest(interface);
    if (version != NULL)
        for (const struct interface_call *old = version->calls; old != NULL; old = old->next)
            check_old(diagnostics, interface, old);
    for (const struct interface_call *one = interface->calls; one != NULL; one = one->next) {
        const struct interface_call *old = accepted_call(interface, one->name);
        if (call_is_accepted(diagnostics->arena, interface, one) ||
            (old != NULL && interface_call_break(diagnostics->arena, old, one) != NULL))
            continue;
        fprintf(stream, "%s:%u: calls.%s: %s: accept it with `make accept`\n", one->at.file,
                one->at.line, one->name,
                old == NULL ? "is new" : "grew, its callers are still served");
    }
}

static void write_version(struct arena *arena, FILE *stream, const struct interface *interface,
                          const struct interface_call *calls, bool served_only)
{
    const char *lead = "  - ";
    for (const struct interface_call *one = calls; one != NULL; one = one->next) {
        const struct interface_call *now = interface_call_find(interface->calls, one->name);
        if (served_only && (now == NULL || interface_call_break(arena, one, now) != NULL))
            continue;
        fprintf(stream, "%s%s: %s\n", lead, one->name, interface_call_text(arena, one));
        lead = "    ";
    }
}

bool interface_lock_write(struct arena *arena, const struct interface *interface)
{
    struct draft draft;
    draft_open(&draft);
    fputs(
        "# SPDX-License-Identifier: MIT OR Apache-2.0\n"
        "# The versions of interface.yaml that are accepted, oldest first: who knows one of them\n"
        "# is served. Written by `make accept`.\n"
        "versions:",
        draft.out);
    fputs(interface->calls == NULL ? " []\n" : "\n", draft.out);
    for (const struct interface_version *one = interface->versions; one != NULL; one = one->next)
        write_version(arena, draft.out, interface, one->calls, true);
    write_version(arena, draft.out, interface, interface->calls, false);
    draft_close(&draft);
    const bool good = file_write(interface->lock, draft.text, draft.size);
    free(draft.text);
    return good;
}
