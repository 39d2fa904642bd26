/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See semihosting.h. Without a debugger init fails with ERR_NOT_FOUND and the device stays unused.
 */
#include "semihosting.h"

#include <arch_semihosting.h>
#include <kernel/power.h>

enum {
    SYS_EXIT = 0x18,
    SYS_EXIT_EXTENDED = 0x20,
    STOPPED_APPLICATION_EXIT = 0x20026,
    STOPPED_RUNTIME_ERROR = 0x20023,
};

static enum status semihosting_init(const struct device *device)
{
    (void)device;
    return arch_semihosting_probe() ? OK : ERR_NOT_FOUND;
}

/* SYS_EXIT takes reason and status only where a word has 64 bits; elsewhere it takes the bare
 * reason, and the extended call, which a debugger need not have, takes both. */
static void semihosting_off(const struct device *device, int status)
{
    const uintptr_t end[2] = {STOPPED_APPLICATION_EXIT, (uintptr_t)status};

    (void)device;
    if (sizeof(uintptr_t) == sizeof(uint64_t)) {
        arch_semihosting_call(SYS_EXIT, end);
        return;
    }
    arch_semihosting_call(SYS_EXIT_EXTENDED, end);
    uintptr_t reason = status == 0 ? STOPPED_APPLICATION_EXIT : STOPPED_RUNTIME_ERROR;
    arch_semihosting_call(SYS_EXIT, (const void *)reason);
}

static const struct power_operations operations = {.off = semihosting_off};

const struct driver semihosting_driver = {
    .name = "semihosting",
    .class = "power",
    .init = semihosting_init,
    .operations = &operations,
};
