/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See ich9-watchdog.h. Where its ports are, the firmware has written into the configuration space
 * of the chipset's LPC bridge (PCI device 0:31.0).
 */
#include "ich9-watchdog.h"

#include <kernel/log.h>
#include <kernel/register.h>
#include <kernel/watchdog.h>
#include <platforms/arch/x86_64/port.h>
#include <stdbool.h>

enum {
    PCI_ADDRESS = 0xcf8, /* PCI 3.0, 3.2.2.3.2 */
    PCI_DATA = 0xcfc,
    LPC_BRIDGE = 31 << 11,

    LPC_IDENTITY = 0x00, /* device, vendor */
    LPC_PMBASE = 0x40,
    LPC_ACPI_CNTL = 0x44,
    LPC_RCBA = 0xf0,
    INTEL = 0x8086,
    ICH9 = 0x2910, /* to 0x291f */
    ICH10 = 0x3a10,
    ACPI_ENABLED = 1 << 7,
    RCBA_ENABLED = 1 << 0,

    PM_SMI_EN = 0x30, /* from PMBASE */
    PM_TCO = 0x60,
    SMI_EN_TCO = 1 << 13,

    TCO_RLD = 0x00, /* from there */
    TCO1_STS = 0x04,
    TCO2_STS = 0x06,
    TCO1_CNT = 0x08,
    TCO_TMR = 0x12,
    TCO1_STS_TIMEOUT = 1 << 3,
    TCO2_STS_SECOND = 1 << 1,
    TCO2_STS_BOOT = 1 << 2,
    TCO1_CNT_HALT = 1 << 11,
    TICKS_MIN = 5,
    TICKS_MAX = 0x3ff,

    RCBA_GCS = 0x3410,
    GCS_NO_REBOOT = 1 << 5,
};

#define PCI_ENABLE (UINT32_C(1) << 31)
#define TICK       UINT64_C(600000000) /* ns */

static uint32_t read_bridge(uint32_t offset)
{
    port_write32(PCI_ADDRESS, PCI_ENABLE | LPC_BRIDGE | offset);
    return port_read32(PCI_DATA);
}

static bool is_known(uint32_t identity)
{
    uint32_t model = identity >> 16 & 0xfff0;
    return (identity & 0xffff) == INTEL && (model == ICH9 || model == ICH10);
}

/* A PC without it is no error: start looks. */
static enum status ich9_watchdog_init(const struct device *device)
{
    (void)device;
    return OK;
}

/* Finds its ports. False where the chipset is another one. */
static bool find(const struct device *device)
{
    const struct ich9_watchdog_config *config = device->config;
    struct ich9_watchdog_state *state = device->state;

    if (!is_known(read_bridge(LPC_IDENTITY)) || !(read_bridge(LPC_ACPI_CNTL) & ACPI_ENABLED) ||
        read_bridge(LPC_RCBA) != (config->registers.base | RCBA_ENABLED))
        return false;
    state->tco = (uint16_t)((read_bridge(LPC_PMBASE) & 0xff80) + PM_TCO);
    return true;
}

/* The reset was this one's doing. Told once. */
static void tell_reset(const struct device *device)
{
    const struct ich9_watchdog_state *state = device->state;

    if (port_read16(state->tco + TCO2_STS) & TCO2_STS_SECOND)
        log_error(device->name, "the board hung before this start, and was reset");
    port_write16(state->tco + TCO1_STS, TCO1_STS_TIMEOUT); /* a 1 clears it */
    port_write16(state->tco + TCO2_STS, TCO2_STS_SECOND);
    port_write16(state->tco + TCO2_STS, TCO2_STS_BOOT); /* after the one before */
}

/* A board may be strapped so that nothing resets it. The first countdown is not to be the
 * firmware's matter (SMI). */
static bool let_it_reset(const struct device *device)
{
    const struct ich9_watchdog_config *config = device->config;
    const struct ich9_watchdog_state *state = device->state;
    uint16_t smi = (uint16_t)(state->tco - PM_TCO + PM_SMI_EN);

    port_write32(smi, port_read32(smi) & ~(uint32_t)SMI_EN_TCO);
    register_write32(&config->registers, RCBA_GCS,
                     register_read32(&config->registers, RCBA_GCS) & ~(uint32_t)GCS_NO_REBOOT);
    return !(register_read32(&config->registers, RCBA_GCS) & GCS_NO_REBOOT);
}

static void ich9_watchdog_feed(const struct device *device)
{
    const struct ich9_watchdog_state *state = device->state;
    port_write16(state->tco + TCO_RLD, 1); /* any value */
}

static enum status ich9_watchdog_start(const struct device *device, uint64_t timeout)
{
    const struct ich9_watchdog_state *state = device->state;
    uint64_t ticks = timeout / 2 / TICK;

    if (ticks > TICKS_MAX)
        return ERR_INVALID;
    if (!find(device))
        return ERR_NOT_FOUND;
    if (!let_it_reset(device))
        return ERR_UNSUPPORTED;
    if (ticks < TICKS_MIN)
        ticks = TICKS_MIN;
    uint16_t control = port_read16(state->tco + TCO1_CNT);
    port_write16(state->tco + TCO1_CNT, control | TCO1_CNT_HALT);
    tell_reset(device);
    port_write16(state->tco + TCO_TMR, (uint16_t)ticks);
    ich9_watchdog_feed(device);
    port_write16(state->tco + TCO1_CNT, control & (uint16_t)~TCO1_CNT_HALT);
    return OK;
}

static const struct watchdog_operations operations = {
    .start = ich9_watchdog_start,
    .feed = ich9_watchdog_feed,
};

const struct driver ich9_watchdog_driver = {
    .name = "ich9-watchdog",
    .class = "watchdog",
    .init = ich9_watchdog_init,
    .operations = &operations,
};
