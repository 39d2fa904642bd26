#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""A board's memory from the highest address to the lowest: regions, the image's parts, stacks with
their guards, what is free, and the windows of the devices. Below it the partitions of its flash,
SD card or disk, from the lowest offset on."""

import argparse
import os
import signal
import sys
from dataclasses import dataclass

from image import Image, ImageError, human

WIDTH = 34


@dataclass
class Block:
    """A stretch of addresses; `end` is the byte after the last."""

    start: int
    end: int
    name: str
    note: str = ""


def image_blocks(image):
    """The parts of the image, and a stack's guard as a block of its own."""
    guard = image.model["arch"]["guard"]
    for name, start, end in image.sections():
        if name.endswith("stack"):
            yield Block(start + guard, end, name)
            yield Block(start, start + guard, "guard", "no access")
        elif end > start:
            access = {"code": "read, execute", "constants": "read"}.get(name, "read, write")
            yield Block(start, end, name, access)


def device_blocks(model):
    for device in model["devices"]:
        for prop in device["properties"]:
            values = prop["value"] if prop["type"] == "list" else [prop["value"]]
            if "registers" in (prop["type"], prop.get("of")) and prop["value"] is not None:
                for window in values:
                    yield Block(window["base"], window["base"] + window["size"],
                                f"{device['name']} {prop['name']}", device["driver"])


def with_free(region, blocks):
    """The region's blocks in order, with the gaps between them as blocks."""
    position, end = region["base"], region["base"] + region["size"]
    for block in sorted(blocks, key=lambda block: block.start):
        if block.start > position:
            yield Block(position, block.start, "free")
        yield block
        position = max(position, block.end)
    if position < end:
        yield Block(position, end, "free")


def print_block(block):
    size = human(block.end - block.start)
    text = f"{block.name:<{WIDTH - 12}}{size:>10}"
    print(f"  {block.start:#012x} | {text} | {block.note}".rstrip())


def print_region(title, blocks):
    line = "-" * (WIDTH + 2)
    print(f"  {'':12} +{line}+ {title}".rstrip())
    for block in sorted(blocks, key=lambda block: -block.start):
        print_block(block)


def print_map(image):
    model = image.model
    parts = list(image_blocks(image))
    drawn = []
    for region in model["regions"]:
        inside = [b for b in parts
                  if region["base"] <= b.start and b.end <= region["base"] + region["size"]]
        title = f"{region['name']} ({region['kind']}, {human(region['size'])}, {region['at']})"
        drawn.append((region["base"], title, list(with_free(region, inside))))
        parts = [b for b in parts if b not in inside]
    if parts:
        drawn.append((parts[0].start, "the process", parts))
    windows = list(device_blocks(model))
    if windows:
        drawn.append((min(w.start for w in windows), "devices", windows))
    for _, title, blocks in sorted(drawn, key=lambda row: -row[0]):
        print_region(title, blocks)
    print(f"  {'':12} +{'-' * (WIDTH + 2)}+")


def partition_rows(medium, partitions):
    """(offset, size, name, note) of a medium's partitions and of the gaps between them."""
    position = 0
    for part in partitions:
        if part["offset"] > position:
            yield position, part["offset"] - position, "free", ""
        yield part["offset"], part["size"], part["name"], f"{part['kind']}  {part['at']}"
        position = part["offset"] + part["size"]
    if position < medium["size"]:
        yield position, medium["size"] - position, "free", ""


def print_partitions(model):
    for medium in model["media"]:
        partitions = [p for p in model["partitions"] if p["medium"] == medium["name"]]
        if not partitions:
            continue
        print(f"\n  partitions of {medium['name']} ({medium['kind']}, {human(medium['size'])}, "
              f"{medium['at']})")
        for offset, size, name, note in partition_rows(medium, partitions):
            print(f"  {offset:#012x} | {name:<{WIDTH - 12}}{human(size):>10} | {note}".rstrip())


def print_short(image):
    """At most ten lines: the image's parts in the order of their addresses, then what is free."""
    rows = [Block(start, end, name) for name, start, end in image.sections() if end > start]
    if len(rows) > 9:
        kept = [row for row in rows if not row.name.endswith((" data", " stack"))]
        for word in (" data", " stack"):
            group = [row for row in rows if row.name.endswith(word)]
            kept.append(Block(min(r.start for r in group), max(r.end for r in group),
                              f"{len(group)} ×{word}"))
        rows = kept
    for row in sorted(rows, key=lambda row: row.start):
        print(f"  {row.start:#012x}  {row.name:<20} {human(row.end - row.start):>9}")
    for region, used in image.usage():
        if region["name"] == image.model["image"]["data"]:
            start = region["base"] + used
            print(f"  {start:#012x}  {'free ' + region['name']:<20} {human(region['size'] - used):>9}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the board's folder, build/<target>")
    parser.add_argument("--short", action="store_true", help="ten lines at most")
    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make size | head` ends quietly
    try:
        image = Image(os.path.normpath(options.build))
    except ImageError as error:
        sys.exit(f"error: {error}")
    if options.short:
        print_short(image)
    else:
        print_map(image)
        print_partitions(image.model)


if __name__ == "__main__":
    main()
