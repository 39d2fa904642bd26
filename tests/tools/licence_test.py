#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""tools/licence.py: expressions, the link map, and the same document wherever it is written."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import as_tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))

import licence  # noqa: E402

MAP = """Archive member included to satisfy reference by file (symbol)

/somewhere/libs/picolibc-1-ab/lib/libc.a(memcpy.c.o)
                              build/x/kernel.o (memcpy)
/usr/lib/gcc/aarch64-linux-gnu/12/libgcc.a(divdi3.o)
LOAD /usr/lib/libm.a
"""


class CombineTest(unittest.TestCase):
    def test_one(self):
        self.assertEqual(licence.combine(["MIT OR Apache-2.0"]), "MIT OR Apache-2.0")

    def test_terms_once_and_choices_in_brackets(self):
        self.assertEqual(
            licence.combine(["MIT OR Apache-2.0", "BSD-3-Clause AND MIT", "MIT", "BSD-3-Clause"]),
            "(MIT OR Apache-2.0) AND BSD-3-Clause AND MIT")


class ReadingTest(unittest.TestCase):
    def test_link_map(self):
        self.assertEqual(licence.linked_archives(MAP), {"libc", "libgcc"})

    def test_sources(self):
        with open(os.path.join(ROOT, "tools/deps/sources"), encoding="utf-8") as file:
            libraries = licence.read_sources(file.read())
        self.assertIn("BSD-3-Clause", libraries["picolibc"]["Licence"])

    def test_source_without_a_licence(self):
        with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
            with self.assertRaisesRegex(licence.LicenceError, "no SPDX-License-Identifier"):
                licence.own_licences([file.name])

    def test_creation_time(self):
        self.assertEqual(licence.creation_time({}), "1970-01-01T00:00:00Z")
        self.assertEqual(licence.creation_time({"SOURCE_DATE_EPOCH": "1700000000"}),
                         "2023-11-14T22:13:20Z")
        with self.assertRaises(licence.LicenceError):
            licence.creation_time({"SOURCE_DATE_EPOCH": "today"})


class WholeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def build(self, name, libraries=("picolibc",), qemu="present", link_map=MAP):
        """A built board in a folder of its own; returns the run's result and that folder."""
        build = os.path.join(self.folder, name)
        os.mkdir(build)
        model = {"board": {"name": "toy"}, "arch": {"name": "aarch64" if qemu else "host",
                 "toolchain": ""}, "configuration_hash": "0" * 64, "libraries": list(libraries),
                 "sources": [{"file": "tools/licence.py"}], "qemu": qemu}
        for file, text in (("model.json", json.dumps(model)), ("ranvier.elf", "elf"),
                           ("ranvier.map", link_map)):
            with open(os.path.join(build, file), "w", encoding="utf-8") as out:
                out.write(text)
        result = subprocess.run([os.path.join(ROOT, "tools/licence.py"), "--build", build],
                                text=True, capture_output=True, check=False)
        return result, build

    def read(self, build):
        with open(os.path.join(build, "ranvier.spdx"), encoding="utf-8") as file:
            return file.read()

    def test_image_with_libraries(self):
        result, build = self.build("a")
        self.assertEqual(result.returncode, 0, result)
        self.assertRegex(result.stdout, r"^licence: \(MIT OR Apache-2.0\) AND .*BSD-3-Clause.*\n$")
        self.assertIn(licence.RUNTIME_LICENCE, result.stdout)
        text = self.read(build)
        for line in ("SPDXVersion: SPDX-2.3", "PackageName: picolibc", "PackageVersion: 1.8.10",
                     "Relationship: SPDXRef-image STATIC_LINK SPDXRef-libgcc"):
            self.assertIn(line + "\n", text)
        self.assertNotIn(self.folder, text)

    def test_references_resolve(self):
        text = self.read(self.build("a")[1])
        known = {line.split()[1] for line in text.splitlines() if line.startswith("SPDXID: ")}
        for line in text.splitlines():
            if line.startswith("Relationship: "):
                self.assertLessEqual({line.split()[1], line.split()[3]}, known)

    def test_same_in_another_folder(self):
        self.assertEqual(self.read(self.build("a")[1]), self.read(self.build("b")[1]))

    def test_library_that_nothing_was_taken_from(self):
        result, build = self.build("a", link_map="LOAD libc.a\n")
        self.assertEqual(result.stdout, "licence: MIT OR Apache-2.0\n")
        self.assertNotIn("picolibc", self.read(build))

    def test_process(self):
        result, _ = self.build("a", qemu=None)
        self.assertEqual(result.stdout, "licence: MIT OR Apache-2.0\n")

    def test_unpinned_library(self):
        result, build = self.build("a", libraries=["nothing"])
        self.assertEqual(result.returncode, 1)
        self.assertIn("no paragraph for the library nothing", result.stderr)
        self.assertFalse(os.path.exists(os.path.join(build, "ranvier.spdx")))


if __name__ == "__main__":
    as_tap.main()
