#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""`make test`: runs every test program, two at a time, and ends with `N passed, N failed, N skipped`.

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

What is built comes first, one after the other; the rest runs side by side, but never two programs on
one board's build folder. A failed program's output is printed; all are kept in build/tests/.
"""

import argparse
import fnmatch
import glob
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LOGS = os.path.join("build", "tests")
# Tests call make as a person would, not as a part of the make that runs them.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("MAKE", "MFLAGS"))}
SKIPPED = 77  # exit status of a program that can't run on this machine
LONGEST = 4 * 3600  # seconds that a long test may take; fuzzing takes two hours on two cores


class Test:
    """One test program: a name `group/what`, a command, and the build folder that it needs alone."""

    def __init__(self, name, command, board=None, timeout=600, plain=False, environment=None):
        self.name = name
        self.command = command
        self.board = board
        self.timeout = timeout
        self.plain = plain  # counts as one test by its exit status; prints no TAP
        self.environment = environment or {}
        self.passed = self.failed = self.skipped = 0

    def run(self):
        """Runs the command; leaves the counts here and the output in the log."""
        start = time.monotonic()
        try:
            done = subprocess.run(
                self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=self.timeout, check=False,
                env={**ENVIRONMENT, **self.environment})
            status, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired as error:
            status, output = 124, (error.stdout or b"") + b"\n(timed out)\n"
        except OSError as error:
            status, output = 127, str(error).encode()
        self.count(status, output.decode(errors="replace"))
        self.seconds = time.monotonic() - start
        self.log = os.path.join(LOGS, self.name.replace("/", "-") + ".log")
        with open(self.log, "wb") as file:
            file.write(output)
        return self

    def count(self, status, output):
        """Turns exit status and output into counts; an incomplete program is one more failure."""
        complete = True
        if status == SKIPPED:
            self.skipped = 1
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
        return f"{verdict:<5}{self.name:<32}{counts:<28}{self.seconds:6.1f} s"


def boards():
    return sorted(os.path.basename(p).removesuffix(".yaml") for p in glob.glob("configs/*.yaml"))


def specification():
    """Whether the WebAssembly specification's tests are there: tests/spec/spec.mk says where."""
    return "SPEC" in os.environ or os.path.isdir("../shared/spec")


def build_tests():
    """What is built, in this order: the other tests run it."""
    make = ["make", "-s"]
    yield Test("build/unit-tests", make + ["unit-tests"], plain=True)
    if specification():
        yield Test("build/spec-script", make + ["spec-script"], plain=True)
    for board in boards():
        yield Test(f"build/{board}", make + [f"TARGET={board}"], plain=True)


def unit_tests():
    environment = {"CMOCKA_MESSAGE_OUTPUT": "TAP", "ASAN_OPTIONS": "detect_leaks=1"}
    for source in sorted(glob.glob("tests/unit/*_test.c")):
        name = os.path.basename(source).removesuffix(".c")
        yield Test(f"unit/{name.removesuffix('_test')}", [f"build/host/unit/{name}"],
                   environment=environment)


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
        if os.access(program, os.X_OK) and not program.startswith("tests/bench/"):
            yield Test(os.path.basename(os.path.dirname(program)), [program])


def board_tests():
    for board in boards():
        yield Test(f"layout/{board}", ["tests/layout/layout_test.py", board], board)
        yield Test(f"isolation/{board}", ["tests/isolation/isolation_test.py", board], board)
        yield Test(f"boot/{board}", ["tests/boot/boot_test.py", board], board)
        yield Test(f"fault/{board}", ["tests/boot/fault_test.py", board], board)
        if not board.startswith("mux-"):  # the kernel is that of the board they extend
            yield Test(f"kernel/{board}", ["make", "-s", f"TARGET={board}", "kernel-test"], board)
        if board in ("sim", "virt-aarch64", "pc-x86_64", "mps3-an547") and specification():
            yield Test(f"spec/{board}", ["make", "-s", f"TARGET={board}", "spec-test"], board)
        if board in ("sim", "virt-aarch64", "pc-x86_64", "mps2-an385"):
            yield Test(f"forth/{board}", ["tests/boot/forth_test.py", board], board)
        if board in ("sim", "virt-aarch64", "pc-x86_64", "mps2-an385", "stm32f405"):
            yield Test(f"config/{board}", ["tests/boot/config_test.py", board], board)
        if board.startswith("mux-"):
            yield Test(f"mux/{board}", ["tests/mux/mux_test.py", board], board)
        if board in ("sim", "pc-x86_64"):
            yield Test(f"keyboard/{board}", ["tests/boot/keyboard_test.py", board], board)
        if board in ("sim", "virt-aarch64", "pc-x86_64"):
            yield Test(f"storage/{board}", ["tests/boot/storage_test.py", board], board)
        if board.startswith("virt-"):
            yield Test(f"virt/{board}", ["tests/boot/virt_test.py", board], board)
        if board.startswith("pc-"):
            yield Test(f"iso/{board}", ["tests/boot/iso_test.py", board], board)
            yield Test(f"pc/{board}", ["tests/boot/pc_test.py", board], board)


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
    """Runs tests, says how each went, and adds up."""

    def __init__(self):
        self.printing = threading.Lock()
        self.board_locks = {board: threading.Lock() for board in boards()}
        self.done = []

    def run(self, test):
        lock = self.board_locks.get(test.board, threading.Lock())
        with lock:
            test.run()
        with self.printing:
            print(test.describe(), flush=True)
            if test.failed:
                self.show(test.log)
            self.done.append(test)

    @staticmethod
    def show(log, limit=60):
        with open(log, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        if len(lines) > limit:
            print(f"     | (the last {limit} of {len(lines)} lines of {log})")
        for line in lines[-limit:]:
            print(f"     | {line}")

    def run_all(self, tests, jobs):
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(self.run, tests))

    def total(self):
        return [sum(getattr(test, kind) for test in self.done)
                for kind in ("passed", "failed", "skipped")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--select", default="", help="names or patterns of tests, with spaces")
    parser.add_argument("--long", action="store_true", help="what takes minutes instead")
    parser.add_argument("--list", action="store_true", help="print the names, run nothing")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 4))
    options = parser.parse_args()
    os.chdir(ROOT)
    os.makedirs(LOGS, exist_ok=True)
    sys.stdout.reconfigure(line_buffering=True)

    patterns = options.select.split()
    if options.long:
        tests = selected(long_tests(), patterns)
        builds = []
    else:
        tests = selected([*board_tests(), *unit_tests(), *program_tests()], patterns)
        builds = list(build_tests())
        if patterns:
            needed = {f"build/{test.board}" for test in tests if test.board}
            needed |= {"build/unit-tests"} if any(t.name.startswith("unit/") for t in tests) else set()
            needed |= {"build/spec-script"} if any(t.name.startswith("spec") for t in tests) else set()
            chosen = {test.name for test in selected(builds, patterns)}
            builds = [test for test in builds if test.name in needed | chosen]
    if not tests and not builds:
        sys.exit(f"error: no test is named {options.select!r}; try TESTS=unit or TESTS='boot/*'")
    if options.list:
        print(*(test.name for test in builds + tests), sep="\n")
        return

    runner = Runner()
    runner.run_all(builds, 1)
    runner.run_all(tests, options.jobs)
    passed, failed, skipped = runner.total()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
