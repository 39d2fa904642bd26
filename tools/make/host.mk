# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Programs that run on the machine that builds: the generator, what helps make, the host tool.

host := build/host
HOST_CC := gcc
HOST_CFLAGS := -std=c17 -O2 -g -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
  -Werror -D_GNU_SOURCE

generator := $(host)/gen/ranvier-gen
fixdep := $(host)/gen/fixdep
gen_libraries = $(shell pkg-config --libs yaml-0.1 libmd kconfig-parser)
gen_includes = $(shell pkg-config --cflags yaml-0.1 libmd kconfig-parser)
gen_objects := $(patsubst %.c,$(host)/%.o,$(filter-out gen/fixdep.c,$(sort $(wildcard gen/*.c))))

# The host tool: its own files, the generator but for its main, what of the kernel and of services knows
# of formats, and the interfaces of all services.
ranvier := $(host)/ranvier
ranvier_kernel := $(addprefix kernel/,cbor.c format.c interface.c status.c) \
  $(addprefix services/,cells/manifest.c gateway/message.c sermux/control.c sermux/frame.c \
  wasm/reader.c wasm/refused.c)
interfaces := $(host)/interfaces
interface_yaml := $(wildcard services/*/interface.yaml services/*/interface.lock)
interface_sources := interfaces.c $(subst -,_,$(patsubst services/%/interface.yaml,%_interface.c,$(shell \
  grep -ls '^calls:' $(filter %.yaml,$(interface_yaml)))))
interface_objects := $(interface_sources:%.c=$(interfaces)/gen/%.o)
ranvier_objects := $(patsubst %.c,$(host)/%.o,$(sort $(wildcard tools/ranvier/*.c)) $(ranvier_kernel))
gen_library := $(host)/gen/gen.a

define host-object
	$(call step,HOST,$<)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) -I. $(gen_includes) -I$(interfaces)/gen/include -MMD -MP \
  -c $< -o $@
endef

$(interfaces)/interfaces.json: $(interface_yaml) $(generator)
	@mkdir -p $(@D)
	$(Q)$(generator) interfaces >$@

$(interfaces)/.printed: $(interfaces)/interfaces.json gen/interfaces.py gen/render.py \
  $(wildcard templates/interface.*.j2)
	$(call step,GEN,$(interfaces))
	$(Q)gen/interfaces.py $< $(interfaces)/gen
	@touch $@

$(interface_sources:%=$(interfaces)/gen/%): $(interfaces)/.printed ;

# Only the tables are wanted of them, not what a server needs: the linker drops that.
$(interface_objects): HOST_CFLAGS += -ffunction-sections
$(interface_objects): %.o: %.c tools/make/host.mk
	$(host-object)

$(ranvier_objects): | $(interfaces)/.printed

$(host)/gen/%.o: gen/%.c tools/make/host.mk
	$(host-object)

$(host)/tools/%.o: tools/%.c tools/make/host.mk
	$(host-object)

$(host)/services/%.o: services/%.c tools/make/host.mk
	$(host-object)

$(host)/kernel/%.o: kernel/%.c tools/make/host.mk
	$(host-object)

$(generator): $(gen_objects)
	$(call step,HOST,$@)
	$(Q)$(HOST_CC) $(gen_objects) $(gen_libraries) -o $@

$(gen_library): $(filter-out %/main.o,$(gen_objects))
	$(Q)rm -f $@ && ar rcs $@ $^

$(ranvier): $(ranvier_objects) $(interface_objects) $(gen_library)
	$(call step,HOST,$@)
	$(Q)$(HOST_CC) -Wl,--gc-sections $^ $(gen_libraries) -o $@

# A pinned library for this machine, which tests of services are linked with: a link to its folder in
# the cache.
$(host)/deps/7zip: $(wildcard tools/deps/sources tools/deps/*.sh tools/deps/*/*)
	@mkdir -p $(@D)
	$(Q)folder=$$(tools/deps/build $(@F) --cross "" --flags -fpie) && ln -sfn "$$folder" $@

$(fixdep): gen/fixdep.c tools/make/host.mk
	$(call step,HOST,$@)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(HOST_CFLAGS) $< -o $@

-include $(wildcard $(host)/gen/*.d $(host)/tools/*/*.d $(host)/kernel/*.d $(host)/services/*/*.d \
  $(interfaces)/gen/*.d)
