#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""tests/run.py and tests/tap.py: a failure is never counted as anything else."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

import as_tap

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import run  # noqa: E402
import tap  # noqa: E402


def counts(test):
    return test.passed, test.failed, test.skipped


class CountTest(unittest.TestCase):
    def program(self, output, status=0, **options):
        """A program that prints `output` and ends with `status`, run."""
        with tempfile.TemporaryDirectory() as folder:
            run.LOGS = folder
            script = f"import sys; sys.stdout.write({output!r}); sys.exit({status})"
            return run.Test("group/name", [sys.executable, "-c", script], **options).run()

    def test_passes(self):
        self.assertEqual(counts(self.program("ok 1 - a\nok 2 - b\n1..2\n")), (2, 0, 0))

    def test_failures(self):
        self.assertEqual(counts(self.program("ok 1 - a\nnot ok 2 - b\n1..2\n", 1)), (1, 1, 0))

    def test_skipped(self):
        self.assertEqual(counts(self.program("ok 1 - a # SKIP no such\n1..1\n")), (0, 0, 1))

    def test_a_bad_status_fails_though_all_passed(self):
        self.assertEqual(counts(self.program("ok 1 - a\n1..1\n", 1)), (1, 1, 0))

    def test_an_early_end_fails(self):
        self.assertEqual(counts(self.program("1..3\nok 1 - a\n")), (1, 1, 0))

    def test_no_plan_fails(self):
        self.assertEqual(counts(self.program("ok 1 - a\n")), (1, 1, 0))

    def test_silence_fails(self):
        self.assertEqual(counts(self.program("")), (0, 1, 0))

    def test_plain_programs_count_by_status(self):
        self.assertEqual(counts(self.program("words\n", plain=True)), (1, 0, 0))
        self.assertEqual(counts(self.program("words\n", 2, plain=True)), (0, 1, 0))

    def test_a_missing_program_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            run.LOGS = folder
            test = run.Test("x", [os.path.join(folder, "missing")]).run()
        self.assertEqual(counts(test), (0, 1, 0))

    def test_a_timeout_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            run.LOGS = folder
            script = "import time; print('ok 1 - a', flush=True); time.sleep(60)"
            test = run.Test("x", [sys.executable, "-c", script], timeout=1).run()
        self.assertEqual(test.failed, 1)


class ChecksTest(unittest.TestCase):
    def finish(self, *outcomes):
        with contextlib.redirect_stdout(io.StringIO()) as output:
            checks = tap.Checks()
            for holds in outcomes:
                checks.check("name", holds, "detail")
            return checks.finish(), output.getvalue()

    def test_output(self):
        status, output = self.finish(True, False)
        self.assertEqual((status, output),
                         (1, "ok 1 - name\nnot ok 2 - name\n#   detail\n1..2\n"))

    def test_nothing_checked_is_a_failure(self):
        self.assertEqual(self.finish()[0], 1)

    def test_all_well(self):
        self.assertEqual(self.finish(True)[0], 0)


class SelectTest(unittest.TestCase):
    def test_patterns(self):
        tests = [run.Test(name, []) for name in ("unit/ring", "boot/sim", "boot/virt-aarch64", "shell")]

        def names(patterns):
            return [test.name for test in run.selected(tests, patterns)]

        self.assertEqual(len(names([])), 4)
        self.assertEqual(names(["unit"]), ["unit/ring"])
        self.assertEqual(names(["boot/virt*"]), ["boot/virt-aarch64"])
        self.assertEqual(names(["shell", "boot/sim"]), ["boot/sim", "shell"])
        self.assertEqual(names(["nothing"]), [])


if __name__ == "__main__":
    as_tap.main()
