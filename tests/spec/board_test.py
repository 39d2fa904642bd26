#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""board_test.py BOARD: runs the image of `make TARGET=board spec-test` and passes its TAP on. The board
switches itself off, with status 0 if nothing failed.

What is skipped must stand in skipped/BOARD, line by line, so that no fault hides behind a lack of
memory; without that file nothing may be.
"""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "boot")]
from board import Board, ROOT
from machine import command, converse
import results
import tap


def known_skips(board):
    path = os.path.join(HERE, "skipped", board.name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [line for line in file.read().splitlines() if not line.startswith("#")]


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    folder = os.path.join(ROOT, "build", board.name, "spec-test")
    status, transcript = converse(command(board, {}, folder), board.prompt, [])
    results.report(checks, transcript, known_skips(board))
    checks.check("the board ran them to the end, status 0",
                 results.TOTAL.search(transcript) and status == 0,
                 f"status {status}\n{transcript[-2000:]}")
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
