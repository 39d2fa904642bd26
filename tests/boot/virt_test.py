#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""virt_test.py BOARD: boots a virt board on machines with other memory, more cores, a device that is
elsewhere or absent. Each difference must be told in the log and by `board`, and nothing else."""

import os
import re
import struct
import subprocess
import sys
import tempfile

from board import Board
from machine import command, converse
import tap

UART = 0x09000000
NOTHING = "nothing, as far as is known"


def device_tree(board, folder):
    """The device tree that QEMU makes for the board's machine."""
    path = os.path.join(folder, "virt.dtb")
    arguments = command(board, {})
    arguments[arguments.index("-M") + 1] += f",dumpdtb={path}"
    subprocess.run(arguments, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    with open(path, "rb") as file:
        return file.read()


def with_uart_at(tree, base):
    """The tree with the UART's registers at `base`."""
    window = struct.pack(">QQ", UART, 0x1000)
    assert tree.count(window) == 1
    return tree.replace(window, struct.pack(">QQ", base, 0x1000))


def without(tree, name):
    """The tree with the node's `status`, which says okay, replaced."""
    start = tree.index(name)
    place = tree.index(b"okay", start)
    assert place - start < 256
    return tree[:place] + b"fail" + tree[place + 4:]


def differences(board, transcript):
    """What `board` tells of differences, as a list."""
    answer = board.answer(transcript, "board") or ""
    match = re.search(r"^differs: +(.*\n(?: +.*\n)*)", answer, re.MULTILINE)
    return [line.strip() for line in match[1].splitlines()] if match else []


def check_machine(checks, board, name, changes, wanted):
    """`wanted`: the differences that must be told."""
    status, transcript = converse(command(board, changes), board.prompt, ["board", "poweroff"])
    logged = re.findall(r"^\[.*\] tree: warning: (.*)$", transcript, re.MULTILINE)
    checks.check(f"{name}: power-off ends with status 0", status == 0, f"{status}\n{transcript}")
    checks.check(f"{name}: the log tells it", logged == wanted, f"{logged}\n{transcript}")
    checks.check(f"{name}: board tells it", differences(board, transcript) == (wanted or [NOTHING]),
                 transcript)


def check_trees(checks, board, folder):
    """Other device trees, though the machine is the same."""
    tree = device_tree(board, folder)
    path = os.path.join(folder, "other.dtb")
    for name, other in (("a UART elsewhere", with_uart_at(tree, 0x0b000000)),
                        ("no UART", with_uart_at(tree, UART + (1 << 40)))):
        with open(path, "wb") as file:
            file.write(other)
        check_machine(checks, board, name, {"-dtb": path},
                      [f"nothing at {UART:#018x}, where the board file has registers"])


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    ram = next(r for r in board.model["regions"] if r["name"] == "ram")
    size = ram["size"] >> 20
    check_machine(checks, board, "more memory", {"-m": f"{size * 2}M"},
                  [f"{size * 2} MB of RAM are there, the board file has {size}"])
    middle, end = ram["base"] + ram["size"] // 2, ram["base"] + ram["size"]
    check_machine(checks, board, "less memory", {"-m": f"{size // 2}M"},
                  [f"no memory from {middle:#018x} to {end - 1:#018x}, where the board file has ram"])
    check_machine(checks, board, "more cores", {"-smp": "2"},
                  ["2 cores are there, the board file has 1"])
    check_machine(checks, board, "the board's own machine", {}, [])
    with tempfile.TemporaryDirectory() as folder:
        check_trees(checks, board, folder)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
