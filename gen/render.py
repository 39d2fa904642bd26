#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Prints the resolved board: fills templates/*.j2 with build/<target>/model.json.

    render.py MODEL OUTPUT-FOLDER

It decides nothing. What it adds to Jinja2 is how C spells the model's values (c_name, c_value,
c_type), a layout that clang-format would leave alone (align), licences, and where things lie in
pictures (pictures.py). Code goes into OUTPUT-FOLDER, what is for people (board.md, *.svg) beside
it. A file is written only if its content changed, so that timestamps tell what a board's change
touched; a header of a driver or service that is gone is removed.
"""

import json
import os
import sys
import textwrap
from collections import defaultdict

import jinja2

import interfaces
import pictures

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tools"))

import licence  # noqa: E402

TEMPLATES = os.path.join(ROOT, "templates")
COLUMNS = 100

# One file each, whatever the board has; <part>_config.h comes once for each driver and service.
FILES = {
    "board.c.j2": "board.c",
    "devices.c.j2": "devices.c",
    "services.c.j2": "services.c",
    "memory.c.j2": "memory.c",
    "agents.c.j2": "agents.c",
    "link.ld.j2": "link.ld",
    "sources.mk.j2": "sources.mk",
    "board_tables.h.j2": "include/board_tables.h",
    "cpu_features.h.j2": "include/cpu_features.h",
}
# What is for people, beside the folder of the generated code.
PAPERS = {
    "board.md.j2": "board.md",
    "memory.svg.j2": "memory.svg",
    "wiring.svg.j2": "wiring.svg",
}
PART = "part_config.h.j2"

C_TYPES = {
    "registers": "struct register_window ",
    "interrupt": "uint32_t ",
    "pin": "uint8_t ",
    "u8": "uint8_t ",
    "u16": "uint16_t ",
    "u32": "uint32_t ",
    "u64": "uint64_t ",
    "int": "int64_t ",
    "bool": "bool ",
    "size": "size_t ",
    "time": "uint64_t ",
    "address": "uintptr_t ",
    "text": "const char *",
    "device": "const struct device *",
    "partition": "const struct partition *",
}


def c_name(text):
    """The C identifier of a name from a board file: "cmsdk-uart" -> cmsdk_uart."""
    return "".join(c if c.isalnum() else "_" for c in text)


def c_string(text):
    """A C string literal. Bytes outside ASCII stay: the sources are UTF-8."""
    escaped = "".join({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}.get(c, c) for c in text)
    return f'"{escaped}"'


def scalar_type(kind, part, name):
    """The type of one value with what follows it: "uint32_t " or "const char *"."""
    return f"enum {c_name(part)}_{c_name(name)} " if kind == "enum" else C_TYPES[kind]


def element_type(prop, part):
    """The type of a list's constant elements: "const uint8_t " or "const char *const "."""
    base = scalar_type(prop["of"], part, prop["name"])
    return f"{base}const " if base.endswith("*") else f"const {base}"


def c_type(prop, part):
    """The type of a configuration field; a list is a pointer to its first element."""
    if prop["type"] == "list":
        return element_type(prop, part) + "*"
    return scalar_type(prop["type"], part, prop["name"])


def enum_constant(part, prop, value):
    """The constant of an enum's value: PSCI_CONDUIT_HVC."""
    return c_name(f"{part}_{prop}_{value}").upper()


def scalar(kind, value, part, name):
    """The initialiser of one value."""
    if kind == "registers":
        return f"{{.base = {value['base']:#010x}, .size = {value['size']:#x}}}"
    if kind == "address":
        return f"{value:#010x}"
    if kind == "bool":
        return "true" if value else "false"
    if kind in ("u64", "time"):
        return f"UINT64_C({value})"
    if kind == "int":
        return f"INT64_C({value})"
    if kind == "text":
        return c_string(value)
    if kind == "enum":
        return enum_constant(part, name, value)
    if kind == "device":
        return f"&board_devices[DEVICE_{c_name(value).upper()}]"
    if kind == "partition":
        return f"&board_partitions[BOARD_PARTITION_{c_name(value).upper()}]"
    return f"{value}u" if value > 0x7FFFFFFF else str(value)


