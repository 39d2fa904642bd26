/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The first C code: what must be so before the kernel may run, in the order in which each step
 * needs the one before.
 */
#include "boot_info.h"
#include "x86_64.h"

#include <kernel/boot.h>
#include <string.h>

enum { ROOT_OLD_SIZE = 20, ROOT_SIZE = 36, ROOT_REVISION = 15 };

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

noreturn void x86_64_boot(uint32_t magic, uint32_t info, uint64_t counter)
{
    x86_64_counter_set_entry(counter);
    descriptors_init();
    features_init(); /* before much is done with what this CPU may lack */
    keep_acpi_root(boot_info_acpi_root(magic, (const void *)(uintptr_t)info));
    mmu_init();
    kernel_main();
}
