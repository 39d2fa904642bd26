#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Interfaces as C and as text for people: what templates/interface.*.j2 ask for.

    interfaces.py INTERFACES OUTPUT-FOLDER

prints those of `ranvier-gen interfaces` alone, without a board: <service>_interface.h, .c and .md, a
table of them, interfaces.c, and for agents in C agents/<service>_agent.h of those that are exposed.
"""

import json
import os
import sys
import textwrap

SCALARS = {
    "bool": "bool", "u8": "uint8_t", "u16": "uint16_t", "u32": "uint32_t", "u64": "uint64_t",
    "i8": "int8_t", "i16": "int16_t", "i32": "int32_t", "i64": "int64_t", "f32": "float",
    "f64": "double", "cap": "struct capability",
}
TEMPLATES = {  # of each interface: template, file below the output folder
    "interface.h.j2": "include/{}_interface.h",
    "interface.c.j2": "{}_interface.c",
    "interface.md.j2": "../interfaces/{}.md",
}
AGENT_TEMPLATE, AGENT_HEADER = "interface.agent.h.j2", "../agents/{}_agent.h"


def plain(kind):
    """A field's type without its being optional."""
    return kind["of"] if kind["kind"] == "optional" else kind


def c_identifier(name):
    """The C identifier of a service's name."""
    return name.replace("-", "_")


def declaration(service, kind, name):
    """The member of a struct that holds a value of that type, as lines."""
    service = c_identifier(service)
    if kind["kind"] in SCALARS:
        return [f"{SCALARS[kind['kind']]} {name};"]
    if kind["kind"] in ("enum", "struct"):
        return [f"{kind['kind']} {service}_{kind['name']} {name};"]
    if kind["kind"] == "text":
        return [f"char {name}[{kind['limit'] + 1}];"]
    if kind["kind"] == "bytes":
        content = ["uint16_t length;", f"uint8_t bytes[{kind['limit']}];"]
    else:
        content = ["uint16_t count;"]
        if kind["of"]["kind"] == "text":
            content += [f"char items[{kind['limit']}][{kind['of']['limit'] + 1}];"]
        else:
            content += declaration(service, kind["of"], f"items[{kind['limit']}]")
    return ["struct {", *("    " + line for line in content), f"}} {name};"]


def members(fields, service):
    """The members of a struct with these fields, in the file's order."""
    lines = []
    for field in sorted(fields, key=lambda one: one["place"]):
        if field["type"]["kind"] == "optional":
            lines.append(f"bool has_{field['name']};")
        lines += declaration(service, plain(field["type"]), field["name"])
    return lines


def table(kind, service):
    """The name of the table of a type that is no scalar. Texts, bytes and arrays have no name of
    their own: a table is named after what it says, and there is one of it in a file."""
    service = c_identifier(service)
    if kind["kind"] in ("enum", "struct"):
        return f"{service}_{kind['name']}_type"
    if kind["kind"] == "array":
        of = kind["of"]
        item = of["kind"] if of["kind"] in SCALARS else table(of, service)
        return f"array_{kind['limit']}_{item}"
    return f"{kind['kind']}_{kind['limit']}"


def address(kind, service):
    """The address of the table of a type."""
    if kind["kind"] in SCALARS:
        return f"&interface_scalars[INTERFACE_{kind['kind'].upper()}]"
    return f"&{table(kind, service)}"


def nameless_tables(fields, owner, service, printed):
    """The tables that the fields of struct `owner` need and that are not `printed`, a dict, yet:
    (name, its initialiser)."""
    result = []
    for field in fields:
        kind = plain(field["type"])
        place = f"offsetof(struct {owner}, {field['name']}"
        array = [".kind = INTERFACE_ARRAY", f".limit = {kind.get('limit')}",
                 f".items = {place}.items) -\n             {place})",
                 f".size = sizeof(((struct {owner} *)0)->{field['name']})"]
        for one in (kind["of"], kind) if kind["kind"] == "array" else (kind,):
            if one["kind"] not in ("text", "bytes", "array") or table(one, service) in printed:
                continue
            size = one["limit"] + 1 if one["kind"] == "text" else (one["limit"] + 3) // 2 * 2
            rows = [f".kind = INTERFACE_{one['kind'].upper()}", f".limit = {one['limit']}",
                    f".size = {size}"]
            if one["kind"] == "array":
                rows = array + [f".of = {address(one['of'], service)}"]
            printed[table(one, service)] = True
            result.append((table(one, service), rows))
    return result


