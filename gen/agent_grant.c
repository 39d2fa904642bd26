/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What agents of the image are granted: each grant must be one that there is, and each import of an
 * agent's module one that its node has and it is granted. What an agent that is deployed may do,
 * its node checks itself, in the same words (services/cells).
 */
#include "agent_grant.h"

#include "agent_import.h"
#include "board.h"
#include "interface.h"
#include "resource.h"
#include "scalar.h"
#include <string.h>

/* The word behind the first point of "service.call"; NULL if it has none. */
static const char *call_of(struct arena *arena, const char *word, const char **service)
{
    const char *point = strchr(word, '.');
    if (point == NULL)
        return NULL;
    *service = arena_printf(arena, "%.*s", (int)(point - word), word);
    return point + 1;
}

static bool is_exposed(const struct service *service)
{
    const struct interface *interface = service->interface->calls;
    return interface != NULL && interface->exposed && interface->calls != NULL;
}

static void reject_service(struct board *board, struct diagnostic *error, const char *name)
{
    const struct service *service = board_service(board, name);
    struct text_list exposed = {0};
    if (service != NULL && is_exposed(service)) {
        diagnostic_fix(board->diagnostics, error, "add %s under services:", name);
    } else if (service != NULL) {
        diagnostic_fix(board->diagnostics, error, "`exposed: true` in %s lets agents call it",
                       service->interface->file);
    } else {
        for (service = board->services; service != NULL; service = service->next)
            if (is_exposed(service))
                text_list_add(board->arena, &exposed, service->name);
        suggest(board->diagnostics, error, name, &exposed);
    }
}

/* The service of that name, if agents of this board can call it. */
static const struct service *service_callable(const struct board *board, const char *name)
{
    const struct service *service = board_service(board, name);
    return service != NULL && service->enabled && is_exposed(service) ? service : NULL;
}

static void suggest_call(struct board *board, struct diagnostic *error,
                         const struct service *service, const char *name)
{
    struct text_list names = {0};
    const struct interface_call *call = service->interface->calls->calls;
    for (; call != NULL; call = call->next)
        text_list_add(board->arena, &names, call->name);
    suggest(board->diagnostics, error, name, &names);
}

static void check_grant(struct board *board, const struct node *grant)
{
    const char *service_name = NULL;
    const char *call = call_of(board->arena, grant->text, &service_name);
    if (strchr(grant->text, ' ') != NULL)
        return; /* it was reported as it was read */
    if (call == NULL) {
        const struct text_list own = {(const char **)agent_own_grants, agent_own_grant_count};
        if (!text_list_has(&own, grant->text))
            suggest(board->diagnostics,
                    node_error(board->diagnostics, grant, "%s is no grant", grant->text),
                    grant->text, &own);
        return;
    }
    const struct service *service = service_callable(board, service_name);
    if (service == NULL)
        reject_service(board,
                       node_error(board->diagnostics, grant,
                                  "agents of this board can call no service %s", service_name),
                       service_name);
    else if (strcmp(call, "*") != 0 &&
             interface_call_find(service->interface->calls->calls, call) == NULL)
        suggest_call(board,
                     node_error(board->diagnostics, grant, "the service %s has no call %s",
                                service_name, call),
                     service, call);
}

static bool has_grant(const struct agent *agent, const char *grant)
{
    const struct node *item = agent->grants_node == NULL ? NULL : agent->grants_node->first;
    while (item != NULL && strcmp(item->text, grant) != 0)
        item = item->next;
    return item != NULL;
}

/* Reports an import at the agent, as what is wrong with it. */
static struct diagnostic *import_error(struct board *board, const struct agent *agent,
                                       const struct module_import *import, const char *why)
{
    return diagnostic_error(board->diagnostics, agent->at, "agents.%s: %s imports %s.%s, %s",
                            agent->name, agent->file, import->module, import->name, why);
}

static void check_service_import(struct board *board, const struct agent *agent,
                                 const struct module_import *import)
{
    const struct service *service = service_callable(board, import->module);
    if (board_service(board, import->module) == NULL) {
        diagnostic_fix(board->diagnostics, import_error(board, agent, import, "which no node has"),
                       "imports are of ranvier, of wasi_snapshot_preview1, and of services");
        return;
    }
    if (service == NULL) {
        reject_service(board,
                       import_error(board, agent, import,
                                    "a service that this board's agents "
                                    "can't call"),
                       import->module);
        return;
    }
    if (interface_call_find(service->interface->calls->calls, import->name) == NULL) {
        suggest_call(board, import_error(board, agent, import, "a call that the service has not"),
                     service, import->name);
        return;
    }
    if (!has_grant(agent, arena_printf(board->arena, "%s.%s", import->module, import->name)) &&
        !has_grant(agent, arena_printf(board->arena, "%s.*", import->module)))
        diagnostic_fix(
            board->diagnostics, import_error(board, agent, import, "which it is not granted"),
            "add %s.%s or %s.* to its grants", import->module, import->name, import->module);
}

static void check_own_import(struct board *board, const struct agent *agent,
                             const struct module_import *import)
{
    struct text_list names = {0};
    for (size_t i = 0; i < agent_own_import_count; i++) {
        const struct agent_import *own = &agent_own_imports[i];
        text_list_add(board->arena, &names, own->name);
        if (strcmp(import->name, own->name) != 0)
            continue;
        if (own->grant != NULL && !has_grant(agent, own->grant))
            diagnostic_fix(board->diagnostics,
                           import_error(board, agent, import, "which it is not granted"),
                           "add %s to its grants", own->grant);
        return;
    }
    suggest(board->diagnostics, import_error(board, agent, import, "which no node has"),
            import->name, &names);
}

static void check_import(struct board *board, const struct agent *agent,
                         const struct module_import *import)
{
    if (strcmp(import->module, "wasi_snapshot_preview1") == 0)
        return;
    if (strcmp(import->module, "ranvier") == 0)
        check_own_import(board, agent, import);
    else
        check_service_import(board, agent, import);
}

void agents_check_grants(struct board *board)
{
    for (const struct agent *agent = board->agents; agent != NULL; agent = agent->next) {
        const struct node *grant = agent->grants_node;
        for (grant = grant == NULL ? NULL : grant->first; grant != NULL; grant = grant->next)
            check_grant(board, grant);
        for (const struct module_import *one = agent->imports; one != NULL; one = one->next)
            check_import(board, agent, one);
    }
}
