#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""make's commands as a person meets them: help, silence, and one line with status 2 for what is wrong."""

import os
import sys
import tempfile

from tree import Tree, steps
import tap

COMMANDS = ("run", "list", "menuconfig", "nconfig", "savedefconfig", "new-board", "explain", "size",
            "size-diff", "map", "debug", "check", "doctor", "test", "test-long", "bench", "clean",
            "help")

BOARD = "mps2-an385"

# What is typed, and a word of the one line that answers: the nearest name, or what is missing.
WRONG = {
    ("TARGET=virt-arch64",): "virt-aarch64",
    ("TARGET=virt-arch64", "run"): "virt-aarch64",
    ("TARGET=virt-arch64", "menuconfig"): "virt-aarch64",
    ("TARGET=sin", "size"): "sim",
    ("TARGET=sin", "map"): "sim",
    ("TARGET=sin", "debug"): "sim",
    ("TARGET=sin", "savedefconfig"): "sim",
    ("TARGET=sin", "explain", "KEY=devices"): "sim",
    ("TARGET=../configs/sim",): "no board",
    ("TARGET=",): "make list",
    ("TARGER=sim",): "TARGET",
    ("OVERLAY=missing.yaml",): "missing.yaml",
    ("OVERLAY=missing.yaml", "run"): "missing.yaml",
    ("explain",): "KEY",
    ("explain", "KEY=devices.uart0.irg"): "devices.uart0.irq",
    ("explain", "KEY=services.shel"): "services.shell",
    ("new-board",): "NAME",
    ("new-board", "NAME=mine"): "LIKE",
    ("new-board", "NAME=mine", "LIKE=sin"): "sim",
    ("new-board", "NAME=sim", "LIKE=sim"): "sim",
    ("size-diff",): "BASE=HEAD~1",
    ("size-diff", "BASE=HEAD"): "no git repository",
    ("test", "TESTS=nothing-has-this-name"): "nothing-has-this-name",
}


def check_wrong(checks, tree):
    for arguments, wanted in WRONG.items():
        status, output = tree.make(*arguments)
        lines = output.splitlines()
        typed = "make " + " ".join(arguments)
        good = status == 2 and len(lines) == 1 and wanted in output
        checks.check(f"{typed}: one line names {wanted!r}", good, f"status {status}\n{output}")


def check_blanks(checks, tree):
    """A tree whose path has one."""
    folder = tree.file("build/a tree")
    os.mkdir(folder)
    for name in os.listdir(tree.path):
        os.symlink(tree.file(name), os.path.join(folder, name))
    status, output = tree.make("-C", folder, f"TARGET={BOARD}")
    checks.check("a tree in a folder with a blank is refused at once", status == 2 and
                 f'"{folder}", and make knows no' in output and not steps(output), output)


def check_commands(checks, tree):
    status, output = tree.make("help")
    listed = {line.split()[0] for line in output.splitlines() if line.startswith("  ")}
    checks.check("help lists every command", status == 0 and set(COMMANDS) <= listed,
                 f"lacks {set(COMMANDS) - listed}")
    for command, words in {"list": ["sim", "virt-aarch64"], "check": ["sim"],
                           "explain KEY=devices.uart0": ["configs/"],
                           "size": ["kernel", "services/shell"],
                           "map": ["guard", "devices", "free"]}.items():
        status, output = tree.make("-s", f"TARGET={BOARD}", *command.split())
        checks.check(f"make {command}", status == 0 and all(word in output for word in words),
                     f"status {status}\n{output}")


def check_build(checks, tree):
    status, output = tree.make(f"TARGET={BOARD}")
    for word in ("licence:", "next:", "flash", "ram"):
        checks.check(f"a build ends with {word!r}", status == 0 and word in output, output)
    status, output = tree.make("-s", f"TARGET={BOARD}")
    checks.check("make -s says nothing", (status, output) == (0, ""), f"{status}\n{output}")
    for paper in ("board.md", "memory.svg", "wiring.svg"):
        checks.check(f"a build leaves {paper}", os.path.exists(tree.file(f"build/{BOARD}/{paper}")))
    os.remove(tree.file(f"build/{BOARD}/ranvier.bin"))
    status, output = tree.make(f"TARGET={BOARD}", "V=1")
    checks.check("V=1 shows the commands", "objcopy -O binary" in output, output)


def check_partition(checks, tree):
    with open(tree.file("small.yaml"), "w", encoding="utf-8") as file:
        file.write("overlay: small\npartitions: { image-b: { size: 4K } }\n")
    status, output = tree.make("-s", f"TARGET={BOARD}", "OVERLAY=small.yaml")
    checks.check("an image that is larger than its partition is refused",
                 status == 2 and "error: the image is larger than its partition image-b, 4K "
                 "(platforms/soc/mps2/soc.yaml:" in output, f"{status}\n{output}")


def check_new_board(checks, tree):
    status, output = tree.make("new-board", "NAME=mine", f"LIKE={BOARD}")
    checks.check("new-board writes a file", status == 0 and
                 os.path.exists(tree.file("configs/mine.yaml")), f"{status}\n{output}")
    status, output = tree.make("TARGET=mine")
    checks.check("the new board builds", status == 0 and
                 os.path.exists(tree.file("build/mine/ranvier.bin")), output)


def check_clean(checks, tree):
    status, output = tree.make("clean")
    checks.check("clean removes what was built", status == 0 and
                 not os.path.exists(tree.file("build")), output)
    checks.check("clean runs no steps", not steps(output), output)


def main():
    checks = tap.Checks()
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder + "/tree")
        tree.take_built(BOARD)
        tree.make("-s", "build/host/gen/ranvier-gen", "build/host/gen/fixdep")
        check_wrong(checks, tree)
        check_blanks(checks, tree)
        check_build(checks, tree)
        check_commands(checks, tree)
        check_partition(checks, tree)
        check_new_board(checks, tree)
        check_clean(checks, tree)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
