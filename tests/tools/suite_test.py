#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""tests/run.py and tests/tap.py: a failure is never counted as anything else. And boot/board.py: news
of a board's log, whenever it comes, is none of what was typed or answered."""

import contextlib
import io
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

import as_tap

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(sys.path[0], "boot"))

import board  # noqa: E402
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
            test = run.Test("x", ["sh", "-c", "echo ok 1 - a; sleep 600"], timeout=1).run()
            with open(test.log, encoding="utf-8") as log:
                self.assertTrue(log.read().endswith("\n(it took more than 1 s)\n"))
        self.assertEqual(test.failed, 1)

    def test_what_a_program_leaves_running_ends_with_it(self):
        with tempfile.TemporaryDirectory() as folder:
            run.LOGS = folder
            test = run.Test("x", ["sh", "-c", "sleep 600 & echo $!"], plain=True).run()
            with open(test.log, encoding="utf-8") as log:
                child = int(log.read())
            end = time.monotonic() + 60
            while self.lives(child) and time.monotonic() < end:
                time.sleep(0.01)  # a signal takes its time
            self.assertFalse(self.lives(child))
        self.assertEqual(counts(test), (1, 0, 0))

    @staticmethod
    def lives(process):
        """Whether it runs; one that nobody has taken notice of does not."""
        try:
            with open(f"/proc/{process}/stat", encoding="utf-8") as file:
                return file.read().rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False

    def test_processor_time_is_counted(self):
        self.assertGreater(self.program("ok\n1..1\n").work, 0)


class FailureTest(unittest.TestCase):
    """What is printed of a program that failed."""

    def shown(self, script):
        """(reason, all lines) of a program's failure."""
        with tempfile.TemporaryDirectory() as folder, \
                contextlib.redirect_stdout(io.StringIO()) as output:
            run.LOGS = folder
            test = run.Test("x", [sys.executable, "-c", script]).run()
            run.Runner.show(test)
            return test.reason(), output.getvalue()

    def test_an_exception_is_named(self):
        reason, output = self.shown("for i in range(100): print('ok', i)\n"
                                    "raise RuntimeError('no port 10: taken')")
        self.assertEqual(reason, "RuntimeError: no port 10: taken")
        self.assertTrue(output.startswith("     | RuntimeError: no port 10: taken\n"), output)
        self.assertTrue(output.endswith("     | RuntimeError: no port 10: taken\n"), output)
        self.assertNotIn("ok 99", output)

    def test_the_failed_check_is_named(self):
        reason, output = self.shown("print('ok 1 - a\\nnot ok 2 - b')\n"
                                    "for i in range(100): print('#  line', i)\nprint('1..2')")
        self.assertEqual(reason, "not ok 2 - b")
        self.assertIn("line 99", output)

    def test_silence_is_told(self):
        self.assertEqual(self.shown("")[0], "(it said nothing)")


class OrderTest(unittest.TestCase):
    """When programs run: each is a moment on a clock that only goes on when one of them ends."""

    def run_all(self, builds, tests, jobs):
        """The moments, {name: (begin, end)}."""
        moments, lock, clock = {}, threading.Lock(), itertools.count()

        def begin_and_end(test):
            with lock:
                begin = next(clock)
            time.sleep(0.005)  # others may begin meanwhile
            with lock:
                moments[test.name] = (begin, next(clock))
            test.failed = 0
        with contextlib.redirect_stdout(io.StringIO()), \
                mock.patch.object(run.Test, "run", begin_and_end):
            runner = run.Runner(builds, tests)
            runner.run_all(jobs)
        self.assertEqual(len(moments), len(builds) + len(tests))
        return moments

    def test_a_board_has_one_user_and_builds_come_first(self):
        boards = ("a", "b", "c")
        builds = [run.Test(f"build/{board}", [], [board]) for board in boards]
        tests = [run.Test(f"{group}/{board}", [], [board], needs=[f"build/{board}"])
                 for board in boards for group in ("boot", "fault", "layout")]
        tests.append(run.Test("last", []))
        tests.append(run.Test("two/b/c", [], ["b", "c"]))
        moments = self.run_all(builds, tests, 4)

        def apart(one, other):
            return one[1] < other[0] or other[1] < one[0]

        for board in boards:
            users = [when for name, when in moments.items() if board in name.split("/")[1:]]
            self.assertTrue(all(apart(*pair) for pair in itertools.combinations(users, 2)), moments)
            self.assertEqual(min(users), moments[f"build/{board}"])
        ends = [moments[build.name] for build in builds]
        self.assertTrue(all(apart(*pair) for pair in itertools.combinations(ends, 2)), moments)
        self.assertGreater(moments["last"][0], max(ends)[1])

    def test_programs_name_their_boards(self):
        with contextlib.chdir(run.ROOT):
            programs = {test.name: test.boards for test in run.program_tests()}
        self.assertLessEqual({"mux-virt", "mux-sim"}, programs["agents"])
        for boards in programs.values():
            with contextlib.chdir(run.ROOT):
                self.assertLessEqual(boards, set(run.boards()))

    def test_a_signal_ends_what_runs_and_nothing_more_begins(self):
        script = (f"import sys; sys.path.insert(0, {os.path.dirname(run.__file__)!r}); import run\n"
                  "folder = run.LOGS = sys.argv[1]\n"
                  "run.program_tests = lambda: [run.Test(name, ['sh', '-c', f'echo $$ >{folder}/{name}; "
                  "exec sleep 600'], plain=True) for name in 'xy']\n"
                  "run.board_tests = run.unit_tests = run.build_tests = lambda *_: []\n"
                  "sys.argv[1:] = ['--jobs', '1']\nrun.main()\n")
        with tempfile.TemporaryDirectory() as folder:
            first, second = (os.path.join(folder, name) for name in "xy")
            with subprocess.Popen([sys.executable, "-c", script, folder], text=True,
                                  stdout=subprocess.PIPE) as process:
                while process.poll() is None and not (os.path.exists(first) and os.path.getsize(first)):
                    time.sleep(0.01)
                process.terminate()
                self.assertIn("FAIL x", process.stdout.read())
            self.assertEqual(process.returncode, 128 + signal.SIGTERM)
            with open(first, encoding="utf-8") as file:
                self.assertFalse(CountTest.lives(int(file.read())))
            self.assertFalse(os.path.exists(second))

    def test_a_worker_that_breaks_is_a_failure(self):
        with contextlib.redirect_stdout(io.StringIO()), tempfile.TemporaryDirectory() as folder, \
                contextlib.redirect_stderr(io.StringIO()):
            run.LOGS = os.path.join(folder, "missing")
            runner = run.Runner([], [run.Test("x", ["true"], plain=True)])
            with mock.patch.object(runner, "show"):
                runner.run_all(1)
            self.assertEqual(runner.total(), [0, 1, 0])


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


class TranscriptTest(unittest.TestCase):
    def test_lines_that_were_erased_for_news_are_not_shown(self):
        typed = "sim> fault \r\x1b[K[0.2] late\r\nsim> fault n\r\x1b[K[0.3] late\r\nsim> fault null\r\n"
        self.assertEqual(board.shown(f"up\r\n{typed}done\x1b[K\r\n"),
                         "up\r\n[0.2] late\r\n[0.3] late\r\nsim> fault null\r\ndone\x1b[K\r\n")


if __name__ == "__main__":
    as_tap.main()
