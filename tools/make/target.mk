# SPDX-License-Identifier: MIT OR Apache-2.0
#
# One board's image: YAML -> model.json -> tables -> objects -> ranvier.elf -> what the board boots.
#
# The generator is asked on every build (it takes milliseconds) and writes only what changed, so the
# times of its files say what is to be built anew. Objects depend on the Kconfig symbols that their
# sources mention, through fixdep, and on their command line, through $(B)/compile; the image on its
# own, through $(B)/link. What another board of the same CPU has compiled is taken (tools/make/compile).

B := $(or $(RANVIER_IMAGE_BUILD),build/$(TARGET))
overlays := $(foreach overlay,$(OVERLAY),--overlay $(overlay))

# --- steps 1 to 4: the generated files

$(B)/model.json: $(generator) FORCE
	@mkdir -p $(B)
	$(Q)modules=$$($(generator) agents --target $(TARGET) $(overlays) --build $(B)); \
	  [ -z "$$modules" ] || $(MAKE) -s $$modules
	$(Q)$(generator) generate --target $(TARGET) $(overlays) --build $(B)

$(B)/gen/.rendered: $(B)/model.json gen/render.py gen/pictures.py gen/interfaces.py \
  $(wildcard templates/*.j2) tools/licence.py tools/deps/sources
	$(call step,GEN,$(TARGET))
	$(Q)gen/render.py $(B)/model.json $(B)/gen
	@touch $@

$(B)/gen/sources.mk: $(B)/gen/.rendered ;
$(B)/gen/%.c $(B)/gen/%.ld: $(B)/gen/.rendered ;

ifneq ($(image_wanted),)
include $(B)/gen/sources.mk

# --- third-party libraries, from the cache

# What sources.mk says now: when it has just been made anew, make still has the values before.
sources-say = $$(sed -n 's/^$(1) := //p' $(B)/gen/sources.mk)

$(B)/libraries.mk: $(B)/gen/sources.mk $(wildcard tools/deps/sources tools/deps/*.sh tools/deps/*/*)
	$(Q)libc= folders=; \
	for name in $(call sources-say,LIBRARIES); do \
	    folder=$$(tools/deps/build $$name --cross "$(call sources-say,CROSS)" \
	      --flags "$(call sources-say,CPU_FLAGS)" --libc "$$libc"); \
	    if [ $$name = picolibc ]; then libc=$$folder; else folders+=" $$folder"; fi; \
	done; \
	printf 'PICOLIBC := %s\nLIBRARY_FOLDERS :=%s\n' "$$libc" "$$folders" >$@.new
	@cmp -s $@.new $@ && touch $@ && rm $@.new || mv $@.new $@

ifdef SOURCES
include $(B)/libraries.mk
endif
ifneq ($(words $(PICOLIBC) $(LIBRARY_FOLDERS)),$(words $(wildcard $(addsuffix /lib,$(PICOLIBC) \
  $(LIBRARY_FOLDERS)))))
$(B)/libraries.mk: FORCE
endif
endif

# --- step 5: objects

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wdate-time -Werror
# GCC for Arm does not tell its assembler.
map_paths := -ffile-prefix-map=$(CURDIR)=. -Wa,--debug-prefix-map=$(CURDIR)=. \
  $(if $(PICOLIBC),-ffile-prefix-map=$(PICOLIBC)=deps/picolibc) \
  $(foreach folder,$(LIBRARY_FOLDERS),-ffile-prefix-map=$(folder)=deps/$(firstword $(subst -, ,$(notdir $(folder)))))
sanitize := $(if $(filter asan,$(SANITIZE)),-fsanitize=address) \
  $(if $(filter ubsan,$(SANITIZE)),-fsanitize=undefined -fsanitize-undefined-trap-on-error)
CC := $(CROSS)gcc
code_flags := -std=c17 $(OPTIMIZE) -g $(CPU_FLAGS) -fno-common -ffunction-sections -fdata-sections \
  -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables $(sanitize) $(warnings) \
  -fcallgraph-info=su \
  -I. -Iplatforms/arch/$(ARCH) $(LIBRARY_FOLDERS:%=-isystem %/include) -I$(B)/gen/include -include $(B)/gen/include/config.h $(map_paths)
