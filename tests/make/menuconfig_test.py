#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""menuconfig with a person's keys: one option is changed, takes effect in that target's image and no
other's, and savedefconfig writes it into the board's file and nothing else."""

import contextlib
import glob
import os
import pty
import select
import shutil
import sys
import tempfile
import time

from tree import ENVIRONMENT, ROOT, Tree, steps
import tap
sys.path.append(os.path.join(ROOT, "tools"))
from runner.session import is_waiting

BOARD = "mps2-an385"
FILE = f"configs/{BOARD}.yaml"

# Down, down: Kernel. Enter, enter: its first option, the log level. 2 becomes 3. Out, out, save.
KEYS = ["\x1b[B", "\x1b[B", "\r", "\r", "\x7f", "3", "\r", "\x1b\x1b", "\x1b\x1b", "\r"]

QUIET, LOOK = 0.3, 0.05  # seconds of quiet after which it waits, and between two looks


class Keyboard:
    """A program on a pseudo-terminal of 100 columns and 40 lines."""

    def __init__(self, folder, command):
        self.screen = b""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(folder)
            environment = ENVIRONMENT | {"TERM": "linux", "LINES": "40", "COLUMNS": "100"}
            os.execvpe(command[0], command, environment)

    def read(self, quiet, limit):
        """Takes what the program writes until it is quiet for a while; True if it has ended."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if not select.select([self.terminal], [], [], quiet)[0]:
                return False
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                return True
            if not data:
                return True
            self.screen += data
        return False

    def wait_for(self, text, limit=tap.PATIENCE):
        """Waits until the program has written `text`."""
        end = time.monotonic() + limit
        while text not in self.screen and time.monotonic() < end:
            if self.read(0.2, 1):
                break
        return text in self.screen

    def settle(self, limit=tap.PATIENCE):
        """Takes what the program writes until it waits for a key: it is quiet, and on a busy machine not
        only because it may not compute. Two Escapes that come while it does are taken for another key."""
        quiet, end = 0, time.monotonic() + limit
        while quiet < QUIET and time.monotonic() < end:
            before = len(self.screen)
            if self.read(LOOK, LOOK):
                break
            waits = len(self.screen) == before and all(map(is_waiting, self.processes()))
            quiet = quiet + LOOK if waits else 0

    def processes(self):
        """Those on the terminal."""
        for path in glob.glob("/proc/[0-9]*/stat"):
            with contextlib.suppress(OSError), open(path, "rb") as file:
                number, _, rest = file.read().partition(b" ")
                if int(rest.rpartition(b")")[2].split()[3]) == self.child:
                    yield int(number)

    def press(self, keys):
        self.settle()
        for key in keys:
            os.write(self.terminal, key.encode())
            self.settle()

    def finish(self, limit=60):
        """Waits for the end; returns the exit status."""
        end = time.monotonic() + limit
        while not self.read(0.2, 1) and time.monotonic() < end:
            continue
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


def main():
    checks = tap.Checks()
    if not tap.has_terminals():
        return checks.skip_all("no pseudo-terminals here")
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder + "/tree")
        tree.take_built(BOARD)
        before = tree.read(FILE)
        status, output = tree.make("-s", f"TARGET={BOARD}")
        checks.check("the board builds", status == 0, output)

        keyboard = Keyboard(tree.path, ["make", "-s", f"TARGET={BOARD}", "menuconfig"])
        checks.check("menuconfig shows its menus", keyboard.wait_for(b"ernel"), keyboard.screen)
        keyboard.press(KEYS)
        checks.check("menuconfig ends well", keyboard.finish() == 0, keyboard.screen[-2000:])

        choices = tree.read(f"build/{BOARD}/choices.config").decode()
        checks.check("the choice is kept, and nothing else", choices.split("\n")[-2:] ==
                     ["CONFIG_LOG_LEVEL=3", ""] and choices.count("CONFIG_") == 1, choices)
        status, output = tree.make(f"TARGET={BOARD}")
        compiled = {what for kind, what in steps(output) if kind == "CC"}
        checks.check("it is built in", status == 0 and "kernel/log.c" in compiled, output)
        checks.check("what doesn't use it stays", "kernel/status.c" not in compiled, output)
        header = tree.read(f"build/{BOARD}/gen/include/config.h").decode()
        checks.check("it is in force", "CONFIG_LOG_LEVEL 3" in header, header)

        tree.make("-s", "TARGET=virt-aarch64", "build/virt-aarch64/model.json")
        header = tree.read("build/virt-aarch64/gen/include/config.h").decode()
        checks.check("other targets are as they were", "CONFIG_LOG_LEVEL 2" in header, header)

        status, output = tree.make(f"TARGET={BOARD}", "savedefconfig")
        after = tree.read(FILE)
        checks.check("savedefconfig adds it to the board's file", status == 0 and
                     after.startswith(before) and b"LOG_LEVEL: 3" in after[len(before):],
                     output + after.decode())
        checks.check("the choice is no longer kept apart",
                     not os.path.exists(tree.file(f"build/{BOARD}/choices.config")))
        shutil.rmtree(tree.file(f"build/{BOARD}"))
        status, output = tree.make("-s", f"TARGET={BOARD}", f"build/{BOARD}/gen/.rendered")
        checks.check("from nothing but the file it is generated again", status == 0, output)
        header = tree.read(f"build/{BOARD}/gen/include/config.h").decode()
        checks.check("and has it", "CONFIG_LOG_LEVEL 3" in header, header)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
