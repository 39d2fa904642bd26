# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make bench-board: the kernel's benchmarks as images of two boards, in instructions (main.c says how).
# `make TARGET=t bench-image` is one of them: the board's own objects, but the benchmarks instead of
# the shell.

bench_boards := virt-aarch64 mps2-an385

.PHONY: bench-board
bench-board: $(generator)
	$(Q)for board in $(bench_boards); do \
	  $(MAKE) -s TARGET=$$board bench-image && $(MAKE) -s TARGET=$$board \
	  OVERLAY=tests/bench/board/unmeasured.yaml RANVIER_IMAGE_BUILD=build/$$board-unmeasured bench-image && \
	  tests/bench/board/board_bench.py $$board build/$$board-unmeasured || exit 1; echo; done

ifneq ($(filter bench-image,$(MAKECMDGOALS)),)

W := $(B)/bench
bench_objects := $(patsubst %,$(W)/obj/%.o,tests/bench/board/main \
  $(addprefix tests/bench/kernel/,memory channel task))
bench_board_flags = $(filter-out -fcallgraph-info=su,$(code_flags))

$(W)/obj/%.o: %.c tests/bench/kernel/bench.h tests/polled_print.h $(wildcard kernel/*.h platforms/arch/*/*.h) $(B)/compile | $(B)/gen/.rendered
	$(call step,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(bench_board_flags) -c $< -o $@

$(W)/ranvier.elf: $(objects) $(bench_objects) $(B)/gen/link.ld $(B)/link
	$(call step,LINK,$@)
	$(Q)$(subst $(B)/ranvier.map,$(W)/ranvier.map,$(link)) $(bench_objects) $(link_libraries) \
	  -Wl,--wrap=shell_main,--wrap=watchdog_start -o $@

$(W)/ranvier.bin: $(W)/ranvier.elf
	$(Q)$(CROSS)objcopy -O binary $< $@

.PHONY: bench-image
bench-image: $(W)/ranvier.elf $(addprefix $(W)/ranvier.,$(FORMATS))
	$(Q)cp $(B)/model.json $(W)/

endif
