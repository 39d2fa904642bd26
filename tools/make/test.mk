# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Unit tests: tests/unit/<module>_test.c, with cmocka, for this machine, under ASan and UBSan.
#
# A test's first lines say what it needs:
#   // link: kernel/format.c kernel/status.c    what it tests, beside itself
#   // link: services/wasm/*.c !services/a.c    all of a folder; ! takes some out again
#   // board: mps2-an385                        whose generated headers it sees (sim unless said)
#   // libraries: -llz4                         what it is linked with, besides cmocka, the
#                                               generator's and 7-Zip's
# tests/run.py builds and runs them; `make unit-tests` builds them only, `make build/host/unit/ring_test`
# one of them with what it is linked with.

unit_sources := $(sort $(wildcard tests/unit/*_test.c))
unit_programs := $(patsubst tests/unit/%.c,$(host)/unit/%,$(unit_sources))
unit_flags := -std=c17 -O1 -g -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror \
  -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -D_GNU_SOURCE
unit_includes = $(gen_includes) -I$(host)/deps/7zip/include
unit_libraries = -lcmocka $(gen_libraries) -L$(host)/deps/7zip/lib -l7zip

# $(call unit-says,file,word) is what the lines `// word: …` of a test say.
unit-says = $(shell sed -n '1,30s|^// $(2): ||p' $(1))

# $(call unit-links,file) is what a test is linked with, each file of it.
unit-links = $(call unit-expand,$(call unit-says,$(1),link))
unit-expand = $(filter-out $(patsubst !%,%,$(filter !%,$(1))),$(foreach \
  word,$(filter-out !%,$(1)),$(or $(wildcard $(word)),$(word))))

# $(call unit-rules,name,sources,board)
define unit-rules
$(host)/unit/$(1): $(patsubst %,$(host)/unit/$(3)/%.o,$(basename tests/unit/$(1).c $(2)))
	$$(call step,TEST,$$@)
	$$(Q)$$(HOST_CC) $$(unit_flags) $$^ $$(unit_libraries) \
	  $(call unit-says,tests/unit/$(1).c,libraries) -o $$@
unit_boards += $(3)
unit_objects += $(patsubst %,$(host)/unit/$(3)/%.o,$(basename tests/unit/$(1).c $(2)))
endef

unit-compile = $(HOST_CC) $(unit_flags) -I. $(unit_includes) -Itests/unit/arch -Ibuild/$(1)/gen/include \
  -Iplatforms/arch/$$(sed -n 's/^ARCH := //p' build/$(1)/gen/sources.mk) \
  -include build/$(1)/gen/include/config.h -MMD -MP

# $(call unit-board-rules,board)
define unit-board-rules
$(host)/unit/$(1)/%.o: %.c tools/make/test.mk | build/$(1)/gen/.rendered $(host)/deps/7zip
	$$(call step,CC,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(call unit-compile,$(1)) -c $$< -o $$@
$(host)/unit/$(1)/%.o: %.S tools/make/test.mk | build/$(1)/gen/.rendered
	$$(call step,AS,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(call unit-compile,$(1)) -c $$< -o $$@
ifneq ($(1),$(TARGET))
build/$(1)/gen/.rendered: $$(generator) FORCE
	$$(Q)$$(MAKE) TARGET=$(1) $$@
build/$(1)/gen/%_interface.c: build/$(1)/gen/.rendered ;
build/$(1)/gen/include/%.h: build/$(1)/gen/.rendered ;
.PRECIOUS: build/$(1)/gen/%_interface.c build/$(1)/gen/include/%.h
endif
endef

# Those that are to be built now: reading what each says takes its time.
unit_wanted := $(if $(filter unit-tests,$(MAKECMDGOALS)),$(unit_sources),$(patsubst \
  $(host)/unit/%,tests/unit/%.c,$(filter $(unit_programs),$(MAKECMDGOALS))))

ifneq ($(unit_wanted),)
$(foreach test,$(unit_wanted),$(eval $(call unit-rules,$(notdir $(basename $(test))),$(call \
  unit-links,$(test)),$(or $(call unit-says,$(test),board),sim))))
$(foreach board,$(sort $(unit_boards)),$(eval $(call unit-board-rules,$(board))))
-include $(patsubst %.o,%.d,$(filter %.o,$(unit_objects)))
endif

.PHONY: unit-tests
unit-tests: $(call slow-first,$(host)/unit/sim,$(sort $(unit_objects))) $(unit_programs)

# The specification's tests of the WebAssembly engine.
include tests/spec/spec.mk

include tests/bench/bench.mk
