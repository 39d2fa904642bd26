#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""config_test.py BOARD: packs values of its run-time options (`ranvier config pack`), boots it with
them (`make run CONFIG=`), and sees that they hold; then files that it must refuse as a whole."""

import os
import re
import subprocess
import sys
import tempfile

from board import ROOT, Board
from machine import command, converse
import tap

VALUES = "services: { shell: { banner: false } }\nlog: { level: warning }\n"
GREETING = "us from entry to prompt"


def pack(folder, name, target, text):
    """Packs values for a board; returns the file's path."""
    source, packed = (os.path.join(folder, name + kind) for kind in (".yaml", ".packed"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run([os.path.join(ROOT, "build/host/ranvier"), "config", "pack", "--target", target,
                    "--output", packed, source], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    return packed


def boot(board, packed):
    """The board's status and what it says with that file."""
    done = subprocess.run(["make", "-s", f"TARGET={board.name}", f"CONFIG={packed}", "run"],
                          cwd=ROOT, input="log\npoweroff\n", text=True, timeout=tap.PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def change(folder, packed, name, edit):
    """A copy of the file with its bytes edited."""
    with open(packed, "rb") as file:
        data = bytearray(file.read())
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(edit(data))
    return path


def flip(data, place):
    data[place] ^= 1
    return data


def check_refused(checks, board, what, path, reason):
    status, text = boot(board, path)
    checks.check(f"{what} is refused and the baked values stand",
                 status == 0 and f": configuration refused: {reason}" in text and GREETING in text and
                 "recorded: info" in text, f"{status}\n{text}")


def check_told(checks, board, folder):
    """Where the file goes on a board that reads it from flash."""
    partition = next(one for one in board.model["partitions"] if one["kind"] == "options")
    flash = next(one for one in board.model["media"] if one["name"] == partition["medium"])
    done = subprocess.run([os.path.join(ROOT, "build/host/ranvier"), "config", "pack", "--target",
                           board.name, "--output", os.path.join(folder, "told.packed"),
                           os.path.join(folder, "good.yaml")],
                          cwd=ROOT, check=False, capture_output=True, text=True)
    checks.check("it is told where a programmer writes the file",
                 done.returncode == 0 and done.stdout.startswith(
                     f"partitions.options begins at {flash['base'] + partition['offset']:#x}: "),
                 done.stdout + done.stderr)


def check_initial_disk(checks, board, good, damaged):
    """A file that the loader puts into RAM and names in the device tree."""
    status, text = converse(command(board, {"-initrd": good}), board.prompt, ["log", "poweroff"])
    checks.check("a file in RAM that the device tree names is merged", status == 0 and
                 GREETING not in text and "recorded: warning" in text, f"{status}\n{text}")
    status, text = converse(command(board, {"-initrd": damaged}), board.prompt, ["log", "poweroff"])
    checks.check("a damaged one is refused and the baked values stand", status == 0 and
                 "] tree: error: configuration refused: it is damaged" in text and
                 GREETING in text and "recorded: info" in text, f"{status}\n{text}")


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    subprocess.run(["make", "-s", "ranvier"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        good = pack(folder, "good", board.name, VALUES)
        status, text = boot(board, good)
        checks.check("a bool and an enum are changed", status == 0 and GREETING not in text and
                     "recorded: warning" in text, f"{status}\n{text}")
        status, text = boot(board, pack(folder, "told", board.name, "log: { level: info }\n"))
        checks.check("what is merged is told, the rest stands", status == 0 and
                     re.search(r"\] config: configuration of 1 options merged", text) and
                     GREETING in text, f"{status}\n{text}")
        other = "sim" if board.name != "sim" else "virt-aarch64"
        check_refused(checks, board, "another board's", pack(folder, "other", other, VALUES),
                      "it is for another board")
        check_refused(checks, board, "a damaged one",
                      change(folder, good, "flipped", lambda data: flip(data, len(data) - 1)),
                      "it is damaged")
        if any(device["driver"] == "device-tree" for device in board.model["devices"]):
            check_initial_disk(checks, board, good, os.path.join(folder, "flipped"))
        check_refused(checks, board, "one cut short", change(folder, good, "cut",
                      lambda data: data[:-1]), "it is damaged")
        if any(device["driver"] == "flash-config" for device in board.model["devices"]):
            check_told(checks, board, folder)
        else:
            check_refused(checks, board, "an empty one",  # in flash that is none
                          change(folder, good, "empty", lambda data: b""), "it is damaged")
        done = subprocess.run(["make", "-s", f"TARGET={board.name}", "CONFIG=no/such", "run"],
                              cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
        checks.check("a file that is not there is told before the board starts",
                     done.returncode != 0 and "no/such: there is no such file" in done.stderr,
                     done.stderr)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
