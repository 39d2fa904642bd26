#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""iso_test.py BOARD: makes a PC's CD image and boots it by the machine's firmware and GRUB. The
orderly power-off at the end needs the ACPI tables that GRUB tells of."""

import os
import shutil
import subprocess
import sys

from board import ROOT, Board, complaints
import tap

SKIPPED = 77  # for tests/run.py


def check_boot(checks, board, image):
    status, transcript, errors = board.run(["board", "reboot", "devices", "poweroff"],
                                           board.runner + ["--cdrom", image])
    checks.check("power-off ends with status 0", status == 0,
                 f"{status}\n{transcript}{errors}")
    checks.check("the console works", board.name in (board.answer(transcript, "board") or ""),
                 transcript)
    checks.check("it boots again after a reboot",
                 "acpi" in (board.answer(transcript, "devices") or ""), transcript)
    checks.check("nothing to tell in the log",
                 not complaints(transcript), transcript)


def main():
    if not shutil.which("xorriso"):
        sys.exit(SKIPPED)
    board = Board(sys.argv[1])
    checks = tap.Checks()
    done = subprocess.run(["make", "-s", f"TARGET={board.name}", "iso"], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    image = os.path.join(ROOT, "build", board.name, "ranvier.iso")
    if checks.check("make iso makes an image", done.returncode == 0 and os.path.exists(image),
                    done.stdout + done.stderr):
        check_boot(checks, board, image)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
