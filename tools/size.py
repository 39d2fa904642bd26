#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where the bytes of a board's image went: by layer, folder and symbol, and against its memory."""

import argparse
import os
import signal
import sys
from collections import defaultdict

from image import KINDS, Image, ImageError, human


def print_summary(image):
    """The image in one line, and each region's limit."""
    sizes = ", ".join(f"{kind} {human(image.total(kind))}" for kind in KINDS)
    print(f"{image.model['board']['name']}: {sizes}")
    for region, used in image.usage():
        share = 100 * used / region["size"]
        print(f"  {region['name']:<8} {human(used):>9} of {human(region['size']):>7}  {share:5.1f} %")


def print_table(title, rows, limit=None):
    """Rows of (name, {kind: bytes}), largest first."""
    print(f"\n{title:<40}" + "".join(f"{kind:>11}" for kind in KINDS) + f"{'all':>11}")
    rows = sorted(rows.items(), key=lambda row: (-sum(row[1].values()), row[0]))
    for name, sizes in rows[:limit]:
        columns = "".join(f"{sizes[kind] or '':>11}" for kind in KINDS)
        print(f"{name:<40}{columns}{sum(sizes.values()):>11}")


def grouped(image, name_of):
    """Bytes of each kind by a name that is made from the contribution."""
    rows = defaultdict(lambda: defaultdict(int))
    for contribution in image.contributions:
        rows[name_of(contribution)][contribution.kind] += contribution.size
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the board's folder, build/<target>")
    parser.add_argument("--summary", action="store_true", help="totals and limits only")
    parser.add_argument("--symbols", type=int, default=20, help="how many symbols (20)")
    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make size | head` ends quietly
    try:
        image = Image(os.path.normpath(options.build))
    except ImageError as error:
        sys.exit(f"error: {error}")
    print_summary(image)
    if options.summary:
        return
    print_table("layer", grouped(image, image.layer))
    print_table("folder", grouped(image, lambda c: c.folder))
    print_table(f"symbol (largest {options.symbols})",
                grouped(image, lambda c: f"{c.symbol}  {c.folder}"), options.symbols)


if __name__ == "__main__":
    main()
