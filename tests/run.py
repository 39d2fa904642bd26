#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""`make test`: runs every test program, some side by side, and ends with `N passed, N failed, N skipped`.

A test program is a command that prints TAP (tests/tap.py). Programs:

  unit/<module>      build/host/unit/*, cmocka                 golden/…, fuzz/…  tests/<group>/run
  build/<board>      make TARGET=<board>                       layers, make/…     builds, commands
  boot/<board>       its console, reboot, idle                 fault/<board>     what it reports
  iso/<board>        a PC's CD image                            pc/<board>        its CPUs, chipsets
  config/<board>     options that it loads at boot
  mux/<board>        its serial mux, driven by `ranvier`
  virt/<board>       other machines than the board's file says
  keyboard/<board>   keys that are typed
  storage/<board>    what is kept on its disk
  layout/<board>     what the linker did                       shell             shellcheck
  coverage           `make coverage`
  isolation/<board>  whose symbols services and drivers name
  kernel/<board>     the kernel's unit tests, on the board
  spec/<board>       the WebAssembly specification's tests, on the board
  forth/<board>      its Forth shell, one of each architecture
  tools/<name>       tests/tools/*_test.py

Builds go one after the other. Tests run beside them and each other as soon as what they need is built,
but never two on one board's build folder. Of a program that failed it is printed what went wrong; what
each said is kept in build/tests/, and how long it took and what of that the processors worked is told
in its line. A program's processes end with it.
"""

import argparse
import contextlib
import fnmatch
import glob
import os
import re
import signal
import subprocess
import sys
import threading
import time
import traceback

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LOGS = os.path.join("build", "tests")
# Tests call make as a person would, not as a part of the make that runs them.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("MAKE", "MFLAGS"))}
NET = 1800  # seconds after which a test is ended that did not by itself, on however busy a machine
SKIPPED = 77  # exit status of a program that can't run on this machine
LONGEST = 4 * 3600  # seconds that a long test may take; fuzzing takes two hours on two cores


class Test:
    """One test program: a name `group/what`, a command, the boards whose build folders it needs alone,
    and the names of the builds that come before it (None: all of them)."""

    def __init__(self, name, command, boards=(), timeout=NET, plain=False, environment=None,
                 needs=None):
        self.name = name
        self.command = command
        self.boards = set(boards)
        self.timeout = timeout
        self.plain = plain  # counts as one test by its exit status; prints no TAP
        self.environment = environment or {}
        self.needs = needs
        self.passed, self.failed, self.skipped = 0, 1, 0  # until it is known better
        self.log = os.path.join(LOGS, name.replace("/", "-") + ".log")
        self.seconds = self.work = 0  # by the clock, and by all processors for it
        self.process = None  # while it runs
        self.killed = False

    def run(self):
        """Runs the command; leaves the counts here and the output in the log."""
        start = time.monotonic()
        with open(self.log, "w+b") as log:
            try:
                self.process = subprocess.Popen(
                    self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    env={**ENVIRONMENT, **self.environment}, start_new_session=True)
                if self.killed:  # before there was a process
                    self.kill()
                status = self.wait(log)
            except OSError as error:
                log.write(f"{error}\n".encode())
                status = 127
            log.seek(0)
            self.count(status, log.read().decode(errors="replace"))
        self.seconds = time.monotonic() - start
        return self

    def wait(self, log):
        """Waits for the program's end, and ends what it left behind; returns its exit status."""
        late = threading.Event()
        timer = threading.Timer(self.timeout, lambda: (late.set(), self.kill()))
        timer.start()
        # It is not reaped yet: till then its session's number is nobody else's.
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        timer.cancel()
        timer.join()
        self.kill()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.process = None
        self.work = usage.ru_utime + usage.ru_stime
        if late.is_set():
            os.lseek(log.fileno(), 0, os.SEEK_END)
            os.write(log.fileno(), f"\n(it took more than {self.timeout} s)\n".encode())
            return 124
        return os.waitstatus_to_exitcode(status)

    def kill(self):
        """Ends the program's processes, where it runs."""
        self.killed = True
        if process := self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def count(self, status, output):
        """Turns exit status and output into counts; an incomplete program is one more failure."""
        complete = True
        if status == SKIPPED:
            self.failed, self.skipped = 0, 1
        elif self.plain:
            self.passed, self.failed = (1, 0) if status == 0 else (0, 1)
        else:
            self.passed, self.failed, self.skipped, complete = tap.count(output)
            if not self.failed and (status != 0 or not complete):
                self.failed = 1

    def describe(self):
        verdict = "FAIL" if self.failed else "skip" if not self.passed else "ok"
        counts = f"{self.passed} passed"
        counts += f", {self.failed} failed" if self.failed else ""
        counts += f", {self.skipped} skipped" if self.skipped else ""
        return (f"{verdict:<5}{self.name:<32}{counts:<28}{self.seconds:6.1f} s"
                f" {self.work:7.1f} s work")

    def trouble(self):
        """What the log has of what went wrong: not the checks that passed."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return [line for line in file.read().splitlines()
                    if self.plain or not re.match(r"\s*ok\b", line)]

    def reason(self):
        """The line that says best why it failed: the first failed check or error, or the last line,
        which is an exception's own."""
        lines = self.trouble()
        failed = [line for line in lines if re.match(r"\s*not ok\b|.*\berror: ", line)]
        return (failed or [line for line in lines if line.strip()][-1:] or ["(it said nothing)"])[0]


def boards():
    return sorted(os.path.basename(p).removesuffix(".yaml") for p in glob.glob("configs/*.yaml"))


def specification():
    """Whether the WebAssembly specification's tests are there: tests/spec/spec.mk says where."""
    return "SPEC" in os.environ or os.path.isdir("../shared/spec")


def build_tests(units=("unit-tests",)):
    """What is built, in this order: the other tests run it. `units`: make's goals for the unit tests."""
    make = ["make", "-s"]
    yield Test("build/unit-tests", make + list(units), plain=True)
    if specification():
        yield Test("build/spec-script", make + ["spec-script"], plain=True)
    yield Test("build/bench-programs", make + ["bench-programs"], plain=True)
    for board in boards():
        yield Test(f"build/{board}", make + [f"TARGET={board}"], [board], plain=True)


def unit_tests():
    environment = {"CMOCKA_MESSAGE_OUTPUT": "TAP", "ASAN_OPTIONS": "detect_leaks=1"}
    for source in sorted(glob.glob("tests/unit/*_test.c")):
        name = os.path.basename(source).removesuffix(".c")
        yield Test(f"unit/{name.removesuffix('_test')}", [f"build/host/unit/{name}"],
                   environment=environment, needs=["build/unit-tests"])


def program_tests():
    """Programs that are there once, whatever boards there are."""
    yield Test("layers", ["tests/layers/layers_test.py"])
    yield Test("shell", ["tests/shell_test"], plain=True)
    yield Test("coverage", ["make", "-s", "coverage"], plain=True)
    for source in sorted(glob.glob("tests/tools/*_test.py")):
        name = os.path.basename(source).removesuffix("_test.py")
        yield Test(f"tools/{name}", ["/usr/bin/python3", source])
    for source in sorted(glob.glob("tests/make/*_test.py")):
        yield Test("make/" + os.path.basename(source).removesuffix("_test.py"), [source])
    for program in sorted(glob.glob("tests/*/run")):
        if os.access(program, os.X_OK):
            yield Test(os.path.basename(os.path.dirname(program)), [program], boards_of(program))


