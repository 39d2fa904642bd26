#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""board_test.py BOARD [SKIPPED…]: runs the image of `make kernel-test` and passes its TAP on. The board
switches itself off, with status 0 if all passed."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "boot"))
from board import Board, ROOT
from machine import command, converse
import tap


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    folder = os.path.join(ROOT, "build", board.name, "kernel-test")
    status, transcript = converse(command(board, {}, folder), board.prompt, [])
    lines = transcript.splitlines()
    for line in lines:
        word, _, name = line.partition(" - ")
        if word.startswith(("ok ", "not ok ")):
            checks.check(name, word.startswith("ok "), "")
        elif line.startswith("# "):
            print(line)
    planned = f"1..{checks.count}" in lines
    checks.check("the board ran them to the end, status 0", planned and status == 0,
                 f"status {status}\n{transcript}")
    for name in sys.argv[2:]:
        checks.skip(name, "more memory than the board has")
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
