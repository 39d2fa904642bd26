#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""boot_test.py BOARD: boots it and uses every command of its console; what it says of itself must be
what the model says. Then reboot, the end of stdin, a wake from idle and a long paste."""

import contextlib
import datetime
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time

from board import ROOT, Board, shown
import tap

COMMANDS = ("help", "board", "devices", "services", "tasks", "harmony", "top", "mem", "irq", "log",
            "uptime", "date", "keys", "node", "config", "panic", "reboot", "poweroff")

DATE_ERROR = datetime.timedelta(seconds=2)  # of a clock of whole seconds that is set by another
CLOCK_ERROR = 0.2  # seconds by which a board's clock may differ from this machine's meanwhile


def check_answers(checks, board, transcript, begin):
    """Each command's answer against the model; the board was started at `begin`."""
    model = board.model

    def says(name, command, *wanted):
        text = board.answer(transcript, command)
        missing = [word for word in wanted if text is None or str(word) not in text]
        checks.check(name, not missing, f"{command!r} lacks {missing}:\n{text or transcript}")

    says("help lists every command", "help", *COMMANDS)
    says("devices lists every device and its driver", "devices",
         *[word for device in model["devices"] for word in (device["name"], device["driver"])])
    says("services lists every service", "services", *[s["name"] for s in model["services"]])
    says("tasks lists each service's task", "tasks", *[s["name"] for s in model["services"]])
    says("harmony tells each task's score", "harmony", "score", "the system",
         *[s["name"] for s in model["services"]])
    says("mem shows regions, partitions, the image and stacks", "mem",
         *[r["name"] for r in model["regions"] + model["partitions"]],
         "code", "constants", *[f"{s['name']}" for s in model["services"]])
    says("node is told by a call of the status service", "node", f"{board.name}, version",
         *[s["name"] for s in model["services"]])
    says("irq shows every route", "irq", *[row["device"] for row in model["interrupts"]["routes"]])
    says("log shows what is kept", "log", "boot: Ranvier", "recorded: info")
    says("log sets a level", "log mem warning", "recorded: info, mem warning")
    says("config shows every symbol", "config", *[row["name"] for row in model["config"]])
    says("a wrong command gets the nearest one", "uptme", "uptime")

    check_date(checks, board, board.answer(transcript, "date") or "", begin)
    lines = dict(re.findall(r"^(\w+): +(.*)$", board.answer(transcript, "board") or "", re.MULTILINE))
    checks.check("board names itself", lines.get("board") == board.name, lines)
    checks.check("board names the CPU", lines.get("cpu", "").startswith(model["cpu"]["model"]), lines)
    checks.check("board tells its memory", all(region["name"] in lines.get("memory", "")
                                               for region in model["regions"]), lines)
    checks.check("board tells the configuration's hash",
                 lines.get("configuration") == model["configuration_hash"], lines)


def check_date(checks, board, answer, begin):
    """A board with a clock knows the time, as this machine does."""
    if not any(device["class"] == "rtc" for device in board.model["devices"]):
        checks.check("no clock keeps the time of day", "nothing on this board" in answer, answer)
        return
    now = datetime.datetime.now(datetime.timezone.utc)
    try:
        told = datetime.datetime.strptime(answer.strip() + "+0000", "%Y-%m-%d %H:%M:%S UTC%z")
    except ValueError:
        told = datetime.datetime.min.replace(tzinfo=datetime.timezone.utc)
    checks.check("date tells the time of day", begin - DATE_ERROR <= told <= now + DATE_ERROR,
                 f"{answer} between {begin} and {now}")


def check_session(checks, board):
    typed = ["help", "board", "devices", "services", "tasks", "harmony", "mem", "irq",
             "log", "log mem warning", "uptime", "date", "node", "config", "uptme",
             "poweroff"]
    begin = datetime.datetime.now(datetime.timezone.utc)
    status, transcript, errors = board.run(typed)
    checks.check("power-off ends with status 0", status == 0, f"{status}\n{transcript}{errors}")
    checks.check("nothing on stderr", errors == "", errors)
    checks.check("no error in the log", "error" not in transcript.partition(board.prompt)[0],
                 transcript)
    checks.check("the banner tells the time to the prompt",
                 re.search(r"\d+ us from entry to prompt", transcript), transcript)
    check_answers(checks, board, transcript, begin)