def struct_tables(interface):
    """The table of each struct, by its name. A request or reply whose fields are those of another
    struct, in the same order, lies the same in C and has that one's."""
    types = {f"{c_identifier(interface['service'])}_{one['name']}" for one in interface["types"]}
    tables, result = {}, {}
    for name, fields in structs(interface):
        same = json.dumps([[field[key] for key in ("name", "place", "since", "type")]
                           for field in fields])
        first = tables.setdefault(same, f"{name}_type")
        result[name] = f"{name}_type" if name in types else first
    return result


def field_row(field, owner, service):
    """The row of a field in its struct's table."""
    name = field["name"]
    row = [f'.name = "{name}"', f".type = {address(plain(field['type']), service)}",
           f".offset = offsetof(struct {owner}, {name})"]
    if field["type"]["kind"] == "optional":
        row += [f".has = offsetof(struct {owner}, has_{name})", ".optional = true"]
    if field["since"]:
        row.append(f".since = {field['since']}")
    return row


def structs(interface):
    """Every struct of an interface that has fields: (C name without `struct`, its fields)."""
    service = c_identifier(interface["service"])
    found = [(f"{service}_{one['name']}", one["fields"]) for one in interface["types"]
             if one["kind"] == "struct"]
    for call in interface["calls"]:
        for part in ("request", "reply"):
            found.append((f"{service}_{call['name']}_{part}", call[part]))
    return found


def call_signature(start, parameters):
    """A function's head, its parameters filled up to the column limit."""
    lines = textwrap.fill(", ".join(one.replace(" ", "\0") for one in parameters) + ")", 98,
                          initial_indent=start.replace(" ", "\0") + "(",
                          subsequent_indent=" " * (len(start) + 1), break_long_words=False)
    return lines.replace("\0", " ")


def client_signature(call, interface):
    """The head of a call's client."""
    name = f"{c_identifier(interface['service'])}_{call['name']}"
    parameters = ["struct capability_holder *holder", "struct capability channel"]
    if call["request"]:
        parameters.append(f"const struct {name}_request *request")
    if call["reply"]:
        parameters.append(f"struct {name}_reply *reply")
    return call_signature(f"static inline enum status {name}", parameters + ["uint64_t deadline"])


def agent_signature(call, interface):
    """The head of a call's client in an agent."""
    name = f"{c_identifier(interface['service'])}_{call['name']}"
    parameters = []
    if call["request"]:
        parameters.append(f"const struct {name}_request *request")
    if call["reply"]:
        parameters.append(f"struct {name}_reply *reply")
    return call_signature(f"static inline int32_t {name}", parameters or ["void"])


def is_portable(fields, empty=False):
    """Whether agents can have such a struct: one with fields (or `empty`), without capabilities."""
    return all(plain(field["type"])["kind"] != "cap" for field in fields) if fields else empty


def server_signature(call, interface):
    """The member of the server's struct that does a call."""
    name = f"{c_identifier(interface['service'])}_{call['name']}"
    parameters = ["void *context"]
    if call["request"]:
        parameters.append(f"const struct {name}_request *request")
    if call["reply"]:
        parameters.append(f"struct {name}_reply *reply")
    return call_signature(f"    enum status (*{call['name']})", parameters)


def serve_signature(interface):
    """The head of the function that serves one message."""
    name = c_identifier(interface["service"])
    return call_signature(f"enum status {name}_serve", [
        f"const struct {name}_server *server", "void *context", "struct capability_holder *holder",
        "struct capability channel", "uint32_t *notified", "uint64_t deadline"])


def uuid_bytes(interface):
    """The initialiser of a struct uuid."""
    rows = textwrap.wrap(", ".join(f"0x{b:02x}" for b in bytes.fromhex(
        interface["uuid"].replace("-", ""))), 80)
    return "{{" + ("\n" + " " * 14).join(rows) + "}}"


def comment(text):
    """A comment of as many lines as it takes."""
    return textwrap.fill(text + "\0*/", 100, initial_indent="/* ", subsequent_indent=" * ").replace("\0", " ")


def type_text(kind):
    """A type as people read it."""
    if kind["kind"] in ("text", "bytes"):
        return f"{kind['kind']}, at most {kind['limit']} bytes"
    if kind["kind"] == "array":
        return f"at most {kind['limit']} of {type_text(kind['of'])}"
    if kind["kind"] == "optional":
        return f"{type_text(kind['of'])}; optional"
    if kind["kind"] == "cap":
        return "capability"
    return f"[{kind['name']}](#{kind['name']})" if "name" in kind else kind["kind"]


