# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Reading the manifest of third-party sources. Source it after tools/setup/lib.sh.

# shellcheck disable=SC2034 # read by the scripts that source this file
manifest=${RANVIER_SOURCES:-$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/sources}

# pinned NAME: the manifest's paragraph of NAME; status 1 where there is none.
pinned() {
    awk -v name="Name: $1" 'BEGIN { RS = ""; FS = "\n" }
        { for (i = 1; i <= NF; i++) if ($i == name) { print; found = 1 } }
        END { exit !found }' "$manifest"
}

# field PARAGRAPH NAME: the value of one field, empty where it is missing.
field() {
    sed -n "s/^$2: *//p" <<<"$1"
}

# content PARAGRAPH: the fields that decide what the source's bytes are.
content() {
    grep -E '^(Name|Version|File|Patches):' <<<"$1"
}

# is_fetched PARAGRAPH FOLDER: FOLDER holds this very source.
is_fetched() {
    cmp --quiet "$2/.pinned" <(content "$1")
}

# pinned_names: every library of the manifest.
pinned_names() {
    sed -n 's/^Name: *//p' "$manifest"
}
