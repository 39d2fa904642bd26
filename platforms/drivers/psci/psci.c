/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See psci.h. Where no firmware answers init fails with ERR_NOT_FOUND and the device stays unused.
 */
#include "psci.h"

#include <kernel/log.h>
#include <kernel/power.h>
#include <platforms/arch/aarch64/aarch64.h>

enum {
    PSCI_VERSION = 0x84000000,
    PSCI_CPU_ON = (int)0xc4000003, /* in its 64-bit form, as it takes an address */
    PSCI_SYSTEM_OFF = 0x84000008,
    PSCI_SYSTEM_RESET = 0x84000009,
};

/* The result is the low word of x0, an int32 (DEN 0022, 5.2.1). */
static int32_t call_with(const struct device *device, uint32_t function, uint64_t a1, uint64_t a2)
{
    const struct psci_config *config = device->config;

    if (config->conduit == PSCI_CONDUIT_SMC)
        return (int32_t)firmware_smc(function, a1, a2, 0);
    return (int32_t)firmware_hvc(function, a1, a2, 0);
}

static int32_t call(const struct device *device, uint32_t function)
{
    return call_with(device, function, 0, 0);
}

static enum status psci_init(const struct device *device)
{
    int32_t version = call(device, PSCI_VERSION);

    if (version < 0)
        return ERR_NOT_FOUND;
    log_debug(device->name, "PSCI %d.%d", (int)(version >> 16), (int)(version & 0xffff));
    return OK;
}

/* Firmware has nobody to tell a failure to. */
static void psci_off(const struct device *device, int status)
{
    if (status == 0)
        call(device, PSCI_SYSTEM_OFF);
}

static void psci_reset(const struct device *device)
{
    call(device, PSCI_SYSTEM_RESET);
}

/* A core is named by its affinity, which is its number. */
static enum status psci_start_core(const struct device *device, unsigned core, uintptr_t entry)
{
    int32_t result = call_with(device, PSCI_CPU_ON, core, entry);

    if (result)
        log_error(device->name, "firmware won't start core %u: %d", core, (int)result);
    return result ? ERR_DEVICE : OK;
}

static const struct power_operations operations = {
    .off = psci_off,
    .reset = psci_reset,
    .start_core = psci_start_core,
};

const struct driver psci_driver = {
    .name = "psci",
    .class = "power",
    .init = psci_init,
    .operations = &operations,
};
