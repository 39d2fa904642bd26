/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Interfaces in model.json: types, calls, and the calls of before that are served still.
 */
#include "interface.h"

static void print_type(const struct interface_type *type, const char *key, struct json *json)
{
    json_open_object(json, key);
    json_text(json, "kind", interface_kind_names[type->kind]);
    if (type->name != NULL)
        json_text(json, "name", type->name);
    if (type->limit != 0)
        json_number(json, "limit", type->limit);
    if (type->of != NULL)
        print_type(type->of, "of", json);
    json_close_object(json);
}

static void print_fields(const struct interface_type *type, const char *key, struct json *json)
{
    json_open_array(json, key);
    for (const struct interface_field *one = type->fields; one != NULL; one = one->next) {
        json_open_object(json, NULL);
        json_text(json, "name", one->name);
        json_number(json, "place", one->place);
        json_number(json, "since", one->since);
        print_type(one->type, "type", json);
        json_position(json, one->at);
        json_close_object(json);
    }
    json_close_array(json);
}

static void print_types(const struct interface *interface, struct json *json)
{
    json_open_array(json, "types");
    for (const struct interface_type *one = interface->types; one != NULL; one = one->next) {
        json_open_object(json, NULL);
        json_text(json, "name", one->name);
        json_text(json, "kind", interface_kind_names[one->kind]);
        if (one->kind == INTERFACE_STRUCT) {
            print_fields(one, "fields", json);
        } else {
            json_open_array(json, "values");
            for (size_t i = 0; i < one->values.count; i++)
                json_text(json, NULL, one->values.items[i]);
            json_close_array(json);
        }
        json_close_object(json);
    }
    json_close_array(json);
}

static void print_calls(const struct interface *interface, struct json *json)
{
    json_open_array(json, "calls");
    for (const struct interface_call *one = interface->calls; one != NULL; one = one->next) {
        json_open_object(json, NULL);
        json_text(json, "name", one->name);
        json_number(json, "hash", one->hash);
        if (json->positions)
            json_text(json, "summary", one->summary);
        print_fields(one->request, "request", json);
        print_fields(one->reply, "reply", json);
        json_open_array(json, "errors");
        for (size_t i = 0; i < one->errors.count; i++)
            json_text(json, NULL, one->errors.items[i]);
        json_close_array(json);
        json_position(json, one->at);
        json_close_object(json);
    }
    json_close_array(json);
}

static void print_ancestors(const struct interface *interface, struct json *json)
{
    json_open_array(json, "ancestors");
    for (const struct interface_ancestor *one = interface->ancestors; one != NULL;
         one = one->next) {
        json_open_object(json, NULL);
        json_text(json, "call", one->call->name);
        json_number(json, "hash", one->hash);
        json_number(json, "version", one->version);
        json_close_object(json);
    }
    json_close_array(json);
}

void interface_print(const struct interface *interface, const char *key, struct json *json)
{
    json_open_object(json, key);
    json_text(json, "service", interface->service);
    json_text(json, "uuid", interface->uuid);
    json_bool(json, "exposed", interface->exposed);
    json_number(json, "queue", interface->queue);
    if (json->positions)
        json_text(json, "summary", interface->summary);
    json_number(json, "version", interface->version);
    print_types(interface, json);
    print_calls(interface, json);
    print_ancestors(interface, json);
    json_close_object(json);
}
