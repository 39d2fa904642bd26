# SPDX-License-Identifier: MIT OR Apache-2.0
"""Functions and lines for addresses, asked of the toolchain's addr2line."""

import os
import re
import shutil
import subprocess


def parse_pairs(text):
    """`function at file:line` for each pair of addr2line -f -i, innermost first."""
    lines = text.splitlines()
    found = []
    for function, place in zip(lines[::2], lines[1::2]):
        place = re.sub(r" \(discriminator \d+\)$", "", place)
        name, _, number = place.rpartition(":")
        if function == "??":
            continue
        if name in ("", "??") or number in ("?", "0"):
            found.append(function)
        else:
            found.append(f"{function} at {os.path.normpath(name)}:{number}")
    return found


class Symbols:
    """Describes addresses of one ELF file. `toolchain` is the prefix of its programs."""

    def __init__(self, elf, toolchain):
        self._elf = elf
        self._program = shutil.which(toolchain + "addr2line") or shutil.which("addr2line")

    def describe(self, address, is_return):
        """The function and line of `address`, or None. A return address is looked up one byte
        before, in the call, since the line after it may be another."""
        if not self._program:
            return None
        place = address - 1 if is_return and address else address
        try:
            result = subprocess.run(
                [self._program, "-f", "-i", "-e", self._elf, hex(place)],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return ", inlined in ".join(parse_pairs(result.stdout)) or None
