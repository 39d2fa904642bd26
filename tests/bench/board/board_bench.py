#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""board_bench.py BOARD [BUILD]: runs the image of `make bench-image` where each instruction takes a
nanosecond of the board's time, and passes on what it prints; with BUILD, another build of the board without
RUN_TIME, its instructions beside."""

import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "..")
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "boot")]
from board import Board
from machine import command, converse

ROW = re.compile(r"^(.{44}) +(\S+)   (.*)$")


def measure(board, build):
    """The rows that an image prints, as (name, instructions, others); None if it fails, which is told."""
    folder = os.path.join(ROOT, build, "bench")
    arguments = command(board, {"-icount": "shift=0,sleep=off"}, folder)
    status, transcript = converse(arguments, board.prompt, [])
    table, _, rest = transcript[max(transcript.find(f"{board.name}  "), 0):].partition("done\n")
    if status == 0 and rest.strip() == "":
        return [row.groups() for row in map(ROW.match, table.split("\n")) if row]
    print(f"{board.name}: did not come to its end: status {status}\n{transcript}")
    return None


def main():
    board = Board(sys.argv[1])
    if obstacle := board.obstacle():
        print(f"{board.name}: not measured: {obstacle}")
        return 0
    tables = [measure(board, build) for build in [f"build/{board.name}"] + sys.argv[2:]]
    if None in tables:
        return 1
    for at, (name, instructions, others) in enumerate(tables[0]):
        beside = [table[at][1] if at else "-RUN_TIME" for table in tables[1:]]
        print(f"{name} " + "".join(f"{number:>12}" for number in [instructions] + beside) + f"   {others}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
