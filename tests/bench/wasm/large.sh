#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Prints a C program that compiles to a module of about 100 KB: the benchmark "mixed" many times,
# each copy with its own names and its own constants.
set -eu
copies=30
i=0
while [ "$i" -lt "$copies" ]; do
    sed -e "s/\b\(nodes\|left\|right\|product\|text\|node\|state\|crc_step\|crc_add\)\b/\1_$i/g" \
        -e "s/\b\(list_make\|list_find\|list_reverse\|by_value\|by_key\|list_sort\)\b/\1_$i/g" \
        -e "s/\b\(list_work\|matrix_work\|text_work\|is_digit\|step\)\b/\1_$i/g" \
        -e "s/\b\(START\|SIGN\|INTEGER\|ZERO\|HEX\|POINT\|EXPONENT\|EXPONENT_SIGN\)\b/\1_$i/g" \
        -e "s/\b\(DONE_BAD\|STATES\)\b/\1_$i/g" -e "s/(mixed)/(mixed_$i)/" -e "s/0xA001/0xA0$((10 + i))/" \
        tests/bench/wasm/programs/mixed.c | grep -v '^#define'
    i=$((i + 1))
done | sed '1i #define NODES 64\n#define SIDE 10'
