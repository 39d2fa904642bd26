#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""fault_test.py BOARD: provokes each fault that a board must report and reads the report: its cause,
registers, and a backtrace with functions and lines, ended by a status that is not 0."""

import re
import sys

from board import Board
import tap

REPORT = re.compile(r"^panic: (?P<cause>.*?)$(?P<body>.*?)^panic: end of report$",
                    re.MULTILINE | re.DOTALL)
FRAME = re.compile(r"^ +#(\d+) 0x[0-9a-f]+(?: +(.*))?$", re.MULTILINE)
ADDRESS = re.compile(r"0x([0-9a-f]+)")

# What the report's first line must look like. Architectures name their faults differently; what was
# done (read, write, fetch) and where must be said wherever the hardware tells it.
FAULTS = {
    "null": lambda report: address(report) is None or address(report) < 4096,
    "write-code": lambda report: "read from" not in report,
    "execute-data": lambda report: "write to" not in report,
    "stack-overflow": lambda report: "stack overflow" in report,
}

# A function that the backtrace must name: the command, or what recurses.
CULPRITS = {"panic": "run_panic", "null": "run_panic", "write-code": "run_panic",
            "execute-data": "run_panic", "stack-overflow": "overflow"}


def address(text):
    match = ADDRESS.search(text)
    return int(match.group(1), 16) if match else None


def check_report(checks, name, board, status, transcript):
    """The parts that every report has. Returns the report, or None."""
    checks.check(f"{name}: the run ends with a failure", status not in (0, None), transcript)
    report = REPORT.search(transcript)
    if not checks.check(f"{name}: a whole report", report, transcript):
        return None
    body = report["body"]
    checks.check(f"{name}: the task is named", "task: console" in body, body)
    frames = FRAME.findall(body)
    checks.check(f"{name}: the backtrace has functions and lines",
                 any(re.search(r"\w+ at \w+.*\.[cS]:\d+", frame) for _, frame in frames), body)
    checks.check(f"{name}: the backtrace names the culprit",
                 any(CULPRITS[name] in frame for _, frame in frames), body)
    checks.check(f"{name}: frames are numbered from 0",
                 [int(number) for number, _ in frames] == list(range(len(frames))), body)
    return report["cause"] + body


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    status, transcript, _ = board.run(["panic"])
    check_report(checks, "panic", board, status, transcript)
    for kind, fits in FAULTS.items():
        status, transcript, _ = board.run([f"panic {kind}"])
        report = check_report(checks, kind, board, status, transcript)
        if report is None:
            continue
        checks.check(f"{kind}: the cause fits", fits(report), report)
        checks.check(f"{kind}: registers are printed",
                     len(ADDRESS.findall(report.partition("backtrace:")[0])) >= 10, report)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
