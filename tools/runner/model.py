# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the runner reads of a built board: model.json, the image and the ELF file."""

import json
import os
import shutil


class RunError(Exception):
    """What went wrong, with what to do; main prints it as one line and ends with status 1."""


class Board:
    """A built board: its resolved model and its files in the build folder."""

    def __init__(self, target, build):
        self.target = target
        self.build = build
        path = os.path.join(build, "model.json")
        try:
            with open(path, encoding="utf-8") as file:
                self.model = json.load(file)
        except OSError as error:
            raise RunError(
                f"{path}: {error.strerror}; build it with `make TARGET={target}`") from error
        except ValueError as error:
            raise RunError(
                f"{path}: damaged ({error}); rebuild with `make TARGET={target}`") from error

    @property
    def name(self):
        return self.model["board"]["name"]

    @property
    def prompt(self):
        """What the console writes at the start of a line when it waits for input."""
        return f"{self.name}> ".encode()

    @property
    def toolchain(self):
        return self.model["arch"]["toolchain"] or ""

    @property
    def elf(self):
        return self._file("ranvier.elf")

    @property
    def image(self):
        """What QEMU loads: the raw image on aarch64, where its header makes QEMU pass a device
        tree; the ELF file everywhere else."""
        if self.model["arch"]["name"] == "aarch64":
            return self._file("ranvier." + self.model["image"]["formats"][0])
        return self.elf

    def _file(self, name):
        path = os.path.join(self.build, name)
        if not os.path.exists(path):
            raise RunError(f"{path}: not built; run `make TARGET={self.target}`")
        return path


def cache_folder(environment=os.environ):
    """The folder that survives `make clean`, as in tools/setup/lib.sh."""
    if environment.get("RANVIER_CACHE"):
        return environment["RANVIER_CACHE"]
    home = environment.get("XDG_CACHE_HOME") or os.path.join(environment.get("HOME", "/"), ".cache")
    return os.path.join(home, "ranvier")


def find_emulator(name, environment=os.environ):
    """The cache's wrapper of the QEMU program `name`, else the system's own."""
    wrapper = os.path.join(cache_folder(environment), "qemu", "bin", name)
    if os.access(wrapper, os.X_OK):
        return wrapper
    found = shutil.which(name)
    if not found:
        raise RunError(f"{name} is missing; run `make doctor`, it says how to get it")
    return found
