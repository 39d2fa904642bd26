#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""kernel_size.py FOLDER: one line with the kernel's size in the image of `make kernel-size`, against its
limits. Counted is what the objects of kernel/ gave to the image: code as machine instructions, RAM as
variables, initialised or not, without stacks. Status 1 if a limit is exceeded."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "tools"))
from image import Image, ImageError

CODE_LIMIT = 12 * 1024
RAM_LIMIT = 2 * 1024


def main():
    try:
        image = Image(sys.argv[1])
    except ImageError as error:
        sys.exit(f"error: {error}")
    kernel = [c for c in image.contributions if image.layer(c) == "kernel"]
    sizes = {kind: sum(c.size for c in kernel if c.kind == kind)
             for kind in ("code", "constants", "data", "zeroed")}
    code, ram = sizes["code"], sizes["data"] + sizes["zeroed"]
    print(f"kernel without services, log, harmony, watchdog, kept panics and options read at boot: "
          f"{code} of {CODE_LIMIT} bytes code, {ram} of {RAM_LIMIT} bytes RAM "
          f"({sizes['constants']} bytes constants)")
    return int(code > CODE_LIMIT or ram > RAM_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
