# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# What every set-up script shares: where the cache is, how to speak, how to lock, and how to ask apt
# for packages of another suite without touching the system's package configuration.
#
# Source it; it sets `cache`. Everything is said on stderr, stdout belongs to the script.

export LC_ALL=C # what programs say is read here

# The cache outlives `make clean`: nothing in it depends on the tree it was filled from.
# shellcheck disable=SC2034 # read by the scripts that source this file
cache=${RANVIER_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set, so give RANVIER_CACHE}/.cache}/ranvier}

say() {
    printf '%s\n' "$*" >&2
}

# die WHAT WHERE FIX: one clear message, status 1.
die() {
    printf 'error: %s\n  where: %s\n  fix: %s\n' "$1" "$2" "$3" >&2
    exit 1
}

# need COMMAND PACKAGE: ends unless the command is there.
need() {
    command -v "$1" >/dev/null ||
        die "the command $1 is missing" "${0##*/}" "run 'make doctor', or install the package $2"
}

# make_cache: creates the cache folder, or ends with the reason.
make_cache() {
    mkdir -p "$cache/lock" 2>/dev/null ||
        die "the cache folder can't be created" "$cache" \
            "make it writable, or point RANVIER_CACHE at a folder that is"
}

# lock NAME: waits until no other process holds NAME; held until this process ends.
lock() {
    make_cache
    exec 9>"$cache/lock/$1"
    if ! flock --nonblock 9; then
        say "waiting for another build that is preparing $1"
        flock 9
    fi
}

# scratch NAME: makes a folder beside the result, removed when the script ends, and prints its name.
# The result is renamed out of it, so that nobody ever sees half of one. What a killed run left behind
# goes after a day.
scratch() {
    mkdir -p "$cache/tmp"
    find "$cache/tmp" -mindepth 1 -maxdepth 1 -mtime +0 -exec rm -rf {} + 2>/dev/null || true
    mktemp -d "$cache/tmp/$1.XXXXXX"
}

# system_mirrors: the Debian archives that this machine's apt uses, best first; none may be left.
# RANVIER_MIRROR comes before them.
system_mirrors() {
    {
        [ -z "${RANVIER_MIRROR:-}" ] || printf '%s\n' "${RANVIER_MIRROR%/}"
        # shellcheck disable=SC2016 # apt fills it in
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
            sed -n 's,/*$,,; /\/debian$/p'
    } | awk '!seen[$0]++'
}

# system_version: the major number of this Debian, or 0 where it is none.
system_version() {
    local version=0
    [ ! -r /etc/debian_version ] || version=$(cut -d. -f1 /etc/debian_version)
    case $version in
    '' | *[!0-9]*) version=0 ;;
    esac
    printf '%s\n' "$version"
}

# private_apt FOLDER SUITE...: writes FOLDER/apt.conf, which makes apt use only the named suites and
# keep all it writes in FOLDER. The list of installed packages stays the system's (read only), so
# that apt resolves what is missing here. Use it as APT_CONFIG. Without a mirror: says so, status 1.
private_apt() {
    local folder=$1 mirror
    shift
    mirror=$(system_mirrors | head -n 1)
    if [ -z "$mirror" ]; then
        printf 'E: apt knows no Debian mirror; name one with RANVIER_MIRROR\n'
        return 1
    fi
    mkdir -p "$folder/lists/partial" "$folder/archives/partial" "$folder/state"
    cat >"$folder/debian.sources" <<SOURCES
Types: deb
URIs: $mirror
Suites: $*
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
    cat >"$folder/apt.conf" <<CONF
Dir::Etc::sourcelist "$folder/debian.sources";
Dir::Etc::sourceparts "-";
Dir::Etc::preferencesparts "-";
Dir::Etc::preferences "-";
Dir::State "$folder/state";
Dir::State::lists "$folder/lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$folder";
Dir::Cache::archives "$folder/archives";
Debug::NoLocking "true";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "2";
CONF
}
