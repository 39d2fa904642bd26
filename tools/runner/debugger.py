# SPDX-License-Identifier: MIT OR Apache-2.0
"""A board under gdb: QEMU waits on a Unix socket, gdb comes with symbols."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

from .command import board_command
from .model import RunError, cache_folder
from .session import die_with_parent

LOOK = ["backtrace", "info registers pc"]  # what batch mode does at kernel_main

# Types a line on the board's console, from gdb's prompt. The descriptor leads to the board's stdin.
CONSOLE_COMMAND = """
import os
class Console(gdb.Command):
    "console TEXT: types TEXT and return on the board's console; `continue` lets the board read it."
    def __init__(self):
        super().__init__("console", gdb.COMMAND_USER)
    def invoke(self, text, from_tty):
        os.write({descriptor}, text.encode() + b"\\n")
Console()
"""


def find_gdb():
    for name in ("gdb-multiarch", "gdb"):
        if shutil.which(name):
            return name
    raise RunError("gdb-multiarch is missing; run `make doctor`, it says how to get it")


def source_paths():
    """gdb settings that find the sources behind the mapped paths of the debug information."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    settings = [f"directory {root}"]
    sources = os.path.join(cache_folder(), "sources")
    for name in sorted(os.listdir(sources)) if os.path.isdir(sources) else []:
        library = name.rpartition("-")[0]
        settings.append(f"set substitute-path deps/{library} {os.path.join(sources, name)}")
    return settings


def gdb_command(elf, lines, batch):
    """gdb's command line that executes `lines`, and in batch mode ends after them."""
    command = [find_gdb(), "-quiet", "-nx"] + (["-batch"] if batch else [])
    for line in ["set confirm off", "set pagination off", *source_paths(), *lines]:
        command += ["-ex", line]
    return command + [elf]


def type_command(console):
    """The gdb line that defines `console TEXT` for this pipe."""
    return f"python exec({CONSOLE_COMMAND.format(descriptor=console[1])!r})"


def wait_for(path, process, seconds=10.0):
    """Waits until QEMU listens on the socket."""
    end = time.monotonic() + seconds
    while not os.path.exists(path):
        if process.poll() is not None:
            raise RunError(f"{process.args[0]} ended with status {process.returncode}")
        if time.monotonic() > end:
            raise RunError(f"{process.args[0]} didn't open its debug port")
        time.sleep(0.02)


def run_gdb(command, descriptors=(), batch=False):
    """gdb in the foreground; Ctrl-C is its own business."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(
            command, pass_fds=descriptors, check=False,
            stdin=subprocess.DEVNULL if batch else None,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def debug_emulated(board, console, batch):
    """QEMU, and gdb connected to it. `console` is a pipe: its reading and its writing end."""
    with tempfile.TemporaryDirectory(prefix="ranvier-") as folder:
        socket = os.path.join(folder, "gdb")
        with subprocess.Popen(board_command(board, gdb_socket=socket), stdin=console[0],
                              start_new_session=True, preexec_fn=die_with_parent) as emulator:
            try:
                wait_for(socket, emulator)
                lines = [type_command(console), f"target remote {shlex.quote(socket)}",
                         "tbreak kernel_main"]
                lines += ["continue", *LOOK, "disconnect"] if batch else []
                return run_gdb(gdb_command(board.elf, lines, batch), (console[1],), batch)
            finally:
                emulator.kill()


def debug_process(board, console, batch):
    """sim is a process: gdb starts it, with the pipe as its stdin, so that it leaves the terminal to
    gdb. Its timer and console signals are none of gdb's business."""
    lines = [type_command(console), "handle SIGUSR1 SIGUSR2 SIGALRM SIGIO nostop noprint pass",
             "tbreak kernel_main", f"run </proc/{os.getpid()}/fd/{console[0]}"]
    lines += [*LOOK, "kill"] if batch else []
    return run_gdb(gdb_command(board.elf, lines, batch), (console[1],), batch)


def debug(board, batch):
    """Debugs `board`; returns gdb's status. In batch mode it stops at kernel_main, prints the
    backtrace and ends."""
    if not batch:
        print("The board stops at kernel_main. `continue` lets it run, Ctrl-C stops it,",
              "`console TEXT` types a line, `quit` ends it.", flush=True)
    run = debug_process if board.model["qemu"] is None else debug_emulated
    console = os.pipe()
    try:
        return run(board, console, batch)
    finally:
        for end in console:
            os.close(end)
