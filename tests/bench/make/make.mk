# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make bench-make: how quick a build is, for each board.

.PHONY: bench-make
bench-make: $(generator)
	$(Q)tests/bench/make/bench
