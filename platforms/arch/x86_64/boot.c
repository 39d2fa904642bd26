/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The first C code: what must be so before the kernel may run, in the order in which each step
 * needs the one before.
 */
#include "boot_info.h"
#include "x86_64.h"

#include <kernel/boot.h>
#include <kernel/core.h>
#include <kernel/memory.h>
#include <string.h>

enum { ROOT_OLD_SIZE = 20, ROOT_SIZE = 36, ROOT_REVISION = 15, RANGES = 64 };

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

/* RAM that the loader does not know as free isn't there, or it is firmware's. A loader that tells
 * nothing leaves it at the board's file. */
static void find_memory(uint32_t magic, const void *info)
{
    static struct memory_range ranges[RANGES];
    size_t count = boot_info_memory(magic, info, ranges, RANGES);

    if (count > 0)
        memory_found("memory", ranges, count);
}

noreturn void x86_64_boot(uint32_t magic, uint32_t info, uint64_t counter)
{
    x86_64_counter_set_entry(counter);
    descriptors_init(0);
    features_init(); /* before much is done with what this CPU may lack */
    find_memory(magic, (const void *)(uintptr_t)info);
    keep_acpi_root(boot_info_acpi_root(magic, (const void *)(uintptr_t)info));
    if (CONFIG_CORES > 1)
        cores_init();
    mmu_init();
    kernel_main();
}

noreturn void x86_64_core_boot(unsigned core)
{
    mmu_enable();
    descriptors_init(core);
    core_main();
}
