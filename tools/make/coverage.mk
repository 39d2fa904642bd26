# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make coverage: the kernel's unit tests once more, compiled to count which branches they take (gcov;
# without optimisation, which makes branches of its own). Those of what everything else trusts must
# all be taken.

coverage_complete := kernel/capability.c kernel/channel.c kernel/registry.c
coverage := $(host)/coverage
coverage_flags := -std=c17 -O0 -g --coverage -fsanitize=address -D_GNU_SOURCE -I. \
  $(unit_includes) -Ibuild/sim/gen/include -Itests/unit/arch -Iplatforms/arch/host -include build/sim/gen/include/config.h -MMD -MP

# $(call coverage-rules,name,sources)
define coverage-rules
$(coverage)/$(1): $(patsubst %,$(coverage)/%.o,$(basename tests/unit/$(1).c $(2)))
	$$(call step,TEST,$$@)
	$$(Q)$$(HOST_CC) --coverage -fsanitize=address $$^ $$(unit_libraries) \
	  $(call unit-says,tests/unit/$(1).c,libraries) -o $$@
coverage_programs += $(coverage)/$(1)
coverage_objects += $(patsubst %,$(coverage)/%.o,$(basename tests/unit/$(1).c $(2)))
endef

define coverage-compile
	$(call step,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(coverage_flags) -c $< -o $@
endef

$(coverage)/%.o: %.c tools/make/coverage.mk | build/sim/gen/.rendered $(host)/deps/7zip
	$(coverage-compile)

$(coverage)/%.o: %.S tools/make/coverage.mk | build/sim/gen/.rendered
	$(coverage-compile)

ifneq ($(filter coverage,$(MAKECMDGOALS)),)
ifneq ($(TARGET),sim)
build/sim/gen/.rendered: | $(generator)
	$(Q)$(MAKE) TARGET=sim $@
endif
$(foreach test,$(shell grep -L '^// board:' $$(grep -l '^// link:.* kernel/' $(unit_sources))),$(eval \
  $(call coverage-rules,$(notdir $(basename $(test))),$(call unit-links,$(test)))))
-include $(patsubst %.o,%.d,$(sort $(coverage_objects)))
endif

.PHONY: coverage
coverage: $(coverage_programs) ## Branches of the kernel that its unit tests take
	$(Q)find $(coverage) -name '*.gcda' -delete
	$(Q)status=0; for program in $(coverage_programs); do \
	    $$program >$$program.log 2>&1 || { echo "error: $$program fails: $$program.log"; status=1; }; \
	done; gcovr --branches --root . --filter 'kernel/.*\.c' $(coverage); exit $$status
	$(Q)gcovr --branches --root . $(coverage_complete:%=--filter '%') --fail-under-branch 100 \
	    $(coverage) >$(coverage)/complete.txt || { cat $(coverage)/complete.txt; exit 1; }
	@echo 'complete: $(coverage_complete)'
