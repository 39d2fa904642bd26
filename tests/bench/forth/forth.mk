# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make bench-forth: the Forth engine's speed, beside mnemOS forth3's figures, which are the limits.

bench_forth_sources := $(wildcard services/forth/*.c) tests/bench/forth/main.c
bench_built += $(BUILD)/host/bench-forth

$(BUILD)/host/bench-forth: $(bench_forth_sources) $(bench_headers) tests/bench/forth/forth.mk
	@mkdir -p $(@D)
	$(HOST_CC) -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -I. $(bench_forth_sources) -o $@

.PHONY: bench-forth
bench-forth: $(BUILD)/host/bench-forth
	$<
