# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make bench-cells: agents on this machine, optimised, beside mielin-cells' figures. sim's configuration,
# but without what only looks after the kernel.

bench_cells_sources := $(wildcard tests/bench/cells/*.c) \
  $(filter-out $(addprefix services/cells/,cells.c calls.c features.c),$(wildcard services/cells/*.c)) \
  $(addprefix kernel/,heap.c page.c budget.c interface.c interface_call.c span.c cbor.c channel.c capability.c \
  registry.c profile.c interrupt.c task.c task_schedule.c clock.c clock_real.c event.c log.c format.c device.c \
  stack.c status.c entropy.c) $(addprefix tests/unit/,kernel_fake.c task_fixture.c fake_memory.c host_stack.c) \
  platforms/arch/host/context.c platforms/arch/host/context_switch.S
bench_cells_off := MEMORY_DEBUG ASAN PREEMPTION HARMONY
bench_built += $(BUILD)/host/bench-cells

$(BUILD)/host/bench-cells: $(bench_cells_sources) $(wasm_objects) $(bench_headers) tests/bench/cells/bench.h \
  tests/bench/cells/cells.mk | bench-sim $(host)/deps/7zip
	@mkdir -p $(@D)
	sed -E '$(foreach option,$(bench_cells_off),s/(CONFIG_$(option)) 1/\1 0/;)' $(bench_sim)/config.h >$@.h
	$(HOST_CC) -std=c17 -D_GNU_SOURCE -O2 -ffunction-sections -Wl,--gc-sections -Wall -Wextra -Werror -I. \
	  -I$(bench_sim) -I$(host)/deps/7zip/include -Itests/unit/arch -Iplatforms/arch/host -include $@.h \
	  $(bench_cells_sources) $(wasm_objects) build/sim/gen/cells_interface.c build/sim/gen/status_interface.c \
	  -llz4 -L$(host)/deps/7zip/lib -l7zip -lcmocka -o $@

.PHONY: bench-cells
bench-cells: $(BUILD)/host/bench-cells
	$<
