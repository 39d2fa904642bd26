#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""convert.py FOLDER SCRIPT: the specification's tests as one file that a board can carry.

FOLDER holds the tests as JSON commands and the modules they name; SCRIPT is written anew. Its form is
told in script.h. Modules in text form are given to wat2wasm (Debian's wabt): what it refuses is
noted as refused, what it accepts becomes a module that the engine has to refuse, and without
wat2wasm they are noted as skipped.
"""

import collections
import glob
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

MAGIC = b"ranspec1"
COMMANDS = ("module", "register", "action", "assert_return", "assert_trap", "assert_exhaustion",
            "assert_uninstantiable", "assert_unlinkable", "assert_invalid", "assert_malformed",
            "text_refused", "skipped")
TYPES = {"i32": 0x7F, "i64": 0x7E, "f32": 0x7D, "f64": 0x7C, "funcref": 0x70, "externref": 0x6F}
MATCHES = {"nan:canonical": 1, "nan:arithmetic": 2, None: 3}
ANY_OF_TYPE = 0x80
NO_TOOL = "in text form, and there was no wat2wasm"


def unsigned(number):
    """LEB128."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(encoded + bytes([number]))


def signed(number):
    encoded = bytearray()
    while not -0x40 <= number < 0x40:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(encoded + bytes([number & 0x7F]))


def number_of_bits(word, bits):
    """A number that stands as its bits, as the signed number they are."""
    number = int(word)
    return number - (1 << bits) if number >> (bits - 1) else number


def value(json_value):
    kind, word = json_value["type"], json_value.get("value")
    if word in MATCHES:
        return bytes([TYPES[kind] | ANY_OF_TYPE, MATCHES[word]])
    if kind in ("i32", "i64"):
        number = signed(number_of_bits(word, int(kind[1:])))
    elif kind in ("f32", "f64"):
        number = int(word).to_bytes(int(kind[1:]) // 8, "little")
    else:
        number = unsigned(0 if word == "null" else int(word) + 1)
    return bytes([TYPES[kind]]) + number


def values(list_of_values):
    return unsigned(len(list_of_values)) + b"".join(map(value, list_of_values))


class Strings:
    """Every name and text once; a reference is an offset, the frequent ones the shortest."""

    def __init__(self, scripts):
        uses = collections.Counter()
        for script in scripts:
            uses[script["name"]] += 1
            for command in script["commands"]:
                action = command.get("action", {})
                uses.update(text for text in (
                    command.get("name"), command.get("as"), command.get("text"),
                    action.get("module"), action.get("field")) if text is not None)
        self.bytes = bytearray(b"\0\0")  # offset 0: none
        self.offsets = {None: 0}
        for text, _ in uses.most_common():
            self.offsets[text] = len(self.bytes)
            encoded = text.encode()
            self.bytes += unsigned(len(encoded)) + encoded + b"\0"

    def reference(self, text):
        return unsigned(self.offsets[text])


def text_command(folder, command):
    """What becomes of a module in text form."""
    with tempfile.TemporaryDirectory() as scratch:
        output = os.path.join(scratch, "module")
        try:
            done = subprocess.run(["wat2wasm", os.path.join(folder, command["filename"]), "-o", output],
                                  stderr=subprocess.DEVNULL, check=False)
        except FileNotFoundError:
            return {**command, "type": "skipped", "text": NO_TOOL}
        if done.returncode:
            return {**command, "type": "text_refused"}
        with open(output, "rb") as file:
            return {**command, "bytes": file.read()}


def with_module(folder, command):
    """The command with its module's bytes, where it has one."""
    if "filename" not in command:
        return command
    if command.get("module_type") == "text":
        return text_command(folder, command)
    with open(os.path.join(folder, command["filename"]), "rb") as file:
        return {**command, "bytes": file.read()}


def encode(command, previous_line, strings):
    kind = command["type"]
    parts = [bytes([COMMANDS.index(kind)]), signed(command["line"] - previous_line)]
    if kind in ("module", "register"):
        parts.append(strings.reference(command.get("name")))
    else:
        parts.append(strings.reference(command.get("text")))
    if kind == "register":
        parts.append(strings.reference(command["as"]))
    if "bytes" in command:
        parts += [unsigned(len(command["bytes"])), command["bytes"]]
    if action := command.get("action"):
        parts += [bytes([action["type"] == "get"]), strings.reference(action.get("module")),
                  strings.reference(action["field"]), values(action.get("args", []))]
    if kind == "assert_return":
        parts.append(values(command["expected"]))
    return b"".join(parts)


def encode_script(script, strings):
    line = 0
    encoded = []
    for command in script["commands"]:
        encoded.append(encode(command, line, strings))
        line = command["line"]
    body = b"".join(encoded)
    return strings.reference(script["name"]) + unsigned(len(body)) + body


def read_script(path):
    with open(path, encoding="utf-8") as file:
        script = json.load(file)
    folder = os.path.dirname(path)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        commands = list(pool.map(lambda command: with_module(folder, command), script["commands"]))
    return {"name": os.path.basename(path).removesuffix(".json"), "commands": commands}


def main():
    folder, output = sys.argv[1:]
    paths = sorted(glob.glob(os.path.join(folder, "*.json")))
    if not paths:
        sys.exit(f"{folder}: no tests (*.json) here")
    scripts = [read_script(path) for path in paths]
    strings = Strings(scripts)
    encoded = MAGIC + unsigned(len(strings.bytes)) + strings.bytes
    encoded += b"".join(encode_script(script, strings) for script in scripts)
    with open(output + ".new", "wb") as file:
        file.write(encoded)
    os.replace(output + ".new", output)


if __name__ == "__main__":
    main()
