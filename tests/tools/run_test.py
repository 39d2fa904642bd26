#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""tools/run.py: its logic piece by piece, and whole runs of a process that behaves like a board."""

import contextlib
import glob
import json
import os
import select
import signal
import stat
import subprocess
import sys
import tempfile
import termios
import time
import unittest

import as_tap
import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))

from runner.command import (board_command, disk_arguments, disk_file,  # noqa: E402
                            emulator_arguments)
from runner.model import RunError  # noqa: E402
from runner.session import Feeder, Silence, is_waiting, work  # noqa: E402
from runner.symbols import parse_pairs  # noqa: E402
from runner.transcript import Complaints, LineEnds, PanicReport, PromptWatch  # noqa: E402

# A process with a board's console: it drops what is typed before its prompt, as a UART that is
# reset does.
BOARD = r"""#!/usr/bin/python3
import os, sys, termios, time
out = lambda text: os.write(1, text.replace("\n", "\r\n").encode())
def boot():
    out("booting\n")
    time.sleep(0.2)
    os.set_blocking(0, False)
    try:
        os.read(0, 65536)
    except BlockingIOError:
        pass
    os.set_blocking(0, True)
    out("toy> ")
def report(last):
    out("panic: data abort\n  task: console\n  backtrace:\n    #0 0x10\n    #1 0x21\n" + last)
boot()
line = b""
while True:
    byte = os.read(0, 1)
    if byte not in (b"\n", b"\r", b""):
        line += byte
        os.write(1, byte)
        continue
    if not byte:
        time.sleep(60)
    out("\n")
    word, line = line.decode("latin-1"), b""
    if word == "poweroff":
        sys.exit(0)
    elif word == "die":
        sys.exit(7)
    elif word == "hang":
        time.sleep(60)
    elif word == "panic":
        report("panic: end of report\n")
        sys.exit(1)
    elif word == "nested":
        report("panic: a fault within the report")
        sys.exit(1)
    elif word == "halt":
        report("panic: end of report\n")
        time.sleep(60)
    elif word in ("reboot", "restart"):
        if word == "restart":
            report("panic: end of report\n")
        boot()
        continue
    elif word == "quiet":
        time.sleep(3)
    elif word == "pid":
        out("pid %d\n" % os.getpid())
    elif word == "complain":
        os.write(2, b"complaint\n")
    elif word:
        out("echo %s\n" % word.encode("latin-1").hex())
    out("toy> ")
"""


def describe(address, is_return):
    return f"f at x.c:{address}{'r' if is_return else ''}"


class LineEndsTest(unittest.TestCase):
    def test_pairs_become_one(self):
        self.assertEqual(LineEnds().feed(b"a\r\nb\nc\rd\r\n"), b"a\nb\nc\rd\n")

    def test_split_pair(self):
        ends = LineEnds()
        self.assertEqual([ends.feed(b"a\r"), ends.feed(b"\nb\r"), ends.feed(b"c")],
                         [b"a", b"\nb", b"\rc"])

    def test_last_return_is_kept(self):
        ends = LineEnds()
        ends.feed(b"a\r")
        self.assertEqual(ends.finish(), b"\r")
        self.assertEqual(ends.finish(), b"")


class ComplaintsTest(unittest.TestCase):
    def test_lines(self):
        text = b"q: one\nqemu-system-arm: warning: nic lan9118.0 has no peer\nq: two\nq: end"
        for size in range(1, 20):
            complaints = Complaints()
            said = b"".join(complaints.feed(text[i : i + size]) for i in range(0, len(text), size))
            self.assertEqual((said, complaints.finish()), (b"q: one\nq: two\n", b"q: end"))


