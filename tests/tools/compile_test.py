#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""tools/make/compile on a small tree with two boards: what is taken from the other board, and that it is
compiled anew whenever it would come out differently, with an option, a file or a symbol."""

import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests"))
import tap

SOURCES = {
    "kernel/sum.h": "int sum(int left, int right);\n",
    "kernel/sum.c": "#include <kernel/sum.h>\n"
                    "int sum(int left, int right) { return left + right + CONFIG_OFFSET; }\n",
    "kernel/own.c": "#include <own_config.h>\nint own(void) { return OWN; }\n",
}
BOARDS = ("one", "two")


class Tree:
    """Two boards whose compiler says how often it was called."""

    def __init__(self, path):
        self.path = path
        for name, text in SOURCES.items():
            self.write(name, text)
        for tool in ("tools/make/compile", "build/host/gen/fixdep"):
            os.makedirs(os.path.dirname(self.file(tool)), exist_ok=True)
            shutil.copy2(os.path.join(ROOT, tool), self.file(tool))
        self.write("cc", '#!/bin/sh\necho "$@" >>calls\ngcc "$@" || exit\n'
                   'if [ -e meanwhile ]; then . ./meanwhile; fi\n')
        os.chmod(self.file("cc"), 0o755)
        self.write("calls", "")
        for number, board in enumerate(BOARDS):
            self.write(f"build/{board}/compile", "cc 1.0 -O1\n")
            self.write(f"build/{board}/gen/include/own_config.h", f"#define OWN {number}\n")
            self.set_offset(board, 0)

    def file(self, name):
        return os.path.join(self.path, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.file(name)), exist_ok=True)
        with open(self.file(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(self.file(name), "rb") as file:
            return file.read()

    def set_offset(self, board, value):
        """A Kconfig symbol, as the generator writes it."""
        define = f"#define CONFIG_OFFSET {value}\n"
        self.write(f"build/{board}/gen/include/config.h", define)
        self.write(f"build/{board}/gen/kconfig/OFFSET.h", define)

    def compile(self, board, name="kernel/sum", *options):
        """Compiles as target.mk does; returns whether the compiler was called, or None for an error."""
        build, before = f"build/{board}", self.read("calls").count(b"\n")
        base = f"{build}/obj/{name}"
        os.makedirs(os.path.dirname(self.file(base)), exist_ok=True)
        done = subprocess.run(
            ["tools/make/compile", build, f"{name}.c", f"{base}.o", "./cc", "-O1", "-g",
             "-fcallgraph-info=su", "-I.", f"-I{build}/gen/include", "-include",
             f"{build}/gen/include/config.h", *options, "-MMD", "-MP", "-MF", f"{base}.d", "-c",
             f"{name}.c", "-o", f"{base}.o"], cwd=self.path, check=False, stderr=subprocess.DEVNULL)
        return None if done.returncode else self.read("calls").count(b"\n") > before

    def products(self, board, name="kernel/sum"):
        """Object, call graph and dependencies, these without the board's name."""
        base = f"build/{board}/obj/{name}"
        return (self.read(f"{base}.o"), self.read(f"{base}.ci"),
                self.read(f"{base}.d").replace(f"build/{board}/".encode(), b"build/BOARD/"))


def check_taken(checks, tree):
    checks.check("the first board compiles", tree.compile("one") is True)
    checks.check("the second takes what the first made", tree.compile("two") is False)
    checks.check("with its call graph and dependencies", tree.products("one") == tree.products("two"),
                 tree.products("two")[2])
    checks.check("which name its own symbols",
                 b"$(wildcard build/two/gen/kconfig/OFFSET.h)" in tree.read("build/two/obj/kernel/sum.d"),
                 tree.read("build/two/obj/kernel/sum.d"))
    checks.check("what reads a generated header is each board's own",
                 tree.compile("one", "kernel/own") and tree.compile("two", "kernel/own") and
                 tree.products("one", "kernel/own") != tree.products("two", "kernel/own"))


def check_differences(checks, tree):
    """Each of these makes another object; the board that has them compiles it, and then it is there."""
    checks.check("other options: it compiles", tree.compile("two", "kernel/sum", "-O2") is True)
    tree.set_offset("two", 5)
    checks.check("another symbol: it compiles", tree.compile("two") is True)
    checks.check("and gets another object", tree.products("one")[0] != tree.products("two")[0])
    tree.set_offset("two", 0)
    tree.compile("one")
    for name in ("kernel/sum.c", "kernel/sum.h"):
        tree.write(name, SOURCES[name].replace("\n", "\n\n", 1))
        checks.check(f"another {name}: it compiles", tree.compile("two") is True)
        checks.check("and the other board takes it", tree.compile("one") is False and
                     tree.products("one") == tree.products("two"))
    os.utime(tree.file("build/host/gen/fixdep"))
    checks.check("another fixdep: it compiles", tree.compile("two") is True)


def check_meanwhile(checks, tree):
    """A source changes when the compiler has read it, before it writes the object."""
    tree.write("meanwhile", "echo >>kernel/sum.c; touch build/one/obj/kernel/sum.o")
    tree.write("kernel/sum.c", SOURCES["kernel/sum.c"] + "/* another */\n")
    tree.compile("one")
    os.remove(tree.file("meanwhile"))
    object_time, source_time = (os.stat(tree.file(name)).st_mtime_ns
                                for name in ("build/one/obj/kernel/sum.o", "kernel/sum.c"))
    checks.check("a source that changes meanwhile is newer than its object", object_time < source_time)
    checks.check("and nobody takes that object", tree.compile("two") is True)


def check_failures(checks, tree):
    tree.write("kernel/sum.c", "int sum(int left { return left; }\n")
    checks.check("an error is one", tree.compile("one") is None)
    checks.check("and again, on the other board", tree.compile("two") is None)
    tree.write("kernel/sum.c", SOURCES["kernel/sum.c"])
    checks.check("mended, it compiles", tree.compile("one") is True)
    for folder, _, files in os.walk(tree.file("build/shared")):
        for name in files:
            if name.endswith(".o"):
                os.remove(os.path.join(folder, name))
    checks.check("where an object is gone, it compiles", tree.compile("two") is True)
    checks.check("nothing is left behind", not [
        name for _, folders, _ in os.walk(tree.file("build/shared")) for name in folders
        if name.startswith(".new")])


def main():
    checks = tap.Checks()
    subprocess.run(["make", "-s", "-C", ROOT, "build/host/gen/fixdep"], check=True,
                   stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder)
        check_taken(checks, tree)
        check_differences(checks, tree)
        check_meanwhile(checks, tree)
        check_failures(checks, tree)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
