#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""keyboard_test.py BOARD: types on the board's keyboard, and publishes keys by the shell's words; the
command `keys`, which listens at the keyboard mux, must print them. A PC's keyboard is QEMU's, that of
`sim` a pipe with records of Linux's input layer."""

import json
import os
import re
import socket
import struct
import sys
import tempfile
import time

from board import Board
from forth_test import Session
import tap

# Of each key: the name that QEMU has for it, and Linux's code.
SHIFT, A, UP, ENTER = ("shift", 42), ("a", 30), ("up", 103), ("ret", 28)
CHORDS = [[SHIFT, A], [UP], [ENTER]]
EVENTS = """\
key 0xe1 pressed  modifiers 0x02
key 0x04 pressed  modifiers 0x02 A
key 0x04 released modifiers 0x02 A
key 0xe1 released modifiers 0x00
key 0x52 pressed  modifiers 0x00
key 0x52 released modifiers 0x00
key 0x28 pressed  modifiers 0x00 U+000a
key 0x28 released modifiers 0x00 U+000a
"""
# Fields in the order of the interface: character, key, modifiers, kind.
PUBLISH = "[char] z 29 0 0 keymux::publish"
LISTENING = re.compile("keys: listening\n")


class Pc:
    """QEMU's keyboard, by its machine protocol."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "qmp")
        self.options = {"-qmp": f"unix:{self.path},server=on,wait=off"}
        self.environment = {}

    def press(self, chord):
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(self.path)
            stream = control.makefile("rw")
            stream.readline()
            keys = [{"type": "qcode", "data": name} for name, _ in chord]
            for execute, arguments in (("qmp_capabilities", {}), ("send-key", {"keys": keys})):
                stream.write(json.dumps({"execute": execute, "arguments": arguments}) + "\n")
                stream.flush()
                while "return" not in json.loads(stream.readline()):
                    pass
        time.sleep(0.3)  # QEMU holds the keys for 100 ms


class Host:
    """A pipe that stands for /dev/input/event0."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "keyboard")
        os.mkfifo(self.path)
        self.options = {}
        self.environment = {"RANVIER_KEYBOARD": self.path}

    def press(self, chord):
        events = [(code, 1) for _, code in chord] + [(code, 0) for _, code in reversed(chord)]
        with open(self.path, "wb") as pipe:
            for code, value in events:
                pipe.write(struct.pack("qqHHi", 0, 0, 1, code, value))
                pipe.write(struct.pack("qqHHi", 0, 0, 0, 0, 0))


def listen(session, count, act):
    """What `keys COUNT` prints of what `act` does."""
    session.type(f"keys {count}\r")
    session.wait(LISTENING)
    act()
    return session.prompt.sub("", session.wait())


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    with tempfile.TemporaryDirectory(prefix="keys-") as folder:
        keyboard = Pc(folder) if board.model["qemu"] else Host(folder)
        os.environ.update(keyboard.environment)
        session = Session(board, changes=keyboard.options)
        answer = listen(session, EVENTS.count("\n"),
                        lambda: [keyboard.press(chord) for chord in CHORDS])
        checks.check("keys that are typed come to who listens", answer.strip() == EVENTS.strip(), answer)
        answer = session.line("show keymux::counts")
        checks.check("the mux has counted them, and nobody listens any more",
                     answer.split() == "listeners: 0 events: 8 lost: 0".split(), answer)
        session.line(f": later  begin 50 ms keymux::counts 2drop until  {PUBLISH} ;")
        session.line("' later spawn drop")
        answer = LISTENING.sub("", session.line("keys 1"))
        checks.check("a word publishes a key", answer.strip() == "key 0x1d pressed  modifiers 0x00 z", answer)
        answer = session.line("keys none")
        checks.check("a wrong count is told", answer.strip() == '"none" is no number of keys', answer)
        session.end()
        checks.check("power-off ends with status 0", session.process.wait() == 0, session.transcript)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