class PromptWatchTest(unittest.TestCase):
    def ready(self, *pieces):
        watch = PromptWatch(b"toy> ")
        for piece in pieces:
            watch.feed(piece)
        return watch.ready

    def test_at_line_start(self):
        self.assertTrue(self.ready(b"hello\r\ntoy> "))
        self.assertTrue(self.ready(b"hello\nto", b"y> "))
        self.assertTrue(self.ready(b"\r\x1b[Ktoy> "))

    def test_elsewhere(self):
        self.assertFalse(self.ready(b"this toy> "))
        self.assertFalse(self.ready(b"toy> b"))
        self.assertFalse(self.ready(b"toy> \r\n"))

    def test_news_are_no_answer(self):
        """Log that comes between typing a line and its echo, in any pieces."""
        news = b"\r\x1b[K[    1.5] hog: warning: slow\r\n[    1.6] hog: more\r\ntoy> "
        rest = b"a\r\x1b[Knote\r\ntoy> a\r\necho 61\r\n"
        for size in range(1, len(news)):
            watch = PromptWatch(b"toy> ", b": ")
            watch.feed(b"hello\r\ntoy> ")
            watch.sent()
            for i in range(0, len(news), size):
                watch.feed(news[i : i + size])
                self.assertFalse(watch.ready)
            for i in range(0, len(rest), size):
                watch.feed(rest[i : i + size])
                self.assertFalse(watch.ready)
            watch.feed(b"toy> ")
            self.assertTrue(watch.ready)
            watch.feed(b"\r")
            self.assertFalse(watch.ready)
            watch.feed(b"\x1b[Knote\r\ntoy> ")
            self.assertTrue(watch.ready)

    def test_other_prompts(self):
        watch = PromptWatch(b"toy> ", b": ")
        watch.feed(b"toy> ")
        watch.sent()
        watch.feed(b": f\r\ntoy> : ")
        self.assertTrue(watch.ready)

    def test_must_come_again(self):
        watch = PromptWatch(b"toy> ")
        watch.feed(b"toy> ")
        watch.sent()
        self.assertFalse(watch.ready)
        watch.feed(b"x\r\n")
        self.assertFalse(watch.ready)
        watch.feed(b"toy> ")
        self.assertTrue(watch.ready and watch.seen)


class PanicReportTest(unittest.TestCase):
    REPORT = (b"toy> panic\r\npanic: abort\r\n  backtrace:\r\n    #0 0x10\r\n    #12 0x0021  \r\n"
              b"panic: end of report\r\n    #0 0x10\r\n")
    WANTED = (b"toy> panic\r\npanic: abort\r\n  backtrace:\r\n    #0 0x10 f at x.c:16\r\n"
              b"    #12 0x0021 f at x.c:33r  \r\npanic: end of report\r\n    #0 0x10\r\n")

    def test_whole(self):
        report = PanicReport(describe)
        self.assertEqual(report.feed(self.REPORT), self.WANTED)
        self.assertTrue(report.started and report.ended)

    def test_any_pieces(self):
        for size in range(1, 30):
            report = PanicReport(describe)
            pieces = [self.REPORT[i : i + size] for i in range(0, len(self.REPORT), size)]
            self.assertEqual(b"".join(map(report.feed, pieces)) + report.finish(), self.WANTED)

    LOG = (b"toy> [    1.5] hog: warning: preempted, at\r\n[    1.5] hog: warning:   #0 0x10\r\n"
           b"[    1.5] hog:   #1 0x0021\n    #2 0x10\r\n")
    LOG_WANTED = (b"toy> [    1.5] hog: warning: preempted, at\r\n"
                  b"[    1.5] hog: warning:   #0 0x10 f at x.c:16\r\n"
                  b"[    1.5] hog:   #1 0x0021 f at x.c:33r\n    #2 0x10\r\n")

    def test_frames_in_the_log(self):
        for size in range(1, 30):
            report = PanicReport(describe)
            pieces = [self.LOG[i : i + size] for i in range(0, len(self.LOG), size)]
            self.assertEqual(b"".join(map(report.feed, pieces)), self.LOG_WANTED)
            self.assertFalse(report.started)

    def test_unknown_address_stays(self):
        report = PanicReport(lambda address, is_return: None)
        self.assertEqual(report.feed(self.REPORT), self.REPORT)

    def test_outside_passes_at_once(self):
        report = PanicReport(describe)
        self.assertEqual(report.feed(b"    #0 0x1"), b"    #0 0x1")
        self.assertEqual(report.feed(b"0\n"), b"0\n")
        self.assertFalse(report.started)

    def test_word_within_a_line_is_no_panic(self):
        report = PanicReport(describe)
        report.feed(b"a panic: no\n  panic: no\n")
        self.assertFalse(report.started)

    def test_faults_are_no_panics(self):
        fault = self.REPORT.replace(b"panic: ", b"fault: ")
        wanted = self.WANTED.replace(b"panic: ", b"fault: ")
        report = PanicReport(describe)
        self.assertEqual(report.feed(fault + fault), wanted + wanted)
        self.assertFalse(report.started or report.ended)
        self.assertEqual(report.feed(self.REPORT), self.WANTED)
        self.assertTrue(report.started and report.ended)

    def test_each_of_several(self):
        for size in range(1, 30):
            report, twice = PanicReport(describe), self.REPORT * 2
            pieces = [twice[i : i + size] for i in range(0, len(twice), size)]
            self.assertEqual(b"".join(map(report.feed, pieces)), self.WANTED * 2)
            self.assertTrue(report.started and report.ended)
        report.feed(b"panic: a\n")
        self.assertFalse(report.ended)

    def test_cut_off(self):
        report = PanicReport(describe)
        self.assertEqual(report.feed(b"panic: a\n  #0 0"), b"panic: a\n")
        self.assertEqual(report.finish(), b"  #0 0")
        self.assertFalse(report.ended)


