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
                 not [path for path in (ROOT, first.path, os.path.expanduser("~/"))
                      if path.encode() in elf])


def main():
    checks = tap.Checks()
    with tempfile.TemporaryDirectory() as folder:
        # The first keeps what was built in the folder of this test, the second builds all of it.
        first = Tree(os.path.join(folder, "a"))
        second = Tree(os.path.join(folder, "another", "folder with a longer name".replace(" ", "-")))
        first.take_built(*BOARDS)
        second.take_built()
        for board in BOARDS:
            if build(checks, first, board):
                if build(checks, second, board):
                    compare(checks, first, second, board)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
