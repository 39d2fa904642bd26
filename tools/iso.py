#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes a CD image that boots a PC by GRUB, by BIOS and UEFI, from a disc or a USB stick.

GRUB loads build/<target>/ranvier.elf as Multiboot2 says and is told to ask nothing.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

GRUB_FOLDERS = ("/usr/lib/grub/i386-pc", "/usr/lib/grub/x86_64-efi")
# Of GRUB, and what these need: what loads the kernel, and every partition map that a grub-mkrescue
# image looks for itself with.
MODULES = ("normal multiboot2 part_acorn part_amiga part_apple part_bsd part_dfly part_dvh part_gpt "
           "part_msdos part_plan part_sun part_sunpc")

CONFIGURATION = """\
set timeout=0
menuentry "{board}" {{
    multiboot2 /boot/ranvier.elf
}}
"""


class IsoError(Exception):
    """The image can't be made; the text is the one line that says why."""


def lay_out(build, model, folder):
    """The CD's files: the kernel without debug information, and GRUB's configuration."""
    grub = os.path.join(folder, "boot", "grub")
    os.makedirs(grub)
    objcopy = model["arch"]["toolchain"] + "objcopy"
    subprocess.run([objcopy, "--strip-debug", os.path.join(build, "ranvier.elf"),
                    os.path.join(folder, "boot", "ranvier.elf")], check=True)
    with open(os.path.join(grub, "grub.cfg"), "w", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(board=model["board"]["name"]))


def make_image(folder, image):
    """grub-mkrescue's words are shown only when it fails."""
    done = subprocess.run(
        ["grub-mkrescue", f"--install-modules={MODULES}", "--themes=", "--fonts=", "--locales=",
         "-o", image + ".new", folder],
        capture_output=True, text=True, check=False)
    if done.returncode != 0 or not os.path.exists(image + ".new"):
        raise IsoError(f"grub-mkrescue failed:\n{done.stderr}")
    os.replace(image + ".new", image)


def iso(build):
    with open(os.path.join(build, "model.json"), encoding="utf-8") as file:
        model = json.load(file)
    if model["arch"]["name"] != "x86_64":
        raise IsoError(f"{model['board']['name']}: only PCs boot from a CD image")
    if not shutil.which("grub-mkrescue"):
        raise IsoError("grub-mkrescue is missing; run `make doctor`, it says how to get it")
    image = os.path.join(build, "ranvier.iso")
    with tempfile.TemporaryDirectory(prefix="ranvier-") as folder:
        lay_out(build, model, folder)
        make_image(folder, image)
    ways = " and ".join(way for way, folder in zip(("BIOS", "UEFI"), GRUB_FOLDERS)
                        if os.path.isdir(folder))
    print(f"{image}: boots by {ways}, from a disc or copied onto a whole USB stick")


def main():
    parser = argparse.ArgumentParser(description="Makes a CD image of a PC board.")
    parser.add_argument("--build", required=True, help="the board's build folder")
    try:
        iso(parser.parse_args().build)
    except IsoError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
