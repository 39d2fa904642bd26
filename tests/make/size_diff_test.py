#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""`make size-diff`: what a change made larger, by layer, folder and symbol, against a commit."""

import os
import subprocess
import sys
import tempfile

from tree import ENVIRONMENT, Tree
import tap

BOARD = "mps2-an385"


def commit(tree):
    """Makes the tree a repository with one commit."""
    identity = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        identity |= {f"GIT_{role}_NAME": "nobody", f"GIT_{role}_EMAIL": "nobody@localhost"}
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All of it"]):
        subprocess.run(["git", *arguments], cwd=tree.path, check=True, env=ENVIRONMENT | identity)


def size_diff(tree, *arguments):
    return tree.make("-s", f"TARGET={BOARD}", "size-diff", *arguments)


def check_wrong(checks, tree):
    for base, wanted in (("nosuch", "no such revision"), ("--all", "no such revision"),
                         ("HEAD:Makefile", "no such revision")):
        status, output = size_diff(tree, f"BASE={base}")
        good = status == 2 and len(output.splitlines()) == 1 and wanted in output
        checks.check(f"BASE={base} is one line with status 2", good, f"{status}\n{output}")
    tree.run("cp", "configs/mps2-an385.yaml", "configs/later.yaml")
    tree.replace("configs/later.yaml", "board: mps2-an385", "board: later")
    status, output = tree.make("TARGET=later", "size-diff", "BASE=HEAD")
    checks.check("a board that was not there yet is one line with status 2",
                 status == 2 and len(output.splitlines()) == 1 and "no board later" in output,
                 f"{status}\n{output}")


def check_difference(checks, tree):
    status, output = size_diff(tree, "BASE=HEAD")
    checks.check("nothing changed: no difference", status == 0 and "no difference" in output,
                 f"{status}\n{output}")
    tree.replace("services/shell/console.h", "char prompt[48]", "char prompt[560]")
    status, output = size_diff(tree, "BASE=HEAD")
    rows = [line.split() for line in output.splitlines()]
    for name in ("services", "services/shell"):
        checks.check(f"what is larger has a row: {name}",
                     any(name in row and "+512" in row for row in rows), output)
    checks.check("and status 0", status == 0, f"{status}\n{output}")
    status, output = tree.run("git", "status", "--porcelain")
    changed = sorted(line.split()[1] for line in output.splitlines())
    checks.check("the working tree is left alone",
                 changed == ["configs/later.yaml", "services/shell/console.h"], output)


def main():
    checks = tap.Checks()
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder + "/tree")
        commit(tree)
        tree.take_built(BOARD)
        check_wrong(checks, tree)
        check_difference(checks, tree)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
