#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""How a board's image differs in size from what it was at another revision.

    size_diff.py --target BOARD --base REVISION [--overlay FILE]… [--check]

The revision's tree is unpacked into build/size-diff/<commit> (git archive: the working tree and its
index are left alone), built there with its own tools, and kept for the next time. --check only says
what is wrong with REVISION: one line, status 2.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections import defaultdict

from image import KINDS, Image, ImageError
from size import grouped


class BaseError(Exception):
    """The revision can't be compared with; the text is one line that says why."""


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)


def find_commit(base, target):
    """The full name of the commit that `base` means."""
    if not base:
        raise BaseError("say what to compare with: `make size-diff BASE=HEAD~1`")
    if shutil.which("git") is None or git("rev-parse", "--git-dir").returncode != 0:
        raise BaseError("there is no git repository here to take BASE from")
    found = git("rev-parse", "--verify", "--quiet", "--end-of-options", base + "^{commit}")
    if found.returncode != 0:
        raise BaseError(f"BASE={base}: there is no such revision; `git log --oneline` shows some")
    commit = found.stdout.strip()
    if git("cat-file", "-e", f"{commit}:configs/{target}.yaml").returncode != 0:
        raise BaseError(f"BASE={base} had no board {target}")
    return commit


def unpack(commit):
    """The folder with the tree of a commit."""
    folder = os.path.join("build", "size-diff", commit[:12])
    if os.path.isdir(folder):
        return folder
    partial = folder + ".new"
    shutil.rmtree(partial, ignore_errors=True)
    os.makedirs(partial)
    with subprocess.Popen(["git", "archive", commit], stdout=subprocess.PIPE) as archive:
        unpacked = subprocess.run(["tar", "-x", "-C", partial], stdin=archive.stdout, check=False)
    if archive.returncode != 0 or unpacked.returncode != 0:
        raise ImageError(f"{commit} cannot be unpacked into {partial}")
    os.rename(partial, folder)
    return folder


def build(folder, target, overlays):
    """Builds a board in another tree; what make says is printed only if it fails."""
    # The options of this make are not that tree's; MAKELEVEL stays: this machine was looked at.
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES")}
    command = ["make", "-s", f"TARGET={target}", "image"]
    if overlays:
        command.append("OVERLAY=" + " ".join(os.path.abspath(one) for one in overlays))
    done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise ImageError(f"{done.stdout}{folder}: {target} does not build there")
    return Image(os.path.join(folder, "build", target))


def changes(old, new, name_of):
    """{name: {kind: bytes more}} of what is larger or smaller."""
    before, after = grouped(old, lambda c: name_of(old, c)), grouped(new, lambda c: name_of(new, c))
    rows = defaultdict(dict)
    for name in before.keys() | after.keys():
        difference = {kind: after[name][kind] - before[name][kind] for kind in KINDS}
        if any(difference.values()):
            rows[name] = difference
    return rows


def signed(number):
    return f"{number:+}" if number else ""


def print_changes(title, rows, limit=None):
    """Rows of changes, the largest first."""
    print(f"\n{title:<40}" + "".join(f"{kind:>11}" for kind in KINDS) + f"{'all':>11}")
    ordered = sorted(rows.items(), key=lambda row: (-sum(map(abs, row[1].values())), row[0]))
    for name, row in ordered[:limit]:
        columns = "".join(f"{signed(row[kind]):>11}" for kind in KINDS)
        print(f"{name:<40}{columns}{signed(sum(row.values())) or '0':>11}")
    if limit and len(ordered) > limit:
        print(f"… and {len(ordered) - limit} smaller ones")


def report(old, new, target, commit):
    summary = git("log", "-1", "--format=%h %s", commit).stdout.strip()
    print(f"{target} now, against {summary}")
    total = changes(old, new, lambda image, c: "the image")
    if not changes(old, new, lambda image, c: (c.origin, c.section)):
        print("no difference")
        return
    print_changes("", total or {"the image": dict.fromkeys(KINDS, 0)})
    print_changes("layer", changes(old, new, lambda image, c: image.layer(c)))
    print_changes("folder", changes(old, new, lambda image, c: c.folder))
    print_changes("symbol (most changed 20)",
                  changes(old, new, lambda image, c: f"{c.symbol}  {c.folder}"), 20)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--overlay", action="append", default=[])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        commit = find_commit(options.base, options.target)
        if not options.check:
            old = build(unpack(commit), options.target, options.overlay)
            report(old, Image(os.path.join("build", options.target)), options.target, commit)
    except BaseError as error:
        print(error, file=sys.stderr)
        return 2
    except ImageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
