# SPDX-License-Identifier: MIT OR Apache-2.0
"""A board's image on a machine that differs from the board: QEMU as the runner would start it, but
for some of its options."""

import os
import subprocess
import threading
import time

from board import ROOT, shown
from runner.command import board_command
from runner.model import Board as BuiltBoard
from runner.transcript import PromptWatch
from tap import PATIENCE


def command(board, changes, build=None):
    """The runner's command with some options' values changed, or added where it has them not.
    `build`: another build folder than the board's own."""
    arguments = board_command(BuiltBoard(board.name, build or os.path.join(ROOT, "build", board.name)))
    for option, value in changes.items():
        if option not in arguments:
            arguments += [option, value]
        arguments[arguments.index(option) + 1] = value
    return arguments


def converse(arguments, prompt, lines, *wanted):
    """Types each line when the prompt shows; returns (exit status, transcript). Empty lines are typed
    before, until all that is `wanted` has been written."""
    transcript, watch = b"", PromptWatch(prompt.encode())
    with subprocess.Popen(arguments, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        timer = threading.Timer(PATIENCE, process.kill)  # a board that hangs is ended
        timer.start()
        try:
            while chunk := os.read(process.stdout.fileno(), 4096):
                transcript += chunk
                watch.feed(chunk)
                if lines and watch.ready:
                    if all(text.encode() in transcript for text in wanted):
                        process.stdin.write(lines.pop(0).encode())
                    else:
                        time.sleep(0.05)
                    process.stdin.write(b"\r")
                    watch.sent()
        except BrokenPipeError:
            pass  # it has ended, and its status tells why
        finally:
            timer.cancel()
    return process.returncode, shown(transcript.decode(errors="replace")).replace("\r", "")
