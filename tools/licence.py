#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The licence that a built board's parts give its image: one line, and BUILD/ranvier.spdx (SPDX
2.3).

The parts are our own sources, each with the identifier in its first lines; the pinned libraries of
tools/deps/sources; and the compiler's runtime. A library counts where the link map shows that
something of it was linked. Deterministic: `Created` is SOURCE_DATE_EPOCH, and without it the epoch
itself, so that two builds in different folders write the same file.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
IDENTIFIER = re.compile(r"SPDX-License-Identifier: ([A-Za-z0-9.+() -]+[A-Za-z0-9.+)])")
RUNTIME_LICENCE = "GPL-3.0-or-later WITH GCC-exception-3.1"


class LicenceError(Exception):
    """What is wrong; main prints it as one line."""


def combine(expressions):
    """One expression for parts under all of `expressions`, each term once, in their order."""
    terms = []
    for expression in expressions:
        for term in [expression] if " OR " in expression else expression.split(" AND "):
            if term not in terms:
                terms.append(term)
    if len(terms) == 1:
        return terms[0]
    return " AND ".join(f"({term})" if " OR " in term else term for term in terms)


def read_sources(text):
    """The manifest's paragraphs as {name: {field: value}}."""
    libraries = {}
    for paragraph in re.split(r"\n\n+", text):
        lines = [line for line in paragraph.splitlines() if line and not line.startswith("#")]
        fields = dict(line.split(": ", 1) for line in lines)
        if fields:
            libraries[fields["Name"]] = fields
    return libraries


def linked_archives(link_map):
    """Names of the static libraries that the link map took members of: {"libc", "libgcc"}."""
    return set(re.findall(r"^\S*?([^/\s]+)\.a\(\S+\)$", link_map, re.MULTILINE))


def own_licences(files):
    """The identifiers in the first lines of our sources, sorted."""
    found = set()
    for path in files:
        with open(path, encoding="utf-8") as file:
            match = IDENTIFIER.search(file.read(400))
        if not match:
            raise LicenceError(f"{path}: no SPDX-License-Identifier in its first lines, from which the image's"
                               " licence is told; begin it with /* SPDX-License-Identifier: MIT */, say")
        found.add(match[1])
    return sorted(found)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def library_package(fields):
    """The package of a pinned library."""
    digest, path = fields["File"].split(" ", 1)
    source = "Debian source package, unmodified"
    if "Patches" in fields:
        patch_digest, patch = fields["Patches"].split(" ", 1)
        source = f"Debian source package, patched by {patch} (SHA-256 {patch_digest})"
    return {"name": fields["Name"], "version": fields["Version"], "licence": fields["Licence"],
            "location": "NOASSERTION", "sha256": digest, "source": f"{source}, {path}",
            "purl": f"pkg:deb/debian/{fields['Name']}@{fields['Version']}?arch=source",
            "homepage": fields.get("Homepage")}


def runtime_package(toolchain):
    """The package of libgcc, which comes with the compiler."""
    version = subprocess.run([toolchain + "gcc", "-dumpfullversion"], capture_output=True,
                             text=True, check=True).stdout.strip()
    return {"name": "libgcc", "version": version, "licence": RUNTIME_LICENCE,
            "location": "NOASSERTION", "sha256": None, "source": "part of the compiler", "homepage":
            "https://gcc.gnu.org"}


def packages(model, build, libraries):
    """What the image consists of besides our own sources."""
    with open(os.path.join(build, "ranvier.map"), encoding="utf-8", errors="replace") as file:
        archives = linked_archives(file.read())
    if model["qemu"] is None and model["arch"]["name"] == "host":
        return []  # a process is linked with this machine's own libraries, as they are installed
    parts = []
    for name in model["libraries"]:
        if name not in libraries:
            raise LicenceError(f"tools/deps/sources: no paragraph for the library {name}")
        wanted = libraries[name].get("Archives", "lib" + name).split()
        if archives & set(wanted):
            parts.append(library_package(libraries[name]))
    if "libgcc" in archives:
        parts.append(runtime_package(model["arch"]["toolchain"]))
    return sorted(parts, key=lambda part: part["name"])


def package_lines(identifier, part):
    """One package in SPDX's tag-value form."""
    lines = [f"PackageName: {part['name']}", f"SPDXID: SPDXRef-{identifier}"]
    if part["version"]:
        lines.append(f"PackageVersion: {part['version']}")
    lines += [f"PackageDownloadLocation: {part['location']}", "FilesAnalyzed: false"]
    if part["sha256"]:
        lines.append(f"PackageChecksum: SHA256: {part['sha256']}")
    if part.get("homepage"):
        lines.append(f"PackageHomePage: {part['homepage']}")
    if part.get("purl"):
        lines.append(f"ExternalRef: PACKAGE-MANAGER purl {part['purl']}")
    if part.get("source"):
        lines.append(f"PackageSourceInfo: <text>{part['source']}</text>")
    return lines + [f"PackageLicenseConcluded: {part['licence']}",
                    f"PackageLicenseDeclared: {part['licence']}",
                    "PackageCopyrightText: NOASSERTION", ""]


def document(model, own, parts, digest, created):
    """The SPDX document of one image, whose ELF file has the SHA-256 `digest`."""
    board = model["board"]["name"]
    image = {"name": f"ranvier-{board}", "version": model["configuration_hash"], "sha256": digest,
             "licence": combine([own] + [part["licence"] for part in parts]),
             "location": "NOASSERTION", "source":
             "ranvier.elf, version is the configuration's hash"}
    code = {"name": "ranvier", "version": None, "sha256": None, "licence": own,
            "location": "NOASSERTION", "source": "our own sources of this image"}
    lines = ["SPDXVersion: SPDX-2.3", "DataLicense: CC0-1.0", "SPDXID: SPDXRef-DOCUMENT",
             f"DocumentName: ranvier-{board}",
             f"DocumentNamespace: https://spdx.org/spdxdocs/ranvier-{board}-{digest}",
             "Creator: Tool: ranvier-licence", f"Created: {created}", ""]
    lines += package_lines("image", image) + package_lines("ranvier", code)
    for part in parts:
        lines += package_lines(part["name"], part)
    lines += ["Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-image",
              "Relationship: SPDXRef-image GENERATED_FROM SPDXRef-ranvier"]
    lines += [f"Relationship: SPDXRef-image STATIC_LINK SPDXRef-{part['name']}" for part in parts]
    return "\n".join(lines) + "\n"


def write_if_changed(path, text):
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def creation_time(environment):
    """SPDX's form of SOURCE_DATE_EPOCH, seconds since 1970; 0 where it is not set."""
    seconds = environment.get("SOURCE_DATE_EPOCH") or "0"
    if not seconds.isdigit():
        raise LicenceError(f"SOURCE_DATE_EPOCH: '{seconds}' is not a number of seconds")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, help="the build folder of a board")
    build = parser.parse_args().build
    try:
        with open(os.path.join(build, "model.json"), encoding="utf-8") as file:
            model = json.load(file)
        with open(os.path.join(ROOT, "tools/deps/sources"), encoding="utf-8") as file:
            libraries = read_sources(file.read())
        own = combine(own_licences(os.path.join(ROOT, part["file"]) for part in model["sources"]))
        parts = packages(model, build, libraries)
        text = document(model, own, parts, sha256(os.path.join(build, "ranvier.elf")),
                        creation_time(os.environ))
        write_if_changed(os.path.join(build, "ranvier.spdx"), text)
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except (LicenceError, subprocess.CalledProcessError, ValueError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("licence:", combine([own] + [part["licence"] for part in parts]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
