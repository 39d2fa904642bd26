# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# For recipes of libraries that are a few files of C. Sets up $OUT. A recipe sources it by a link in its
# own folder, so that it counts for the cache's key.

mkdir -p "$OUT/include" "$OUT/lib"

# compile NAME FLAGS... FILE: makes the static library of one file, against the C library in $LIBC.
# Cortex-M is compiled for size. The paths of this machine are mapped out of debug information.
compile() {
    local name=$1 optimise=-O2 relative
    shift
    case $("${CC_PREFIX}gcc" -dumpmachine) in
    arm*) optimise=-Os ;;
    esac
    relative=$(realpath --relative-to=. "$SOURCE")
    local libc=()
    if [ -n "$LIBC" ]; then
        libc=(-ffreestanding -nostdinc -isystem "$LIBC/include")
        local folder
        for folder in include include-fixed; do # a compiler that lacks one answers with the bare name
            folder=$("${CC_PREFIX}gcc" "-print-file-name=$folder")
            [[ $folder != /* ]] || libc+=(-isystem "$folder")
        done
    fi
    # shellcheck disable=SC2086 # FLAGS are words
    "${CC_PREFIX}gcc" -std=c17 -g "$optimise" -fno-pic $FLAGS "${libc[@]}" -ffunction-sections \
        -fdata-sections -fno-stack-protector -fno-asynchronous-unwind-tables \
        "-ffile-prefix-map=$PWD=deps/$name/build" "-ffile-prefix-map=$relative=deps/$name" \
        "-ffile-prefix-map=$SOURCE=deps/$name" ${LIBC:+"-ffile-prefix-map=$LIBC=deps/picolibc"} \
        "-Wa,--debug-prefix-map=$PWD=deps/$name/build" "$@" -c -o "$name.o"
    "${CC_PREFIX}ar" rcsD "$OUT/lib/lib${name#lib}.a" "$name.o"
}