def c_value(prop, part):
    """The initialiser of a property that is not a list."""
    return scalar(prop["type"], prop["value"], part, prop["name"])


def c_list(prop, part, name):
    """The definition of a list's elements as the array `name`."""
    elements = [scalar(prop["of"], value, part, prop["name"]) for value in prop["value"]]
    start = f"static {element_type(prop, part)}{name}[] = {{"
    line = start + ", ".join(elements) + "};"
    if len(line) <= COLUMNS:
        return line
    rows = textwrap.fill(", ".join(elements) + ",", COLUMNS, initial_indent="    ",
                         subsequent_indent="    ", break_long_words=False)
    return f"{start}\n{rows}\n}};"


def kibibytes(size):
    """A size as people say it: 4K, 256M, 100."""
    for factor, unit in ((1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")):
        if size and size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)


def yaml_value(prop):
    """The value of a property as a board file says it."""
    def one(kind, value):
        if kind == "registers":
            return f"{{ base: {value['base']:#010x}, size: {kibibytes(value['size'])} }}"
        if kind == "address":
            return f"{value:#010x}"
        if kind == "size":
            return kibibytes(value)
        if kind == "time":
            return duration(value)
        return str(value).lower() if kind == "bool" else str(value)

    if prop["type"] != "list":
        return one(prop["type"], prop["value"])
    return "[" + ", ".join(one(prop["of"], value) for value in prop["value"]) + "]"


def duration(nanoseconds):
    """A time as people say it: 10us, 2s."""
    for factor, unit in ((10**9, "s"), (10**6, "ms"), (10**3, "us")):
        if nanoseconds and nanoseconds % factor == 0:
            return f"{nanoseconds // factor}{unit}"
    return f"{nanoseconds}ns"


def licences(model):
    """(part, version, licence) of what an image can hold: our own sources, the pinned libraries."""
    with open(os.path.join(ROOT, "tools/deps/sources"), encoding="utf-8") as file:
        pinned = licence.read_sources(file.read())
    own = licence.own_licences(os.path.join(ROOT, one["file"]) for one in model["sources"])
    return [("our own sources", "", licence.combine(own))] + [
        (name, pinned[name]["Version"], pinned[name]["Licence"]) for name in model["libraries"]]


def table_cell(text):
    """A text inside a row of a Markdown table."""
    return str(text).replace("\\", "\\\\").replace("|", "\\|")


def windows(devices):
    """Every register window of the board, as (base, size, its device's name), sorted by base."""
    found = []
    for device in devices:
        for prop in device["properties"]:
            values = prop["value"] if prop["type"] == "list" else [prop["value"]]
            if "registers" in (prop["type"], prop.get("of")) and prop["value"] is not None:
                found += [(value["base"], value["size"], device["name"]) for value in values]
    return sorted(found)


def stack_alignment(arch):
    """What a stack's start must be a multiple of, so that its guard can be protected."""
    return max(arch["page"], arch["guard"], arch["stack_alignment"])


def stack_size(size, arch):
    """A stack's bytes with its guard, in whole units of the alignment."""
    unit = stack_alignment(arch)
    return (size + arch["guard"] + unit - 1) // unit * unit


def feature_bits(known, wanted):
    """The wanted CPU features as bits, each at its place among the known ones."""
    return hex(sum(1 << bit for bit, feature in enumerate(known) if feature["name"] in wanted))


def runs(routes, limit):
    """The first route of each interrupt number, as (first number, last number, row or None)."""
    result = []
    free = 0
    for row, number in enumerate(route["number"] for route in routes):
        if number < free:
            continue  # shares the number of the row before
        if number > free:
            result.append((free, number - 1, None))
        result.append((number, number, row))
        free = number + 1
    if free < limit:
        result.append((free, limit - 1, None))
    return result


def align(text):
    """Lines up the trailing comments of neighbouring lines; one that is too long goes above."""
    result, block = [], []

    def flush():
        width = max((len(code) for code, _ in block), default=0)
        for code, comment in block:
            if width + 1 + len(comment) <= COLUMNS:
                result.append(f"{code:<{width}} {comment}")
            else:
                result.append(code[: len(code) - len(code.lstrip())] + comment)
                result.append(code)
        block.clear()

    for line in text.split("\n"):
        code, mark, comment = line.partition(" /* ")
        if mark and code.strip() and line.endswith("*/"):
            block.append((code.rstrip(), "/* " + comment))
        else:
            flush()
            result.append(line)
    flush()
    return "\n".join(result)


def fit(text):
    """A statement of two lines as one, if that fits."""
    joined = " ".join(line.strip() for line in text.split("\n")).strip()
    return joined + "\n" if len(joined) <= COLUMNS else text


def prepare(environment):
    """Installs the filters; a name that the model lacks is an error, not an empty string."""
    environment.undefined = jinja2.StrictUndefined
    for function in (c_name, c_string, c_type, c_value, c_list, kibibytes, runs, windows, fit,
                     feature_bits, align, stack_size, stack_alignment, yaml_value, table_cell, licences,
                     pictures.memory_picture, pictures.wiring_picture, pictures.offset_text):
        environment.filters[function.__name__] = function
    environment.globals["enum_constant"] = enum_constant
    return interfaces.prepare(environment)


def environment():
    """What fills templates."""
    return prepare(
        jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
    )


def write_if_changed(path, text):
    """Replaces the file at once, and only if its content differs."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = path + ".new"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


def remove_stale(folder, wanted):
    """Removes configuration headers of parts that are no longer in the image."""
    for name in os.listdir(folder):
        if name.endswith("_config.h") and name not in wanted:
            os.remove(os.path.join(folder, name))


def render(model, output):
    """Writes every generated file of `model` below the folder `output`."""
    templates = environment()
    values = dict(model, model=model, config_values=defaultdict(lambda: "n"))
    values["config_values"].update({c["name"]: c["value"] for c in model["config"]})
    if any(service["name"] == "shell" for service in model["services"]):
        values["shell_calls"] = interfaces.exposed(model["services"])
    values["agent_services"] = interfaces.exposed(model["services"])
    for template, name in FILES.items():
        text = templates.get_template(template).render(values)
        write_if_changed(os.path.join(output, name), text)
    for template, name in PAPERS.items():
        text = templates.get_template(template).render(values)
        write_if_changed(os.path.join(os.path.dirname(os.path.abspath(output)), name), text)
    part_template = templates.get_template(PART)
    include = os.path.join(output, "include")
    headers = set()
    for kind, parts in (("driver", model["drivers"]), ("service", model["services"])):
        for part in parts:
            header = c_name(part["name"]) + "_config.h"
            headers.add(header)
            text = part_template.render(values, part=part, kind=kind)
            write_if_changed(os.path.join(include, header), text)
    remove_stale(include, headers)
    interfaces.render_all(templates, model["services"], output, write_if_changed)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: render.py MODEL OUTPUT-FOLDER")
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            model = json.load(file)
        if model.get("format") != 1:
            sys.exit(f"{sys.argv[1]}: error: not a model of format 1\n  fix: `make clean`")
        render(model, sys.argv[2])
    except licence.LicenceError as error:
        sys.exit(f"error: {error}")
    except (OSError, json.JSONDecodeError) as error:
        sys.exit(f"{sys.argv[1]}: error: {error}\n  fix: `make clean` and build again")
    except jinja2.TemplateError as error:
        where = getattr(error, "filename", None) or TEMPLATES
        sys.exit(f"{where}: error: {error}\n  fix: mend the template or the model that feeds it")


if __name__ == "__main__":
    main()
