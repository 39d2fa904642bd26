# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a relocatable object says of functions and of where their addresses stand: as much of ELF
(System V ABI, gABI 4.1) as tools/stack.py needs."""

import struct

SYMTAB, RELA, NOBITS, REL = 2, 4, 8, 9
OBJECT, FUNC, SECTION = 1, 2, 3
# Relocations of calls and jumps, by e_machine: AArch64, Arm, x86-64.
CALLS = {183: {279, 280, 282, 283}, 40: {10, 30, 51, 102}, 62: {4}}
SKIPPED = (".debug", ".eh_frame", ".ARM.", ".init_array", ".note", ".comment")


class Object:
    """`tables`: {name: (size, [(offset, function)])} of data; `taken`: functions whose address is
    used otherwise than to call them; `sizes`: {name: bytes} of every data symbol; `word`: bytes of
    a pointer; `defined`: the functions it has."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.wide = self.data[4] == 2
        self.word = 8 if self.wide else 4
        self.machine = struct.unpack_from("<H", self.data, 18)[0]
        self._read_sections()
        self._read_symbols()
        self.taken = set()
        self.places = {}  # section -> [(offset, function)]
        for header in self.headers:
            if header["type"] in (RELA, REL):
                self._read_relocations(header)
        self.sizes = {s["name"]: s["size"] for s in self.symbols if s["type"] == OBJECT}
        self.defined = {s["name"] for s in self.symbols if s["type"] == FUNC and s["section"]}
        self.tables = {
            s["name"]: (s["size"], [(offset - s["value"], function)
                                    for offset, function in self.places.get(s["section"], ())
                                    if s["value"] <= offset < s["value"] + s["size"]])
            for s in self.symbols if s["type"] == OBJECT and s["section"]}

    def _text(self, section, offset):
        start = self.headers[section]["offset"] + offset
        return self.data[start:self.data.index(b"\0", start)].decode()

    def _read_sections(self):
        layout = "<IIQQQQIIQQ" if self.wide else "<IIIIIIIIII"
        where = ("<Q", 40) if self.wide else ("<I", 32)
        place = struct.unpack_from(where[0], self.data, where[1])[0]
        size, count, names = struct.unpack_from("<HHH", self.data, 58 if self.wide else 46)
        keys = ("name", "type", "flags", "address", "offset", "size", "link", "info", "align",
                "entry")
        self.headers = [dict(zip(keys, struct.unpack_from(layout, self.data, place + i * size)))
                        for i in range(count)]
        for header in self.headers:
            header["name"] = self._text(names, header["name"])

    def _read_symbols(self):
        self.symbols = []
        table = next((h for h in self.headers if h["type"] == SYMTAB), None)
        for i in range(table["size"] // table["entry"] if table else 0):
            at = table["offset"] + i * table["entry"]
            if self.wide:
                name, info, _, section, value, size = struct.unpack_from("<IBBHQQ", self.data, at)
            else:
                name, value, size, info, _, section = struct.unpack_from("<IIIBBH", self.data, at)
            if info & 15 == FUNC and self.machine == 40:
                value &= ~1  # the Thumb bit
            self.symbols.append({"name": self._text(table["link"], name), "type": info & 15,
                                 "section": section if section < 0xff00 else 0, "value": value,
                                 "size": size})
        self.starts = {(s["section"], s["value"]): s["name"]
                       for s in self.symbols if s["type"] == FUNC and s["section"]}

    def _read_relocations(self, header):
        target = self.headers[header["info"]]
        if target["name"].startswith(SKIPPED):
            return
        layout = {(True, RELA): "<QQq", (False, RELA): "<IIi", (False, REL): "<II"}[
            self.wide, header["type"]]
        for at in range(header["offset"], header["offset"] + header["size"],
                        struct.calcsize(layout)):
            offset, info, *addend = struct.unpack_from(layout, self.data, at)
            kind = info & 0xffffffff if self.wide else info & 0xff
            symbol = self.symbols[info >> 32 if self.wide else info >> 8]
            if kind in CALLS[self.machine]:
                continue
            if symbol["type"] == SECTION:
                value = addend[0] if addend else struct.unpack_from(
                    "<I", self.data, target["offset"] + offset)[0] & ~1
                function = self.starts.get((symbol["section"], value))
            elif symbol["type"] == FUNC or (not symbol["section"] and symbol["type"] == 0):
                function = symbol["name"]
            else:
                function = None
            if function:
                self.taken.add(function)
                self.places.setdefault(header["info"], []).append((offset, function))
