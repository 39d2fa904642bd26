# SPDX-License-Identifier: MIT OR Apache-2.0
"""One run of a board: its process, what goes in and what comes out, and how it ends.

    booting --first prompt--> feeding --end of input, prompt again--> ending
       |                         |
       +---- the board ends -----+--> ended

In interactive runs the process has the terminal's input itself. Others feed a line each time the prompt shows, so that
nothing is typed into a console that is being reset, or after the board has waited in silence for a while,
since a program that reads its own input has no prompt. The board's process is ended in every case.
"""

import contextlib
import ctypes
import glob
import os
import select
import signal
import subprocess
import sys
import time

from .transcript import Complaints, LineEnds, PanicReport, PromptWatch

PANIC_STATUS = 3
TIMEOUT_STATUS = 124
FEED_ANYWAY = 2.0  # seconds that a silent board waits, after which a line is fed without a prompt
SETTLED = 0.5  # seconds that it waits, after which a prompt is the last one, where lines were fed ahead
GIVE_UP = 30.0  # seconds, of either kind, after which an awaited prompt will not come
AFTER_PANIC = 2.0  # seconds that a board may be silent after its report, before it starts anew
CHUNK = 65536


def die_with_parent(number=signal.SIGKILL):
    """In the child: that signal when the runner dies, however it dies (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None, use_errno=True).prctl(1, number)


def write_all(descriptor, data):
    """Writes everything, waiting where the other side is slow."""
    while data:
        try:
            data = data[os.write(descriptor, data):]
        except BlockingIOError:
            select.select([], [descriptor], [])


def threads(process):
    """(state, seconds that it has computed) of each thread of the process with that id and of those that it
    has started, as `ranvier console` starts a board's."""
    for folder in glob.glob(f"/proc/{process}/task/*"):
        with contextlib.suppress(OSError):
            with open(f"{folder}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
            yield fields[0], (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            with open(f"{folder}/children", "rb") as file:
                children = file.read().split()
            for child in children:
                yield from threads(int(child))


def is_waiting(process):
    """Whether none of them computes, or would if it were let: on a busy machine a board that is only slow is
    silent, too."""
    return not any(state in b"RD" for state, _ in threads(process))


def work(process):
    """Seconds that they have computed together."""
    return sum(seconds for _, seconds in threads(process))


class Silence:
    """How long a board has said nothing: what of that it was seen to wait, and what a processor computed for
    it."""

    LOOK = 0.2  # seconds at most that a look stands for: whoever looks may be slow himself
    COMPUTES = 10.0  # seconds of a processor that a board that never waits has at the least

    def __init__(self):
        self.broken()

    def broken(self):
        """Something was said, or is to be answered."""
        self._looked = time.monotonic()
        self._waited = self._computed = 0.0
        self._work = None  # what had been computed at the last look

    def look(self, process):
        now = time.monotonic()
        self._waited = (self._waited + min(now - self._looked, self.LOOK) if is_waiting(process)
                        else 0.0)
        self._looked, before, self._work = now, self._work, work(process)
        if before is not None:
            self._computed += max(0.0, self._work - before)

    def is_over(self, seconds):
        """Whether nothing more is to be expected: the board waits for that long, or computes for ever."""
        return self._waited > seconds or self._computed > max(seconds, self.COMPUTES)


class Feeder:
    """The input of a run that has no terminal: whole lines, each when the board waits for it."""

    def __init__(self, paste=False):
        self.paste = paste
        self._data = b""
        self.ended = False

    @property
    def hungry(self):
        return not self.ended and len(self._data) < CHUNK

    @property
    def empty(self):
        return self.ended and not self._data

    def put(self, data):
        """More input; nothing is its end, which also ends an unfinished last line."""
        if data:
            self._data += data
            return
        self.ended = True
        if self._data and not self._data.endswith(b"\n"):
            self._data += b"\n"

    def take(self):
        """The next line, or all of it when pasting; empty while no whole line is there."""
        if self.paste:
            taken, self._data = self._data, b""
            return taken
        line, newline, rest = self._data.partition(b"\n")
        if not newline and len(self._data) < CHUNK:
            return b""
        self._data = rest
        return line + newline


class Session:
    """Runs `command` to its end. `describe` names a backtrace's addresses; `interactive` says that
    it talks to the terminal on stdin itself."""

    def __init__(self, command, prompt, describe, *, interactive, paste=False, timeout=None):
        self._command = command
        self._interactive = interactive
        self._watch = PromptWatch(prompt)
        self._panic = PanicReport(describe)
        self._complaints = Complaints()
        self._listening = True  # until the board's process closes its stderr
        self._ends = LineEnds()
        self._translate = not os.isatty(1)
        self._feeder = Feeder(paste)
        self._pending = b""  # typed, not yet taken by the board
        self._ahead = False  # something was fed that no prompt had asked for
        self._deadline = time.monotonic() + timeout if timeout else None
        self._timeout = timeout
        self._silence = Silence()
        self._process = None
        self._stopped = None  # the status that the runner decided on

    def run(self):
        """The exit status: 0 after power-off, 3 after a panic, 124 at the timeout, else 1."""
        with self._started():
            while self._stopped is None and self._step():
                pass
        self._write(self._panic.finish())
        if self._translate:
            write_all(1, self._ends.finish())
        return self._status()

    @contextlib.contextmanager
    def _started(self):
        # A program that has the terminal stays in its session, and gives it back before it ends.
        last = signal.SIGTERM if self._interactive else signal.SIGKILL
        self._process = subprocess.Popen(
            self._command, stdin=None if self._interactive else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
            start_new_session=not self._interactive, preexec_fn=lambda: die_with_parent(last))
        if not self._interactive:
            os.set_blocking(self._process.stdin.fileno(), False)
        try:
            yield
        finally:
            self._end_process()

    def _end_process(self):
        """Ends the board's process where it still runs, by its id, and waits for it."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        for pipe in filter(None, (self._process.stdin, self._process.stdout, self._process.stderr)):
            with contextlib.suppress(OSError):
                pipe.close()

    def _step(self):
        """One round: waits for something to do and does it. False when the board has ended."""
        ready = self._poll()
        out, err = self._process.stdout.fileno(), self._process.stderr.fileno()
        if err in ready:
            data = os.read(err, CHUNK)
            self._listening = bool(data)
            write_all(2, self._complaints.feed(data))
        if out in ready:
            data = os.read(out, CHUNK)
            if not data:
                self._drain_errors()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(GIVE_UP)
                return False
            self._on_output(data)
        if 0 in ready:
            self._feeder.put(os.read(0, CHUNK))
        if not ready:
            self._silence.look(self._process.pid)
        self._feed()
        self._send()
        self._check_time()
        return True

    def _poll(self):
        """The descriptors that have something, after at most a tenth of a second."""
        poll = select.poll()
        poll.register(self._process.stdout.fileno(), select.POLLIN)
        if self._listening:
            poll.register(self._process.stderr.fileno(), select.POLLIN)
        if self._pending:
            poll.register(self._process.stdin.fileno(), select.POLLOUT)
        if not self._interactive and self._feeder.hungry:
            poll.register(0, select.POLLIN)
        return {descriptor for descriptor, _ in poll.poll(100)}

    def _drain_errors(self):
        descriptor = self._process.stderr.fileno()
        while data := os.read(descriptor, CHUNK):
            write_all(2, self._complaints.feed(data))
        write_all(2, self._complaints.finish())

    def _on_output(self, data):
        self._silence.broken()
        self._watch.feed(data)
        self._write(self._panic.feed(data))
        if self._watch.ready:
            self._panic.ended = False  # it has started anew

    def _write(self, data):
        write_all(1, self._ends.feed(data) if self._translate else data)

    def _feed(self):
        """Moves the next line to what is pending, when the board waits for it or has long been
        silent."""
        if self._interactive or self._pending or not self._watch.seen or self._feeder.empty:
            return
        if self._watch.ready or self._feeder.paste or self._silence.is_over(FEED_ANYWAY):
            self._ahead = self._ahead or self._feeder.paste or not self._watch.ready
            self._pending = self._feeder.take()
            if self._pending:
                self._watch.sent()
                self._silence.broken()

    def _send(self):
        if self._pending:
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                taken = os.write(self._process.stdin.fileno(), self._pending)
                self._pending = self._pending[taken:]

    def _check_time(self):
        if self._deadline and time.monotonic() > self._deadline:
            print(f"error: the board was still running after {self._timeout:g} s", file=sys.stderr)
            self._stopped = TIMEOUT_STATUS
        elif self._panic.ended and self._silence.is_over(AFTER_PANIC):
            self._stopped = PANIC_STATUS
        elif self._interactive:
            return
        elif self._at_end():
            self._stopped = 0
        elif (self._feeder.ended or not self._watch.seen) and self._silence.is_over(GIVE_UP):
            print(f"error: no prompt for {GIVE_UP:g} s", file=sys.stderr)
            self._stopped = 1

    def _at_end(self):
        """All input was taken and the prompt that follows it has come."""
        return (self._feeder.empty and not self._pending and self._watch.ready
                and (not self._ahead or self._silence.is_over(SETTLED)))

    def _status(self):
        if self._panic.started:
            return PANIC_STATUS
        if self._stopped is not None:
            return self._stopped
        if self._process.returncode:
            code = self._process.returncode
            how = f"signal {-code}" if code < 0 else f"status {code}"
            print(f"error: {os.path.basename(self._command[0])} ended with {how}", file=sys.stderr)
            return 1
        return 0
