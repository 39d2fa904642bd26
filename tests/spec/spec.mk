# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The specification's tests: make spec-test SPEC=FOLDER, where FOLDER holds the converted tests
# (core-2.0/*.json and the modules they name) or their archive, wasm-2.0.tar.xz. With
# SPEC_FLAGS=-m\ 1 every call is moved to a fresh instance at every safepoint.

BUILD ?= build
HOST_CC ?= gcc
SPEC ?=
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

spec_objects := $(wasm_out)/spec/main.o $(wasm_out)/spec/runner.o
spec_runner := $(BUILD)/host/spec-runner
spec_folder = $(if $(wildcard $(SPEC)/core-2.0/*.json),$(SPEC),$(BUILD)/spec)

$(wasm_out)/%.o: services/wasm/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(wasm_flags) -c $< -o $@

$(wasm_out)-slots/%.o: services/wasm/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(wasm_flags) -DWASM_ACCUMULATORS=0 -c $< -o $@

$(wasm_out)/spec/%.o: tests/spec/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(wasm_flags) -c $< -o $@

$(spec_runner): $(wasm_objects) $(spec_objects)
	$(HOST_CC) $^ -ljansson -o $@

$(BUILD)/spec/.unpacked: $(wildcard $(SPEC)/wasm-2.0.tar.xz)
	@test -n "$(SPEC)" || { echo "say where the tests are: make spec-test SPEC=FOLDER"; exit 2; }
	@test -n "$<" || { echo "spec-test: $(SPEC) has neither core-2.0/ nor wasm-2.0.tar.xz"; exit 2; }
	@mkdir -p $(@D)
	tar -xf $< -C $(@D)
	@touch $@

.PHONY: spec-test spec-runner
spec-runner: $(spec_runner)

spec-test: $(spec_runner) $(if $(wildcard $(SPEC)/core-2.0/*.json),,$(BUILD)/spec/.unpacked)
	$(spec_runner) $(SPEC_FLAGS) $(spec_folder)/core-2.0

# Two builds of the engine that must do the same: tests/spec/run.
$(BUILD)/host/wasm-trace: $(wasm_objects) $(wasm_out)/spec/trace.o
	$(HOST_CC) $^ -o $@

$(BUILD)/host/wasm-trace-slots: $(wasm_slots_objects) $(wasm_out)/spec/trace.o
	$(HOST_CC) $^ -o $@

.PHONY: wasm-traces
wasm-traces: $(BUILD)/host/wasm-trace $(BUILD)/host/wasm-trace-slots

-include $(wasm_objects:.o=.d) $(wasm_slots_objects:.o=.d)
-include $(spec_objects:.o=.d) $(wasm_out)/spec/trace.d
