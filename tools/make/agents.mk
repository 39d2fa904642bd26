# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Modules of agents that are written in C: build/agents/FILE.wasm from FILE.c, for whoever names it
# (`agents:` of a board file), compiled as tools/sdk/cc does.

build/agents/%.wasm: %.c tools/make/agents.mk tools/sdk/cc $(interfaces)/.printed \
  $(wildcard tools/sdk/include/*.h tools/sdk/lib/*.c)
	$(call step,AGENT,$@)
	@mkdir -p $(@D)
	$(Q)command -v $${AGENT_CC:-clang} >/dev/null || { echo "error: $${AGENT_CC:-clang} is missing," \
	  "which compiles agents\n  fix: install the Debian packages clang and lld" >&2; exit 1; }
	$(Q)tools/sdk/cc -Werror $< -o $@
