/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See spin-table.h.
 */
#include "spin-table.h"

#include <kernel/power.h>
#include <platforms/arch/aarch64/aarch64.h>

static enum status spin_table_init(const struct device *device)
{
    (void)device;
    return OK;
}

/* The core's caches are off, and page 0 isn't mapped: the word is written past both. */
static enum status start_core(const struct device *device, unsigned core, uintptr_t entry)
{
    const struct spin_table_config *config = device->config;

    aarch64_write_physical(config->release + core * sizeof(uint64_t), entry);
    __asm__ volatile("sev" : : : "memory");
    return OK;
}

static const struct power_operations operations = {.start_core = start_core};

const struct driver spin_table_driver = {
    .name = "spin-table",
    .class = "power",
    .init = spin_table_init,
    .operations = &operations,
};
