#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs or debugs a built board, as `make run` and `make debug` do.

With a terminal the console is on it (`ranvier console`), and Ctrl-A X leaves. Otherwise stdin is
typed on the console and what the board writes comes out, CR LF as LF; at the end of stdin the board
is ended after its prompt came back. Where a serial mux has the wire, the console is its shell's port.
A panic's backtrace gets functions and lines on its way.

Exit status: 0 after power-off or the end of stdin, 3 after a panic, 124 at the timeout, else 1.
"""

import argparse
import contextlib
import os
import signal
import sys

from runner.command import board_command, console_command
from runner.debugger import debug
from runner.model import Board, RunError
from runner.session import Session
from runner.symbols import Symbols


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", required=True, help="the board, a file of configs/")
    parser.add_argument("--build", help="its build folder (build/TARGET)")
    parser.add_argument("--timeout", type=float, metavar="SECONDS",
                        help="end the board after this time")
    parser.add_argument("--paste", action="store_true",
                        help="feed stdin as fast as the board takes it, not a line a prompt")
    parser.add_argument("--config", metavar="FILE", help="options' values for the board to load")
    parser.add_argument("--disk", metavar="FILE", help="the disk (its build folder's disk.img)")
    parser.add_argument("--cdrom", metavar="FILE", help="boot a PC from this CD image")
    parser.add_argument("--icount", type=int, choices=range(11), metavar="SHIFT",
                        help="each instruction takes 2^SHIFT ns of the board's time, whatever this "
                        "machine's")
    parser.add_argument("--debug", action="store_true", help="attach gdb at kernel_main")
    parser.add_argument("--batch", action="store_true",
                        help="with --debug: print the backtrace at kernel_main and end, as without "
                        "a terminal")
    parser.add_argument("--show", action="store_true", help="print the command and don't run it")
    return parser.parse_args()


def end_on_signal(number, _frame):
    raise SystemExit(128 + number)


def command_of(board, options):
    return board_command(board, disc=options.cdrom, config=options.config, disk=options.disk,
                         icount=options.icount)


def run(board, options):
    interactive = os.isatty(0)
    symbols = Symbols(board.elf, board.toolchain)
    command = console_command(board, command_of(board, options), interactive)
    if interactive:
        print(f"{board.name}: leave with Ctrl-A X (Ctrl-A H for help)", file=sys.stderr, flush=True)
    return Session(command, board.prompt, symbols.describe, interactive=interactive,
                   paste=options.paste, timeout=options.timeout).run()


def main():
    options = parse_arguments()
    if sys.stdin is None:
        os.open(os.devnull, os.O_RDONLY)  # the lowest free descriptor: 0
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, end_on_signal)
    try:
        board = Board(options.target, options.build or os.path.join("build", options.target))
        if options.show:
            print(*command_of(board, options))
            return 0
        if options.debug:
            return debug(board, options.batch or not os.isatty(0))
        return run(board, options)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
    except BrokenPipeError:
        # Nobody reads any more; what Python would flush at its end goes nowhere either.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
