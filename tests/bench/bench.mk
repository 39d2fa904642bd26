# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The benchmarks: `make bench` runs all of them, `make bench-<name>` that of tests/bench/<name>/, which
# <name>.mk there defines; `make bench-programs` only builds those that run on this machine.

BUILD ?= build
HOST_CC ?= gcc

# What the fragments add: programs that `make bench-programs` builds.
bench_built :=
bench_headers := $(wildcard kernel/*.h services/*/*.h platforms/arch/host/*.h tests/unit/*.h tests/unit/arch/*.h)
bench_sim := build/sim/gen/include

bench_fragments := $(wildcard tests/bench/*/*.mk)
include $(bench_fragments)

.PHONY: bench
bench: $(generator) ## How quick building is, and what else is measured, one after the other
	$(Q)unset MAKEFLAGS MAKELEVEL MFLAGS; status=0; for name in $(basename $(notdir $(bench_fragments))); do \
	  echo "== tests/bench/$$name"; $(MAKE) -s bench-$$name || status=1; done; exit $$status

# For those that see the generated headers of sim; a board's own rule for it is there with TARGET=sim only.
.PHONY: bench-sim
bench-sim: $(generator)
	$(Q)$(MAKE) -s TARGET=sim build/sim/gen/.rendered

.PHONY: bench-programs
bench-programs: $(bench_built)
