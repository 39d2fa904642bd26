/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The commands on interfaces, which need no board: what they are, what became of them, and that
 * this is accepted.
 */
#include "command.h"
#include "interface.h"
#include <errno.h>
#include <string.h>

int command_interfaces(const struct options *options)
{
    struct session session;
    struct json json = {.stream = stdout, .positions = true};
    session_open(&session, options);
    catalog_read(&session.diagnostics, &session.inputs, &session.catalog);
    if (session.diagnostics.error_count == 0) {
        json_open_object(&json, NULL);
        json_number(&json, "format", 1);
        json_open_array(&json, "interfaces");
        for (const struct binding *one = session.catalog.services; one != NULL; one = one->next)
            interface_print(one->calls, NULL, &json);
        json_close_array(&json);
        json_close_object(&json);
    }
    return session_close(&session, 0);
}

void interfaces_check(struct session *session)
{
    catalog_read(&session->diagnostics, &session->inputs, &session->catalog);
    for (const struct binding *one = session->catalog.services; one != NULL; one = one->next)
        interface_check(&session->diagnostics, one->calls, stdout);
}

static void accept(struct session *session, const struct interface *interface, bool may_break)
{
    size_t errors = session->diagnostics.error_count;
    struct diagnostics judged;
    diagnostics_init(&judged, &session->arena);
    if (interface_is_accepted(&session->arena, interface))
        return;
    interface_check(may_break ? &judged : &session->diagnostics, interface, stdout);
    if (session->diagnostics.error_count != errors)
        return;
    if (interface_lock_write(&session->arena, interface))
        printf("%s: written\n", interface->lock);
    else
        diagnostic_error(&session->diagnostics, (struct position){.file = interface->lock},
                         "cannot be written: %s", strerror(errno));
}

int command_accept(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    catalog_read(&session.diagnostics, &session.inputs, &session.catalog);
    const struct text_list names = binding_names(&session.arena, session.catalog.services);
    for (size_t i = 0; i < options->arguments.count; i++) {
        const char *name = options->arguments.items[i];
        if (!text_list_has(&names, name))
            return session_close(&session, usage_error("there is no service %s%s", name,
                                                       nearest_hint(&session.arena, name, &names)));
    }
    size_t errors = session.diagnostics.error_count;
    for (const struct binding *one = session.catalog.services; one != NULL && errors == 0;
         one = one->next)
        accept(&session, one->calls, text_list_has(&options->arguments, one->name));
    fflush(stdout);
    return session_close(&session, 0);
}
