#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""tools/image.py: what it reads of a linker's map."""

import os
import sys
import tempfile
import unittest

import as_tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))
from image import read_link_map

MAP = """
Linker script and memory map

.text           0x0000000000080000     0x3018
 .text.check    0x0000000000080000       0x24 build/rpi3/obj/kernel/watchdog.o
 *fill*         0x0000000000080024        0x4 
 .text.watchdog_check.stub
                0x0000000000080028       0x10 linker stubs
 .text.start    0x0000000000081028     0x1fd0 build/rpi3/obj/kernel/boot.o
                0x0000000000081028                start
 .text.memcpy   0x0000000000082ff8       0x20 /libraries/libc.a(memcpy.o)

.rodata         0x0000000000084000        0x8
 .rodata.name   0x0000000000084000        0x8 build/rpi3/obj/kernel/boot.o

.comment        0x0000000000000000        0x8
 .comment       0x0000000000000000        0x8 build/rpi3/obj/kernel/boot.o
"""


class LinkMapTest(unittest.TestCase):
    def test_every_byte_of_a_section_is_somebodys(self):
        with tempfile.NamedTemporaryFile("w", suffix=".map") as file:
            file.write(MAP)
            file.flush()
            parts = list(read_link_map(file.name, "build/rpi3"))
        self.assertEqual([(part.kind, part.symbol, part.origin, part.size) for part in parts], [
            ("code", "check", "kernel/watchdog", 0x24), ("code", "(alignment)", "alignment", 4),
            ("code", "watchdog_check.stub", "linker stubs", 0x10),
            ("code", "(alignment)", "alignment", 0xff0), ("code", "start", "kernel/boot", 0x1fd0),
            ("code", "memcpy", "libc.a", 0x20), ("constants", "name", "kernel/boot", 8)])
        self.assertEqual(sum(part.size for part in parts if part.kind == "code"), 0x3018)


if __name__ == "__main__":
    as_tap.main()
