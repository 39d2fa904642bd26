/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier ports`: the open ports of a board's serial mux, and what happened on its wire, as the
 * mux tells it.
 */
#include "call.h"

#include <gen/json.h>
#include <sermux_interface.h>
#include <stdio.h>

static const char *purpose(uint16_t port)
{
    switch (port) {
    case 0:
        return "loopback";
    case 1:
        return "hello";
    case 2:
        return "keyboard";
    case 3:
        return "trace";
    case MESSAGE_PORT:
        return "calls";
    default:
        return port >= 10 && port <= 13 ? "shell" : "";
    }
}

static void print_port(const struct sermux_port_reply *port)
{
    printf("%5u  %-8s  %8u  %8u  %7u  %8u  %8u  %7u\n", port->port, purpose(port->port),
           port->priority, port->capacity, port->waiting, (unsigned)port->sent,
           (unsigned)port->received, (unsigned)port->dropped);
}

static void print_port_json(struct json *json, const struct sermux_port_reply *port)
{
    json_open_object(json, NULL);
    json_number(json, "port", port->port);
    json_text(json, "purpose", purpose(port->port));
    json_number(json, "priority", port->priority);
    json_number(json, "capacity", port->capacity);
    json_number(json, "waiting", port->waiting);
    json_number(json, "sent", port->sent);
    json_number(json, "received", port->received);
    json_number(json, "dropped", port->dropped);
    json_close_object(json);
}

static void print_wire(const struct sermux_wire_reply *wire)
{
    printf(
        "%s: frames of %u bytes; %u damaged, %u too long, %u for no open port; %u bytes overrun\n",
        wire->device, wire->frame, (unsigned)wire->damaged, (unsigned)wire->too_long,
        (unsigned)wire->unknown, (unsigned)wire->overruns);
}

static void print_wire_json(struct json *json, const struct sermux_wire_reply *wire)
{
    json_text(json, "device", wire->device);
    json_number(json, "frame", wire->frame);
    json_number(json, "damaged", wire->damaged);
    json_number(json, "too_long", wire->too_long);
    json_number(json, "unknown", wire->unknown);
    json_number(json, "overruns", wire->overruns);
}

static enum status ask(struct caller *caller, size_t call, const void *request, void *reply)
{
    return call_service(caller, &sermux_interface, call, request, reply, CALL_PATIENCE);
}

static int list(struct caller *caller, struct json *json)
{
    struct sermux_wire_reply wire;
    struct sermux_port_request from = {0};
    struct sermux_port_reply port;
    enum status status = ask(caller, SERMUX_CALL_WIRE, NULL, &wire);
    if (!status && json) {
        json_open_object(json, NULL);
        print_wire_json(json, &wire);
        json_open_array(json, "ports");
    } else if (!status) {
        printf("%5s  %-8s  %8s  %8s  %7s  %8s  %8s  %7s\n", "port", "for", "priority", "capacity",
               "waiting", "sent", "received", "dropped");
    }
    while (!status && !(status = ask(caller, SERMUX_CALL_PORT, &from, &port))) {
        if (json)
            print_port_json(json, &port);
        else
            print_port(&port);
        from.from = (uint16_t)(port.port + 1);
        if (port.port == UINT16_MAX)
            status = ERR_NOT_FOUND;
    }
    if (status != ERR_NOT_FOUND)
        return command_fail("%s: the serial mux: %s", caller->wire.link.name, status_text(status));
    if (!json)
        print_wire(&wire);
    else {
        json_close_array(json);
        json_close_object(json);
    }
    return COMMAND_OK;
}

static int run_ports(const struct command *self, int count, char **words)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'}, CALL_OPTION, {0}};
    struct json json = {.stream = stdout, .compact = true};
    bool as_json = false;
    int port = 0;
    for (int option; (option = command_option(self, count, words, options)) != -1;) {
        if (option == '?')
            return COMMAND_USAGE;
        if (option == 'g' && !command_number(optarg, 254, &port))
            return command_refuse(self, "%s is no port", optarg);
        as_json |= option == 'j';
    }
    static struct caller caller;
    int status = call_open(&caller, self, port, count, words);
    if (status)
        return status;
    status = list(&caller, as_json ? &json : NULL);
    call_close(&caller);
    return status;
}

const struct command ports_command = {
    .name = "ports",
    .usage = "[--json] [--gateway N] LINK",
    .summary = "the open ports of a board's serial mux",
    .details = "  --json       one object\n" CALL_HELP "\n" LINK_HELP,
    .run = run_ports,
};