class FeederTest(unittest.TestCase):
    def test_lines(self):
        feeder = Feeder()
        feeder.put(b"one\ntwo\nthr")
        self.assertEqual([feeder.take() for _ in range(3)], [b"one\n", b"two\n", b""])
        feeder.put(b"")
        self.assertEqual(feeder.take(), b"thr\n")
        self.assertTrue(feeder.empty)

    def test_paste(self):
        feeder = Feeder(paste=True)
        feeder.put(b"one\ntwo\nthr")
        self.assertEqual(feeder.take(), b"one\ntwo\nthr")
        self.assertFalse(feeder.empty)

    def test_endless_line(self):
        feeder = Feeder()
        feeder.put(b"x" * 100000)
        self.assertFalse(feeder.hungry)
        self.assertEqual(len(feeder.take()), 100000)


class CommandTest(unittest.TestCase):
    def test_arguments(self):
        qemu = {"machine": "virt", "cpu": "max", "memory": 1 << 28, "arguments": ["-device", "x"]}
        self.assertEqual(
            emulator_arguments(qemu, 4),
            "-M virt -cpu max -m 268435456B -smp 4 -nic none -device x".split())

    def test_own_network(self):
        qemu = {"machine": "virt", "cpu": None, "memory": None, "arguments": ["-nic", "user"]}
        self.assertEqual(emulator_arguments(qemu, 1), ["-M", "virt", "-nic", "user"])

    def test_process(self):
        class Sim:
            name, model = "sim", {"qemu": None}
            elf = "build/sim/ranvier.elf"

        self.assertEqual(board_command(Sim()), ["build/sim/ranvier.elf"])
        with self.assertRaisesRegex(RunError, "sim is a process"):
            board_command(Sim(), icount=8)

    def test_disk(self):
        with tempfile.TemporaryDirectory() as folder:
            device = {"name": "d0", "driver": "virtio-block", "properties": [
                {"name": "registers", "value": {"base": 0x0a000400, "size": 512}}]}

            class Disked:
                name, build = "disked", folder
                model = {"media": [{"device": None, "size": 1}, {"device": "d0", "size": 4096}],
                         "devices": [device]}

            path = os.path.join(folder, "disk.img")
            self.assertEqual(disk_file(Disked()), path)
            self.assertEqual(os.path.getsize(path), 4096)
            with open(path, "wb") as file:
                file.write(b"kept")
            self.assertEqual(disk_file(Disked()), path)
            with open(path, "rb") as file:
                self.assertEqual(file.read(), b"kept")
            self.assertEqual(disk_arguments(Disked(), "a,b")[1:], [
                "if=none,id=disk,format=raw,file=a,,b",
                "-device", "virtio-blk-device,drive=disk,bus=virtio-mmio-bus.2"])
            with self.assertRaisesRegex(RunError, "truncate -s 4096 .*/none"):
                disk_file(Disked(), os.path.join(folder, "none"))
            Disked.model["media"].pop()
            self.assertIsNone(disk_file(Disked()))
            with self.assertRaisesRegex(RunError, "disked has no device for a disk"):
                disk_file(Disked(), path)


