# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Ranvier. `make` builds the board TARGET; `make help` lists what else there is. The parts:
#   tools/make/common.mk    how make behaves: quiet, parallel, strict about its variables
#   tools/make/host.mk      the generator and other programs for this machine
#   tools/make/agents.mk    agents that are written in C
#   tools/make/target.mk    one board's image
#   tools/make/test.mk      unit tests
#   tools/make/coverage.mk  which branches they take
#   tools/make/commands.mk  the commands that are not builds

TARGET ?= virt-aarch64

# Goals that need TARGET's image, and with it the generated list of its sources.
image_goals := all image run debug size size-diff map sdcard iso kernel-test kernel-size-image \
  bench-image $(if $(filter-out file,$(origin TARGET)),spec-test)
image_wanted := $(filter $(image_goals),$(or $(MAKECMDGOALS),all))

include tools/make/common.mk

.PHONY: all
all: image ## Build the image of TARGET
	$(Q)$(if $(silent),:,tools/make/summary $(B))

include tools/make/host.mk
include tools/make/agents.mk
include tools/make/target.mk
include tools/make/test.mk
include tests/kernel/kernel-test.mk
include tests/spec/board.mk
include tests/size/kernel-size.mk
include tools/make/coverage.mk
include tools/make/commands.mk
