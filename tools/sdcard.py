#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Lays out the first partition (FAT) of a Raspberry Pi's SD card in build/<target>/sdcard/.

config.txt tells the firmware what the board's file says: the clocks that its devices count on and
the memory that it leaves to the GPU. The firmware itself is Broadcom's and not ours to hand out.
"""

import argparse
import json
import os
import shutil
import sys

MEGABYTE = 1 << 20

# What the firmware of each SoC consists of, and how much of the first GB the GPU may have.
FIRMWARE = {
    "bcm2837": ("bootcode.bin", "start.elf", "fixup.dat"),
    "bcm2711": ("start4.elf", "fixup4.dat"),
}


class CardError(Exception):
    """The card can't be laid out; the text is the one line that says why."""


def clock_of(model, driver):
    """The `clock` in Hz of the devices with that driver, or None if there is none."""
    for device in model["devices"]:
        if device["driver"] == driver:
            return next(p["value"] for p in device["properties"] if p["name"] == "clock")
    return None


def gpu_memory(model):
    """Megabytes from the end of the first region to the end of the first GB."""
    ram = next(region for region in model["regions"] if region["kind"] == "ram")
    megabytes = (1024 * MEGABYTE - ram["base"] - ram["size"]) // MEGABYTE
    if megabytes < 16:
        raise CardError(f"memory.{ram['name']}: the GPU needs 16 MB below 1 GB")
    return megabytes


def settings(model):
    """The lines of config.txt."""
    lines = [f"# {model['board']['summary']}: what its board file counts on.",
             "arm_64bit=1", "kernel=kernel8.img", f"gpu_mem={gpu_memory(model)}"]
    core = clock_of(model, "mini-uart")
    if core:
        megahertz = core // 1000000
        lines += ["# the mini UART's clock", f"core_freq={megahertz}", f"core_freq_min={megahertz}"]
    uart = clock_of(model, "pl011")
    if uart:
        lines += ["# the PL011's clock", f"init_uart_clock={uart}"]
    return lines


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def lay_out(build):
    with open(os.path.join(build, "model.json"), encoding="utf-8") as file:
        model = json.load(file)
    files = FIRMWARE.get(model["soc"]["name"])
    if files is None:
        raise CardError(f"{model['board']['name']}: boots from no SD card that is known here; "
                        f"boards with {' and '.join(FIRMWARE)} do")
    folder = os.path.join(build, "sdcard")
    os.makedirs(folder, exist_ok=True)
    write(os.path.join(folder, "config.txt"), "\n".join(settings(model)) + "\n")
    shutil.copyfile(os.path.join(build, "ranvier.bin"), os.path.join(folder, "kernel8.img"))
    print(f"{folder}: kernel8.img, config.txt")
    print("Copy both to a FAT partition, the card's first, beside the Raspberry Pi firmware's "
          + ", ".join(files) + ".")


def main():
    parser = argparse.ArgumentParser(description="Lays out an SD card's boot partition.")
    parser.add_argument("--build", required=True, help="the board's build folder")
    try:
        lay_out(parser.parse_args().build)
    except CardError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
