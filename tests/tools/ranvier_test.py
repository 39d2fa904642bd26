#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The host tool without a board: help, man page and completion know each command and option; what is
wrong on the command line; writing images."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

import as_tap
import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "tools", "ranvier")
RANVIER = os.path.join(ROOT, "build", "host", "ranvier")
PATIENCE = str(tap.PATIENCE)  # as an argument
ANNOUNCED = r"\x00\x02\xff\x03\x01\x01"  # what a host says first, as Python shows it


def run(*arguments, cwd=ROOT):
    return subprocess.run([RANVIER, *arguments], capture_output=True, text=True, timeout=tap.PATIENCE,
                          check=False, cwd=cwd, stdin=subprocess.DEVNULL)


def commands():
    """The names of all commands, by `ranvier help`."""
    return re.findall(r"^  (\S+(?: \S+)?)  +\S", run("help").stdout, re.MULTILINE)


def options(command):
    return set(re.findall(r"(?<![-\w])--[a-z]+", run(*command.split(), "--help").stdout))


class RanvierTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["make", "-s", "ranvier"], cwd=ROOT, check=True)

    def test_each_command_has_help(self):
        self.assertGreater(len(commands()), 6)
        for command in commands():
            done = run(*command.split(), "--help")
            self.assertEqual(done.returncode, 0, command)
            self.assertTrue(done.stdout.startswith(f"usage: ranvier {command}"), done.stdout)

    def test_each_command_speaks_json(self):
        for command in commands():
            self.assertIn("--json", options(command), command)
        listed = [json.loads(line) for line in run("help", "--json").stdout.splitlines()]
        self.assertEqual([one["command"] for one in listed], commands())
        self.assertEqual([json.loads(run("help", "--json", "config", "pack").stdout)],
                         [one for one in listed if one["command"] == "config pack"])

    def test_the_manual_has_each_command_and_option(self):
        with open(os.path.join(FOLDER, "ranvier.1"), encoding="utf-8") as file:
            manual = file.read()
        for command in commands():
            self.assertRegex(manual, rf"(?m)^\.B {command}\b", command)
            for option in options(command):
                self.assertIn(option.replace("-", r"\-"), manual, f"{command} {option}")

    @unittest.skipUnless(shutil.which("man"), "no man here")
    def test_the_manual_is_well_formed(self):
        done = subprocess.run(["man", "--warnings", "-l", os.path.join(FOLDER, "ranvier.1")],
                              capture_output=True, text=True, check=False,
                              env={**os.environ, "MANWIDTH": "100", "PAGER": "cat"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def complete(self, *words):
        """What bash completes the last word to."""
        script = (f"source {FOLDER}/completion/ranvier.bash; PATH={os.path.dirname(RANVIER)}:$PATH; "
                  'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ranvier; printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, "bash", "ranvier", *words],
                              capture_output=True, text=True, check=True, cwd=ROOT)
        return done.stdout.split()

    def test_bash_completes_commands_options_and_levels(self):
        firsts = {command.split()[0] for command in commands()}
        self.assertEqual(set(self.complete("")), firsts)
        self.assertEqual(self.complete("tr"), ["trace"])
        self.assertEqual(set(self.complete("top", "--")), options("top"))
        self.assertEqual(self.complete("trace", "--level", "w"), ["warning"])
        self.assertEqual(self.complete("config", ""), ["pack"])
        self.assertEqual(self.complete("agent", "de"), ["deploy"])
        self.assertEqual(self.complete("help", "agent", "de"), ["deploy"])
        self.assertEqual(self.complete("help", "tr"), ["trace"])
        self.assertEqual(set(self.complete("agent", "run", "--")), options("agent run"))

    def complete_in_zsh(self, *words):
        """What zsh is offered for the last word, with what it says of each."""
        script = ('words=(ranvier "$@"); CURRENT=$#words; path=(%s $path)\n'
                  '_describe() { print -l -- "${(@P)2}" }\n'
                  'compadd() { [[ $1 == -- ]] && shift; print -l -- "$@" }\n'
                  "_files() { print files }\n"
                  "source %s/completion/_ranvier\n" % (os.path.dirname(RANVIER), FOLDER))
        done = subprocess.run(["zsh", "-f", "-c", script, "zsh", *words], capture_output=True,
                              text=True, check=True, cwd=ROOT)
        return done.stdout.splitlines()

    @unittest.skipUnless(shutil.which("zsh"), "no zsh here")
    def test_zsh_completes_the_same(self):
        for words in ([""], ["help", ""]):
            offered = dict(line.split(":", 1) for line in self.complete_in_zsh(*words))
            self.assertEqual(set(offered), {command.split()[0] for command in commands()})
            self.assertEqual(offered["trace"], "the log of a board as it is written, over its serial mux")
        for words in (["agent", ""], ["help", "agent", ""]):
            offered = [line.split(":")[0] for line in self.complete_in_zsh(*words)]
            self.assertEqual([f"agent {word}" for word in offered],
                             [command for command in commands() if command.startswith("agent ")])
        self.assertEqual(set(self.complete_in_zsh("top", "--")), options("top"))
        self.assertEqual(set(self.complete_in_zsh("agent", "run", "--")), options("agent run"))
        self.assertEqual(self.complete_in_zsh("trace", "--set", ""), ["error", "warning", "info", "debug"])
        self.assertEqual(self.complete_in_zsh("mux", ""), ["files"])

    def test_wrong_use(self):
        for arguments, word in ((["consle"], "did you mean console"), (["ports"], "link"),
                                (["ports", "a", "b"], "more than one"), (["top", "--every", "x", "l"],
                                "x is not a number"), (["console", "--nothing"], "no option"),
                                (["trace", "--elf"], "wants an argument"), (["trace"], "link"),
                                (["console", "--"], "no command"), (["mux", "--base", "-1", "l"], "-1"),
                                (["console", "--raw", "--port", "1", "l"], "exclude"),
                                (["agent"], "ranvier help agent"), (["agent", "rn"], "no command agent rn"),
                                (["agent", "pack", "--grants", "log sned", "m"], "did you mean send"),
                                (["agent", "deploy", "--grants", "all", "m", "l"], "SERVICE.CALL"),
                                (["flash"], "--target"), (["call", "status"], "which call"),
                                (["call", "statsu", "node", "l"], "did you mean status"),
                                (["call", "status", "tsk", "l"], "did you mean task"),
                                (["call", "status", "task", "l"], "index=u16 is missing"),
                                (["call", "status", "task", "index=x", "l"], "is no number"),
                                (["call", "status", "task", "index=65536", "l"], "too great"),
                                (["call", "keymux", "publish", "event.kind=up", "l"],
                                 "is none of pressed|repeated|released"),
                                (["call", "status", "task", "place=1", "l"], "no field")):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2, (arguments, done))
            self.assertIn(word, done.stderr)

    def test_links_that_fail(self):
        with tempfile.NamedTemporaryFile() as file, socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))  # nobody else's, and not listening
            place = "tcp:127.0.0.1:%d" % deaf.getsockname()[1]
            for link, word in (("/dev/nothing-here", "No such file"), (file.name, "no serial device"),
                               ("unix:" + "x" * 200, "longer"), ("tcp:nowhere", "tcp:HOST:PORT"),
                               (place, "refused")):
                done = run("ports", link)
                self.assertEqual(done.returncode, 1, (link, done))
                self.assertIn(word, done.stderr)
        done = run("ports", "--", "true")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no serial mux", done.stderr)

    def test_an_echo_is_no_board(self):
        done = run("ports", "--", "cat")
        self.assertEqual(done.returncode, 1)
        self.assertIn("what is sent there comes back", done.stderr)

    def test_a_process_is_a_link(self):
        done = run("console", "--raw", "--", "sh", "-c", "echo spoken; exit 5")
        self.assertEqual((done.returncode, done.stdout), (5, "spoken\n"))

    @staticmethod
    def frames(*frames):
        """(port, data) as on the wire."""
        wire = b""
        for port, data in frames:
            for block in (bytes([port, 0]) + data).split(b"\0"):
                wire += bytes([len(block) + 1]) + block
            wire += b"\0"
        return wire

    def board_that(self, code):
        """A command that is a board: say() and hear() are its wire; age() is in seconds since it was started,
        which on a busy machine may be long before it runs."""
        return ["--", "/usr/bin/python3", "-c", f"""
import os, select, sys, time
def say(data): os.write(1, data)
def hear(seconds): return os.read(0, 4096) if select.select([0], [], [], seconds)[0] else b""
def age(): return time.monotonic() - {time.monotonic()}
{code}"""]

    def test_a_board_that_starts_is_not_talked_to_before_it_is_up(self):
        up = self.frames((255, b"\5"))
        done = run("console", "--port", "10", "--wait", PATIENCE, *self.board_that(f"""
early = hear(1) if age() < 3 else b""  # after 5 s it would be talked to, whether it is up or not
say(b"\\0" + {up!r})
late = hear(20)
say(b"\\0early " + repr(early).encode() + b" late " + repr(late).encode() + b"\\r\\n")
"""))
        self.assertIn(f"early b'' late b'{ANNOUNCED}", done.stdout, done)

    def test_a_command_s_board_that_is_up_already_is_talked_to(self):
        """It greets, or says nothing at all."""
        greeting = self.frames((1, b"hello"))
        for code in (f"say({greeting!r})", ""):
            done = run("console", "--port", "10", "--wait", PATIENCE, *self.board_that(
                f"{code}\nsay(b'\\0heard ' + repr(hear(20)).encode() + b'\\r\\n')"))
            self.assertIn(f"heard b'{ANNOUNCED}", done.stdout, done)

    def test_a_restart_is_answered_by_a_new_announcement(self):
        up = self.frames((255, b"\5"))
        done = run("console", "--port", "10", "--wait", PATIENCE, *self.board_that(f"""
def hear_announcement():
    said = b""
    while b"{ANNOUNCED}" not in said:  # what is said each second may come before
        said += hear(20)
say(b"\\0" + {up!r})
hear_announcement()
say({self.frames((255, bytes([1, 1, 0, 2, 2, 10, 0, 9, 0, 0, 0])))!r})
hear(20)
say(b"\\0" + {up!r})
hear_announcement()
say(b"\\0announced again\\r\\n")
"""))
        self.assertIn("announced again", done.stdout, done)

    def on_socket(self, talk, *arguments):
        """`ranvier` with these arguments on a socket whose other end is `talk(connection)`."""
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
            path = os.path.join(folder, "wire")
            listener.bind(path)
            listener.listen(1)
            process = subprocess.Popen([RANVIER, *arguments, f"unix:{path}"], cwd=ROOT,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            with process, listener.accept()[0] as connection:
                try:
                    connection.settimeout(tap.PATIENCE)
                    return talk(connection, process)
                finally:
                    process.kill()

    def test_who_joins_in_mid_frame_takes_no_half_of_one(self):
        """The end of a frame of port 20 looks like one of port 10."""
        def talk(connection, process):
            connection.recv(4096)  # the announcement
            connection.sendall(self.frames((10, b"half a frame")))
            connection.recv(4096)  # there is a mux: it is announced to once more
            connection.sendall(self.frames((255, bytes([1, 1, 0, 2, 2, 10, 0, 9, 0, 0, 0])),
                                           (10, b"all of one")))
            return os.read(process.stdout.fileno(), 4096)
        self.assertEqual(self.on_socket(talk, "console", "--port", "10"), b"all of one")

    def test_a_mux_that_was_taken_for_none_is_found_when_it_speaks(self):
        """What is typed goes to the wire as it is at first: then the guess has been made."""
        def hear_until(connection, text):
            said = b""
            while text not in said:
                said += connection.recv(4096)
            return said

        def talk(connection, process):
            os.write(process.stdin.fileno(), b"early")
            hear_until(connection, b"early")
            connection.sendall(b"\0" + self.frames((255, b"\5")) + self.opened(10))
            hear_until(connection, b"\xff")
            connection.sendall(self.opened(10))
            os.write(process.stdin.fileno(), b"late")
            return hear_until(connection, b"late")
        self.assertIn(self.frames((10, b"late")), self.on_socket(talk, "console") + b"\0")

    def test_what_is_neither_text_nor_a_frame_is_no_work(self):
        """However long nothing more comes, the console waits for it."""
        def talk(connection, process):
            connection.sendall(b"\1ab")
            time.sleep(2)
        before = os.times()
        self.on_socket(talk, "console", "--port", "10")
        after = os.times()
        self.assertLess(after.children_user + after.children_system
                        - before.children_user - before.children_system, 0.1)  # seconds of a processor

    def test_a_frame_that_comes_slowly_is_no_text(self):
        def talk(connection, process):
            connection.recv(4096)
            connection.sendall(b"\0" + self.frames((255, bytes([1, 1, 0, 2, 2, 10, 0, 9, 0, 0, 0]))))
            frame = self.frames((10, b"some text that takes its time"))
            connection.sendall(frame[:20])
            time.sleep(0.5)
            connection.sendall(frame[20:] + self.frames((10, b"|")))
            said = b""
            while not said.endswith(b"|"):
                said += os.read(process.stdout.fileno(), 4096)
            return said
        self.assertEqual(self.on_socket(talk, "console", "--port", "10"),
                         b"some text that takes its time|")

    def test_a_report_in_mid_frame_is_text(self):
        """A panic cuts a frame short; what follows is no part of it."""
        def talk(connection, process):
            connection.recv(4096)
            connection.sendall(b"\0" + self.frames((255, bytes([1, 1, 0, 2, 2, 10, 0, 9, 0, 0, 0]))))
            report = b"".join(b"panic: line %02d of the report\r\n" % line for line in range(40))
            connection.sendall(self.frames((10, b"never ended"))[:9] + report)
            said = b""
            while not said.endswith(b"line 39 of the report\r\n"):
                said += os.read(process.stdout.fileno(), 4096)
            connection.sendall(b"\0" + self.frames((255, b"\5")))
            connection.recv(4096)
            connection.sendall(self.frames((255, bytes([1, 1, 0, 2, 2, 10, 0, 9, 0, 0, 0])),
                                           (10, b"up again")))
            return said.count(b"panic: line"), os.read(process.stdout.fileno(), 4096)
        self.assertEqual(self.on_socket(talk, "console", "--port", "10"), (40, b"up again"))

    @staticmethod
    def opened(*ports):
        """What a mux answers to an announcement."""
        return RanvierTest.frames((255, bytes([1, 1, 0, 2]) + b"".join(
            bytes([2, port, 0, 99, 0, 0, 0]) for port in ports)))

    @staticmethod
    def taken_before_free():
        """A TCP port that is taken, with a free one behind it: below those that the system hands out."""
        for port in range(20000, 30000, 2):
            with contextlib.suppress(OSError):
                taken = socket.create_server(("127.0.0.1", port))
                with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port + 1)):
                    return taken
                taken.close()
        raise RuntimeError("no two ports are free")

    def test_mux_takes_any_free_port_of_the_system(self):
        def talk(connection, process):
            connection.recv(4096)
            connection.sendall(b"\0" + self.opened(10))
            event = json.loads(process.stdout.readline())
            _, host, port = event["link"].split(":")
            with socket.create_connection((host, int(port)), timeout=tap.PATIENCE):
                process.terminate()
            return event["port"], process.wait(tap.PATIENCE)
        self.assertEqual(self.on_socket(talk, "mux", "--json", "--base", "0"), (10, 0))

    def test_mux_without_a_port_offers_the_others(self):
        with self.taken_before_free() as taken:
            base = taken.getsockname()[1] - 10

            def talk(connection, process):
                connection.recv(4096)
                connection.sendall(b"\0" + self.opened(10, 11))
                line = process.stdout.readline()
                process.terminate()
                return line.decode(), process.stderr.read().decode(), process.wait(tap.PATIENCE)
            line, errors, status = self.on_socket(talk, "mux", "--base", str(base))
        self.assertEqual(line, f"port 11 is tcp:127.0.0.1:{base + 11}\n")
        self.assertEqual(errors, f"ranvier: port 10 cannot be tcp:127.0.0.1:{base + 10}: Address already "
                                 "in use; --base moves all of them\n")
        self.assertEqual(status, 1)

    def test_mux_has_no_tcp_port_behind_the_last(self):
        def talk(connection, process):
            connection.recv(4096)
            connection.sendall(b"\0" + self.frames((255, bytes([1, 1, 0, 2, 2, 0, 255, 9, 0, 0, 0]))))
            line = process.stderr.readline().decode()
            process.terminate()
            return line, process.wait(tap.PATIENCE)
        line, status = self.on_socket(talk, "mux")
        self.assertIn("port 65280 cannot be tcp:127.0.0.1:75280: Cannot assign", line)
        self.assertEqual(status, 1)

    def test_mux_ends_with_the_board_that_it_started(self):
        for end, status, said in (("os._exit(5)", 5, ""), ("os.kill(os.getpid(), 9)", 1, "signal 9")):
            done = run("mux", "--pty", *self.board_that(
                f"hear(20)\nsay(b'\\0' + {self.opened(10)!r})\ntime.sleep(0.5)\n{end}"))
            self.assertEqual(done.returncode, status, done)
            self.assertIn("port 10 is /dev/pts/", done.stdout)
            self.assertIn(said, done.stderr)

    def board_on(self, listener):
        """The next connection, to which port 10 is open."""
        connection = listener.accept()[0]
        connection.settimeout(tap.PATIENCE)
        connection.recv(4096)
        connection.sendall(b"\0" + self.opened(10))
        return connection

    def test_mux_keeps_its_ports_while_the_link_is_lost(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
            path = os.path.join(folder, "wire")
            listener.bind(path)
            listener.listen(1)
            with subprocess.Popen([RANVIER, "mux", "--pty", f"unix:{path}"], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as process:
                with self.board_on(listener) as connection:
                    place = process.stdout.readline().decode().split()[-1]
                    terminal = os.open(place, os.O_RDWR | os.O_NOCTTY)
                with self.board_on(listener) as connection:
                    os.write(terminal, b"still here")
                    said = b""
                    while b"still here" not in said:
                        said += connection.recv(4096)
                    process.terminate()
                    self.assertEqual(process.wait(tap.PATIENCE), 0)
                os.close(terminal)
                self.assertEqual([line.split()[-1] for line in process.stderr.read().decode().splitlines()],
                                 ["waiting", "back"])

    def test_a_console_as_json(self):
        done = run("console", "--json", "--raw", "--", "printf", "one\\r\\n\\303\\251 two")
        texts = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(texts, [{"kind": "text", "text": "one\n"}, {"kind": "text", "text": "é two"}])

    def trace(self, *options):
        """`ranvier trace` on a process that writes the records of a span and of a loss."""
        records = [bytes([3 | 3 << 4, 10, 1, 0, 64, 65]), bytes([4 | 3 << 4, 11, 1]),
                   bytes([5 | 3 << 4, 12, 1]), bytes([7 | 3 << 4, 13, 1]), bytes([8, 14, 5])]
        wire = b"\0" + self.frames(*[(3, record) for record in records])
        code = f"import sys, time; sys.stdout.buffer.write({wire!r}); sys.stdout.flush(); time.sleep(0.5)"
        return run("trace", "--elf", RANVIER, *options, "--", "/usr/bin/python3", "-c", code)

    def test_trace_shows_spans_and_losses(self):
        done = self.trace("--json")
        kinds = [json.loads(line)["kind"] for line in done.stdout.splitlines()]
        self.assertEqual(kinds, ["new-span", "enter", "exit", "drop-span", "discarded"], done)
        self.assertEqual(len(self.trace("--json", "--span", "2").stdout.splitlines()), 1)
        self.assertEqual(len(self.trace("--json", "--level", "info").stdout.splitlines()), 1)

    def test_trace_writes_a_file_for_perfetto(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "trace.json")
            self.assertEqual(self.trace("--perfetto", path).returncode, 0)
            with open(path, encoding="utf-8") as file:
                events = json.load(file)["traceEvents"]
        self.assertEqual([event["ph"] for event in events], ["b", "n", "n", "e", "i"])
        self.assertEqual({event["id"] for event in events[:4]}, {"1"})
        self.assertEqual(events[0]["name"], events[3]["name"])

    def board(self, folder, **model):
        build = os.path.join(folder, "build", "toy")
        os.makedirs(build)
        parts = {"soc": "x", "arch": "armv7m", "code": "flash", **model}
        with open(os.path.join(build, "model.json"), "w", encoding="utf-8") as file:
            file.write('{"soc": {"name": "%(soc)s"}, "arch": {"name": "%(arch)s"}, '
                       '"image": {"base": 134217728, "code": "%(code)s"}}' % parts)
        return build

    def test_what_was_packed_as_json(self):
        with tempfile.TemporaryDirectory() as folder:
            path, packed = os.path.join(folder, "file.yaml"), os.path.join(folder, "packed")
            told = run("config", "pack", "--help").stdout
            example = re.search(r"^  (services:.*\n)  (log:.*\n)", told, re.MULTILINE)
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(example.groups())
            arguments = ("config", "pack", "--target", "virt-aarch64", "--output", packed, "--json", path)
            done = run(*arguments)
            self.assertEqual(json.loads(done.stdout), {
                "board": "virt-aarch64", "file": packed, "options": {
                "log.level": "warning", "services.shell.banner": False}}, done.stderr)
            with open(path, "a", encoding="utf-8") as file:
                file.write("devices: {}\nservice: 1\n")
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("service: ", done.stderr)

    def test_flash_prints_the_exact_command(self):
        with tempfile.TemporaryDirectory() as folder:
            build = self.board(folder, soc="stm32f405")
            done = run("flash", "--target", "toy", cwd=folder)
            self.assertEqual(done.returncode, 1)
            self.assertIn("run `make TARGET=toy`", done.stderr)
            with open(os.path.join(build, "ranvier.bin"), "wb") as file:
                file.write(b"image")
            done = run("flash", "--target", "toy", cwd=folder)
            command = "st-flash --reset write build/toy/ranvier.bin 0x8000000\n"
            self.assertEqual(done.stdout, command)
            done = run("flash", "--target", "toy", "--json", cwd=folder)
            self.assertEqual(json.loads(done.stdout), {"board": "toy", "how": command})

    def test_flash_writes_a_card_and_a_disk(self):
        with tempfile.TemporaryDirectory() as folder:
            build = self.board(folder, soc="bcm2711", arch="aarch64", code="ram")
            card = os.path.join(folder, "card")
            for path in (card, os.path.join(build, "sdcard")):
                os.mkdir(path)
            content = os.urandom(200000)
            with open(os.path.join(build, "sdcard", "kernel8.img"), "wb") as file:
                file.write(content)
            done = run("flash", "--target", "toy", "--to", card, cwd=folder)
            self.assertEqual(done.returncode, 0, done)
            with open(os.path.join(card, "kernel8.img"), "rb") as file:
                self.assertEqual(file.read(), content)
            done = run("flash", "--target", "toy", "--to", os.path.join(folder, "none"), cwd=folder)
            self.assertEqual(done.returncode, 1)

    def test_flash_refuses_what_is_emulated(self):
        with tempfile.TemporaryDirectory() as folder:
            self.board(folder, arch="aarch64", code="ram")
            done = run("flash", "--target", "toy", cwd=folder)
            self.assertEqual(done.returncode, 1)
            self.assertIn("emulated", done.stderr)
            self.assertIn("run `make TARGET=none`", run("flash", "--target", "none").stderr)


if __name__ == "__main__":
    as_tap.main()
