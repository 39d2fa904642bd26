# SPDX-License-Identifier: MIT OR Apache-2.0
"""Boards with a serial mux on a wire that `ranvier` can open, each by another kind of link: Unix
socket, TCP, pseudo-terminal. And the frames, written anew from their description, to send what
`ranvier` never would."""

import contextlib
import json
import os
import pty
import re
import select
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import tty

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, "tests", "boot"), os.path.join(ROOT, "tests")]
from board import Board
from machine import command
from tap import PATIENCE

RANVIER = os.path.join(ROOT, "build", "host", "ranvier")


@contextlib.contextmanager
def running(arguments, **options):
    with subprocess.Popen(arguments, stderr=subprocess.DEVNULL, **options) as process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def on_terminal(elf):
    """The simulated board on a pseudo-terminal, whose other end is relayed to a Unix socket: a
    pseudo-terminal's name leads to the board's side only."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    with tempfile.TemporaryDirectory() as folder, running([elf], stdin=slave, stdout=slave):
        os.close(slave)
        path = os.path.join(folder, "wire")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1)
        threading.Thread(target=relay, args=(listener, master), daemon=True).start()
        try:
            yield f"unix:{path}"
        finally:
            listener.close()


def relay(listener, master):
    """Bytes between whoever is connected and the board; what it says to nobody is lost, as on a
    wire."""
    client = None
    with contextlib.suppress(OSError, ValueError):
        while True:
            ready, _, _ = select.select([listener, master] + ([client] if client else []), [], [])
            if listener in ready and not client:
                client, _ = listener.accept()
            if master in ready:
                data = os.read(master, 4096)
                if client:
                    with contextlib.suppress(OSError):
                        client.sendall(data)
            if client in ready:
                data = b""
                with contextlib.suppress(ConnectionError):  # it left while something was on its way
                    data = client.recv(256)
                if data:
                    os.write(master, data)
                else:
                    client.close()
                    client = None


def on_listener(board, listener):
    """The board's machine takes over a socket that listens already: who connects waits for it."""
    descriptor = listener.fileno()
    chardev = f"socket,id=console,fd={descriptor},server=on,wait=off"
    return running(command(board, {"-chardev": chardev}), stdin=subprocess.DEVNULL,
                   pass_fds=[descriptor])


@contextlib.contextmanager
def on_socket(board):
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = os.path.join(folder, "wire")
        listener.bind(path)
        listener.listen(1)
        with on_listener(board, listener):
            yield f"unix:{path}"


