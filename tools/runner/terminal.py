# SPDX-License-Identifier: MIT OR Apache-2.0
"""The terminal of an interactive run: raw input, and the one key that belongs to the runner."""

import contextlib
import sys
import termios

ESCAPE = 0x01  # Ctrl-A
HELP = (b"\r\nCtrl-A X  end the board\r\nCtrl-A H  this help\r\n"
        b"Ctrl-A Ctrl-A  send Ctrl-A\r\n")


class Keys:
    """Separates what goes to the board from the runner's keys, whatever pieces it comes in."""

    def __init__(self):
        self._escaped = False
        self.quit = False
        self.help = False

    def feed(self, data):
        out = bytearray()
        for byte in data:
            if self._escaped:
                self._escaped = False
                self._command(byte, out)
            elif byte == ESCAPE:
                self._escaped = True
            else:
                out.append(byte)
        return bytes(out)

    def _command(self, byte, out):
        if byte in b"xX":
            self.quit = True
        elif byte in b"hH?":
            self.help = True
        elif byte == ESCAPE:
            out.append(ESCAPE)
        else:
            out += bytes((ESCAPE, byte))


@contextlib.contextmanager
def raw_input(descriptor):
    """Every key comes as it is typed, Ctrl-C and Ctrl-Z included; the terminal is restored at the
    end. Output processing stays on, so that sim's LF starts a new line."""
    before = termios.tcgetattr(descriptor)
    mode = termios.tcgetattr(descriptor)
    mode[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.ISTRIP)
    mode[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    mode[6][termios.VMIN] = 1
    mode[6][termios.VTIME] = 0
    termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)
    try:
        yield
    finally:
        sys.stdout.flush()
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