def check_reboot(checks, board):
    status, transcript, errors = board.run(["reboot", "board", "poweroff"])
    banners = len(re.findall(r"us from entry to prompt", transcript))
    checks.check("reboot starts the board anew", status == 0 and banners == 2,
                 f"status {status}, {banners} banners\n{transcript}{errors}")
    checks.check("the console works after a reboot",
                 f"board: {board.name}" in re.sub(" +", " ", transcript), transcript)


def check_reboot_under_signals(checks, board):
    """Signals that come while a process starts anew wait for it; one that finds no handler would end
    it. Three reboots, with a signal of the console's every tenth of a millisecond."""
    reboots, output = 3, b""
    with subprocess.Popen([os.path.join(ROOT, "build", board.name, "ranvier.elf")], bufsize=0,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        timer = threading.Timer(tap.PATIENCE, child.kill)
        timer.start()
        child.stdin.write(b"reboot\n" * reboots + b"poweroff\n")
        while True:
            readable = select.select([child.stdout], [], [], 0.0001)[0]
            if readable and not (chunk := os.read(child.stdout.fileno(), 4096)):
                break
            output += chunk if readable else b""
            if board.prompt.encode() in output:  # before, it may have no handlers yet
                child.send_signal(signal.SIGIO)
        timer.cancel()
    banners = output.count(b"us from entry to prompt")
    checks.check("signals do not end a board that starts anew",
                 child.returncode == 0 and banners == reboots + 1,
                 f"status {child.returncode}, {banners} banners\n{output.decode(errors='replace')}")


def check_end_of_input(checks, board):
    status, transcript, errors = board.run(["uptime"])
    checks.check("the end of stdin ends the run with status 0", status == 0,
                 f"{status}\n{transcript}{errors}")
    checks.check("what was typed before it is answered", board.answer(transcript, "uptime"),
                 transcript)


def seconds(text):
    """The first time in an answer of `uptime`, in seconds."""
    match = re.search(r"(\d+\.\d+)", text or "")
    return float(match.group(1)) if match else None


def check_idle(checks, board):
    """An idle board sleeps, yet its clock goes on as this machine's does, and it wakes for input."""
    output, idle = b"", [0, 0]
    begin = time.monotonic()
    with subprocess.Popen(["make", "-s", f"TARGET={board.name}", "run"], cwd=ROOT, bufsize=0,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as child:
        timer = threading.Timer(tap.PATIENCE, child.kill)
        timer.start()
        with contextlib.suppress(BrokenPipeError):  # it has ended, and what it said tells why
            child.stdin.write(b"uptime\n")
            while chunk := os.read(child.stdout.fileno(), 4096):
                output += chunk
                if child.stdin and re.search(rb"^up [\d.]+ s", output, re.MULTILINE):
                    idle[0] = time.monotonic()
                    time.sleep(1.5)
                    idle[1] = time.monotonic()
                    child.stdin.write(b"uptime\npoweroff\n")
                    child.stdin.close()
                    child.stdin = None
        timer.cancel()
    end = time.monotonic()
    transcript = shown(output.decode(errors="replace"))
    times = [seconds(text) for typed, text in board.answers(transcript) if typed == "uptime"]
    good = (len(times) == 2 and None not in times and
            idle[1] - idle[0] - CLOCK_ERROR < times[1] - times[0] < end - begin + CLOCK_ERROR)
    checks.check("an idle board wakes and knows the time that passed", good,
                 f"{times}, {idle[1] - idle[0]} of {end - begin} s\n{transcript}")


def check_paste(checks, board):
    """Input faster than it is handled: nothing of it is lost."""
    words = [f"pasted-line-{number:03}-with-some-length-to-it" for number in range(80)]
    status, transcript, errors = board.paste([*words, "poweroff"])
    answered = transcript.replace(board.prompt, "\n")
    missing = [word for word in words if word not in answered]
    checks.check("a long paste is not lost", status == 0 and not missing,
                 f"status {status}, lost {missing[:5]}\n{transcript[-2000:]}{errors}")


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    check_session(checks, board)
    check_reboot(checks, board)
    if board.model["arch"]["name"] == "host" and not board.name.startswith("mux-"):
        check_reboot_under_signals(checks, board)
    check_end_of_input(checks, board)
    check_idle(checks, board)
    check_paste(checks, board)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
