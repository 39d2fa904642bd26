# SPDX-License-Identifier: MIT OR Apache-2.0
"""A built image as the linker left it: what tools/size.py, size_diff.py and map.py print.

The linker's map says which object gave how many bytes to which output section; with one section a
function and a variable (-ffunction-sections, -fdata-sections) that is also the size of each symbol.
The ELF's symbols say where the image's parts begin and end.
"""

import json
import os
import re
import subprocess
from dataclasses import dataclass

# What an output section counts as. Others (debug information, notes) take no memory on the board.
KINDS = ("code", "constants", "data", "zeroed", "stacks")
NAMED_KINDS = {
    ".text": "code", ".init": "code", ".fini": "code", ".plt": "code", ".plt.sec": "code",
    ".rodata": "constants", ".note.boot": "constants", ".far_constants": "constants", ".eh_frame": "constants", ".eh_frame_hdr": "constants",
    ".data": "data", ".kernel_data": "data", ".bss": "zeroed", ".kernel_bss": "zeroed",
    ".initial_data": "zeroed", ".noinit": "zeroed", ".copy_table": "constants",
    ".stacks": "stacks",
}

OUTPUT_SECTION = re.compile(r"^(\.[\w.-]+)(?:\s+0x([0-9a-f]+)\s+0x([0-9a-f]+).*)?$")
INPUT_SECTION = re.compile(r"^ (\S+)(?:\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: (.*))?)?$")
CONTINUED = re.compile(r"^\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: (.*))?$")
SYMBOL_SECTION = re.compile(r"^\.(?:text|rodata|data|bss|data\.rel\.ro)\.(.+)$")


class ImageError(Exception):
    """The image can't be read; the text says why and what to do."""


@dataclass
class Contribution:
    """Bytes that one input section of one object gave to the image."""

    kind: str
    section: str
    origin: str  # path of the object below obj/, or the library's name
    size: int

    @property
    def symbol(self):
        match = SYMBOL_SECTION.match(self.section)
        name = match.group(1) if match else self.section
        return "(strings)" if re.match(r"^(\w+\.)*c?str\d", name) else name

    @property
    def folder(self):
        return os.path.dirname(self.origin) or self.origin


def kind_of(section):
    """The kind of an output section, or None if it takes no memory."""
    if section in NAMED_KINDS:
        return NAMED_KINDS[section]
    if section.endswith("_bss"):
        return "zeroed"
    return "data" if section.endswith("_data") or section.startswith(".data.") else None


def origin_of(path, build):
    """Where an object comes from: "kernel/boot.c" without its suffix, "libc.a"."""
    path = path.replace("\\", "/")
    for prefix in (f"build/{os.path.basename(build)}/obj/", "build/"):
        if path.startswith(prefix):
            return os.path.splitext(path[len(prefix):])[0]
    archive = re.match(r"(.*\.a)\(.*\)$", path)
    return os.path.basename(archive.group(1) if archive else path)


def joined(lines):
    """The map's lines; a section name too long for its column is joined to what follows it."""
    held = None
    for line in lines:
        line = line.rstrip("\n")
        if held is not None:
            line, held = (held + line if CONTINUED.match(line) else line), None
        if re.match(r"^ ?\.?\S+$", line) and not line.startswith(" *"):
            held = line
            continue
        yield line


def read_link_map(path, build):
    """Every contribution of objects and libraries to the sections that take memory."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read().partition("Linker script and memory map")[2]
    kind = stubs_end = None
    for line in joined(text.splitlines()):
        if match := OUTPUT_SECTION.match(line):
            kind, stubs_end = kind_of(match.group(1)), None
        elif (match := INPUT_SECTION.match(line)) and match.group(3) and kind:
            name, address, size, origin = match.groups()
            # What follows the linker's stubs (against Cortex-A53's erratum 843419) keeps its place
            # in its page: the map does not tell of the hole.
            if stubs_end is not None and int(address, 16) > stubs_end:
                yield Contribution(kind, "(alignment)", "alignment", int(address, 16) - stubs_end)
            stubs_end = int(address, 16) + int(size, 16) if origin == "linker stubs" else None
            if int(size, 16) and origin and name != "*fill*":
                yield Contribution(kind, name, origin_of(origin, build), int(size, 16))
            elif int(size, 16):
                yield Contribution(kind, "(alignment)", "alignment", int(size, 16))


class Image:
    """The image of build/<target>/."""

    def __init__(self, build):
        self.build = build
        try:
            with open(os.path.join(build, "model.json"), encoding="utf-8") as file:
                self.model = json.load(file)
            self.contributions = list(read_link_map(os.path.join(build, "ranvier.map"), build))
            self.symbols = self._read_symbols()
        except (OSError, json.JSONDecodeError, subprocess.CalledProcessError) as error:
            target = os.path.basename(build)
            raise ImageError(f"{build}: no readable image: {error}\n"
                             f"  fix: `make TARGET={target}`") from error

    def _read_symbols(self):
        command = [self.model["arch"]["toolchain"] + "nm", os.path.join(self.build, "ranvier.elf")]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        rows = (line.split() for line in output.splitlines())
        return {row[2]: int(row[0], 16) for row in rows if len(row) == 3}

    def total(self, kind):
        return sum(c.size for c in self.contributions if c.kind == kind)

    def layer(self, contribution):
        """The design's layer that a contribution belongs to."""
        layers = {"gen": "tables", "kernel": "kernel", "services": "services",
                  "platforms/arch": "arch", "platforms/soc": "soc", "platforms/drivers": "drivers"}
        for prefix, layer in layers.items():
            if contribution.origin.startswith(prefix + "/"):
                return layer
        return "alignment" if contribution.origin == "alignment" else "libraries"

    def sections(self):
        """The image's parts in memory, as (name, first byte, byte after the last)."""
        names = ["code", "constants", "kernel_data"]
        names += [service["name"].replace("-", "_") + "_data" for service in self.model["services"]]
        names += ["boot_stack", "interrupt_stack"]
        parts = [(name.replace("_", " "), self.symbols[f"__{name}_start"],
                  self.symbols[f"__{name}_end"]) for name in names]
        for service in self.model["services"]:
            symbol = service["name"].replace("-", "_") + "_stack"
            start = self.symbols[symbol]
            parts.append((f"{service['name']} stack", start, start + self.stack_size(service)))
        return parts

    def stack_size(self, service):
        arch = self.model["arch"]
        unit = max(arch["page"], arch["guard"], arch["stack_alignment"])
        return -(-(service["stack"] + arch["guard"]) // unit) * unit

    def usage(self):
        """For each region the image lies in: (region, bytes used)."""
        image = self.model["image"]
        if image is None:
            return
        loaded = sum(self.total(kind) for kind in ("code", "constants", "data"))
        for region in self.model["regions"]:
            if region["name"] == image["data"]:
                yield region, self.symbols["__free_ram_start"] - region["base"]
            elif region["name"] == image["code"]:
                yield region, loaded


def human(size):
    """A size for people: 512 B, 21.4 KB, 256 MB."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + " " + name
    return f"{size} B"
