/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the loader tells: by the PVH start of day structure (Xen's public/arch-x86/hvm/start_info.h)
 * or by Multiboot2 Specification 2.0, 3.6. Pure but for the memory that it is led to.
 */
#ifndef X86_64_BOOT_INFO_H
#define X86_64_BOOT_INFO_H

#include <kernel/memory.h>
#include <stddef.h>
#include <stdint.h>

enum { BOOT_INFO_MULTIBOOT2 = 0x36d76289 }; /* in eax at entry */

/* The ACPI root pointer in the information at `info` that a loader left with `magic` in eax, or
 * NULL if it has none. */
const void *boot_info_acpi_root(uint32_t magic, const void *info);

/* Stores the first `limit` ranges of RAM that firmware leaves to us, in the information's order.
 * Returns how many. */
size_t boot_info_memory(uint32_t magic, const void *info, struct memory_range *ranges,
                        size_t limit);

#endif