ifneq ($(PICOLIBC),)
# Not every compiler has include-fixed; one that lacks it answers with the bare name.
compiler_folders := $(filter /%,$(foreach folder,include include-fixed,$(shell $(CC) -print-file-name=$(folder))))
code_flags += -ffreestanding -nostdinc -isystem $(PICOLIBC)/include \
  $(addprefix -isystem ,$(compiler_folders))
else
code_flags += -D_GNU_SOURCE
endif

generated := $(addprefix $(B)/gen/,board.c devices.c services.c memory.c $(AGENTS) \
  $(INTERFACES:=_interface.c))
objects := $(patsubst %,$(B)/obj/%.o,$(basename $(SOURCES))) \
  $(patsubst $(B)/gen/%.c,$(B)/obj/gen/%.o,$(generated))
compile = $(CC) $(code_flags) -MMD -MP -MF $(@:.o=.d) -c $< -o $@
own-compile = $(compile) && $(fixdep) $(B)/gen $(@:.o=.d)

# $(call remember,text) writes a file that changes when the text does.
remember = @mkdir -p $(@D); printf '%s\n' '$(1)' | cmp -s - $@ || printf '%s\n' '$(1)' >$@

# The mapping of paths is there so that they make no difference.
$(B)/compile: FORCE
	$(call remember,$(CC) $(shell $(CC) -dumpfullversion) $(filter-out $(map_paths),$(code_flags)))

$(objects): $(B)/compile $(fixdep) | $(B)/gen/.rendered

$(B)/obj/gen/agents.o: $(AGENT_MODULES)

$(B)/obj/gen/%.o: $(B)/gen/%.c
	$(call step,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(own-compile)

$(B)/obj/%.o: %.c
	$(call step,CC,$<)
	@mkdir -p $(@D)
	$(Q)tools/make/compile $(B) $< $@ $(compile)

$(B)/obj/%.o: %.S
	$(call step,AS,$<)
	@mkdir -p $(@D)
	$(Q)$(own-compile)

-include $(objects:.o=.d)

# What a part's files want of the compiler besides.
include $(wildcard services/*/flags.mk)

# --- the image

link_flags := -Wl,--gc-sections -Wl,--fatal-warnings -Wl,--build-id=none -Wl,-z,noexecstack \
  -Wl,-z,max-page-size=4096 -no-pie $(sanitize) $(CPU_FLAGS)
ifneq ($(PICOLIBC),)
link_flags += -nostdlib -static -Wl,--orphan-handling=error
link_libraries = -L$(PICOLIBC)/lib -Wl,--start-group -lc -lgcc -Wl,--end-group
endif
library_archives = $(wildcard $(LIBRARY_FOLDERS:%=%/lib/*.a))
link = $(CC) $(link_flags) -Wl,-Map=$(B)/ranvier.map -Wl,-T,$(B)/gen/link.ld $(objects) $(library_archives) $(link_libraries)

$(B)/link: FORCE
	$(call remember,$(link))

$(B)/ranvier.elf: $(call slow-first,$(B)/obj,$(objects)) $(objects) $(B)/gen/link.ld $(B)/link
	$(call step,LINK,$@)
	$(Q)$(link) -o $@

$(B)/ranvier.bin: $(B)/ranvier.elf
	$(call step,IMAGE,$@)
	$(Q)$(CROSS)objcopy -O binary $< $@

# What each stack holds at worst; an error if that is more than its size.
$(B)/stacks.txt: $(B)/ranvier.elf tools/stack.py tools/stack_elf.py tools/stack-bounds.toml
	$(call step,STACK,$@)
	$(Q)tools/stack.py --build $(B) $(objects) >$@.new && mv $@.new $@

# What licence the parts give the image: one line, and ranvier.spdx.
$(B)/licence: $(B)/ranvier.elf tools/licence.py tools/deps/sources
	$(Q)tools/licence.py --build $(B) >$@

.PHONY: image
image: $(B)/ranvier.elf $(addprefix $(B)/ranvier.,$(FORMATS)) $(B)/licence $(B)/stacks.txt
