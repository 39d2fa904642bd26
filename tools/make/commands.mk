# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The commands that are not builds. `## ` after a rule is its line in `make help`.
#
# What a person gets wrong (a board, a key, a file) is found while this file is read, so that it is
# one line with status 2, not a failed recipe with make's own lines around it.

goals := $(or $(MAKECMDGOALS),all)
target_goals := $(image_goals) menuconfig nconfig savedefconfig explain
plain_goals := help clean doctor

# --- what this machine lacks

setup_groups := $(if $(filter-out $(plain_goals),$(goals)),build) \
  $(if $(filter run debug,$(goals)),run) $(if $(filter debug,$(goals)),debug) \
  $(if $(filter iso test,$(goals)),iso) \
  $(if $(filter test test-long bench,$(goals)),run debug test) \
  $(if $(filter coverage,$(goals)),test)
ifneq ($(strip $(setup_groups)),)
ifeq ($(MAKE_RESTARTS)$(MAKELEVEL),0)
ifneq ($(shell tools/setup/setup $(setup_groups) >&2; echo $$?),0)
$(error this machine lacks what `make $(goals)` needs: see above, or `make doctor`)
endif
endif
endif

# --- what a person gets wrong

# $(call ask,arguments) runs the generator and keeps what it says in $(host)/answer; where it refuses
# what it was asked for (status 2), its one line ends make.
ask = $(shell $(MAKE) -s $(generator) >&2)$(if $(filter 2,$(shell mkdir -p $(host); \
  $(generator) $(1) >$(host)/answer 2>$(host)/refusal </dev/null || echo $$?)),$(error \
  $(subst ranvier-gen: ,,$(file <$(host)/refusal))))

ifneq ($(filter $(target_goals),$(goals)),)
boards := $(patsubst configs/%.yaml,%,$(wildcard configs/*.yaml))
ifneq ($(words $(filter $(boards),$(TARGET))) $(words $(TARGET)),1 1)
$(call ask,target '$(TARGET)')
endif
ifneq ($(filter-out $(wildcard $(OVERLAY)),$(OVERLAY)),)
$(call ask,kconfig --target '$(TARGET)' $(overlays) --build $(host)/refused)
endif
endif
ifneq ($(and $(filter menuconfig nconfig,$(goals)),$(shell test -t 0 || echo none)),)
$(error $(goals) needs a terminal; without one set symbols in the board's `config:` or an overlay)
endif
ifneq ($(filter explain,$(goals)),)
$(call ask,explain --target '$(TARGET)' $(overlays) --key '$(KEY)')
endif
ifneq ($(filter size-diff,$(goals)),)
refusal := $(shell tools/size_diff.py --target '$(TARGET)' --base='$(BASE)' --check 2>&1)
ifneq ($(refusal),)
$(error $(refusal))
endif
endif
ifneq ($(filter new-board,$(goals)),)
ifeq ($(and $(NAME),$(LIKE)),)
$(error say which board is new and which it is like: `make new-board NAME=my-board LIKE=$(TARGET)`)
endif
$(call ask,new-board '$(NAME)' '$(LIKE)')
endif
ifneq ($(and $(TESTS),$(filter test test-long,$(goals))),)
ifneq ($(shell tests/run.py --list $(if $(filter test-long,$(goals)),--long) --select '$(TESTS)' >/dev/null 2>&1 || echo none),)
$(error no test is named $(TESTS); there are TESTS=unit, TESTS='boot/virt*' and so on)
endif
endif

# --- looking

.PHONY: help
help: ## This list
	@echo 'usage: make [TARGET=board] [command]    TARGET is $(TARGET) unless given'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18
	@echo 'also: OVERLAY=file.yaml adds a layer to the board; V=1 shows commands; -s only results'

.PHONY: list
list: $(generator) ## Every board there is
	$(Q)$(generator) list

.PHONY: explain
explain: $(generator) ## Where a value comes from and who uses it: KEY=devices.uart0.irq
	$(Q)$(generator) explain --target $(TARGET) $(overlays) --key '$(KEY)'

.PHONY: check
check: $(generator) ## Every board file through the generator, without building
	$(Q)$(generator) check

.PHONY: accept
accept: $(generator) ## Accept what interfaces grew by; BREAK=service accepts what breaks callers
	$(Q)$(generator) accept $(BREAK)

.PHONY: size
size: image ## Bytes of the image by layer, folder and symbol, and against its memory
	$(Q)tools/size.py --build $(B)
	$(if $(filter $(kernel_size_board),$(TARGET)),$(Q)echo && $(MAKE) -s kernel-size)

.PHONY: size-diff
size-diff: image ## How those bytes differ from another revision's: BASE=HEAD~1
	$(Q)tools/size_diff.py --target $(TARGET) --base='$(BASE)' $(overlays)

.PHONY: map
map: image ## The board's memory as a picture
	$(Q)tools/map.py --build $(B)

.PHONY: doctor
doctor: ## What is installed, what is missing, how to get it
	$(Q)tools/doctor

# --- running

.PHONY: run
run: image $(ranvier) ## Build and boot, console on the terminal; CONFIG=file from `ranvier config pack`, DISK=file
	$(Q)tools/run.py --target $(TARGET) --build $(B) $(if $(CONFIG),--config '$(CONFIG)') $(if $(DISK),--disk '$(DISK)')

.PHONY: debug
debug: image ## Boot and stop at kernel_main with gdb attached
	$(Q)tools/run.py --target $(TARGET) --build $(B) --debug

.PHONY: sdcard
sdcard: image ## Lay out a Raspberry Pi's SD card in build/TARGET/sdcard
	$(Q)tools/sdcard.py --build $(B)

.PHONY: iso
iso: image ## Make a CD image that boots a PC by GRUB: build/TARGET/ranvier.iso
	$(Q)tools/iso.py --build $(B)

.PHONY: ranvier
ranvier: $(ranvier) ## The host tool, build/host/ranvier: what it can do is in `ranvier help`

# --- configuring

# mconf writes $(B)/.config; `choices` keeps of it what a person decided.
define configure
	$(Q)$(generator) kconfig --target $(TARGET) $(overlays) --build $(B)
	$(Q)RANVIER_BUILD=$(B) KCONFIG_CONFIG=$(B)/.config kconfig-$(1) Kconfig
	$(Q)$(generator) choices --target $(TARGET) $(overlays) --build $(B)
endef

.PHONY: menuconfig
menuconfig: $(generator) ## Choose what is compiled in, with menus
	@mkdir -p $(B)
	$(call configure,mconf)

.PHONY: nconfig
nconfig: $(generator) ## The same, another front end
	@mkdir -p $(B)
	$(call configure,nconf)

.PHONY: savedefconfig
savedefconfig: $(generator) ## Write those choices into the board's file
	$(Q)$(generator) savedefconfig --target $(TARGET) --build $(B)

.PHONY: new-board
new-board: $(generator) ## A new board file: NAME=my-board LIKE=virt-aarch64
	@cat $(host)/answer

# --- testing

.PHONY: test
test: $(generator) $(ranvier) ## All tests; TESTS='boot/virt*' selects
	$(Q)tests/run.py $(if $(TESTS),--select '$(TESTS)')

.PHONY: test-long
test-long: $(generator) $(ranvier) ## What takes minutes: random configurations, fuzzing
	$(Q)tests/run.py --long $(if $(TESTS),--select '$(TESTS)')

.PHONY: clean
clean: ## Remove what was built; the cache of downloads and the boards' disks stay
	$(Q)[ ! -d build ] || find build -depth ! -name disk.img \( ! -type d -o -empty \) -delete
