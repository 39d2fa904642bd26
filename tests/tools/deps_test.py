#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""tools/deps: fetching from a mirror in a folder, and every way in which that fails. No network."""

import glob
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import unittest

import as_tap
import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATCH = b"--- a/hello\n+++ b/hello\n@@ -1 +1 @@\n-hello\n+patched\n"


def archive(files):
    """A tar.gz of {name: bytes}."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


class DepsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.cache = os.path.join(self.folder, "the cache")
        self.write("mirror/pool/toy_1.orig.tar.gz", archive({"toy-1/hello": b"hello\n"}))
        self.write("mirror/pool/toy_1-1.debian.tar.gz", archive({
            "debian/patches/series": b"# comment\n\nfirst.patch -p1\n",
            "debian/patches/first.patch": PATCH}))
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.folder, "RANVIER_CACHE": self.cache,
            "RANVIER_MIRROR": f"copy://{self.folder}/mirror",
            "RANVIER_SOURCES": os.path.join(self.folder, "sources"),
            "http_proxy": "http://127.0.0.1:1"}  # nothing listens there: no test reaches a network
        self.pin()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(data)

    def hash(self, name):
        with open(self.path(name), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def pin(self, orig=None, patches=None):
        orig = orig or self.hash("mirror/pool/toy_1.orig.tar.gz")
        patches = patches or self.hash("mirror/pool/toy_1-1.debian.tar.gz")
        self.write("sources", (
            f"# comment\n\nName: other\nVersion: 2\n\nName: toy\nVersion: 1\nLicence: MIT\n"
            f"File: {orig} pool/toy_1.orig.tar.gz\n"
            f"Patches: {patches} pool/toy_1-1.debian.tar.gz\n").encode())

    def run_tool(self, tool, *arguments):
        return subprocess.run([os.path.join(ROOT, "tools/deps", tool), *arguments], text=True,
                              env=self.environment, capture_output=True, timeout=tap.PATIENCE, check=False)

    def fetch(self, name="toy"):
        return self.run_tool("fetch", name)

    def assert_refused(self, result, *words):
        self.assertEqual(result.returncode, 1, result)
        self.assertEqual(result.stdout, "")
        self.assertEqual(result.stderr.count("error: "), 1, result.stderr)
        for word in (*words, "  where: ", "  fix: "):
            self.assertIn(word, result.stderr)
        self.assertFalse(os.path.exists(self.path("the cache/sources/toy-1")))
        self.assertEqual(os.listdir(self.path("the cache/tmp")) if os.path.exists(
            self.path("the cache/tmp")) else [], [])

    def test_fetch(self):
        result = self.fetch()
        self.assertEqual((result.returncode, result.stdout),
                         (0, f"{self.cache}/sources/toy-1\n"), result)
        with open(os.path.join(self.cache, "sources/toy-1/hello"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "patched\n")

    def test_second_time_is_offline_and_silent(self):
        self.fetch()
        self.environment["RANVIER_MIRROR"] = "http://127.0.0.1:1/debian"
        result = self.fetch()
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_archive_in_the_cache_is_enough(self):
        self.fetch()
        self.environment["RANVIER_MIRROR"] = "http://127.0.0.1:1/debian"
        subprocess.run(["rm", "-r", os.path.join(self.cache, "sources")], check=True)
        self.assertEqual(self.fetch().returncode, 0)

    def test_new_pin_is_fetched_again(self):
        self.fetch()
        self.write("mirror/pool/toy_1.orig.tar.gz",
                   archive({"toy-1/hello": b"hello\n", "toy-1/new": b""}))
        self.pin()
        self.assertEqual(self.fetch().returncode, 0)
        self.assertTrue(os.path.exists(os.path.join(self.cache, "sources/toy-1/new")))

    def test_wrong_hash(self):
        self.pin(orig="0" * 64)
        self.assert_refused(self.fetch(), "toy_1.orig.tar.gz is not the pinned file", "0" * 64,
                            self.hash("mirror/pool/toy_1.orig.tar.gz"))

    def test_damaged_archive_in_the_cache_is_fetched_anew(self):
        self.write("the cache/archives/toy_1.orig.tar.gz", b"damaged")
        self.assertEqual(self.fetch().returncode, 0)

    def test_no_mirror(self):
        os.remove(self.path("mirror/pool/toy_1.orig.tar.gz"))
        self.assert_refused(self.fetch(), "no Debian mirror gave toy_1.orig.tar.gz",
                            "RANVIER_MIRROR")

    def test_patch_that_does_not_apply(self):
        self.write("mirror/pool/toy_1.orig.tar.gz", archive({"toy-1/hello": b"other\n"}))
        self.pin()
        self.assert_refused(self.fetch(), "Debian's patch first.patch doesn't apply")

    def test_no_archive_at_all(self):
        self.write("mirror/pool/toy_1.orig.tar.gz", b"no archive")
        self.pin()
        self.assert_refused(self.fetch(), "toy_1.orig.tar.gz can't be unpacked")

    def test_unknown_name(self):
        self.assert_refused(self.fetch("tyo"), "no library tyo is pinned", "one of: other toy")

    def test_unwritable_cache(self):
        self.write("file", b"")
        self.environment["RANVIER_CACHE"] = self.path("file/cache")
        self.assert_refused(self.fetch(), "the cache folder can't be created")

    def test_two_at_once(self):
        command = [os.path.join(ROOT, "tools/deps/fetch"), "toy"]
        processes = [subprocess.Popen(command, env=self.environment, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                     for _ in range(4)]
        said = [process.communicate(timeout=tap.PATIENCE) for process in processes]
        self.assertEqual({process.returncode for process in processes}, {0}, said)
        self.assertEqual(sum(err.count("fetching toy_1.orig") for _, err in said), 1, said)

    def test_hashes(self):
        result = self.run_tool("fetch", "--hashes", "toy")
        self.assertEqual(result.returncode, 0, result)
        self.assertIn(self.hash("mirror/pool/toy_1.orig.tar.gz") + " pool/toy_1.orig",
                      result.stdout)

    def test_build_usage(self):
        self.assert_refused(self.run_tool("build"), "which library")
        self.assert_refused(self.run_tool("build", "toy"), "there is no recipe for 'toy'")
        self.assert_refused(self.run_tool("build", "picolibc", "--flags"),
                            "--flags lacks its value")
        self.assert_refused(self.run_tool("build", "picolibc", "--flag", "x"),
                            "unknown option --flag")
        self.assert_refused(self.run_tool("build", "picolibc", "--cross", "nowhere-"),
                            "the compiler nowhere-gcc is missing")

    def test_a_recipe_that_changed_is_built_again(self):
        """By any of its files, also those that it shares with others by a link."""
        tools = self.path("tree/tools")
        for name in ("deps", "setup"):
            shutil.copytree(os.path.join(ROOT, "tools", name), os.path.join(tools, name), symlinks=True)
        self.write("mirror/pool/lz4.tar.gz", archive({"lz4-1/lib/lz4.c": b"int lz4;\n",
                                                      "lz4-1/lib/lz4.h": b"extern int lz4;\n"}))
        self.write("sources", (f"Name: lz4\nVersion: 1\nFile: {self.hash('mirror/pool/lz4.tar.gz')} "
                              "pool/lz4.tar.gz\n").encode())

        def build():
            result = subprocess.run([os.path.join(tools, "deps/build"), "lz4"], check=False,
                                    env=self.environment, capture_output=True, text=True, timeout=60)
            self.assertEqual(result.returncode, 0, result)
            self.assertTrue(os.path.exists(result.stdout.strip() + "/lib/liblz4.a"))
            return result.stdout

        first = build()
        self.assertEqual(build(), first)
        for name in ("lz4/build", "compile.sh"):
            with open(os.path.join(tools, "deps", name), "a", encoding="utf-8") as file:
                file.write("# changed\n")
            second = build()
            self.assertNotEqual(second, first, name)
            first = second

    def test_recipes_have_all_of_what_they_read(self):
        """The cache's key is of the files in a recipe's folder, so that it may read no other."""
        for recipe in glob.glob(os.path.join(ROOT, "tools/deps/*/build")):
            with open(recipe, encoding="utf-8") as file:
                self.assertNotIn("/../", file.read(), recipe)

    def test_manifest_is_well_formed(self):
        with open(os.path.join(ROOT, "tools/deps/sources"), encoding="utf-8") as file:
            paragraphs = [p for p in file.read().split("\n\n") if "Name: " in p]
        for paragraph in paragraphs:
            fields = dict(line.split(": ", 1) for line in paragraph.strip().splitlines()
                          if not line.startswith("#"))
            self.assertLessEqual({"Name", "Version", "Licence", "File"}, fields.keys())
            for key in fields.keys() & {"File", "Patches"}:
                self.assertRegex(fields[key], r"^[0-9a-f]{64} pool/\S+$")
            if "Archives" in fields:
                recipe = os.path.join(ROOT, "tools/deps", fields["Name"], "build")
                self.assertTrue(os.access(recipe, os.X_OK), recipe)


if __name__ == "__main__":
    as_tap.main()
