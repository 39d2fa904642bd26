#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""layout_test.py BOARD: where the linker put the image's parts. Every byte of a service's data lies in
the service's own group, and nothing else does; the group can be fenced (whole pages, or one region of
the MPU); stacks have room for their guards; nothing is writable and executable. On Cortex-M the engine
and the agents' service keep to their room."""

import os
import re
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tools")]
import tap
from image import Image

WRITABLE = re.compile(r"^ \.(data|bss)")
# What agents bring to an image, and the most that it may take on Cortex-M, in bytes: code with its
# constants, and RAM without the agents' own memory.
AGENT_PARTS = ("services/wasm", "services/cells", "gen/cells_interface", "liblz4.a", "lib7zip.a",
               "libgcc.a")
AGENT_CODE, AGENT_RAM = 96 * 1024, 24 * 1024
MAP_ROW = re.compile(r"^ (\.\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S+)$")


def placed_data(build):
    """(first byte, bytes, object) of every .data and .bss section that the linker placed."""
    with open(os.path.join(build, "ranvier.map"), encoding="utf-8") as file:
        text = file.read().partition("Linker script and memory map")[2]
    text = re.sub(r"^( \.\S+)\n +(?=0x)", r"\1 ", text, flags=re.MULTILINE)  # long names
    for line in text.splitlines():
        match = MAP_ROW.match(line) if WRITABLE.match(line) else None
        if match and int(match.group(3), 16):
            yield int(match.group(2), 16), int(match.group(3), 16), match.group(4)


def check_group(checks, image, service):
    """One service's group: what is in it, and that a fence fits."""
    name = service["name"]
    symbol = name.replace("-", "_")
    start, end = image.symbols[f"__{symbol}_data_start"], image.symbols[f"__{symbol}_data_end"]
    strangers, strays, own = [], [], 0
    for address, size, path in placed_data(image.build):
        inside = start <= address and address + size <= end
        if f"obj/services/{name}/" in path or f"obj/gen/{symbol}_interface.o" in path:
            own += 1
            if not inside:
                strays.append(f"{path} {address:#x}")
        elif address < end and address + size > start:
            strangers.append(f"{path} {address:#x}")
    checks.check(f"{name} has data", own > 0)
    checks.check(f"{name}'s data is in its group", not strays, "\n".join(strays))
    checks.check(f"nothing else is in {name}'s group", not strangers, "\n".join(strangers))
    size, page = end - start, image.model["arch"]["page"]
    if image.model["arch"]["protection"] == "mpu":
        fits = size >= page and size & (size - 1) == 0 and start % size == 0
        checks.check(f"{name}'s group is one MPU region", fits, f"{start:#x} {size:#x}")
    else:
        checks.check(f"{name}'s group is whole pages", start % page == 0 == end % page,
                     f"{start:#x} {end:#x}")


def check_stacks(checks, image):
    arch = image.model["arch"]
    unit = max(arch["page"], arch["guard"])
    wanted = {f"{service['name']} stack": service["stack"] for service in image.model["services"]}
    config = {row["name"]: row["value"] for row in image.model["config"]}
    wanted["boot stack"] = int(config["BOOT_STACK"])
    wanted["interrupt stack"] = int(config["INTERRUPT_STACK"])
    parts = sorted((start, end, name) for name, start, end in image.sections() if name in wanted)
    checks.check("every stack is there", len(parts) == len(wanted), parts)
    for start, end, name in parts:
        good = start % unit == 0 and end - start >= wanted[name] + arch["guard"]
        checks.check(f"the {name} has its size above an aligned guard", good,
                     f"{start:#x} {end:#x}, {wanted[name]} bytes wanted")
    overlaps = [b for a, b in zip(parts, parts[1:]) if b[0] < a[1]]
    checks.check("no stack overlaps another", not overlaps, overlaps)


def check_elf(checks, image):
    elf = os.path.join(image.build, "ranvier.elf")
    readelf = image.model["arch"]["toolchain"] + "readelf"
    output = subprocess.run([readelf, "-lSW", elf], check=True, capture_output=True, text=True).stdout
    flags = re.findall(r"^  LOAD +(?:0x\w+ +){5}([R ][W ][E ])", output, re.MULTILINE)
    checks.check("there are segments to load", len(flags) >= 3, output)
    checks.check("no segment is writable and executable", not {"RWE", " WE"} & set(flags), output)
    stacks = re.search(r"\] \.stacks +(\w+)", output)
    checks.check("stacks take no room in the file", stacks and stacks.group(1) == "NOBITS", output)


def check_sizes(checks, image):
    """What tools/size.py adds up is what the linker's symbols span."""
    for kind, first, last in (("code", "__code_start", "__code_end"),
                              ("constants", "__constants_start", "__constants_end"),
                              ("stacks", "__stacks_start", "__stacks_end")):
        span = image.symbols[last] - image.symbols[first]
        unknown = span - image.total(kind)
        # Of constants the map does not tell all: the linker's own tables stand in no input section,
        # and strings that it merged, one in eight at most, are counted by whoever brought them.
        own = 128 if kind == "constants" else 0
        merged = sum(part.size for part in image.contributions
                     if part.kind == kind and part.symbol == "(strings)") // 8
        checks.check(f"every byte of {kind} is accounted for", -merged <= unknown <= own,
                     f"{unknown} of {span} bytes are of unknown origin")


def check_agents(checks, image):
    """The engine and the agents' service keep to their room."""
    sizes = {kind: sum(part.size for part in image.contributions
                       if part.kind == kind and part.origin.startswith(AGENT_PARTS))
             for kind in ("code", "constants", "data", "zeroed")}
    code = sizes["code"] + sizes["constants"] + sizes["data"]
    stack = sum(image.stack_size(service) for service in image.model["services"]
                if service["name"] == "cells")
    ram = sizes["data"] + sizes["zeroed"] + stack
    print(f"# engine and cells: {code} bytes of code and constants, {ram} bytes of RAM")
    checks.check(f"engine and cells have at most {AGENT_CODE} bytes of code",
                 sizes["code"] and code <= AGENT_CODE, f"{code} bytes: {sizes}")
    checks.check(f"engine and cells have at most {AGENT_RAM} bytes of RAM",
                 stack and ram <= AGENT_RAM, f"{ram} bytes: {sizes}, stack {stack}")


def main():
    build = os.path.join("build", sys.argv[1])
    os.chdir(ROOT)
    image = Image(build)
    checks = tap.Checks()
    for service in image.model["services"]:
        check_group(checks, image, service)
    check_stacks(checks, image)
    check_elf(checks, image)
    if image.model["image"]:
        check_sizes(checks, image)
    if image.model["arch"]["name"] == "armv7m" and \
            any(service["name"] == "cells" for service in image.model["services"]):
        check_agents(checks, image)
    for region, used in image.usage():
        checks.check(f"the image fits in {region['name']}", 0 < used <= region["size"], used)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
