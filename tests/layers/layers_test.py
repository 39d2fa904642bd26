#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The layers of the design, held by reading every #include: all arrows point at the kernel.

  kernel/               kernel/ and the compiler's own headers; no #if on an architecture
  platforms/arch/<a>/   kernel/, itself, the generated board_tables.h, cpu_features.h (host also the C library)
  platforms/soc/<s>/    kernel/, platforms/arch/ and itself
  platforms/drivers/<d> kernel/, itself, its generated configuration, services' interfaces; headers of
                        an architecture, cpu_features.h too, only where its binding says that it runs on that one
  services/<s>/         kernel/, itself, its generated configuration, other services' interfaces,
                        and the parts that its interface.yaml needs (which include kernel/ and themselves)

An interface is <service>_interface.h. The C library's headers are open to services and drivers.
"""

import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), ".."))
import tap

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
CONDITION = re.compile(r"^\s*#\s*(?:el)?if(?:n?def)?\b.*$", re.MULTILINE)
FREESTANDING = {"stdint.h", "stddef.h", "stdbool.h", "stdarg.h", "stdatomic.h", "stdnoreturn.h",
                "limits.h", "string.h", "inttypes.h", "stdalign.h", "float.h"}
ARCHITECTURE = re.compile(r"__(aarch64|arm|x86_64|riscv|ARM)|CONFIG_ARCH_")
UNITS = {"kernel": 1, "services": 2, "platforms": 3}  # folders that make up a unit's name


def sources(root):
    """Every C and assembly file of the layers, as a path below root."""
    for top in UNITS:
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".S")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def unit_of(path):
    """The unit a path belongs to: "kernel", "services/shell", "platforms/drivers/pl011"."""
    parts = path.split("/")
    return "/".join(parts[: UNITS.get(parts[0], 1)])


def bound_architectures(root, unit):
    """The architectures that a driver's binding names: it may use their headers."""
    try:
        with open(os.path.join(root, unit, "binding.yaml"), encoding="utf-8") as file:
            match = re.search(r"^arch:\s*\[(.*?)\]", file.read(), re.MULTILINE)
    except OSError:
        match = None
    return [name.strip() for name in match.group(1).split(",")] if match else []


def parts_of(root, unit):
    """The folders of services/ that a service's interface.yaml says it is built with."""
    try:
        with open(os.path.join(root, unit, "interface.yaml"), encoding="utf-8") as file:
            match = re.search(r"^needs:.*\bparts: \[(.*?)\]", file.read(), re.MULTILINE)
    except OSError:
        match = None
    return ["services/" + name.strip() for name in match.group(1).split(",")] if match else []


def resolve(root, path, mark, name):
    """The path below root that an #include names, or None for one from outside the tree."""
    beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
    if mark == '"' and os.path.exists(os.path.join(root, beside)):
        return beside
    if os.path.exists(os.path.join(root, name)):
        return os.path.normpath(name)
    folder = os.path.join(root, "platforms", "arch")
    for arch in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if os.path.exists(os.path.join(folder, arch, name)):
            return f"platforms/arch/{arch}/{name}"
    return None


def outside_is_allowed(root, unit, name):
    """Whether a unit may include a header that is not in the tree: generated, or the C library's."""
    if name == "cpu_features.h" and unit.startswith("platforms/drivers/"):
        return bool(bound_architectures(root, unit))
    if name in ("board_tables.h", "cpu_features.h"):
        return unit.startswith("platforms/arch/")
    if name.endswith("_config.h"):
        own = unit.split("/")[-1].replace("-", "_") + "_config.h"
        return unit.startswith(("platforms/drivers/", "services/")) and name == own
    if unit == "kernel" or unit.startswith("platforms/arch/") and unit != "platforms/arch/host":
        return name in FREESTANDING
    return True


def inside_is_allowed(root, unit, target):
    """Whether a unit may include the file `target` of the tree."""
    other = unit_of(target)
    if other == "kernel" or other == unit:
        return True
    if target.endswith(("/arch_context.h", "/arch_interrupts.h")):
        return unit == "kernel" or unit.startswith("platforms/")
    if other in parts_of(root, unit):
        return True
    if other.startswith("services/") and target.endswith("_interface.h"):
        return unit.startswith(("services/", "platforms/drivers/"))
    if other.startswith("platforms/arch/"):
        if unit.startswith("platforms/soc/"):
            return True
        names = bound_architectures(root, unit)
        return bool(names) and (other.split("/")[-1] in names or target.split("/")[-1] in {
            os.path.basename(p) for a in names
            for p in os.listdir(os.path.join(root, "platforms/arch", a))})
    return False


