# SPDX-License-Identifier: MIT OR Apache-2.0
"""A copy of the tree to build in, so that a test can change files and start from nothing."""

import os
import shutil
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests"))
import tap

# make is called as a person would, not as a part of the make that runs the test.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("MAKE", "MFLAGS"))}

HOST_PROGRAMS = ["gen", "interfaces", "kernel", "services", "tools", "ranvier"]


def copy_if_there(source, target):
    """Copies a file with its times; not what a make beside this test has just taken away."""
    try:
        shutil.copy2(source, target)
    except FileNotFoundError:
        pass


class Tree:
    """A copy of this tree at `path`, without what was built here. The cache is shared."""

    def __init__(self, path):
        self.path = path
        shutil.copytree(ROOT, path, symlinks=True,
                        ignore=self.not_copied)

    @staticmethod
    def not_copied(folder, names):
        top = {"build", ".git"} if folder == ROOT else set()
        return (top | {"__pycache__"}) & set(names)

    def take_built(self, *boards):
        """Takes what is built of the boards here, and of host programs, as old as it is: only what the test
        changes is built then. What a person chose for a board is not taken."""
        for name in [f"host/{part}" for part in HOST_PROGRAMS] + list(boards):
            built = os.path.join(ROOT, "build", name)
            if os.path.isdir(built):
                shutil.copytree(built, self.file(f"build/{name}"), copy_function=copy_if_there,
                                ignore=shutil.ignore_patterns(".config*", "choices.config", "*.img"))
            elif os.path.isfile(built):
                shutil.copy2(built, self.file(f"build/{name}"))

    def file(self, path):
        return os.path.join(self.path, path)

    def run(self, *command):
        """Runs a command in the copy, as a person would; returns (status, output). One that takes too long
        has failed: it is asked to end, as make then ends what it has started."""
        with subprocess.Popen(command, cwd=self.path, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=ENVIRONMENT) as process:
            try:
                output, _ = process.communicate(timeout=tap.PATIENCE)
            except subprocess.TimeoutExpired as error:
                process.terminate()
                process.wait()
                output = (error.output or b"").decode(errors="replace") + \
                    f"(took longer than {tap.PATIENCE} s)\n"
        return process.returncode, output

    def make(self, *arguments):
        """Runs make; returns (status, output)."""
        return self.run("make", *arguments)

    def read(self, path):
        with open(self.file(path), "rb") as file:
            return file.read()

    def replace(self, path, old, new):
        """Replaces the first `old` in a file; it must be there."""
        text = self.read(path).decode()
        assert old in text, f"{path} lacks {old!r}"
        with open(self.file(path), "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))

    def append(self, path, text):
        with open(self.file(path), "a", encoding="utf-8") as file:
            file.write(text)


def steps(output):
    """The steps that make took, as (kind, what): ("CC", "kernel/task.c")."""
    rows = (line.split() for line in output.splitlines() if line.startswith("  "))
    kinds = ("HOST", "GEN", "CC", "AS", "LINK", "IMAGE", "TEST")
    return [(row[0], row[1]) for row in rows if len(row) == 2 and row[0] in kinds]
