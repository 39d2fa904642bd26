#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""board_bench.py BOARD: runs the image of `make bench-image` where each instruction takes a nanosecond of
the board's time, and passes on what it prints."""

import os
import sys

ROOT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "..")
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "boot")]
from board import Board
from machine import command, converse


def main():
    board = Board(sys.argv[1])
    if obstacle := board.obstacle():
        print(f"{board.name}: not measured: {obstacle}")
        return 0
    folder = os.path.join(ROOT, "build", board.name, "bench")
    arguments = command(board, {"-icount": "shift=0,sleep=off"}, folder)
    status, transcript = converse(arguments, board.prompt, [])
    table, _, rest = transcript[max(transcript.find(f"{board.name}  "), 0):].partition("done\n")
    print("\n".join(line for line in table.split("\n") if not line.startswith("[")), end="")  # log records
    if status == 0 and rest.strip() == "":
        return 0
    print(f"{board.name}: did not come to its end: status {status}\n{rest}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