def violations(root):
    """Every include, and every condition of the kernel, that the design forbids."""
    found = []
    for path in sources(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
        unit = unit_of(path)
        for match in INCLUDE.finditer(text):
            mark, name = match.groups()
            target = resolve(root, path, mark, name)
            allowed = (inside_is_allowed(root, unit, target) if target
                       else outside_is_allowed(root, unit, name))
            if not allowed:
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{path}:{line}: {unit} must not include {name}")
        if unit == "kernel":
            for match in CONDITION.finditer(text):
                if ARCHITECTURE.search(match.group(0)):
                    line = text.count("\n", 0, match.start()) + 1
                    found.append(f"{path}:{line}: the kernel must not ask for an architecture")
    return found


PLANTED = {
    "the kernel includes a driver": ("kernel/x.c", "#include <platforms/drivers/uart/uart.h>"),
    "the kernel includes a service": ("kernel/x.c", "#include <services/shell/shell.h>"),
    "the kernel includes the C library": ("kernel/x.c", "#include <stdio.h>"),
    "the kernel asks for an architecture": ("kernel/x.c", "#ifdef __aarch64__\n#endif"),
    "an architecture includes a driver": ("platforms/arch/toy/x.c",
                                          "#include <platforms/drivers/uart/uart.h>"),
    "an architecture includes a service": ("platforms/arch/toy/x.c",
                                           "#include <services/shell/shell.h>"),
    "a driver includes another": ("platforms/drivers/timer/x.c",
                                  '#include "../uart/uart.h"'),
    "a driver includes a service's inside": ("platforms/drivers/uart/x.c",
                                             "#include <services/shell/shell.h>"),
    "a driver for any CPU includes an architecture": ("platforms/drivers/uart/x.c",
                                                      "#include <toy.h>"),
    "a driver for any CPU asks what it has": ("platforms/drivers/uart/x.c",
                                              "#include <cpu_features.h>"),
    "a driver sees another's configuration": ("platforms/drivers/timer/x.c",
                                              "#include <uart_config.h>"),
    "a service includes a driver": ("services/shell/x.c",
                                    "#include <platforms/drivers/uart/uart.h>"),
    "a service includes an architecture": ("services/shell/x.c", "#include <toy.h>"),
    "a service includes another's inside": ("services/shell/x.c",
                                            "#include <services/files/files.h>"),
    "a service includes a part that it does not need": ("services/shell/x.c",
                                                        "#include <services/engine/engine.h>"),
    "a service sees the board's tables": ("services/shell/x.c", "#include <board_tables.h>"),
}

ALLOWED_TREE = {
    "kernel/a.c": '#include "a.h"\n#include <kernel/a.h>\n#include <stdint.h>\n',
    "kernel/a.h": "#ifndef A_H\n#define A_H\n#include <arch_context.h>\n#endif\n",
    "platforms/arch/toy/toy.h": "#include <kernel/a.h>\n",
    "platforms/arch/toy/arch_context.h": "#include <stdint.h>\n",
    "platforms/drivers/uart/uart.h": "#include <uart_config.h>\n#include <kernel/a.h>\n",
    "platforms/drivers/uart/binding.yaml": "driver: uart\n",
    "platforms/drivers/timer/timer.c": "#include <toy.h>\n#include <cpu_features.h>\n",
    "platforms/drivers/timer/binding.yaml": "driver: timer\narch: [toy]\n",
    "services/shell/shell.h": "#include <shell_config.h>\n",
    "services/shell/shell.c": "#include <services/files/files_interface.h>\n#include <stdio.h>\n",
    "services/files/files.h": "",
    "services/engine/engine.h": "",
    "services/runner/interface.yaml": "service: runner\nneeds: { parts: [engine] }\n",
    "services/runner/runner.c": "#include <services/engine/engine.h>\n",
    "services/files/files_interface.h": "",
}


def write_tree(root, files):
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
        with open(os.path.join(root, path), "w", encoding="utf-8") as file:
            file.write(text)


def main():
    checks = tap.Checks()
    found = violations(ROOT)
    checks.check("the tree keeps the layers", not found, "\n".join(found))
    checks.check("there is something to check", len(list(sources(ROOT))) > 20)
    with tempfile.TemporaryDirectory() as root:
        write_tree(root, ALLOWED_TREE)
        found = violations(root)
        checks.check("what is allowed is not reported", not found, "\n".join(found))
    for name, (path, text) in PLANTED.items():
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, {**ALLOWED_TREE, path: text + "\n"})
            found = violations(root)
            planted = [line for line in found if line.startswith(path + ":1:")]
            checks.check(f"reported: {name}", len(planted) == 1 == len(found), "\n".join(found))
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
