# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make TARGET=t kernel-test: the kernel's unit tests, the same files that `make unit-tests` runs on this
# machine, as an image on the board (main.c says how). Each test is compiled and linked with what its
# `// link:` lines name into one object in which only its main is visible, so that tests don't see
# each other. The host's contexts are left out: the tests' tasks are switched by the board's.

ifneq ($(filter kernel-test,$(MAKECMDGOALS)),)

kernel_test_large := heap object page task clock capability channel_model log profile memory
kernel_test_names := channel channel_close device format memory_functions \
  registry stack $(kernel_test_large)

K := $(B)/kernel-test

# Boards with less RAM leave the large ones out: `make kernel-test` says so.
kernel_test_skipped := $(shell test "$(RAM)" -ge 2000000 || echo $(kernel_test_large))
kernel_tests := $(filter-out $(kernel_test_skipped),$(kernel_test_names))

# What is there once for all of them, whichever names it.
kernel_test_shared := tests/unit/fake_memory.c
kernel_test_elsewhere := platforms/arch/host/% tests/unit/host_stack.c $(kernel_test_shared)

# The interrupt mask of the tests' kernel is theirs to define; what runs them masks the board's.
kernel_test_mask := -Itests/unit/arch
$(K)/obj/tests/kernel/main.o: kernel_test_mask :=

# Tests go through hosted headers of the C library, and are no programs.
kernel_test_flags = $(kernel_test_mask) -Itests/kernel/include \
  $(filter-out -nostdinc -Wmissing-prototypes -fcallgraph-info=su,$(code_flags)) \
  -Wno-format -D_POSIX_C_SOURCE=200809L -DSEQUENCE_LENGTH=4 \
  $(if $(kernel_test_skipped),-DFIXTURE_TASKS=8)

# $(call kernel-test-says,name) is what the test links, without what is the board's or shared.
kernel-test-says = $(filter-out $(kernel_test_elsewhere),$(call unit-links,tests/unit/$(1)_test.c))

# $(call kernel-test-objects,sources): all compiled anew, with an interrupt mask that the tests define.
kernel-test-objects = $(patsubst %,$(K)/obj/%.o,$(basename $(1)))

# $(call kernel-test-rules,name)
define kernel-test-rules
$(K)/$(1).o: $(call kernel-test-objects,tests/unit/$(1)_test.c $(call kernel-test-says,$(1)))
	$$(call step,TEST,$(1))
	$$(Q)$$(CC) $$(CPU_FLAGS) -r -nostdlib $$^ -o $$@.all
	$$(Q)$$(CROSS)objcopy --keep-global-symbol=kernel_test_$(1) $$@.all $$@
$(K)/obj/tests/unit/$(1)_test.o: kernel_test_flags += -Dmain=kernel_test_$(1)
endef

$(foreach name,$(kernel_tests),$(eval $(call kernel-test-rules,$(name))))
-include $(shell find $(K)/obj -name '*.d' 2>/dev/null)

$(K)/obj/%.o: %.c $(B)/compile tests/kernel/kernel-test.mk | $(B)/gen/.rendered
	$(call step,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(kernel_test_flags) -MMD -MP -c $< -o $@

$(K)/tests.c: tests/kernel/kernel-test.mk $(B)/gen/sources.mk
	@mkdir -p $(@D)
	$(Q){ printf '#include <tests/kernel/tests.h>\n'; printf 'int kernel_test_%s(void);\n' $(kernel_tests); \
	  printf 'const struct kernel_test kernel_tests[] = {\n'; \
	  for name in $(kernel_tests); do printf '{"%s", kernel_test_%s},\n' $$name $$name; done; \
	  printf '};\nconst size_t kernel_test_count = %d;\n' $(words $(kernel_tests)); } >$@

$(K)/obj/tests.o: $(K)/tests.c
	$(Q)mkdir -p $(@D) && $(CC) $(kernel_test_flags) -c $< -o $@

kernel_test_objects := $(kernel_tests:%=$(K)/%.o) $(K)/obj/tests.o $(K)/obj/tests/kernel/main.o \
  $(patsubst %.c,$(K)/obj/%.o,$(kernel_test_shared))

# The board's own objects, but the tests instead of the shell, and no watchdog.
$(K)/ranvier.elf: $(objects) $(kernel_test_objects) $(B)/gen/link.ld $(B)/link
	$(call step,LINK,$@)
	$(Q)$(subst $(B)/ranvier.map,$(K)/ranvier.map,$(link)) $(kernel_test_objects) $(link_libraries) \
	  -Wl,--wrap=shell_main -Wl,--wrap=watchdog_start -o $@

$(K)/ranvier.bin: $(K)/ranvier.elf
	$(Q)$(CROSS)objcopy -O binary $< $@

.PHONY: kernel-test
kernel-test: $(K)/ranvier.elf $(addprefix $(K)/ranvier.,$(FORMATS)) ## Run the kernel's unit tests on TARGET
	$(Q)cp $(B)/model.json $(K)/
	$(Q)tests/kernel/board_test.py $(TARGET) $(kernel_test_skipped)

endif
