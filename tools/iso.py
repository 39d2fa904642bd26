#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes a CD image that boots a PC by GRUB, by BIOS and UEFI, from a disc or a USB stick.

GRUB loads build/<target>/ranvier.elf as Multiboot2 says and is told to ask nothing. All that GRUB
needs is in its core images, so that the CD has no modules. The same kernel gives the same bytes:
every date is EPOCH, and GRUB finds its CD by the kernel on it, not by a date as grub-mkrescue has it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

BIOS, UEFI = "i386-pc", "x86_64-efi"
GRUB = "/usr/lib/grub"
TOOLS = ("grub-mkimage", "xorriso", "mformat", "mmd", "mcopy")
EPOCH = "315532800"  # 1980-01-01, where FAT's dates begin

# In each core image: where the CD is read from, how it is partitioned, and what loads the kernel.
MODULES = ("normal", "search", "search_fs_file", "iso9660", "part_msdos", "part_gpt", "part_apple",
           "multiboot2")
OWN_MODULES = {BIOS: ("biosdisk",), UEFI: ("fat", "efi_gop", "efi_uga")}

FIND_THE_CD = """\
search --file --set=root /boot/ranvier.elf
set prefix=($root)/boot/grub
"""
CONFIGURATION = """\
set timeout=0
menuentry "{board}" {{
    multiboot2 /boot/ranvier.elf
}}
"""


class IsoError(Exception):
    """The image can't be made; the text is the one line that says why."""


def run(*command, folder):
    """What the program says is shown only when it fails."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "TZ": "UTC", "MTOOLSRC": "/dev/null"}
    done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise IsoError(f"{command[0]} failed:\n{done.stdout}")


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def make_core(platform, image_format, output, folder):
    """GRUB with all that it needs, as one file."""
    run("grub-mkimage", "-O", image_format, "-d", os.path.join(GRUB, platform), "-p", "/boot/grub",
        "-c", "find-the-cd.cfg", "-o", output, *MODULES, *OWN_MODULES[platform], folder=folder)


def make_efi_partition(output, folder):
    """A FAT file system with GRUB where UEFI looks for it."""
    make_core(UEFI, UEFI, "bootx64.efi", folder)
    kibibytes = os.path.getsize(os.path.join(folder, "bootx64.efi")) // 1024 + 256
    run("mformat", "-C", "-i", output, "-T", str(kibibytes * 2), "-h", "2", "-s", "16", "-N",
        "52414e56", "::", folder=folder)
    run("mmd", "-i", output, "::/EFI", "::/EFI/BOOT", folder=folder)
    run("mcopy", "-i", output, "bootx64.efi", "::/EFI/BOOT/BOOTX64.EFI", folder=folder)


def lay_out(build, model, folder):
    """The CD's files: the kernel without debug information, and GRUB's configuration."""
    grub = os.path.join(folder, "cd", "boot", "grub")
    os.makedirs(grub)
    objcopy = model["arch"]["toolchain"] + "objcopy"
    run(objcopy, "--strip-debug", os.path.abspath(os.path.join(build, "ranvier.elf")),
        os.path.join(folder, "cd", "boot", "ranvier.elf"), folder=folder)
    write(os.path.join(grub, "grub.cfg"), CONFIGURATION.format(board=model["board"]["name"]))
    write(os.path.join(folder, "find-the-cd.cfg"), FIND_THE_CD)


def set_dates(folder):
    for path, folders, files in os.walk(folder, topdown=False):
        for name in files + folders + ["."]:
            os.utime(os.path.join(path, name), (int(EPOCH), int(EPOCH)))


def make_image(folder, platforms, image):
    """The options are those of grub-mkrescue for these platforms."""
    options = []
    if BIOS in platforms:
        make_core(BIOS, "i386-pc-eltorito", "cd/boot/grub/bios.img", folder)
        options += ["-b", "boot/grub/bios.img", "-no-emul-boot", "-boot-load-size", "4",
                    "-boot-info-table", "--grub2-boot-info",
                    "--grub2-mbr", os.path.join(GRUB, BIOS, "boot_hybrid.img")]
    if UEFI in platforms:
        make_efi_partition("cd/boot/grub/efi.img", folder)
        options += ["--efi-boot", "boot/grub/efi.img", "-efi-boot-part", "--efi-boot-image"]
    set_dates(os.path.join(folder, "cd"))
    run("xorriso", "-as", "mkisofs", "-quiet", "-R", "-r", "-V", "RANVIER", *options,
        "--protective-msdos-label", "-o", "ranvier.iso", "cd", folder=folder)
    shutil.move(os.path.join(folder, "ranvier.iso"), image)


def iso(build):
    with open(os.path.join(build, "model.json"), encoding="utf-8") as file:
        model = json.load(file)
    if model["arch"]["name"] != "x86_64":
        raise IsoError(f"{model['board']['name']}: only PCs boot from a CD image")
    platforms = [platform for platform in (BIOS, UEFI)
                 if os.path.exists(os.path.join(GRUB, platform, "moddep.lst"))]
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing or not platforms:
        raise IsoError(f"{missing[0] if missing else 'GRUB'} is missing; run `make doctor`, it says "
                       "how to get it")
    image = os.path.join(build, "ranvier.iso")
    with tempfile.TemporaryDirectory(prefix=".iso-", dir=os.path.abspath(build)) as folder:
        lay_out(build, model, folder)
        make_image(folder, platforms, image)
    ways = " and ".join({BIOS: "BIOS", UEFI: "UEFI"}[platform] for platform in platforms)
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
