# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make TARGET=mps2-an385 kernel-size: how large the kernel is without services, against its limits.
# The board is built once more with kernel.yaml on top, which leaves out services and what is
# optional. Every public function of tasks, events, time, pages, capabilities, channels and registry is
# kept, whether or not something calls it; the rest of kernel/ is there as far as it is used.

kernel_size_board := mps2-an385
kernel_size_kept := task event clock page capability channel registry

.PHONY: kernel-size
kernel-size: $(generator) ## Bytes of the kernel without services on mps2-an385, against its limits
	$(Q)$(MAKE) -s TARGET=$(kernel_size_board) OVERLAY=tests/size/kernel.yaml \
	  RANVIER_IMAGE_BUILD=build/$(kernel_size_board)-kernel kernel-size-image
	$(Q)tests/size/kernel_size.py build/$(kernel_size_board)-kernel

ifneq ($(filter kernel-size-image,$(MAKECMDGOALS)),)

# Two that interrupts call where there are several cores, or harmony, and the halves of a wait whose switch is in
# line (ARCH_SWITCHES_IN_LINE).
kernel_size_unused := task_serve_requests task_preempt channel_begin channel_end task_wait_begin task_arrive
kernel_size_roots = $(patsubst %,-u %,$(filter-out $(kernel_size_unused),$(shell $(CROSS)nm -g \
  --defined-only $(kernel_size_kept:%=$(B)/obj/kernel/%.o) | sed -n 's/.* T //p')))

$(B)/ranvier.elf: private link_libraries += $(kernel_size_roots)

.PHONY: kernel-size-image
kernel-size-image: $(B)/ranvier.elf

endif
