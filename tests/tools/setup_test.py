#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""tools/setup and tools/doctor, with a package manager that only writes down what it is asked."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import as_tap
import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SETUP = os.path.join(ROOT, "tools/setup/setup")

# Installed packages stand in the file `installed`; an install adds to it, unless the index is
# "old".
FAKES = {
    "dpkg-query": 'sed "s/^/installed /" "$STATE/installed"',
    "apt-get": """echo "apt-get $*" >>"$STATE/log"
case " $* " in
*" update "*) rm -f "$STATE/old" ;;
*) [ ! -e "$STATE/old" ] || exit 100
   case " $* " in *" --simulate "*) exit 0 ;; esac
   for word; do
       case $word in -*|install|*=*) ;; *) echo "$word" >>"$STATE/installed" ;; esac
   done ;;
esac""",
    "id": 'echo "${FAKE_ID:-0}"',
    "sudo": 'echo "sudo $*" >>"$STATE/log"; while [ "${1#-}" != "$1" ]; do shift; done; exec "$@"',
}


class SetupTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = folder.name
        tools = os.path.join(self.state, "bin")
        os.mkdir(tools)
        for name, text in FAKES.items():
            path = os.path.join(tools, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\n" + text + "\n")
            os.chmod(path, 0o755)
        self.write("installed", "\n".join(self.packages()) + "\n")
        self.environment = {"PATH": tools + ":/usr/sbin:/usr/bin:/sbin:/bin", "HOME": self.state,
                            "STATE": self.state, "RANVIER_CACHE": os.path.join(self.state, "cache")}

    def write(self, name, text):
        with open(os.path.join(self.state, name), "w", encoding="utf-8") as file:
            file.write(text)

    def log(self):
        try:
            with open(os.path.join(self.state, "log"), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def packages(self):
        with open(os.path.join(ROOT, "tools/setup/packages"), encoding="utf-8") as file:
            return re.findall(r"^[a-z]+ +(\S+)", file.read(), re.MULTILINE)

    def remove(self, *names):
        self.write("installed", "\n".join(set(self.packages()) - set(names)) + "\n")

    def setup(self, *arguments):
        return subprocess.run([SETUP, *arguments], env=self.environment, text=True, timeout=tap.PATIENCE,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)

    def on_terminal(self, answer):
        """Status and words of `setup build` at a terminal where `answer` is typed."""
        pid, master = as_tap.fork_on_terminal()
        if pid == 0:
            os.execve(SETUP, [SETUP, "build"], self.environment)
        said = b""
        while True:
            try:
                data = os.read(master, 4096)
            except OSError:
                break
            said += data
            if b"[Y/n] " in data:
                os.write(master, answer)
        os.close(master)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()

    def test_all_there(self):
        result = self.setup("build")
        self.assertEqual((result.returncode, result.stderr, self.log()), (0, "", ""))

    def test_stamp_spares_the_question(self):
        self.setup("build")
        os.remove(os.path.join(self.state, "bin/dpkg-query"))
        self.remove("meson")
        self.assertEqual((self.setup("build").returncode, self.log()), (0, ""))

    def test_without_a_terminal_it_installs_and_says_so(self):
        self.remove("meson", "patch")
        result = self.setup("build")
        self.assertEqual(result.returncode, 0, result)
        self.assertRegex(result.stderr, r"meson +builds picolibc")
        self.assertRegex(self.log().splitlines()[-1], r"^apt-get .*install meson patch$")
        self.assertNotIn("update", self.log())

    def test_other_groups_are_left_alone(self):
        self.remove("gdb-multiarch")
        self.assertEqual((self.setup("build").returncode, self.log()), (0, ""))

    def test_index_is_updated_when_needed(self):
        self.remove("meson")
        self.write("old", "")
        self.assertEqual(self.setup("build").returncode, 0)
        self.assertRegex(self.log(), r"update\n.*install meson\n$")

    def test_apt_fails(self):
        self.remove("meson")
        self.write("bin/apt-get", "#!/bin/sh\necho 'E: broken' >&2\nexit 100\n")
        result = self.setup("build")
        self.assertEqual(result.returncode, 1)
        self.assertIn("E: broken", result.stderr)
        self.assertIn("error: apt-get could not install", result.stderr)
        self.assertEqual(self.setup("build").returncode, 1, "a failure must leave no stamp")

    def test_check_changes_nothing(self):
        self.remove("meson")
        self.assertEqual((self.setup("--check", "build").returncode, self.log()), (1, ""))

    def test_ordinary_user_takes_sudo(self):
        self.remove("meson")
        self.environment["FAKE_ID"] = "1000"
        self.assertEqual(self.setup("build").returncode, 0)
        self.assertIn("sudo --non-interactive env DEBIAN_FRONTEND=noninteractive apt-get",
                      self.log())

    def test_terminal_yes(self):
        self.remove("meson")
        status, said = self.on_terminal(b"\n")
        self.assertEqual(status, 0, said)
        self.assertIn("install meson", self.log())

    def test_terminal_no(self):
        self.remove("meson")
        status, said = self.on_terminal(b"n\n")
        self.assertEqual((status, self.log()), (1, ""), said)
        self.assertIn("nothing was installed", said)

    def test_skipped(self):
        self.remove("meson")
        self.environment["RANVIER_NO_SETUP"] = "1"
        self.assertEqual((self.setup("build").returncode, self.log()), (0, ""))

    def install_emulator(self, version):
        """A QEMU of the system's own that says it is `version`."""
        for name in ("aarch64", "arm"):
            self.write(f"bin/qemu-system-{name}",
                       f"#!/bin/sh\necho 'QEMU emulator version {version} (Debian)'\n")
            os.chmod(os.path.join(self.state, f"bin/qemu-system-{name}"), 0o755)

    def qemu(self):
        result = subprocess.run([os.path.join(ROOT, "tools/setup/qemu")], env=self.environment,
                                text=True, capture_output=True, timeout=tap.PATIENCE, check=False)
        folder = os.path.join(self.state, "cache/tmp")
        self.assertEqual(os.listdir(folder) if os.path.exists(folder) else [], [], "left behind")
        return result

    def test_new_enough_system_emulator_is_wrapped(self):
        self.install_emulator("10.1.0")
        result = self.qemu()
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(self.log(), "")
        wrapper = os.path.join(self.state, "cache/qemu/bin/qemu-system-arm")
        said = subprocess.run([wrapper, "--version"], capture_output=True, text=True, check=True)
        self.assertIn("10.1.0", said.stdout)
        self.assertEqual(self.qemu().stderr, "", "the second time it says nothing")

    def test_old_emulator_is_the_last_resort(self):
        self.install_emulator("7.2.15")
        self.write("bin/apt-get", "#!/bin/sh\necho 'E: no network' >&2\nexit 100\n")
        result = self.qemu()
        self.assertEqual(result.returncode, 0, result)
        self.assertIn("raspi4b", result.stderr)
        self.assertEqual(self.qemu().stderr, "", "it is not tried again at once")

    @unittest.skipIf(shutil.which("qemu-system-aarch64"), "this system has a QEMU of its own")
    def test_no_emulator_and_no_mirror(self):
        self.write("bin/apt-get", "#!/bin/sh\nexit 100\n")
        result = self.qemu()
        self.assertEqual(result.returncode, 1, result)
        self.assertIn("apt knows no Debian mirror; name one with RANVIER_MIRROR", result.stderr)

    @unittest.skipIf(shutil.which("qemu-system-aarch64"), "this system has a QEMU of its own")
    def test_no_emulator_and_no_network(self):
        self.environment["RANVIER_MIRROR"] = "http://127.0.0.1:1/debian"
        self.write("bin/apt-get", "#!/bin/sh\necho 'E: no network' >&2\nexit 100\n")
        result = self.qemu()
        self.assertEqual(result.returncode, 1, result)
        self.assertIn("QEMU 10 can't be fetched", result.stderr)
        self.assertIn("where: E: no network", result.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.state, "cache/qemu")))

    def test_every_package_has_a_reason(self):
        with open(os.path.join(ROOT, "tools/setup/packages"), encoding="utf-8") as file:
            for line in file.read().splitlines():
                self.assertRegex(line, r"^(#.*|(build|run|debug|test|iso) +[a-z0-9.+-]+ +\S.*|)$")

    def test_doctor_without_anything(self):
        self.write("bin/dpkg-query", "#!/bin/sh\nexit 1\n")
        result = subprocess.run([os.path.join(ROOT, "tools/doctor")], env=self.environment,
                                text=True, capture_output=True, timeout=tap.PATIENCE, check=False)
        self.assertEqual(result.returncode, 1, result)
        for package in self.packages():
            self.assertRegex(result.stdout, rf"MISSING +{re.escape(package)} ")
        self.assertRegex(result.stdout, r"MISSING +QEMU 10")
        self.assertIn("tools/setup/setup build run debug test", result.stdout)
        self.assertFalse(os.path.exists(os.path.join(self.state, "cache")),
                         "the doctor changes nothing")


if __name__ == "__main__":
    as_tap.main()