def boards_of(program):
    """The boards that a program says it boots from their own build folders: `# boards: sim mux-virt`."""
    with open(program, encoding="utf-8") as file:
        return " ".join(re.findall(r"^# boards: (.*)$", file.read(), re.MULTILINE)).split()


def board_tests():
    for board in boards():
        def test(group, *command, needs=()):
            return Test(f"{group}/{board}", command, [board], needs=[f"build/{board}", *needs])

        yield test("layout", "tests/layout/layout_test.py", board)
        yield test("isolation", "tests/isolation/isolation_test.py", board)
        yield test("boot", "tests/boot/boot_test.py", board)
        yield test("fault", "tests/boot/fault_test.py", board)
        if not board.startswith("mux-"):  # the kernel is that of the board they extend
            yield test("kernel", "make", "-s", f"TARGET={board}", "kernel-test")
        if board in ("sim", "virt-aarch64", "pc-x86_64", "mps3-an547") and specification():
            yield test("spec", "make", "-s", f"TARGET={board}", "spec-test", needs=["build/spec-script"])
        if board in ("sim", "virt-aarch64", "pc-x86_64", "mps2-an385"):
            yield test("forth", "tests/boot/forth_test.py", board)
        if board in ("sim", "virt-aarch64", "pc-x86_64", "mps2-an385", "stm32f405", "olimex-h405"):
            yield test("config", "tests/boot/config_test.py", board)
        if board.startswith("mux-"):
            yield test("mux", "tests/mux/mux_test.py", board)
        if board in ("sim", "pc-x86_64"):
            yield test("keyboard", "tests/boot/keyboard_test.py", board)
        if board in ("sim", "virt-aarch64", "pc-x86_64"):
            yield test("storage", "tests/boot/storage_test.py", board)
        if board.startswith("virt-"):
            yield test("virt", "tests/boot/virt_test.py", board)
        if board.startswith("pc-"):
            yield test("iso", "tests/boot/iso_test.py", board)
            yield test("pc", "tests/boot/pc_test.py", board)


