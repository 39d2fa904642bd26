# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make bench-wasm: the engine against native code, program by program.

BUILD ?= build
HOST_CC ?= gcc
WASM_CC ?= clang --target=wasm32 -mbulk-memory -nostdlib -Wl,--no-entry

bench_programs := fib mandelbrot ray path sort matrix sha256 triad mixed
bench_folder := $(BUILD)/host/bench
bench_flags := -std=c17 -O2 -fno-math-errno -Wall -Wextra -Wshadow -Werror
bench_natives := $(bench_programs:%=$(bench_folder)/%.o)
bench_modules := $(bench_programs:%=$(bench_folder)/%.wasm) $(bench_folder)/large.wasm

include tests/spec/spec.mk

$(bench_folder)/%.o: tests/bench/wasm/programs/%.c tests/bench/wasm/programs/program.h
	@mkdir -p $(@D)
	$(HOST_CC) $(bench_flags) -c $< -o $@

$(bench_folder)/%.wasm: tests/bench/wasm/programs/%.c tests/bench/wasm/programs/program.h
	@mkdir -p $(@D)
	$(WASM_CC) $(bench_flags) $< -o $@

# The programs many times over: about 100 KB of code.
$(bench_folder)/large.c: tests/bench/wasm/large.sh
	@mkdir -p $(@D)
	sh $< > $@

$(bench_folder)/large.wasm: $(bench_folder)/large.c
	$(WASM_CC) $(bench_flags) -Itests/bench/wasm/programs $< -o $@

$(BUILD)/host/bench-wasm: $(wasm_objects) $(bench_natives) tests/bench/wasm/main.c
	$(HOST_CC) $(wasm_flags) -MF $@.d $^ -o $@

.PHONY: bench-wasm
bench-wasm: $(BUILD)/host/bench-wasm $(bench_modules)
	$< $(bench_folder)
