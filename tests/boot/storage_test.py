#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""storage_test.py BOARD: definitions that are kept on a board's disk: over a power-off, in their
partition only; and disks that are absent, too short, not to be written, or fail."""

import os
import sys
import tempfile

from board import Board
from forth_test import Session
from machine import command
import tap

NO_STORAGE = "no storage for blocks here (-257)"


class Disk:
    """A disk of the board, for runs of their own."""

    def __init__(self, board, folder):
        self.board = board
        self.path = os.path.join(folder, "disk.img")
        medium = next(one for one in board.model["media"] if one["device"])
        part = next(one for one in board.model["partitions"] if one["kind"] == "blocks")
        self.start, self.end, self.size = part["offset"], part["offset"] + part["size"], medium["size"]
        with open(self.path, "xb") as file:
            file.truncate(self.size)

    def poke(self, offset, data):
        with open(self.path, "r+b") as file:
            file.seek(offset)
            file.write(data)

    def peek(self, offset, size):
        with open(self.path, "rb") as file:
            file.seek(offset)
            return file.read(size)

    def session(self, drive="if=none,id=disk,format=raw,file={}"):
        """A run with the disk; `drive` is how QEMU has it."""
        changes = ({"--disk": self.path} if self.board.model["qemu"] is None
                   else {"-drive": drive.format(self.path)})
        return Session(self.board, changes=changes)


def check_kept(checks, disk):
    around = {disk.start - 4096: b"below" * 100, disk.end: b"above" * 100}
    for offset, data in around.items():
        disk.poke(offset, data)
    last = (disk.end - disk.start) // 1024 - 1
    session = disk.session()
    answers = [session.line(line) for line in (
        "1 keep : square dup * ;", "1 keep : cube dup square * ;", "1 load 3 cube .",
        f"{last} wipe", f"{last} keep 12345", "0 wipe", f"{last + 1} block")]
    checks.check("lines that are kept can be loaded", answers[2].startswith("27"), repr(answers))
    checks.check("a block behind the partition's last is refused",
                 answers[6].strip() == "block: invalid block number (-35)", repr(answers))
    checks.check("a task of its own reads blocks, too",
                 "block" not in session.line("' square drop : t 1 load 5 square . cr ; ' t spawn drop")
                 and session.until("20 ms", "forth-1: 25"), session.transcript[-500:])
    checks.check("it ends with status 0", session.end() == 0)
    checks.check("nothing beside the partition was written",
                 all(disk.peek(offset, len(data)) == data for offset, data in around.items()))
    checks.check("the first block is where the partition begins",
                 disk.peek(disk.start + 1024, 9) == b": square " and
                 disk.peek(disk.end - 1024, 6) == b"12345 ")
    session = disk.session()
    answer = session.line(f"1 load 4 cube . {last} load .")
    checks.check("definitions outlast a power-off", answer.startswith("64 12345"),
                 session.transcript)
    answer = session.line(": all 0 50 0 do i block c@ + loop ; all . 1 list")
    checks.check("many blocks are read, and one is shown",
                 "0 : square dup * ;" in answer and "\n 1 : cube" in answer, answer)
    checks.check("and it ends with status 0", session.end() == 0)


def check_short(checks, disk):
    os.truncate(disk.path, disk.end - 512)
    session = disk.session()
    checks.check("a disk that is too short is told of", "is too short for the partition"
                 in session.transcript, session.transcript)
    answer = session.line("1 load")
    checks.check("and is no storage", answer.strip() == f"load: {NO_STORAGE}", answer)
    session.end()


def without_disk(arguments):
    """The command without what makes a disk."""
    rest = iter(arguments)
    kept = []
    for argument in rest:
        value = next(rest, None) if argument in ("--disk", "-drive", "-device") else None
        if value is None:
            kept.append(argument)
        elif argument == "-device" and "disk" not in value and "isa-ide" not in value:
            kept += [argument, value]
    return kept


def check_absent(checks, board):
    session = Session(board, arguments=without_disk(command(board, {})))
    answer = session.line("1 keep : lost ;") + " " + session.line("2 3 + .")
    checks.check("without a disk it runs, and says that nothing is kept",
                 answer.strip() == f"keep: {NO_STORAGE} 5", session.transcript)
    checks.check("without a disk it ends with status 0", session.end() == 0)


def check_faults(checks, disk, folder):
    """What the device fails to do, by QEMU's blkdebug; on sim, a file that shrinks meanwhile."""
    sector = (disk.start + 2 * 1024) // 512
    rules = os.path.join(folder, "faults")
    with open(rules, "w", encoding="utf-8") as file:
        file.writelines(f'[inject-error]\nevent = "{event}"\nerrno = "5"\nsector = "{sector}"\n\n'
                        for event in ("read_aio", "write_aio"))
    session = disk.session(f"if=none,id=disk,format=raw,file=blkdebug:{rules}:{{}}")
    session.line("3 wipe")
    if disk.board.model["qemu"] is None:
        os.truncate(disk.path, disk.start + 2 * 1024)
    else:
        answer = session.line("2 wipe")
        checks.check("a write that fails is told", answer.strip() == "wipe: block write exception (-34)",
                     answer)
        session.line("empty-buffers")
    answer = session.line("2 load")
    checks.check("a read that fails is told", answer.strip() == "load: block read exception (-33)",
                 answer)
    answer = session.line("1 load 3 square .")
    checks.check("and other blocks are still read", answer.startswith("9"), session.transcript[-500:])
    session.end()


def main():
    board = Board(sys.argv[1])
    checks = tap.Checks()
    if obstacle := board.obstacle():
        return checks.skip_all(obstacle)
    with tempfile.TemporaryDirectory(prefix="storage-") as folder:
        disk = Disk(board, folder)
        check_kept(checks, disk)
        check_faults(checks, disk, folder)
        check_short(checks, disk)
    check_absent(checks, board)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
