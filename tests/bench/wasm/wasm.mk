# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make bench-wasm: the engine against native code, program by program.

WASM_CC ?= clang --target=wasm32 -mbulk-memory -nostdlib -Wl,--no-entry

bench_programs := fib mandelbrot ray path sort matrix sha256 triad mixed vm words
bench_folder := $(BUILD)/host/bench
bench_wasm_flags := -std=c17 -O2 -fno-math-errno -Wall -Wextra -Wshadow -Werror
bench_natives := $(bench_programs:%=$(bench_folder)/%.o)
bench_modules := $(bench_programs:%=$(bench_folder)/%.wasm) $(bench_folder)/large.wasm

$(bench_folder)/%.o: tests/bench/wasm/programs/%.c tests/bench/wasm/programs/program.h
	@mkdir -p $(@D)
	$(HOST_CC) $(bench_wasm_flags) -c $< -o $@

$(bench_folder)/%.wasm: tests/bench/wasm/programs/%.c tests/bench/wasm/programs/program.h
	@mkdir -p $(@D)
	$(WASM_CC) $(bench_wasm_flags) $< -o $@

# The programs many times over: about 100 KB of code.
$(bench_folder)/large.c: tests/bench/wasm/large.sh
	@mkdir -p $(@D)
	sh $< > $@

$(bench_folder)/large.wasm: $(bench_folder)/large.c
	$(WASM_CC) $(bench_wasm_flags) -Itests/bench/wasm/programs $< -o $@

bench_engine := $(wasm_out)/bench/engine.o

$(wasm_out)/bench/%.o: tests/bench/wasm/%.c tests/bench/wasm/engine.h
	@mkdir -p $(@D)
	$(HOST_CC) $(wasm_flags) -c $< -o $@

# An engine that counts no fuel, beside the other in one program: its names get a prefix.
unfuelled_objects := $(wasm_sources:services/wasm/%.c=$(wasm_out)-unfuelled/%.o)

$(wasm_out)-unfuelled/%.o: services/wasm/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(wasm_flags) -DWASM_FUEL=0 -c $< -o $@

$(wasm_out)-unfuelled/all.o: $(unfuelled_objects) $(bench_engine)
	$(HOST_CC) -r -nostdlib $^ -o $@.plain
	nm --defined-only --extern-only --format=just-symbols $@.plain | sed 's/.*/& unfuelled_&/' >$@.names
	objcopy --redefine-syms=$@.names $@.plain $@

bench_built += $(BUILD)/host/bench-wasm $(bench_modules)

$(BUILD)/host/bench-wasm: $(wasm_objects) $(bench_engine) $(wasm_out)-unfuelled/all.o \
  $(wasm_out)/bench/main.o $(bench_natives)
	$(HOST_CC) $^ -o $@

.PHONY: bench-wasm
bench-wasm: $(BUILD)/host/bench-wasm $(bench_modules)
	$< $(bench_folder)

-include $(unfuelled_objects:.o=.d) $(bench_engine:.o=.d) $(wasm_out)/bench/main.d
