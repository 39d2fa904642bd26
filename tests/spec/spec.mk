# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The specification's tests on this machine: make spec-test SPEC=FOLDER, where FOLDER holds the tests
# as JSON (core-2.0/*.json and the modules they name) or their archive, wasm-2.0.tar.xz; ../shared/spec
# unless said. On a board: board.mk. With SPEC_FLAGS=-m\ 1 every call is moved to a fresh instance at every safepoint.

BUILD ?= build
HOST_CC ?= gcc
SPEC ?= $(wildcard ../shared/spec)
SPEC_FLAGS ?=

wasm_sources := $(wildcard services/wasm/*.c)
# Handlers begin at cache lines: else a byte more in one moves all behind it, and a benchmark that
# compares two builds of the engine measures where they lie (18 % for one loop on x86-64).
wasm_flags := -std=c17 -g -O2 -falign-functions=64 -Wall -Wextra -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Werror -I. -MMD -MP
wasm_out := $(BUILD)/host/wasm
wasm_objects := $(wasm_sources:services/wasm/%.c=$(wasm_out)/%.o)

# The form for machines with few registers, on this machine.
wasm_slots_objects := $(wasm_sources:services/wasm/%.c=$(wasm_out)-slots/%.o)

spec_objects := $(patsubst %,$(wasm_out)/spec/%.o,main script runner status)
spec_runner := $(BUILD)/host/spec-runner
spec_script := $(BUILD)/spec/core-2.0.script
spec_tests := $(realpath $(firstword $(wildcard $(SPEC)/core-2.0 $(SPEC)/wasm-2.0.tar.xz)))

$(wasm_out)/%.o: services/wasm/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(wasm_flags) -c $< -o $@

$(wasm_out)-slots/%.o: services/wasm/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(wasm_flags) -DWASM_ACCUMULATORS=0 -c $< -o $@

$(wasm_out)/spec/%.o: tests/spec/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(wasm_flags) -c $< -o $@

$(wasm_out)/spec/status.o: kernel/status.c
	@mkdir -p $(@D)
	$(HOST_CC) $(wasm_flags) -c $< -o $@

$(spec_runner): $(wasm_objects) $(spec_objects)
	$(HOST_CC) $^ -o $@

# Changes with what the script is made of: where the tests are, and whether wat2wasm is there.
$(BUILD)/spec/source: spec-force
	@mkdir -p $(@D)
	@printf '%s\n' '$(spec_tests)' "$$(command -v wat2wasm)" | cmp -s - $@ || \
	  printf '%s\n' '$(spec_tests)' "$$(command -v wat2wasm)" >$@

$(spec_script): $(BUILD)/spec/source $(spec_tests) tests/spec/convert.py
	@test -n "$(SPEC)" || { echo "say where the tests are: make spec-test SPEC=FOLDER"; exit 2; }
	@test -n "$(spec_tests)" || { echo "spec-test: $(SPEC) has neither core-2.0/ nor wasm-2.0.tar.xz"; exit 2; }
	@case '$(spec_tests)' in *.xz) tar -xf '$(spec_tests)' -C $(@D) ;; esac
	tests/spec/convert.py $(if $(filter %.xz,$(spec_tests)),$(@D)/core-2.0,$(spec_tests)) $@

.PHONY: spec-test spec-runner spec-script spec-force
spec-runner: $(spec_runner)
spec-script: $(spec_script)

# For a board, if one is named: board.mk.
ifeq ($(filter-out file undefined,$(origin TARGET)),)
spec-test: $(spec_runner) $(spec_script) ## The WebAssembly specification's tests: SPEC=folder; on TARGET where it is given
	$(spec_runner) $(SPEC_FLAGS) $(spec_script)
endif

# Two builds of the engine that must do the same: tests/spec/run.
$(BUILD)/host/wasm-trace: $(wasm_objects) $(wasm_out)/spec/trace.o
	$(HOST_CC) $^ -o $@

$(BUILD)/host/wasm-trace-slots: $(wasm_slots_objects) $(wasm_out)/spec/trace.o
	$(HOST_CC) $^ -o $@

.PHONY: wasm-traces
wasm-traces: $(BUILD)/host/wasm-trace $(BUILD)/host/wasm-trace-slots

-include $(wasm_objects:.o=.d) $(wasm_slots_objects:.o=.d)
-include $(spec_objects:.o=.d) $(wasm_out)/spec/trace.d
