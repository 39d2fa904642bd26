/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The first C code: what must be so before the kernel may run, in the order in which each step
 * needs the one before.
 */
#include "aarch64.h"

#include <kernel/boot.h>

static uintptr_t device_tree;

uintptr_t aarch64_device_tree(void)
{
    return device_tree;
}

noreturn void aarch64_boot(uintptr_t tree, uint64_t counter, unsigned level)
{
    device_tree = tree;
    aarch64_counter_set_entry(counter);
    mmu_init();
    features_init(level);
    kernel_main();
}
