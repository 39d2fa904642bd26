#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""pc_test.py BOARD: boots a PC's image on machines that differ in what a PC may have: CPUs with and
without x2APIC, XSAVE and AVX, another chipset, other memory."""

import re
import sys

from board import Board, complaints
from machine import command, converse
import tap

# Name, what of QEMU's options differs, and what the board must find.
MACHINES = [
    ("no x2APIC", {"-cpu": "max,-x2apic"}, "256 bits"),
    ("no XSAVE", {"-cpu": "max,-xsave"}, "128 bits"),
    ("no pages of 1 GB", {"-cpu": "max,-pdpe1gb"}, "256 bits"),
    ("the oldest CPU", {"-cpu": "qemu64"}, "128 bits"),
    ("an Intel CPU", {"-cpu": "Skylake-Server"}, "L2 unified"),
    ("another chipset", {"-M": "pc"}, "256 bits"),
    ("memory beyond 4 GB", {"-m": "5G"}, "256 bits"),
]


def check_machine(checks, board, name, changes, wanted):
    status, transcript = converse(command(board, changes), board.prompt,
                                  ["board", "reboot", "uptime", "poweroff"])
    checks.check(f"{name}: power-off ends with status 0", status == 0, f"{status}\n{transcript}")
    checks.check(f"{name}: the CPU is found", wanted in (board.answer(transcript, "board") or ""),
                 transcript)
    checks.check(f"{name}: it starts anew and goes on",
                 "up " in (board.answer(transcript, "uptime") or ""), transcript)
    checks.check(f"{name}: nothing to tell in the log",
                 not complaints(transcript), transcript)


def check_less_memory(checks, board):
    """A machine with less RAM than the board's file says: that must be told."""
    ram = next(region for region in board.model["regions"] if region["kind"] == "ram")
    half = (ram["base"] + ram["size"]) // 2 // 4096 * 4096
    _, transcript = converse(command(board, {"-m": f"{half}B"}), board.prompt, ["mem", "poweroff"])
    checks.check("less memory: the board tells", "where the board file has ram" in transcript,
                 transcript)
    pages = re.search(r"(\d+) of (\d+) free, 4K each", board.answer(transcript, "mem") or "")
    checks.check("less memory: what is not there is not given out",
                 pages and int(pages[2]) * 4096 < half, transcript)


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    for name, changes, wanted in MACHINES:
        check_machine(checks, board, name, changes, wanted)
    check_less_memory(checks, board)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
