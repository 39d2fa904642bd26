# SPDX-License-Identifier: MIT OR Apache-2.0
"""A board as a user meets it: lines go into `make -s TARGET=board run`, a transcript comes out."""

import json
import os
import re
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tools")]
from runner.model import RunError, find_emulator
from tap import PATIENCE

# What harmony.c says of a task that the machine, not the task, kept from yielding in time.
LATE = re.compile(r"ran for \d+ us without yielding|is a parasite|  #\d+ 0x")


def complaints(transcript):
    """The log's errors and warnings, but for what a busy machine is to blame for."""
    return [line for line in transcript.splitlines()
            if re.search(r"^\[.*(error|warning): ", line) and not LATE.search(line)]


def shown(transcript):
    """A transcript without the lines that a board erased, to write what is new above the line that is
    being typed, and to show that again."""
    return re.sub("^[^\n]*\r\x1b\\[K", "", transcript, flags=re.MULTILINE)


class Board:
    """A board of configs/. What is known of it is generated, if that wasn't done yet."""

    def __init__(self, name):
        self.name = name
        self.prompt = f"{name}> "
        build = os.path.join(ROOT, "build", name)
        if not os.path.exists(os.path.join(build, "model.json")):
            subprocess.run(["make", "-s", f"TARGET={name}", f"build/{name}/model.json"], cwd=ROOT,
                           check=True)
        with open(os.path.join(build, "model.json"), encoding="utf-8") as file:
            self.model = json.load(file)
        self.runner = [os.path.join(ROOT, "tools", "run.py"), "--target", name, "--build", build]

    def obstacle(self):
        """Why this board can't be run on this machine, or None. The board itself is not to blame:
        it stands on a desk only, or the QEMU at hand is too old to know its machine."""
        qemu = self.model["qemu"]
        if qemu is None:
            return None if self.model["arch"]["name"] == "host" else "no emulator has this board"
        try:
            emulator = find_emulator(qemu["binary"])
        except RunError as error:
            return str(error)
        machines = subprocess.run([emulator, "-M", "help"], capture_output=True, text=True,
                                  check=True).stdout
        machine = qemu["machine"].partition(",")[0]
        known = re.search(f"^{re.escape(machine)} ", machines, re.MULTILINE)
        return None if known else f"this QEMU has no machine {machine}"

    def run(self, lines, command=None):
        """Types lines on the console; returns (exit status, transcript, what came on stderr)."""
        command = command or ["make", "-s", f"TARGET={self.name}", "run"]
        text = "".join(line + "\n" for line in lines)
        try:
            done = subprocess.run(command, input=text.encode(), capture_output=True, cwd=ROOT,
                                  timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired as error:
            return None, shown((error.stdout or b"").decode(errors="replace")), "(timed out)"
        return (done.returncode, shown(done.stdout.decode(errors="replace")),
                done.stderr.decode(errors="replace"))

    def paste(self, lines):
        """As run, but without waiting for the prompt between the lines."""
        return self.run(lines, self.runner + ["--paste", "--timeout", str(PATIENCE - 10)])

    def answers(self, transcript):
        """The transcript as a list of (command, what the board wrote until the next prompt)."""
        parts = re.split(f"^{re.escape(self.prompt)}", transcript, flags=re.MULTILINE)[1:]
        return [(part.partition("\n")[0].rstrip(), part.partition("\n")[2]) for part in parts]

    def answer(self, transcript, command):
        """What the board wrote after the first `command`, or None."""
        return next((text for typed, text in self.answers(transcript) if typed == command), None)
