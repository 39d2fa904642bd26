# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make bench-kernel: the kernel's parts on this machine, optimised, against their limits; then what changes
# without RUN_TIME.

bench_kernel_sources := $(wildcard tests/bench/kernel/*.c) $(addprefix platforms/arch/host/,interrupts.c backtrace.c \
  context.c context_switch.S) $(addprefix kernel/,page.c budget.c heap.c object.c task.c task_schedule.c event.c clock.c \
  device.c stack.c status.c capability.c channel.c cbor.c interface.c \
  core.c harmony.c format.c interrupt.c)
bench_kernel_flags := -std=c17 -O2 -g -ffunction-sections -Wl,--gc-sections -Wall -Wextra -Wshadow -Wstrict-prototypes \
  -Wmissing-prototypes -Werror -D_GNU_SOURCE -I. -Iplatforms/arch/host \
  -DCONFIG_MEMORY_DEBUG=0 -DCONFIG_LOG=1 -DCONFIG_LOG_LEVEL=2 -DCONFIG_ASAN=0 \
  -DCONFIG_PREEMPTION=1 -DCONFIG_HARMONY_FLOOR=5 -DCONFIG_TASK_LIMIT=100 -DCONFIG_CORES=1 -DCONFIG_LOG_TEXT=1

bench_kernel_programs := $(BUILD)/host/bench-kernel $(BUILD)/host/bench-kernel-unmeasured
bench_built += $(bench_kernel_programs)
$(BUILD)/host/bench-kernel: bench_kernel_flags += -DCONFIG_RUN_TIME=1 -DCONFIG_HARMONY=1
$(BUILD)/host/bench-kernel-unmeasured: bench_kernel_flags += -DCONFIG_RUN_TIME=0 -DCONFIG_HARMONY=0

$(bench_kernel_programs): $(bench_kernel_sources) $(wildcard kernel/*.h tests/bench/kernel/*.h \
  platforms/arch/host/*.h) tests/bench/kernel/kernel.mk
	@mkdir -p $(@D)
	$(HOST_CC) $(bench_kernel_flags) $(bench_kernel_sources) -o $@

.PHONY: bench-kernel
bench-kernel: $(bench_kernel_programs)
	$<
	$(word 2,$^) switch spawn waiting call signal
