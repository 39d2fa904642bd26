# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Programs that run on the machine that builds: the generator and what helps make.

host := build/host
HOST_CC := gcc
HOST_CFLAGS := -std=c17 -O2 -g -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
  -Werror -D_GNU_SOURCE

generator := $(host)/gen/ranvier-gen
fixdep := $(host)/gen/fixdep
gen_libraries = $(shell pkg-config --libs yaml-0.1 libmd kconfig-parser)
gen_includes = $(shell pkg-config --cflags yaml-0.1 libmd kconfig-parser)
gen_objects := $(patsubst %.c,$(host)/%.o,$(filter-out gen/fixdep.c,$(sort $(wildcard gen/*.c))))

$(host)/gen/%.o: gen/%.c tools/make/host.mk
	$(call step,HOST,$<)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) $(gen_includes) -MMD -MP -c $< -o $@

$(generator): $(gen_objects)
	$(call step,HOST,$@)
	$(Q)$(HOST_CC) $(gen_objects) $(gen_libraries) -o $@

$(fixdep): gen/fixdep.c tools/make/host.mk
	$(call step,HOST,$@)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) $< -o $@

-include $(wildcard $(host)/gen/*.d)
