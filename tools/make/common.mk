# SPDX-License-Identifier: MIT OR Apache-2.0
#
# How make itself behaves here: parallel, quiet, deterministic, and strict about what it is told.
# V=1 shows the commands, `make -s` shows results only.

.DEFAULT_GOAL := all
SHELL := /bin/bash
.SHELLFLAGS := -e -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-builtin-variables --no-print-directory
export LC_ALL := C.UTF-8
unexport CPATH C_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX

# Lists of make have blanks between their words, and so have those of the compilers.
ifneq ($(words $(CURDIR)),1)
$(error the tree is in "$(CURDIR)", and make knows no names with blanks; move it to a folder without)
endif

# What a command is told must come from its command line, not from an environment that has a NAME.
$(foreach variable,CONFIG DISK KEY NAME LIKE BREAK TESTS,$(if $(filter environment,$(origin \
  $(variable))),$(eval $(variable) :=)))

# A make within a make takes its part of the outer one's jobs.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

# $(call step,CC,what) is the line that a step prints.
silent := $(findstring s,$(firstword -$(filter-out --%,$(MAKEFLAGS))))
step = $(if $(silent),@:,@printf '  %-5s %s\n' '$(1)' '$(2)')
Q := $(if $(V),,@)

# What takes a compiler longest is begun first, lest all else waits for it at the end.
# $(call slow-first,folder,objects) are those of the objects in that folder.
slow_sources := $(addprefix services/wasm/handlers_,numeric jump memory)
slow-first = $(foreach source,$(slow_sources),$(filter $(1)/$(source).o,$(2)))

# A misspelt variable would be ignored in silence.
known_variables := TARGET OVERLAY CONFIG DISK KEY NAME LIKE BASE BREAK TESTS SPEC SEED V
empty :=
escaped_space := \$(empty) $(empty)
unknown_variables := $(filter-out $(known_variables) RANVIER_%,$(foreach \
  v,$(subst $(escaped_space),_,$(MAKEOVERRIDES)),$(firstword $(subst =, ,$(v)))))
ifneq ($(unknown_variables),)
$(error $(firstword $(unknown_variables)): no such variable; there are $(known_variables))
endif

.PHONY: FORCE
FORCE:
