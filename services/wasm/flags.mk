# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Flags for the handlers. On Arm four registers hand the state on and one is left: with three more
# that handlers need not keep, most of them save none. run_handlers in machine.c keeps them for all.

handler_objects := $(filter $(B)/obj/services/wasm/handlers_%,$(objects))

ifeq ($(ARCH),armv7m)
$(handler_objects): private code_flags += -fcall-used-r4 -fcall-used-r5 -fcall-used-r6
endif

$(handler_objects): services/wasm/flags.mk
