# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs a file's unittest cases as a test program of tests/run.py: one TAP line a test.

Names given on the command line select (`RunTest.test_panic`), as with unittest.
"""

import os
import pty
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import tap  # noqa: E402


def fork_on_terminal():
    """pty.fork(), or the test is skipped where this system has no pseudo-terminals."""
    try:
        return pty.fork()
    except OSError as error:
        raise unittest.SkipTest(f"no pseudo-terminals here: {error.strerror}") from error


class TapResult(unittest.TestResult):
    """Reports each outcome as it comes."""

    def __init__(self, checks):
        super().__init__()
        self._checks = checks

    def addSuccess(self, test):
        super().addSuccess(test)
        self._checks.check(test.id(), True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._checks.check(test.id(), False, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._checks.check(test.id(), False, self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._checks.skip(test.id(), reason)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            problems = self.failures + self.errors
            self._checks.check(subtest.id(), False, problems[-1][1])


def main():
    """Runs the cases of the program's own file; ends with its exit status."""
    loader = unittest.defaultTestLoader
    module = sys.modules["__main__"]
    if len(sys.argv) > 1:
        suite = loader.loadTestsFromNames(sys.argv[1:], module)
    else:
        suite = loader.loadTestsFromModule(module)
    checks = tap.Checks()
    suite.run(TapResult(checks))
    sys.exit(checks.finish())