@contextlib.contextmanager
def on_tcp(board):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with on_listener(board, listener):
            yield f"tcp:127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def on_pty(board):
    arguments = command(board, {"-chardev": "pty,id=console"})
    with running(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        said = b""
        while not (found := re.search(rb"redirected to (/dev/pts/\d+)", said)):
            said += os.read(process.stdout.fileno(), 4096)
        yield found[1].decode()


@contextlib.contextmanager
def wire_of(name, terminals=False):
    """The running board's link, as a context; its mux is up. With `terminals` QEMU's pseudo-terminal is one
    of the kinds: on a busy machine it takes seconds to notice that somebody has opened it, where the
    board computes, and what comes until then is lost."""
    if name == "mux-sim":
        wire = on_terminal(os.path.join(ROOT, "build", name, "ranvier.elf"))
    else:
        wire = {"mux-virt": on_socket, "mux-pc": on_tcp}.get(
            name, on_pty if terminals else on_socket)(Board(name))
    with wire as link:
        wait_for_start(link)
        yield link


class Raw:
    """The link, opened without `ranvier`."""

    def __init__(self, link):
        kind, _, place = link.partition(":")
        if kind == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(place)
        elif kind == "tcp":
            host, _, port = place.partition(":")
            self.socket = socket.create_connection((host, int(port)))
        else:
            self.socket = None
            self.descriptor = os.open(link, os.O_RDWR | os.O_NOCTTY)
            tty.setraw(self.descriptor)
        if self.socket:
            self.descriptor = self.socket.fileno()
        self.came = b""  # while something was sent
        self.marks = 0

    def close(self):
        if self.socket:
            self.socket.close()
        else:
            os.close(self.descriptor)

    def send(self, data):
        while data:
            _, writable, _ = select.select([], [self.descriptor], [], PATIENCE)
            if not writable:
                raise TimeoutError("the board takes nothing")
            data = data[os.write(self.descriptor, data[:64]):]
            self.came = self.take(0)

    def settle(self):
        """Waits until the board has taken all that was sent, as far as buffers on the way go: port 0
        sends a mark back. The board takes whoever was here for gone."""
        self.marks += 1
        mark = encode(0, b"mark %d" % self.marks)
        said, end = b"", time.monotonic() + PATIENCE
        while mark not in said:
            if time.monotonic() > end:
                raise TimeoutError("the board sends nothing back")
            self.send(b"\0" + encode(255, b"\x07") + mark)
            said += self.take(0.2)

    def take(self, seconds):
        """What came since it was asked for last, and in that many seconds more."""
        data, end = self.came, time.monotonic() + seconds
        self.came = b""
        while select.select([self.descriptor], [], [], max(0, end - time.monotonic()))[0]:
            chunk = os.read(self.descriptor, 4096)
            if not chunk:
                break
            data += chunk
        return data


def wait_for_start(link):
    """Returns when the board's mux is up."""
    raw = Raw(link)
    try:
        raw.settle()
    finally:
        raw.close()


def encode(port, data):
    """A frame: COBS of the port and the data, and a zero."""
    out = b""
    for block in (struct.pack("<H", port) + data).split(b"\0"):
        while len(block) >= 254:
            out, block = out + b"\xff" + block[:254], block[254:]
        out += bytes([len(block) + 1]) + block
    return out + b"\0"


def decode(frame):
    """Port and data of a frame without its zero; None for what is none."""
    out, place = b"", 0
    while place < len(frame):
        code = frame[place]
        if place + code > len(frame):
            return None
        out += frame[place + 1:place + code]
        place += code
        if code < 255 and place < len(frame):
            out += b"\0"
    return (struct.unpack("<H", out[:2])[0], out[2:]) if len(out) > 2 else None


def ranvier(*arguments, text=b"", timeout=PATIENCE):
    """(status, stdout, stderr) of a command."""
    done = subprocess.run([RANVIER, *arguments], input=text, capture_output=True, timeout=timeout,
                          check=False)
    return (done.returncode, done.stdout.decode(errors="replace"),
            done.stderr.decode(errors="replace"))


def console(*arguments, text, until):
    """(status, stdout, stderr) of `ranvier console`, whose input ends when it has shown `until`."""
    with subprocess.Popen([RANVIER, "console", "--wait", "0", *arguments], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        said = b""
        with contextlib.suppress(BrokenPipeError):  # it has ended, and its status tells why
            os.write(process.stdin.fileno(), text)
        while until.encode() not in said and (chunk := os.read(process.stdout.fileno(), 4096)):
            said += chunk
        out, errors = process.communicate()
        timer.cancel()
    return process.returncode, (said + out).decode(errors="replace"), errors.decode(errors="replace")


def trace(*arguments, until):
    """Whether `ranvier trace --json` has told an event of which `until` is true; and all it has told."""
    with subprocess.Popen([RANVIER, "trace", *arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True) as process:
        timer = threading.Timer(PATIENCE, process.terminate)
        timer.start()
        said = []
        for line in process.stdout:
            said.append(line)
            if until(json.loads(line)):
                break
        process.terminate()
        timer.cancel()
        found = bool(said) and until(json.loads(said[-1]))
    return found, "".join(said)


def ports(link):
    """What `ranvier ports` says, or None."""
    status, out, _ = ranvier("ports", "--json", link)
    return json.loads(out) if status == 0 else None