class SilenceTest(unittest.TestCase):
    """A board that is silent because it computes, as a child of another process."""

    def setUp(self):
        # The shell waits for its child; `echo` comes when there is one.
        self.process = subprocess.Popen(["sh", "-c", "yes > /dev/null & echo $!; wait"],
                                        stdout=subprocess.PIPE)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.child = int(self.process.stdout.readline())
        self.addCleanup(os.kill, self.child, signal.SIGKILL)
        while self.state() != "S":
            pass

    def state(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0]

    def test_a_child_that_computes_is_no_waiting(self):
        self.assertFalse(is_waiting(self.process.pid))

    def test_silence_is_over_by_what_was_computed(self):
        """Not by the time that passed, in which a busy machine may have done nothing for the board."""
        silence, before = Silence(), work(self.child)
        silence.COMPUTES = 0.2
        while not silence.is_over(0.1):
            silence.look(self.process.pid)
        self.assertGreater(work(self.child) - before, 0.19)


class SymbolsTest(unittest.TestCase):
    def test_pairs(self):
        text = ("inner\n./kernel/a.c:3 (discriminator 2)\nouter\nkernel/b.c:4\n??\n??:0\n"
                "bare\n??:?\n")
        self.assertEqual(parse_pairs(text),
                         ["inner at kernel/a.c:3", "outer at kernel/b.c:4", "bare"])


