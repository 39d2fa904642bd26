# SPDX-License-Identifier: MIT OR Apache-2.0
"""The protocol between a test program and tests/run.py: TAP, the Test Anything Protocol, version 13.

A test program prints `ok N - name` or `not ok N - name` for each thing it checked, with what went
wrong below it, and the plan `1..N` at the end.
"""

import os
import re
import sys

# Seconds after which what a test waits for will not come. It ends what hangs and says nothing of how
# long anything takes, on however busy a machine.
PATIENCE = 900
RESULT = re.compile(r"^\s*(not )?ok\b\s*\d*\s*(?:-\s*)?(.*?)(#\s*skip.*)?$", re.IGNORECASE)


class Checks:
    """What one test program checked."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, name, holds, detail=""):
        """Reports one check; `detail` is printed where it does not hold."""
        self.count += 1
        print(f"{'ok' if holds else 'not ok'} {self.count} - {name}")
        if not holds:
            self.failed += 1
            for line in str(detail).splitlines():
                print(f"#   {line}")
        sys.stdout.flush()
        return holds

    def skip(self, name, why):
        """Reports something that can't be checked here."""
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}")

    def skip_all(self, why):
        """Reports that nothing can be checked here; returns the exit status."""
        self.skip("all of it", why)
        return self.finish()

    def finish(self):
        """Prints the plan; returns the exit status."""
        print(f"1..{self.count}")
        return 1 if self.failed or not self.count else 0


def has_terminals():
    """Whether this system has pseudo-terminals: a container may not."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError:
        return False
    return True


def count(output):
    """(passed, failed, skipped) of a program's output, and whether it printed its whole plan."""
    passed = failed = skipped = 0
    for line in output.splitlines():
        if match := RESULT.match(line):
            if match.group(1):
                failed += 1
            elif match.group(3):
                skipped += 1
            else:
                passed += 1
    plans = [int(n) for n in re.findall(r"^1\.\.(\d+)", output, re.MULTILINE)]
    complete = bool(plans) and sum(plans) == passed + failed + skipped
    return passed, failed, skipped, complete
