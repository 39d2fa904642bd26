#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Each change rebuilds only what depends on it, and in the end the bytes are those of a clean build: what
a change had left as it was, with its old bytes, would still be there."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tree import Tree, steps
import tap

BOARD = "mps2-an385"
FILE = f"configs/{BOARD}.yaml"
IMAGE = (f"build/{BOARD}/ranvier.elf", f"build/{BOARD}/ranvier.bin")


class Incremental:
    """A built tree to change."""

    def __init__(self, checks, tree):
        self.checks = checks
        self.tree = tree
        self.rebuild("a first build")

    def rebuild(self, name):
        status, output = self.tree.make(f"TARGET={BOARD}")
        self.checks.check(f"{name} succeeds", status == 0, output)
        return {what for kind, what in steps(output) if kind in ("CC", "AS")}, output

    def bytes(self):
        return [self.tree.read(path) for path in IMAGE]

    def clean_bytes(self):
        """The bytes of the same sources, built from nothing, without what was compiled before."""
        shutil.rmtree(self.tree.file(f"build/{BOARD}"))
        if os.path.isdir(self.tree.file("build/shared")):
            shutil.rmtree(self.tree.file("build/shared"))
        self.rebuild("a clean build")
        return self.bytes()

    def change(self, name, compiled):
        """Rebuilds after a change; `compiled` is exactly what may be compiled for it."""
        before = self.bytes()
        done, output = self.rebuild(name)
        names = {what.removeprefix(f"build/{BOARD}/gen/") for what in done}
        self.checks.check(f"{name} compiles {sorted(compiled) or 'nothing'}",
                          names == set(compiled), f"compiled {sorted(names)}\n{output}")
        self.checks.check(f"{name} changes the image", self.bytes() != before)


def main():
    checks = tap.Checks()
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder + "/tree")
        tree.take_built(BOARD)
        build = Incremental(checks, tree)

        _, output = build.rebuild("a second build")
        checks.check("a second build does nothing", not steps(output), output)

        # The configuration's hash stands in board.c, so that it always follows.
        tree.replace(FILE, "uart0: { role: console }", "uart0: { role: console, baud: 9600 }")
        build.change("another baud rate", {"board.c", "devices.c"})

        tree.replace(FILE, "shell: { device: uart0 }", "shell: { device: uart0, priority: 3 }")
        build.change("another priority", {"board.c", "services.c"})

        tree.append(FILE, "config:\n  LOG_LEVEL: 3\n")
        users = users_of(tree, "LOG_LEVEL")
        build.change("another log level", {"board.c"} | users)
        checks.check("what logs depends on the log level, what doesn't does not",
                     "kernel/boot.c" in users and "kernel/status.c" not in users, users)

        tree.replace("kernel/status.c", "#include", "\n#include")
        build.change("a changed source", {"kernel/status.c"})
        after = build.bytes()
        checks.check("all of it gives the bytes of a clean build", after == build.clean_bytes())
    return checks.finish()


def users_of(tree, symbol):
    """The sources whose object depends on a Kconfig symbol, as fixdep wrote it for make."""
    stamp = f"kconfig/{symbol}.h".encode()
    objects = Path(tree.file(f"build/{BOARD}/obj"))
    found = [path for path in objects.rglob("*.d") if stamp in path.read_bytes()]
    names = {str(path.relative_to(objects).with_suffix(".c")) for path in found}
    return {name for name in names if not name.startswith("gen/")}


if __name__ == "__main__":
    sys.exit(main())
