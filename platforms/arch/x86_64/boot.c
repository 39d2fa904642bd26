/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The first C code: what must be so before the kernel may run, in the order in which each step
 * needs the one before.
 */
#include "boot_info.h"
#include "x86_64.h"

#include <kernel/board.h>
#include <kernel/boot.h>
#include <kernel/log.h>
#include <kernel/profile.h>
#include <string.h>

enum { ROOT_OLD_SIZE = 20, ROOT_SIZE = 36, ROOT_REVISION = 15, RANGES = 32 };

static uint8_t acpi_root[ROOT_SIZE];
static bool has_acpi_root;

const void *x86_64_acpi_root(void)
{
    return has_acpi_root ? acpi_root : NULL;
}

/* Copied: the loader's memory isn't mapped any more when it is asked for. */
static void keep_acpi_root(const uint8_t *root)
{
    if (!root)
        return;
    memcpy(acpi_root, root, root[ROOT_REVISION] ? ROOT_SIZE : ROOT_OLD_SIZE);
    has_acpi_root = true;
}

/* Tells of RAM in the board's file that the loader does not know as free: it isn't there, or it is
 * firmware's. A loader that tells nothing is believed. */
static void check_memory(uint32_t magic, const void *info)
{
    struct boot_info_range ranges[RANGES];
    size_t count = boot_info_memory(magic, info, ranges, RANGES);

    for (size_t i = 0; i < board.region_count && count > 0; i++) {
        const struct memory_region *region = &board.regions[i];
        uint64_t gap = boot_info_first_gap(ranges, count, region->base, region->size);
        if (region->kind == MEMORY_RAM && gap < region->base + region->size)
            profile_differs("memory", "at %p, where the board file has %s, none is free",
                            (void *)(uintptr_t)gap, region->name);
    }
}

noreturn void x86_64_boot(uint32_t magic, uint32_t info, uint64_t counter)
{
    x86_64_counter_set_entry(counter);
    descriptors_init();
    features_init(); /* before much is done with what this CPU may lack */
    check_memory(magic, (const void *)(uintptr_t)info);
    keep_acpi_root(boot_info_acpi_root(magic, (const void *)(uintptr_t)info));
    mmu_init();
    kernel_main();
}
