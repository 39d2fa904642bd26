#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Two builds in different folders give the same bytes: images, the ELF with its debug information,
the list of licences, and the PC's CD. One board of each architecture, so that each toolchain is tried."""

import os
import shutil
import sys
import tempfile

from tree import ROOT, Tree
import tap

BOARDS = {"virt-aarch64": "image", "mps2-an385": "image", "sim": "image",
          "pc-x86_64": "iso" if shutil.which("xorriso") else "image"}
FILES = ("ranvier.elf", "ranvier.bin", "ranvier.iso", "ranvier.spdx", "model.json")


def build(checks, tree, board):
    status, output = tree.make(f"TARGET={board}", BOARDS[board])
    return checks.check(f"{board} builds in {len(tree.path)} characters of path", status == 0,
                        output)


def compare(checks, first, second, board):
    for name in FILES:
        path = f"build/{board}/{name}"
        if os.path.exists(first.file(path)) or name == "ranvier.elf":
            checks.check(f"{board}: {name} is the same", first.read(path) == second.read(path),
                         f"compare {first.file(path)} and {second.file(path)}")
    elf = first.read(f"build/{board}/ranvier.elf")
    checks.check(f"{board}: the ELF names no folder of this machine",
                 first.path.encode() not in elf and os.path.expanduser("~/").encode() not in elf)


def main():
    checks = tap.Checks()
    with tempfile.TemporaryDirectory() as folder:
        first = Tree(os.path.join(folder, "a"))
        second = Tree(os.path.join(folder, "another", "folder with a longer name".replace(" ", "-")))
        for board in BOARDS:
            if build(checks, first, board):
                if not os.path.exists(second.file("build")):
                    second.use_generator_of(first)
                if build(checks, second, board):
                    compare(checks, first, second, board)
    return checks.finish()


if __name__ == "__main__":
    assert os.path.isdir(ROOT)
    sys.exit(main())
