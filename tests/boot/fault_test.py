#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""fault_test.py BOARD: provokes each fault that a board must report and reads the report: its cause,
registers, and a backtrace with functions and lines. In the kernel (`panic KIND`) it ends the run with a
status that is not 0; in the shell's task (`fault KIND`) it ends the task only, which starts again."""

import re
import sys

from board import Board
import tap

REPORT = r"^{0}: (?P<cause>.*?)$(?P<body>.*?)^{0}: end of report$"
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
CULPRITS = {"panic": "run_panic", "null": "provoke", "write-code": "provoke",
            "execute-data": "provoke", "stack-overflow": "overflow",
            "hang": "hang"}

# What a report says that a watchdog's interrupt began, by the watchdog.
WATCHDOGS = {"cmsdk-watchdog": "NMI", "host-watchdog": "watchdog",
             "arm-timer-watchdog": "watchdog"}


def address(text):
    match = ADDRESS.search(text)
    return int(match.group(1), 16) if match else None


def check_report(checks, name, transcript, word="panic", kind=None):
    """The parts that every report has. Returns the report, or None."""
    report = re.search(REPORT.format(word), transcript, re.MULTILINE | re.DOTALL)
    if not checks.check(f"{name}: a whole report", report, transcript):
        return None
    body = report["body"]
    checks.check(f"{name}: the task is named", "task: shell" in body, body)
    frames = FRAME.findall(body)
    checks.check(f"{name}: the backtrace has functions and lines",
                 any(re.search(r"\w+ at \w+.*\.[cS]:\d+", frame) for _, frame in frames), body)
    checks.check(f"{name}: the backtrace names the culprit",
                 any(CULPRITS[kind or name] in frame for _, frame in frames), body)
    checks.check(f"{name}: frames are numbered from 0",
                 [int(number) for number, _ in frames] == list(range(len(frames))), body)
    return report["cause"] + body


def check_fault(checks, name, kind, report):
    checks.check(f"{name}: the cause fits", FAULTS[kind](report), report)
    checks.check(f"{name}: registers are printed",
                 len(ADDRESS.findall(report.partition("backtrace:")[0])) >= 10, report)


def check_restarts(checks, board):
    """Each kind of fault in the shell, one after the other in one run, and the shell is there again."""
    lines = [line for kind in FAULTS for line in (f"fault {kind}", "uptime")]
    status, transcript, _ = board.run(lines + ["services", "poweroff"])
    checks.check("faults of a task: the run goes on to its end", status == 0, transcript)
    parts = re.split(f"^{re.escape(board.prompt)}fault ", transcript, flags=re.MULTILINE)[1:]
    checks.check("faults of a task: each is provoked", len(parts) == len(FAULTS), transcript)
    for kind, part in zip(FAULTS, parts):
        name = f"{kind} in a task"
        report = check_report(checks, name, part, "fault", kind)
        if report:
            check_fault(checks, name, kind, report)
        checks.check(f"{name}: the service is reported", "shell: error: failed: a fault" in part, part)
        checks.check(f"{name}: the shell answers again", re.search("^up [0-9.]+ s", part, re.MULTILINE),
                     part)
    row = re.search(r"^  shell +\d+ +running +(\d+) +a fault", transcript, re.MULTILINE)
    checks.check("faults of a task: the restarts are counted", row and int(row[1]) == len(FAULTS),
                 transcript)


def check_hang(checks, board):
    """A loop with interrupts masked, on a board whose watchdog reports it, or resets it at once."""
    drivers = {device["driver"] for device in board.model["devices"]}
    if "ich9-watchdog" in drivers:
        status, transcript, _ = board.run(["panic hang", "uptime", "poweroff"])
        checks.check("hang: the watchdog resets it, and it starts again",
                     status == 0 and transcript.count("from entry to prompt") == 2, transcript)
        checks.check("hang: the next start tells it", "hung before this start" in transcript,
                     transcript)
        return
    causes = [cause for driver, cause in WATCHDOGS.items() if driver in drivers]
    if not causes:
        return
    # The board's ten seconds are a moment where they are those of 40 million instructions.
    counted = board.runner + ["--icount", "8"] if board.model["qemu"] else None
    status, transcript, _ = board.run(["panic hang"], counted)
    checks.check("hang: the run ends with a failure", status not in (0, None), transcript)
    report = check_report(checks, "hang", transcript)
    checks.check("hang: the watchdog's interrupt ends it", report and causes[0] in report, transcript)


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    status, transcript, _ = board.run(["panic"])
    checks.check("panic: the run ends with a failure", status not in (0, None), transcript)
    check_report(checks, "panic", transcript)
    for kind in FAULTS:
        status, transcript, _ = board.run([f"panic {kind}"])
        checks.check(f"{kind}: the run ends with a failure", status not in (0, None), transcript)
        report = check_report(checks, kind, transcript)
        if report:
            check_fault(checks, kind, kind, report)
    check_hang(checks, board)
    check_restarts(checks, board)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