class RunTest(unittest.TestCase):
    """Whole runs, as a user would start them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = folder.name
        self.elf = elf = os.path.join(self.build, "ranvier.elf")
        with open(elf, "w", encoding="utf-8") as file:
            file.write(BOARD)
        os.chmod(elf, stat.S_IRWXU)
        model = {"board": {"name": "toy"}, "arch": {"name": "host", "toolchain": ""},
                 "cpu": {"cores": 1}, "image": {"formats": []}, "qemu": None}
        with open(os.path.join(self.build, "model.json"), "w", encoding="utf-8") as file:
            json.dump(model, file)
        self.command = ["/usr/bin/python3", os.path.join(ROOT, "tools/run.py"), "--target", "toy",
                        "--build", self.build]

    def run_board(self, text, *options):
        return subprocess.run([*self.command, *options], input=text, capture_output=True,
                              timeout=tap.PATIENCE, check=False)

    def assert_ends(self, text, status, output, *options):
        result = self.run_board(text, *options)
        self.assertEqual(result.returncode, status, result)
        self.assertEqual(result.stdout, output, result)
        return result

    def test_poweroff(self):
        self.assert_ends(b"a\npoweroff\n", 0, b"booting\ntoy> a\necho 61\ntoy> poweroff\n")

    def test_end_of_input(self):
        result = self.assert_ends(b"a", 0, b"booting\ntoy> a\necho 61\ntoy> ")
        self.assertEqual(result.stderr, b"")

    def test_no_input(self):
        self.assert_ends(b"", 0, b"booting\ntoy> ")

    def test_reboot_goes_on(self):
        self.assert_ends(b"reboot\na\npoweroff\n", 0,
                         b"booting\ntoy> reboot\nbooting\ntoy> a\necho 61\ntoy> poweroff\n")

    def test_panic(self):
        result = self.run_board(b"panic\n")
        self.assertEqual(result.returncode, 3)
        self.assertIn(b"panic: end of report\n", result.stdout)

    def test_nested_panic(self):
        result = self.run_board(b"nested\n")
        self.assertEqual(result.returncode, 3)
        self.assertTrue(result.stdout.endswith(b"panic: a fault within the report"))

    def test_panic_that_halts(self):
        self.assertEqual(self.run_board(b"halt\npoweroff\n").returncode, 3)

    def test_panics_that_start_it_anew(self):
        result = self.run_board(b"restart\nrestart\nquiet\n")
        self.assertEqual(result.returncode, 3)
        self.assertEqual(result.stdout.count(b"panic: end of report\nbooting\ntoy> "), 2, result)
        self.assertTrue(result.stdout.endswith(b"toy> quiet\ntoy> "), result)

    def test_early_end(self):
        result = self.run_board(b"die\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"ended with status 7", result.stderr)

    def test_timeout(self):
        result = self.run_board(b"hang\npoweroff\n", "--timeout", "1.5")
        self.assertEqual(result.returncode, 124)
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            with contextlib.suppress(OSError), open(path, "rb") as file:  # it has ended meanwhile
                self.assertNotIn(self.build.encode(), file.read())

    def test_errors_pass(self):
        self.assertEqual(self.run_board(b"complain\npoweroff\n").stderr, b"complaint\n")

    def test_every_byte(self):
        text = bytes(set(range(1, 256)) - {10, 13})
        self.assertIn(b"echo " + text.hex().encode(), self.run_board(text + b"\npoweroff\n").stdout)

    def test_long_paste(self):
        lines = [b"%x" % (i % 7) * 300 for i in range(400)]
        result = self.run_board(b"\n".join(lines) + b"\npoweroff\n", "--paste")
        self.assertEqual(result.returncode, 0)
        echoes = [line[5:] for line in result.stdout.splitlines() if line.startswith(b"echo ")]
        self.assertEqual(echoes, [line.hex().encode() for line in lines])

    def test_reader_goes_away(self):
        with self.start() as process:
            pid = self.board_pid(process)
            process.stdout.close()
            process.stdin.write(b"a\na\n")
            process.stdin.close()
            self.assertEqual(process.wait(tap.PATIENCE), 1)
        self.assert_gone(pid)

    def test_not_built(self):
        os.remove(os.path.join(self.build, "model.json"))
        result = self.run_board(b"")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"build it with `make TARGET=toy`", result.stderr)

    def test_damaged_program(self):
        with open(self.elf, "w", encoding="utf-8") as file:
            file.write("\x7fnothing")
        result = self.run_board(b"")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, rb"^error: .*ranvier.elf[^\n]*\n$")

    def test_no_orphan_after_a_signal(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.start() as process:
                pid = self.board_pid(process)
                process.send_signal(number)
                process.wait(tap.PATIENCE)
                process.stdin.close()
            self.assert_gone(pid)

    def start(self):
        return subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def board_pid(self, process):
        """The id of the running board's process, which its console tells."""
        process.stdin.write(b"pid\n")
        process.stdin.flush()
        while b"pid " not in (line := process.stdout.readline()) or b"toy" in line:
            pass
        return int(line.split()[1])

    def assert_gone(self, pid):
        end = time.monotonic() + tap.PATIENCE
        while time.monotonic() < end:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)
        self.fail(f"process {pid} still runs")

    def test_debugger_stops_at_kernel_main(self):
        code = ("int kernel_main(void)\n{\n    return 0;\n}\n"
                "int main(void)\n{\n    return kernel_main();\n}\n")
        subprocess.run(["gcc", "-g", "-no-pie", "-x", "c", "-", "-o", self.elf], input=code.encode(),
                       check=True)
        result = self.run_board(b"", "--debug")
        self.assertEqual(result.returncode, 0, result)
        self.assertRegex(result.stdout, rb"(?s)breakpoint 1, kernel_main \(\).*#1 .* main \(\)")

    def test_terminal(self):
        pid, master = as_tap.fork_on_terminal()
        if pid == 0:
            os.execv(self.command[0], self.command)
        before = termios.tcgetattr(master)
        said = self.read_until(master, b"toy> ")
        self.assertIn(b"Ctrl-A X", said)
        os.write(master, b"\x03a\x01h\r")
        said = self.read_until(master, b"echo 0361")
        self.assertIn(b"send Ctrl-A", said)
        self.assertNotEqual(termios.tcgetattr(master)[3], before[3])
        os.write(master, b"\x01x")
        _, status = os.waitpid(pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        self.assertEqual(termios.tcgetattr(master), before)
        os.close(master)

    def read_until(self, descriptor, text):
        said = b""
        while text not in said:
            ready, _, _ = select.select([descriptor], [], [], tap.PATIENCE)
            self.assertTrue(ready, said)
            said += os.read(descriptor, 4096)
        return said


if __name__ == "__main__":
    as_tap.main()
