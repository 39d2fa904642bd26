/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier call`: any call of any exposed service of a board, by the interface descriptions of this
 * tree.
 */
#include "agent.h"
#include "call.h"
#include "call_value.h"

#include <ctype.h>
#include <gen/diagnostic.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 64 };

static int refuse_name(const struct command *self, const char *what, const char *name,
                       const char *const *names, size_t count)
{
    const char *nearest = nearest_name(name, names, count);
    if (nearest)
        return command_refuse(self, "there is no %s %s; did you mean %s?", what, name, nearest);
    return command_refuse(self, "there is no %s %s", what, name);
}

static int find_interface(const struct command *self, const char *name,
                          const struct interface **found)
{
    const char *names[NAMES];
    size_t count = 0;
    for (size_t i = 0; interfaces[i]; i++) {
        if (strcmp(interfaces[i]->name, name) == 0) {
            *found = interfaces[i];
            return COMMAND_OK;
        }
        if (interfaces[i]->exposed && count < NAMES)
            names[count++] = interfaces[i]->name;
    }
    return refuse_name(self, "service", name, names, count);
}

static int find_call(const struct command *self, const struct interface *interface,
                     const char *name, size_t *found)
{
    const char *names[NAMES];
    for (*found = 0; *found < interface->call_count; ++*found) {
        if (strcmp(interface->calls[*found].name, name) == 0)
            return COMMAND_OK;
        if (*found < NAMES)
            names[*found] = interface->calls[*found].name;
    }
    return refuse_name(self, "call", name, names, *found < NAMES ? *found : NAMES);
}

/* Whether the word is NAME=VALUE, and not the link. */
static bool is_argument(const char *word)
{
    size_t length = 0;
    while (isalnum((unsigned char)word[length]) || word[length] == '_' || word[length] == '.')
        length++;
    return length > 0 && word[length] == '=';
}

/* Reads the arguments into the request, all zero before. */
static int read_request(const struct command *self, const struct interface_type *type,
                        void *request, int count, char **words)
{
    char *given[NAMES];
    size_t number = 0;
    while (optind < count && is_argument(words[optind])) {
        char *word = agent_operand(count, words);
        const char *trouble =
            number == NAMES ? "is one too many" : call_value_read(type, request, word);
        if (trouble)
            return command_refuse(self, "%s: %s", word, trouble);
        given[number++] = word;
    }
    const char *missing = call_value_missing(type, given, number);
    if (!missing)
        return COMMAND_OK;
    const struct interface_field *field = call_value_next(type, NULL);
    while (strcmp(field->name, missing) != 0)
        field = call_value_next(type, field);
    return command_refuse(self, "%s=%s is missing", missing, call_value_kind(field->type));
}

static int make_call(struct caller *board, const struct interface *interface, size_t number,
                     const void *request, struct json *json)
{
    const struct interface_call *call = &interface->calls[number];
    void *reply = calloc(1, call->reply->size + 1);
    if (!reply)
        return command_fail("out of memory");
    int result = COMMAND_OK;
    const enum status status =
        call_service(board, interface, number, request, reply, CALL_PATIENCE);
    if (status) {
        result = command_fail("%s: %s %s: %s", board->wire.link.name, interface->name, call->name,
                              status_text(status));
    } else if (json) {
        json_open_object(json, NULL);
        call_value_print(json, call->reply, reply);
        json_close_object(json);
    } else {
        call_value_print(NULL, call->reply, reply);
    }
    free(reply);
    return result;
}

static int run_call(const struct command *self, int count, char **words)
{
    static const struct option options[] = {AGENT_JSON, CALL_OPTION, {0}};
    static struct caller board;
    struct json json = {.stream = stdout, .compact = true};
    struct agent_options said;
    const struct interface *interface = NULL;
    size_t number = 0;
    int status = agent_options(self, count, words, options, &said);
    if (status)
        return status;
    const char *service = agent_operand(count, words), *call = agent_operand(count, words);
    if (!service || !call)
        return command_refuse(self, "which service, which call?");
    if ((status = find_interface(self, service, &interface)) ||
        (status = find_call(self, interface, call, &number)))
        return status;
    const struct interface_type *type = interface->calls[number].request;
    void *request = calloc(1, type->size + 1);
    if (!request)
        return command_fail("out of memory");
    if (!(status = read_request(self, type, request, count, words)) &&
        !(status = call_open(&board, self, said.gateway, count, words))) {
        status = make_call(&board, interface, number, request, said.json ? &json : NULL);
        call_close(&board);
    }
    free(request);
    return status;
}

const struct command call_command = {
    .name = "call",
    .usage = "[--json] [--gateway N] SERVICE CALL [FIELD=VALUE]… LINK",
    .summary = "make a call of a board's service",
    .details = "  --json       one object\n" CALL_HELP
               "\nSERVICE and CALL as in services/SERVICE/interface.yaml. Values: true, -5, 0x10, "
               "1.5, text,\n"
               "bytes as hexadecimal digits, a,b,c for arrays, a.b=1 for a field of a field; an "
               "enum's\n"
               "value by name or number; capabilities are numbers.\n\n" LINK_HELP,
    .run = run_call,
};
