#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""forth_test.py BOARD: Forth at the board's console, as a user types it. John Hayes's core tests and
our own (tests/forth), calls of services, tasks, and words that loop, overflow and recurse."""

import os
import random
import re
import subprocess
import sys
import threading
import time

from board import LATE, ROOT, Board
from machine import command
from runner.transcript import PromptWatch
import tap

BUSY = re.compile(rf"^\[[^\n]*(?:{LATE.pattern})[^\n]*\n", re.MULTILINE)  # log that the machine is to blame for
TROUBLE = re.compile(r"^.*(?:INCORRECT|WRONG NUMBER|\(-\d+\)$|no word ).*$", re.MULTILINE)


class Session:
    """A board that runs, and what is typed at its prompt."""

    def __init__(self, board, build=None, changes=None, arguments=None):
        self.watch = PromptWatch(board.prompt.encode(), b": ")
        # What comes while a line is edited: hidden line, log and notes, prompt and line again.
        self.news = re.compile(rf"\x1b\[K.*?\n{re.escape(board.prompt)}(?:: )?", re.DOTALL)
        self.prompt = re.compile(rf"(?:^|\n){re.escape(board.prompt)}(?:: )?$")
        self.process = subprocess.Popen(arguments or command(board, changes or {}, build),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.timer = threading.Timer(tap.PATIENCE, self.process.kill)
        self.timer.start()
        self.transcript = ""
        self.wait()

    def wait(self, pattern=None):
        """What the board writes until the prompt, or until the pattern."""
        text = ""
        while not (pattern.search(text) if pattern else self.watch.ready):
            chunk = os.read(self.process.stdout.fileno(), 65536)
            if not chunk:
                break
            self.watch.feed(chunk)
            text += chunk.decode(errors="replace").replace("\r", "")
        self.transcript += text
        return text

    def type(self, text):
        self.watch.sent()
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended: nothing more is answered

    def line(self, line):
        """Types a line; what is answered, without the line, the prompt and what else came meanwhile."""
        self.type(line + "\r")
        text = self.prompt.sub("", BUSY.sub("", self.news.sub("", self.wait())))
        return text.partition("\n")[2]

    def until(self, line, text):
        """Types a line again and again until the text has been written; whether it was."""
        while text not in self.transcript and self.process.poll() is None:
            self.line(line)
        return text in self.transcript

    def end(self):
        self.type("poweroff\r")
        self.wait(re.compile("$^"))
        self.timer.cancel()
        return self.process.wait()


def lines_of(*paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            yield from file.read().expandtabs().splitlines()  # Tab completes


def check_file(checks, board, name, lines, last):
    """A file typed at the console: nothing may be wrong, and the last line must be printed."""
    session = Session(board)
    output = "".join(session.line(line) for line in lines)
    trouble = TROUBLE.findall(output)
    checks.check(name, not trouble and last in output and session.end() == 0,
                 "\n".join(trouble[:20])[:2000] or session.transcript[-2000:])


def check_suites(checks, board):
    done = subprocess.run(["tools/deps/fetch", "gforth"], cwd=ROOT, stdout=subprocess.PIPE,
                          check=False, timeout=tap.PATIENCE)
    if not checks.check("John Hayes's tests are fetched", done.returncode == 0):
        return
    folder = os.path.join(done.stdout.decode().strip(), "test")
    forth = os.path.join(ROOT, "tests", "forth")
    tester = list(lines_of(os.path.join(forth, "floats.fth"), os.path.join(folder, "ttester.fs")))
    core = [*tester, ": { T{ ;", ": } }T ;", "HEX", *lines_of(os.path.join(folder, "coretest.fs"))]
    own = [*tester, *lines_of(os.path.join(forth, "conformance.fth"))]
    check_file(checks, board, "John Hayes's core tests", core, "LINE 2")
    check_file(checks, board, "words beyond the core", own, "END OF TESTS")


def check_lines(checks, session):
    """(name, lines, what the last answers)"""
    cases = [
        ("a sum", ["2 3 + ."], "5 "),
        ("a definition over two lines", [": square", "dup * ; 7 square ."], "49 "),
        ("an unknown word, with the nearest command", ["uptme"],
         'no word "uptme": did you mean uptime?\n'),
        ("an error empties the stack", ["1 2 0 @", "depth ."], "0 "),
        ("a wrong address", ["0 @"], "@: invalid memory address (-9)\n"),
        ("a stack's underflow", ["drop"], "drop: stack underflow (-4)\n"),
        ("a recursion without end", [": deep recurse ; deep"], "deep: calls nested too deeply (-53)\n"),
        ("a stack's overflow", [": flood begin 1 again ; flood"], "flood: stack overflow (-3)\n"),
        ("data space's end", ["unused 1+ allot"], "allot: dictionary overflow (-8)\n"),
        ("text of its own", [': no abort" not so" ; 1 no'], "not so (-2)\n"),
        ("the dictionary's end", [f": filler {'dup ' * 20};"] * 200,
         "dup: dictionary overflow (-8)\n"),
        ("and it still answers", ["7 square ."], "49 "),
    ]
    for name, lines, wanted in cases:
        for line in lines:
            answer = session.line(line)
        checks.check(name, answer.strip("\n") == wanted.strip("\n"), f"{answer!r}, not {wanted!r}")


def check_calls(checks, board, session):
    answer = session.line("show status::node")
    checks.check("show prints a call's reply by its fields",
                 f"board: {board.name}\n" in answer and "tasks: " in answer, answer)
    answer = session.line("help status::task")
    checks.check("help tells what a call takes and leaves",
                 answer.startswith("status::task ( index -- name-addr name-u state"), answer)
    answer = session.line("status::node drop 2drop 2drop type")
    checks.check("a call leaves typed values", answer.strip() == board.name, answer)
    answer = session.line("0 status::task 2drop drop type")
    first = board.model["services"][0]["name"]
    checks.check("and takes them", answer.strip() == first, answer)
    answer = session.line("70000 status::task")
    checks.check("a value that its type hasn't is refused",
                 answer.strip() == "status::task: invalid numeric argument (-24)", answer)
    answer = session.line("1000 ' status::task catch . .")
    checks.check("a service's error can be caught", re.match(r"-10\d\d 1000", answer), answer)


def check_tasks(checks, session):
    session.line(": twice 2 0 do .\" tick \" i . cr 20 ms loop ;")
    session.line(": forever begin again ;")
    task = re.search(r"\d+", session.line("' twice spawn ."))
    checks.check("a spawned word prints lines of its own",
                 task and all(session.until("20 ms", f"forth-{task[0]}: tick {i}") for i in (0, 1)),
                 session.transcript[-500:])
    task = re.search(r"\d+", session.line("' forever spawn dup . constant loops"))[0]
    checks.check("a word that loops for ever lets others run",
                 f"forth-{task}" in session.line("tasks"), session.transcript[-500:])
    session.line("loops kill")
    while f"forth-{task} " in (tasks := session.line("tasks")):
        session.line("20 ms")
    checks.check("a killed task is gone", "shell" in tasks, session.transcript[-800:])
    session.type("forever\r")
    session.wait(re.compile("forever\n"))
    session.type("\003")
    checks.check("^C ends a word that loops for ever", "user interrupt (-28)" in session.wait(),
                 session.transcript[-500:])
    session.type(": stubborn begin ['] forever catch drop again ; stubborn\r")
    session.wait(re.compile("; stubborn\n"))
    session.type("\003")
    checks.check("whatever it catches", "user interrupt (-28)" in session.wait(),
                 session.transcript[-500:])
    answers = [session.line("' forever spawn .") for _ in range(12)]
    checks.check("too many tasks are refused", "limit reached" in answers[-1], answers)
    for answer in answers:
        if found := re.match(r"(\d+) $", answer):
            session.line(f"{found[1]} kill")
    while "limit" in session.line("' twice spawn drop"):
        session.line("20 ms")
    checks.check("and can be had again when they have ended", "7 " in session.line("3 4 + ."),
                 session.transcript[-500:])


def check_noise(checks, session):
    """Bytes at random, from which the console must come back."""
    noise = random.Random(8)
    for _ in range(20):
        session.type("".join(chr(noise.choice([*range(1, 16), *range(32, 256)]))
                             for _ in range(500)))
        session.type("\003\003\r")
        time.sleep(0.05)  # not one paste
    session.type("\003\r.( quiet) cr\r")
    session.wait(re.compile(r"\nquiet\n.*> $", re.DOTALL))
    checks.check("random bytes leave it in order", session.line("2 3 + .").startswith("5"),
                 repr(session.transcript[-500:]))


def check_terminal(checks, board, session):
    session.type('s" Name?" ask type\r')
    session.wait(re.compile(r"Name\? $"))
    checks.check("ask", "Ada" in session.line("Ada"), session.transcript[-300:])
    session.type('s" Sure?" confirm .\r')
    session.wait(re.compile(r"Sure\? $"))
    checks.check("confirm", "-1" in session.line("y"), session.transcript[-300:])
    session.type("key .\r")
    session.wait(re.compile(r"key \.\n"))
    session.type("a")
    checks.check("KEY", "97" in session.wait(), session.transcript[-300:])
    session.type("top\r")
    page = session.wait(re.compile(r"lost: .*lost: ", re.DOTALL))
    session.type("q")
    checks.check("top draws its page again until a key is pressed",
                 page.count("\033[H") >= 2 and board.prompt in session.wait(), page)
    session.type("unu\tu.\r")
    checks.check("Tab completes words", "unused u." in session.wait(), session.transcript[-300:])


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    check_suites(checks, board)
    session = Session(board)
    check_calls(checks, board, session)
    check_terminal(checks, board, session)
    check_tasks(checks, session)
    check_noise(checks, session)
    checks.check("a session of all that ends with status 0", session.end() == 0)
    session = Session(board)
    check_lines(checks, session)
    checks.check("so does one of errors", session.end() == 0)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