def hashes(interface):
    """The hashes of the calls, then of those of before."""
    return [one["hash"] for one in interface["calls"] + interface["ancestors"]]


def exposed(services):
    """The interfaces that the shell has words for, and agents imports."""
    return [service["interface"] for service in services
            if service["interface"]["exposed"] and service["interface"]["calls"]]


def enum_values(interfaces):
    """(word, number) of each value of the interfaces' enums: ("status::task_state::ready", 1)."""
    return [(f"{interface['service']}::{one['name']}::{value}", number)
            for interface in interfaces for one in interface["types"] if one["kind"] == "enum"
            for number, value in enumerate(one["values"])]


def stack_items(fields):
    """What fields are on a Forth stack, as a stack comment names them (services/shell/calls.h)."""
    items = []
    for field in in_file_order(fields):
        kind, name = plain(field["type"]), field["name"]
        if kind["kind"] in ("text", "bytes"):
            items += [f"{name}-addr", f"{name}-u"]
        elif kind["kind"] == "array":
            items += [f"{name}...", f"{name}-n"]
        elif kind["kind"] in ("u64", "i64", "f64"):
            items.append(f"d.{name}")
        elif kind["kind"] == "struct":
            items.append(f"{name}...")
        else:
            items.append(name)
        if field["type"]["kind"] == "optional":
            items.append(f"{name}?")
    return items


def stack_comment(call):
    """A call's effect on a Forth stack."""
    return " ".join(["(", *stack_items(call["request"]), "--", *stack_items(call["reply"]), ")"])


def in_file_order(fields):
    return sorted(fields, key=lambda one: one["place"])


def render_interface(environment, interface, output, write):
    """Prints one interface below the folder `output`; returns the files."""
    paths = []
    for template, path in TEMPLATES.items():
        path = os.path.normpath(os.path.join(output, path.format(c_identifier(interface["service"]))))
        write(path, environment.get_template(template).render(interface=interface))
        paths.append(path)
    return paths


def render_all(environment, services, output, write):
    """Prints the interfaces of the services that have calls, and removes those of others."""
    wanted = set()
    for service in services:
        if service["interface"]["calls"]:
            wanted.update(render_interface(environment, service["interface"], output, write))
    for template in TEMPLATES.values():
        folder, name = os.path.split(os.path.normpath(os.path.join(output, template)))
        for found in os.listdir(folder) if os.path.isdir(folder) else []:
            path = os.path.join(folder, found)
            if found.endswith(name.removeprefix("{}")) and path not in wanted:
                os.remove(path)


def prepare(environment):
    """Installs the filters."""
    for function in (members, nameless_tables, struct_tables, field_row, structs, type_text,
                     in_file_order, hashes,
                     client_signature, agent_signature, is_portable, server_signature,
                     serve_signature, comment, stack_comment, enum_values, uuid_bytes):
        environment.filters[function.__name__] = function
    return environment


def list_all(called):
    """All of them as one table, for programs that look an interface up by its name."""
    names = [c_identifier(one["service"]) for one in called]
    return "\n".join([
        "/* SPDX-License-Identifier: MIT OR Apache-2.0", " *",
        " * The interfaces of the services that can be called; ends with NULL. Generated.", " */",
        *[f"#include <{name}_interface.h>" for name in names], "",
        "extern const struct interface *const interfaces[];", "",
        "const struct interface *const interfaces[] = {",
        *[f"    &{name}_interface," for name in names], "    NULL,", "};", ""])


def main():
    import render
    if len(sys.argv) != 3:
        sys.exit("usage: interfaces.py INTERFACES OUTPUT-FOLDER")
    with open(sys.argv[1], encoding="utf-8") as file:
        model = json.load(file)
    called = [one for one in model["interfaces"] if one["calls"]]
    for interface in called:
        render_interface(render.environment(), interface, sys.argv[2], render.write_if_changed)
        if interface["exposed"]:
            path = os.path.join(sys.argv[2], AGENT_HEADER.format(c_identifier(interface["service"])))
            template = render.environment().get_template(AGENT_TEMPLATE)
            render.write_if_changed(os.path.normpath(path), template.render(interface=interface))
    render.write_if_changed(os.path.join(sys.argv[2], "interfaces.c"), list_all(called))


if __name__ == "__main__":
    main()
