#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""mux_test.py BOARD: a board with a serial mux, driven by `ranvier` as a user would: its ports, shell,
log and calls; a reader that is slow; a restart; and bad input."""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time

from wires import (PATIENCE, RANVIER, ROOT, Raw, console, decode, encode, ports, ranvier, trace,
                   wire_of)
from board import Board
from machine import command
import tap

UPTIME = "log records dropped"  # the end of what `uptime` tells


def has_keymux(name):
    return any(service["name"] == "keymux" for service in Board(name).model["services"])


def check_ports(checks, name, link):
    status, out, errors = ranvier("ports", "--json", link)
    found = json.loads(out) if status == 0 else {}
    numbers = [port["port"] for port in found.get("ports", [])]
    checks.check("ports lists those that are open", numbers == [0, 1] + [2] * has_keymux(name) + [3, 4, 10, 11, 12, 13],
                 out + errors)
    status, out, errors = ranvier("ports", link)
    checks.check("and as a table", status == 0 and "loopback" in out and "shell" in out,
                 out + errors)


def check_top(checks, name, link):
    status, out, errors = ranvier("top", "--json", "--pages", "2", link)
    pages = [json.loads(line) for line in out.splitlines()]
    tasks = {task["name"]: task for task in pages[-1]["tasks"]} if len(pages) == 2 else {}
    checks.check("top tells the board's tasks, memory and channels",
                 status == 0 and pages[0]["board"] == name and
                 {"sermux", "gateway", "status", "shell"} <= set(tasks) and
                 {"kernel", "shell"} <= {row["owner"] for row in pages[1]["memory"]} and
                 {"sermux", "status"} <= {row["name"] for row in pages[1]["channels"]},
                 out + errors)
    checks.check("who answers runs, and has used its stack",
                 tasks and tasks["status"]["state"] == "running" and
                 0 < tasks["status"]["stack_used"] < tasks["status"]["stack"], out)


def check_call(checks, name, link):
    status, out, errors = ranvier("call", "--json", "status", "node", link)
    node = json.loads(out) if status == 0 else {}
    checks.check("call makes any call", node.get("board") == name and node.get("tasks", 0) > 3,
                 out + errors)
    status, out, errors = ranvier("call", "--json", "status", "task", "index=0", link)
    checks.check("its enums by their values' names",
                 status == 0 and json.loads(out)["state"] in ("ready", "running", "parked"),
                 out + errors)
    if has_keymux(name):
        for word in ("released", "2"):
            status, out, errors = ranvier("call", "keymux", "publish", "event.character=65",
                                          f"event.kind={word}", link)
            checks.check(f"and takes {word} for one", status == 0, out + errors)
    status, out, errors = ranvier("call", "keymux", "publish", "event.kind=dropped", link)
    checks.check("and tells what there is where it is none", status == 2 and
                 "event.kind=dropped: is none of pressed|repeated|released" in errors, out + errors)
    status, out, errors = ranvier("call", "status", "task", "index=0xffff", link)
    checks.check("and tells what the service says", status == 1 and "not found" in errors,
                 out + errors)


def check_console(checks, name, link):
    for options in ([], ["--port", "10"]):
        status, out, errors = console(*options, link, text=b"uptime\r", until=UPTIME)
        checks.check(f"console {' '.join(options)} runs a command", status == 0 and "up " in out,
                     f"{status}\n{out}{errors}")


def check_spans(checks, name, link):
    """The call that a shell makes, as spans of the service that answers it, decoded with the ELF file."""
    elf = os.path.join(ROOT, "build", name, "ranvier.elf")
    status, out, errors = console("--elf", elf, "--json", link, text=b"log debug\rstatus::node\r",
                                  until='"drop-span"')
    events = [json.loads(line) for line in out.splitlines()]
    calls = [event for event in events if event["kind"] == "new-span" and
             (event["module"], event["text"]) == ("status", "node")]
    checks.check("console tells a call as a span, with its place in the source", status == 0 and
                 calls and calls[0]["where"].startswith("kernel/interface_call.c:"), out + errors)
    course = [event["kind"] for event in events if calls and event.get("span") == calls[0]["span"]]
    checks.check("that begins, is entered and left, and ends",
                 course == ["new-span", "enter", "exit", "drop-span"], out)
    status, out, errors = console(link, text=b"log info\r", until="recorded: info")
    checks.check("which is as the shell is told", status == 0 and "recorded: info" in out, out + errors)


def check_paste(checks, link):
    """Lines that come while the first of them runs."""
    lines = b"".join(b"( which is long enough ) %d 1000 + .\r" % number for number in range(12))
    status, out, errors = console("--port", "10", link, text=b"500 ms\r" + lines + b"uptime\r",
                                  until=UPTIME)
    checks.check("lines that are typed while a word runs are run then",
                 status == 0 and "1011 " in out and "up " in out, out + errors)


def check_trace(checks, name):
    """From the start: a board that boots as the command's own process. Without the ELF file the board
    itself tells its texts."""
    elf = os.path.join(ROOT, "build", name, "ranvier.elf")
    board = [elf] if name == "mux-sim" else command(Board(name), {})
    found, said = trace("--elf", elf, "--json", "--", *board, until=lambda e: (
        e.get("module") == "boot" and e.get("where", "").startswith("kernel/boot.c:")))
    checks.check("trace has what was logged at boot, with its place in the source", found, said)
    found, said = trace("--json", "--", *board, until=lambda e: (
        e.get("module") == "boot" and e["text"].startswith("Ranvier ")))
    checks.check("trace needs no ELF file for the texts", found, said)


class Mux:
    """`ranvier mux` on a link; connect() is a TCP connection to a port."""

    def __init__(self, link):
        self.process = subprocess.Popen(
            [RANVIER, "mux", "--json", "--base", "0", link], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.places = {}

    def wait_for(self, port):
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        while port not in self.places:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(f"no port {port}: " + self.process.stderr.read().decode())
            event = json.loads(line)
            self.places[event["port"]] = event["link"]
        timer.cancel()
        return self.places[port]

    def connect(self, port):
        _, host, tcp = self.wait_for(port).split(":")
        return socket.create_connection((host, int(tcp)), timeout=PATIENCE)

    def close(self):
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return status


def receive_until(connection, text, said=b""):
    """What comes up to and with `text`, or until nothing comes any more; `said` has come already."""
    with contextlib.suppress(OSError):
        while text not in said:
            chunk = connection.recv(4096)
            if not chunk:
                break
            said += chunk
    return said


def check_loopback(checks, mux):
    with mux.connect(0) as connection:
        data = bytes(random.Random(7).randrange(256) for _ in range(6000)) + b"end of data"
        connection.sendall(data)
        came = receive_until(connection, b"end of data")
        checks.check("6 KB of any bytes come back from port 0", came == data,
                     f"{len(came)} of {len(data)} bytes")


def check_slow_reader(checks, mux, prompt):
    """Much output that nobody takes: others go on, and all of it is there in the end."""
    words = [b"nothing-of-the-kind-%03d" % number for number in range(60)]
    with mux.connect(10) as shell:
        shell.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        shell.sendall(b"\r")
        receive_until(shell, prompt)
        for word in words:
            shell.sendall(word + b"\r")
        time.sleep(1)
        check_loopback(checks, mux)
        shell.sendall(b"uptime\r")
        said = receive_until(shell, b"log records dropped")
        missing = [word for word in words if word not in said]
        checks.check("a slow reader loses nothing and blocks nobody", not missing,
                     f"lost {missing[:3]}\n{said[-500:]!r}")


def check_restart(checks, mux, prompt):
    """The board starts anew while its ports are in use."""
    with mux.connect(10) as shell:
        shell.sendall(b"reboot\r")
        start = receive_until(shell, b"from entry to prompt")
        receive_until(shell, prompt, start[start.find(b"from entry to prompt"):])
        shell.sendall(b"uptime\r")
        said = receive_until(shell, b"log records dropped")
        checks.check("a port goes on after a restart", b"log records dropped" in said, repr(said))


def check_keyboard(checks, mux, prompt):
    """What is typed on port 2 are keys for who listens."""
    with mux.connect(10) as shell, mux.connect(2) as keyboard:
        shell.sendall(b"\r")
        receive_until(shell, prompt)
        shell.sendall(b"keys 2\r")
        receive_until(shell, b"keys: listening")
        keyboard.sendall("xé".encode())
        said = receive_until(shell, b"00e9")
        wanted = [b"key 0x00 pressed  modifiers 0x00 x", b"key 0x00 pressed  modifiers 0x00 U+00e9"]
        checks.check("port 2 is a keyboard", all(line in said for line in wanted), repr(said))


def check_shells(checks, mux, prompt):
    """Four shells, each by itself: definitions of its own, and a loop without end in another."""
    shells = [mux.connect(port) for port in range(10, 14)]
    try:
        for number, shell in enumerate(shells):
            shell.sendall(b"\r")
            receive_until(shell, prompt)
            shell.sendall(b": mine %d ;\r" % number)
            receive_until(shell, prompt)
        shells[1].sendall(b": busy begin again ; busy\r")
        receive_until(shells[1], b"busy\r\n")
        said = []
        for number in (0, 2, 3):
            shells[number].sendall(b"mine 1000 + .\r")
            said.append(receive_until(shells[number], b"100%d " % number))
        checks.check("shells 10 to 13 at once, each by itself",
                     all(b"100%d " % number in text for number, text in zip((0, 2, 3), said)), said)
        shells[1].sendall(b"\3")
        text = receive_until(shells[1], b"interrupt")
        checks.check("and ^C ends what runs in one of them", b"interrupt" in text, text)
    finally:
        for shell in shells:
            shell.close()


def check_tasks(checks, mux, prompt):
    """As many tasks as a shell can have, beside three more shells, each on a port of its own."""
    with mux.connect(11) as shell:
        def say(line, answer):
            shell.sendall(line + b"\r")
            said = receive_until(shell, answer)
            return answer in said, said
        say(b"", prompt)
        say(b": busy begin s\" at work\" type cr 50 ms again ; 7000 70 + .", b"7070 ")
        told = [say(b"' busy spawn constant t%d" % number, b"prints on port %d" % (64 + number))
                for number in range(4)]
        checks.check("four words run in tasks of their own", all(good for good, _ in told), told)
        good, said = say(b"' busy spawn", b"limit reached")
        checks.check("a fifth is refused", good, said)
        for number in range(64, 68):
            with mux.connect(number) as port:
                said = receive_until(port, b"at work\r\n")
                checks.check(f"one prints on port {number}", b"at work\r\n" in said, said)
        good, said = say(b"t0 kill t1 kill t2 kill t3 kill 8000 80 + .", b"8080 ")
        checks.check("and kill ends them", good, said)


def check_mux(checks, name, link):
    prompt = f"{name}> ".encode()
    mux = Mux(link)
    try:
        check_loopback(checks, mux)
        if has_keymux(name):
            check_keyboard(checks, mux, prompt)
        check_shells(checks, mux, prompt)
        check_tasks(checks, mux, prompt)
        check_slow_reader(checks, mux, prompt)
        check_restart(checks, mux, prompt)
    finally:
        status = mux.close()
    checks.check("mux ends when it is asked to, with status 0", status == 0, status)


def check_terminals(checks, link):
    """Ports as pseudo-terminals."""
    process = subprocess.Popen([RANVIER, "mux", "--pty", "--json", link], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    try:
        path = None
        while not path:
            line = process.stdout.readline()
            event = json.loads(line) if line else {"port": 10, "link": "(ended)"}
            path = event["link"] if event["port"] == 10 else None
        status, out, errors = console("--raw", path, text=b"uptime\r", until=UPTIME)
        checks.check("a port is a pseudo-terminal", status == 0 and "up " in out, out + errors)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()


def check_plain_host(checks, name, link):
    """A host that announces nothing: frames as they always were."""
    echo, greeting = (0, b"\0any\0bytes"), (1, f"hello from {name}\r\n".encode())
    raw, said, end = Raw(link), b"", time.monotonic() + PATIENCE
    try:
        raw.send(b"\0" + encode(255, b"\x07"))  # whoever was here before has left
        raw.take(0.5)
        raw.send(encode(*echo) + encode(10, b"uptime\r"))
        while True:
            said += raw.take(0.2)
            frames = [decode(frame) for frame in said.split(b"\0")]
            text = b"".join(frame[1] for frame in frames if frame and frame[0] == 10)
            answered = b"log records dropped" in text
            if (answered and echo in frames and greeting in frames) or time.monotonic() > end:
                break
    finally:
        raw.close()
    checks.check("port 0 sends back", echo in frames, frames)
    checks.check("port 1 greets", greeting in frames, frames)
    checks.check("the shell answers", answered, frames)


def check_bad_input(checks, link, seconds):
    before = ports(link)
    source = random.Random(11)
    raw = Raw(link)
    try:
        raw.send(b"\0" + encode(255, b"\x07"))
        raw.send(encode(77, b"nobody") + encode(0x4269, b"\1\2\3") + b"\x09cut\0")
        raw.send(encode(0, bytes(range(1, 200)) * 6))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            raw.send(source.randbytes(16384).replace(b"\x0a\0", b"\x0b\0"))
            raw.settle()
    finally:
        raw.close()
    after = ports(link)
    grown = [key for key in ("damaged", "too_long", "unknown")
             if before and after and after[key] > before[key]]
    checks.check("bad frames are counted: broken, too long, for nobody", len(grown) == 3,
                 f"{before}\n{after}")
    status, out, errors = console("--port", "10", link, text=b"\r\x03\ruptime\r", until=UPTIME)
    checks.check("the shell is there as before", status == 0 and "up " in out, out + errors)


def main():
    name = sys.argv[1]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 2.0
    checks = tap.Checks()
    if obstacle := Board(name).obstacle():
        return checks.skip_all(obstacle)
    with wire_of(name, terminals=True) as link:
        check_ports(checks, name, link)
        check_top(checks, name, link)
        check_call(checks, name, link)
        check_console(checks, name, link)
        if name == "mux-sim":  # the only one that has records of that level compiled in
            check_spans(checks, name, link)
        check_paste(checks, link)
        check_plain_host(checks, name, link)
        check_mux(checks, name, link)
        check_terminals(checks, link)
        check_bad_input(checks, link, seconds)
    check_trace(checks, name)
    status, _, errors = ranvier("ports", "unix:/nowhere/at/all")
    checks.check("a link that is not there is an error that names it",
                 status == 1 and "/nowhere/at/all" in errors, errors)
    status, _, errors = ranvier("ports")
    checks.check("without a link it is wrong use", status == 2 and "link" in errors, errors)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
