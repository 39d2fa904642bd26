# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make bench-harmony: delays of tasks beside a parasite, with harmony and under plain priorities; the
# kernel's scheduler in a time that the tasks' own work moves on, so that each run gives the same figures.

bench_harmony_sources := $(addprefix kernel/,harmony.c task.c task_schedule.c clock.c event.c log.c format.c device.c \
  stack.c status.c channel.c capability.c) $(addprefix tests/unit/,kernel_fake.c fake_memory.c host_stack.c) \
  platforms/arch/host/context.c platforms/arch/host/context_switch.S tests/bench/harmony/main.c
bench_built += $(BUILD)/host/bench-harmony

$(BUILD)/host/bench-harmony: $(bench_harmony_sources) $(bench_headers) tests/bench/harmony/harmony.mk | bench-sim
	@mkdir -p $(@D)
	$(HOST_CC) -std=c17 -O1 -g -Wall -Wextra -Werror -fsanitize=address -fno-omit-frame-pointer -D_GNU_SOURCE \
	  -I. -Itests/unit -Itests/unit/arch -Iplatforms/arch/host -I$(bench_sim) -include $(bench_sim)/config.h \
	  $(bench_harmony_sources) -lcmocka -o $@

.PHONY: bench-harmony
bench-harmony: $(BUILD)/host/bench-harmony
	$< plain
	$< harmony
