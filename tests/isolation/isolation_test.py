#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""isolation_test.py BOARD: what each service's and driver's objects name of others, by their symbols. A
service reaches the kernel and other services through functions and generated calls only, and touches
nobody else's data, so that a fence can be put between any two. Allowed are

  a service   functions and constants of kernel/ (those of kernel/arch.h too, wherever they are),
              its own folder and the parts it is built with, generated interfaces and tables
              (functions and constants), libraries
  a driver    the same, and its architecture's functions

and of variables the kernel's in HANDLES, and those that the architecture's functions in line name
(arch_interrupts.h). That the check finds what it should is tested first, on objects made for it."""

import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "layers")]
import tap
from layers_test import parts_of

# Variables of the kernel that others may name, and why.
HANDLES = {
    "memory_pages": "the pool that page_allocate and its like are given",
    "profile": "what the CPU was found to be, settled at boot",
}

# Functions of the C library that an architecture may have its own of.
LIBRARY = {"memcpy", "memmove", "memset"}


def symbols(nm, folder, objects):
    """(object, name, kind) of the objects' global symbols: kind is nm's letter, U where it is another's."""
    output = subprocess.run([nm, "-g", "-A", *objects], check=True, capture_output=True, text=True,
                            cwd=folder).stdout
    for line in output.splitlines():
        path, _, symbol = line.partition(":")
        *_, kind, name = symbol.split()
        yield path, name, kind


def unit_of(path):
    """The unit of an object below obj/: "kernel", "services/shell", "platforms/drivers/pl011"."""
    parts = path.split("/")
    depth = {"services": 2, "platforms": 3}.get(parts[0], 1)
    return "/".join(parts[:depth])


class Image:
    """Who defines which symbol, and who names whose."""

    def __init__(self, folder, objects, nm, parts, arch, in_line):
        self.parts = parts  # of each service: units of engines that it is built with
        self.arch = arch  # the functions of kernel/arch.h
        self.in_line = in_line  # variables that those in line name wherever they are called
        self.owners, self.named = {}, []
        for path, name, kind in symbols(nm, folder, objects):
            unit = unit_of(path)
            if kind in "Uw":
                self.named.append((unit, path, name))
            else:
                self.owners.setdefault(name, (unit, kind))

    def _may(self, unit, owner, kind, name):
        if owner == unit or owner in self.parts.get(unit, ()):
            return True
        constant = kind in "TWRV"
        if owner == "kernel":
            return constant or name in HANDLES
        if owner == "gen":
            return constant
        if owner.startswith("platforms/arch/"):
            driver = unit.startswith("platforms/drivers/")
            return name in self.in_line or (
                constant and (driver or name in self.arch or name in LIBRARY or name.startswith("__aeabi_")))
        return False

    def violations(self):
        for unit, path, name in sorted(self.named):
            owner, kind = self.owners.get(name, (None, None))
            fenced = unit.startswith("services/") or unit.startswith("platforms/drivers/")
            if fenced and owner and not self._may(unit, owner, kind, name):
                yield f"{unit} ({os.path.basename(path)}) names {name} of {owner}"


# What the check must find, and what it must let pass.
SAMPLES = {
    "kernel/task.c": "int task_count; const int board = 1; int memory_pages; void task_yield(void) {}",
    "gen/two_interface.c": "void two_call(void) {} int two_port;",
    "platforms/arch/any/a.c": "void any_barrier(void) {} void arch_idle(void) {} int any_mask, any_state;"
                              "void *memset(void *to, int byte, unsigned long size)"
                              "{ return byte || size ? 0 : to; }",
    "platforms/drivers/uart/uart.c": "int uart_state; void any_barrier(void); void uart_write(void);"
                                     "void uart_write(void) { any_barrier(); }",
    "services/two/two.c": "int two_state; void two_help(void) {}",
    "services/part/part.c": "void part_run(void) {}",
    "services/one/one.c": """
extern int task_count, two_state, two_port, uart_state, one_state, memory_pages, any_mask, any_state;
extern const int board;
void task_yield(void); void two_call(void); void two_help(void); void uart_write(void);
void any_barrier(void); void arch_idle(void); void part_run(void); int puts(const char *); void one_main(void);
void *memset(void *, int, unsigned long);
void one_main(void)
{
    task_yield(), two_call(), two_help(), uart_write(), any_barrier(), arch_idle();
    part_run(), puts(""), memset(&one_state, 0, one_state);
    task_count = two_state = two_port = uart_state = one_state = memory_pages = board;
    any_mask = any_state = board;
}""",
    "services/one/state.c": "int one_state;",
}
FOUND = {"task_count", "two_state", "two_port", "uart_state", "two_help", "uart_write", "any_barrier",
         "any_state"}


def check_samples(checks):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in SAMPLES.items():
            place = os.path.join(folder, path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "w", encoding="utf-8") as file:
                file.write(text)
            subprocess.run(["gcc", "-fno-common", "-c", place, "-o", place[:-2] + ".o"], check=True)
        objects = [path[:-2] + ".o" for path in SAMPLES]
        image = Image(folder, objects, "nm", {"services/one": ["services/part"]}, {"arch_idle"},
                      {"any_mask"})
        found = list(image.violations())
    names = {line.split(" names ")[1].split()[0] for line in found}
    checks.check("of made-up objects, what breaks the fence is found and nothing else",
                 names == FOUND and len(found) == len(FOUND), "\n".join(found))


def main():
    build = os.path.join(ROOT, "build", sys.argv[1])
    with open(os.path.join(build, "model.json"), encoding="utf-8") as file:
        model = json.load(file)
    checks = tap.Checks()
    check_samples(checks)
    units = {f"services/{service['name']}" for service in model["services"]}
    parts = {unit: parts_of(ROOT, unit) for unit in units}
    folder = os.path.join(build, "obj")
    objects = [os.path.splitext(source["file"])[0] + ".o" for source in model["sources"]]
    objects += ["gen/" + name for name in os.listdir(os.path.join(folder, "gen"))
                if name.endswith(".o")]
    with open(os.path.join(ROOT, "kernel", "arch.h"), encoding="utf-8") as file:
        arch = set(re.findall(r"\barch_\w+(?=\()", file.read()))
    header = os.path.join(ROOT, "platforms", "arch", model["arch"]["name"], "arch_interrupts.h")
    with open(header, encoding="utf-8") as file:
        in_line = set(re.findall(r"^extern [^(]*?(\w+)(?:\[[^\]]*\])?;", file.read(), re.MULTILINE))
    image = Image(folder, objects, model["arch"]["toolchain"] + "nm", parts, arch, in_line)
    units = {unit for unit, _, _ in image.named}
    checks.check("the image has services and drivers",
                 any(u.startswith("services/") for u in units)
                 and any(u.startswith("platforms/drivers/") for u in units), units)
    found = list(image.violations())
    checks.check("nobody names what is another's", not found, "\n".join(found))
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