def long_tests():
    for program in sorted(glob.glob("tests/*/run-long")):
        yield Test(os.path.basename(os.path.dirname(program)) + "-long", [program], timeout=LONGEST)


def selected(tests, patterns):
    """The tests that one of the patterns names: "boot/sim", "boot/virt*", "unit"."""
    if not patterns:
        return list(tests)
    return [test for test in tests
            if any(fnmatch.fnmatch(test.name, p) or test.name.startswith(p.rstrip("/") + "/")
                   for p in patterns)]


class Runner:
    """Runs builds and tests, says how each went, and adds up."""

    def __init__(self, builds, tests):
        self.builds, self.tests = list(builds), list(tests)  # what is still to come
        self.unbuilt = {build.name for build in builds}
        self.running, self.done = [], []
        self.change = threading.Condition()

    def run_all(self, jobs):
        for _ in range(jobs):
            threading.Thread(target=self.work, daemon=True).start()
        try:
            self.wait()
        finally:  # where a person or a signal ends it early
            with self.change:
                self.builds, self.tests = [], []
                for test in self.running:
                    test.kill()
            self.wait()

    def wait(self):
        """Returns when nothing runs and nothing is to come."""
        with self.change:
            while self.builds or self.tests or self.running:
                self.change.wait()

    def work(self):
        """Takes one after the other, until there are no more."""
        while test := self.take():
            try:
                test.run()
            except Exception:  # the others go on, and it has failed
                traceback.print_exc()
            with self.change:
                self.running.remove(test)
                self.unbuilt.discard(test.name)
                self.done.append(test)
                print(test.describe(), flush=True)
                if test.failed:
                    self.show(test)
                self.change.notify_all()

    def take(self):
        """The next that can run now, and is then running; waits for it. None at the end."""
        with self.change:
            while self.builds or self.tests:
                for waiting in (self.builds, self.tests):
                    for test in waiting:
                        if self.may_run(test):
                            waiting.remove(test)
                            self.running.append(test)
                            return test
                self.change.wait()
        return None

    def may_run(self, test):
        """Builds: only one, as they make the same programs of this machine. Tests: when what they need
        is built. Both: not while another uses a folder of their boards."""
        if any(test.boards & other.boards for other in self.running):
            return False
        if test.name in self.unbuilt:
            return not any(other.name in self.unbuilt for other in self.running)
        return not self.unbuilt.intersection(self.unbuilt if test.needs is None else test.needs)

    @staticmethod
    def show(test, limit=60):
        """What went wrong: in a word, and the last of what was said, where exceptions are."""
        lines = test.trouble()
        print(f"     | {test.reason()}")
        if len(lines) > limit:
            print(f"     | (the last {limit} of {len(lines)} lines, more in {test.log})")
        for line in lines[-limit:]:
            print(f"     | {line}")

    def summary(self):
        """A line for each that failed."""
        return [f"FAIL {test.name}: {test.reason()}  ({test.log})" for test in self.done if test.failed]

    def total(self):
        return [sum(getattr(test, kind) for test in self.done)
                for kind in ("passed", "failed", "skipped")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--select", default="", help="names or patterns of tests, with spaces")
    parser.add_argument("--long", action="store_true", help="what takes minutes instead")
    parser.add_argument("--list", action="store_true", help="print the names, run nothing")
    # One more than there are processors: tests wait for boards, and these for time to pass.
    parser.add_argument("--jobs", type=int, default=min((os.cpu_count() or 1) + 1, 5))
    options = parser.parse_args()
    os.chdir(ROOT)
    os.makedirs(LOGS, exist_ok=True)
    sys.stdout.reconfigure(line_buffering=True)

    patterns = options.select.split()
    if options.long:
        tests = selected(long_tests(), patterns)
        builds = []
    else:
        # The long ones come first, so that no processor is without work at the end.
        tests = selected([*program_tests(), *board_tests(), *unit_tests()], patterns)
        builds = list(build_tests())
        if patterns:
            needed = {name for test in tests for name in test.needs or ()}
            needed |= {"build/spec-script"} if any(t.name == "spec" for t in tests) else set()
            chosen = {test.name for test in selected(builds, patterns)}
            if "build/unit-tests" not in chosen and "unit" not in patterns:
                builds = build_tests([f"build/host/{test.name}_test" for test in tests
                                      if test.name.startswith("unit/")])
            builds = [test for test in builds if test.name in needed | chosen]
    if not tests and not builds:
        sys.exit(f"error: no test is named {options.select!r}; try TESTS=unit or TESTS='boot/*'")
    if options.list:
        print(*(test.name for test in builds + tests), sep="\n")
        return

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, frame: sys.exit(128 + number))
    runner = Runner(builds, tests)
    runner.run_all(options.jobs)
    print(*runner.summary(), sep="\n", end="\n" if runner.summary() else "")
    passed, failed, skipped = runner.total()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
