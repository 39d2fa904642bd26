# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a board writes, byte for byte: line ends, the prompt, a panic's report. Pure functions."""

import re

PANIC_START = b"panic: "
PANIC_END = b"panic: end of report"
FAULT_START = b"fault: "  # of a task that ends for it, while the board runs on
FAULT_END = b"fault: end of report"
FRAME = re.compile(rb"^\s+#(\d+) (0x[0-9a-fA-F]+)(?=\s*$)")
# As harmony.c logs where a task was, after whatever stands there.
LOG_FRAME = re.compile(rb"\] [\w-]+: (?:warning: )?  #(\d+) (0x[0-9a-fA-F]+)(?=\s*$)")
ESCAPE_SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[@-~]")
# What QEMU says of a board's own network controller when the model gives it no network.
NOISE = re.compile(rb"^\S+: warning: nic \S+ has no peer$")
LONGEST_LINE = 4096  # of a line that is looked at; a longer one is neither a prompt nor a frame


class LineEnds:
    """Turns CR LF into LF, whatever pieces it comes in; a CR alone stays."""

    def __init__(self):
        self._held = b""

    def feed(self, data):
        data = self._held + data
        self._held = b""
        if data.endswith(b"\r"):
            data, self._held = data[:-1], b"\r"
        return data.replace(b"\r\n", b"\n")

    def finish(self):
        held, self._held = self._held, b""
        return held


class Complaints:
    """What the emulator writes on stderr, line by line, less what is not worth telling."""

    def __init__(self):
        self._held = b""

    def feed(self, data):
        *lines, self._held = (self._held + data).split(b"\n")
        return b"".join(line + b"\n" for line in lines if not NOISE.match(line))

    def finish(self):
        held, self._held = self._held, b""
        return held


class PromptWatch:
    """Knows whether the board waits at its prompt: the last, unfinished line is just that, and what was
    typed last has been answered. Log and notes that come while a line is edited are no answer: the
    console hides the line, prints them and shows prompt and line again (editor_hide, editor_show).

    `more`: what may stand behind the prompt where it waits as well.
    """

    HIDE = b"\r\x1b[K"
    PIECE = re.compile(rb"\r\x1b\[K|[\r\n]|[^\r\n]+")

    def __init__(self, prompt, *more):
        self._prompt = prompt
        self._prompts = {prompt, *(prompt + one for one in more)}
        self._line = b""
        self._held = b""  # may be the first bytes of HIDE
        self._news = False  # between hiding and showing
        self._answered = True  # a line has ended since something was typed
        self.ready = False
        self.seen = False

    def feed(self, data):
        data = self._held + data
        self._held = next((self.HIDE[:size] for size in (3, 2, 1) if data.endswith(self.HIDE[:size])),
                          b"")
        for piece in self.PIECE.findall(data[: len(data) - len(self._held)]):
            self._take(piece)
        line = ESCAPE_SEQUENCE.sub(b"", self._line)
        self.ready = self._answered and line in self._prompts and not self._held
        self.seen = self.seen or self.ready

    def _take(self, piece):
        if piece == self.HIDE:
            self._news = True
        if piece[:1] in b"\r\n":
            self._answered = self._answered or (piece == b"\n" and not self._news)
            self._line = b""
            return
        self._line = (self._line + piece)[-LONGEST_LINE:]
        if ESCAPE_SEQUENCE.sub(b"", self._line).startswith(self._prompt):
            self._news = False

    def sent(self):
        """Something was typed: the prompt has to come again, on another line."""
        self._answered = self.ready = False


class PanicReport:
    """Recognises the report of a panic or a fault and adds function and line to each frame of its backtrace,
    and of those in the log.

    `describe(address, is_return)` gives the text for a frame, or None. Everything outside a report
    passes at once, but for what is added at the end of a frame; inside, it passes line by line. `started` says
    that a panic was reported, `ended` that the last report is whole: a board that starts anew may panic again.
    """

    def __init__(self, describe):
        self._describe = describe
        self._line = b""
        self._holding = False  # this line is kept back until it is whole
        self._return = b""  # a CR that is kept back, as something may come before it
        self._in_fault = self._in_panic = False
        self.started = False
        self.ended = False

    def feed(self, data):
        return b"".join(self._feed_piece(piece) for piece in re.findall(rb"[^\n]*\n|[^\n]+", data))

    def finish(self):
        """What was kept back of a last line without an end."""
        held = self._line if self._holding else self._return
        self._line = b""
        return held

    def _feed_piece(self, piece):
        self._line += piece
        out = b"" if self._holding else self._return + piece
        self._return = b""
        if self._line.startswith(PANIC_START) and not self._line.startswith(PANIC_END):
            self.started = self._in_panic = True
            self.ended = False
        if not piece.endswith(b"\n"):
            if not self._holding:
                self._line = self._line[:LONGEST_LINE]
            if out.endswith(b"\r") and LOG_FRAME.search(self._line):
                out, self._return = out[:-1], b"\r"
            return out
        if self._holding:
            out = self._annotate(self._line)
        else:
            text = self._text_for(LOG_FRAME.search(self._line))
            out = re.sub(rb"(?=\r?\n$)", b" " + text, out, count=1) if text else out
        if self._in_panic and self._line.startswith(PANIC_END):
            self._in_panic, self.ended = False, True
        self._in_fault = (self._line.startswith(FAULT_START) or self._in_fault) and \
            not self._line.startswith(FAULT_END)
        self._holding = self._in_fault or self._in_panic
        self._line = b""
        return out

    def _annotate(self, line):
        frame = FRAME.match(line)
        text = self._text_for(frame)
        return line[: frame.end()] + b" " + text + line[frame.end() :] if text else line

    def _text_for(self, frame):
        """What there is to say of a line's frame; nothing if it has none."""
        text = self._describe(int(frame[2], 16), int(frame[1]) > 0) if frame else None
        return text.encode() if text else b""
