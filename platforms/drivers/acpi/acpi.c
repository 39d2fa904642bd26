/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See acpi.h. Without tables init fails and the device stays unused.
 */
#include "acpi.h"

#include <kernel/log.h>
#include <kernel/power.h>
#include <kernel/profile.h>
#include <platforms/arch/x86_64/port.h>
#include <platforms/arch/x86_64/x86_64.h>

/* PM1 control registers (ACPI 6.5, 4.8.3.2.1). */
enum {
    CONTROL_ENABLED = 1 << 0, /* SCI_EN: the hardware is ours */
    CONTROL_TYPE = 7 << 10,
    CONTROL_TYPE_SHIFT = 10,
    CONTROL_SLEEP = 1 << 13,
    PATIENCE = 1000000, /* port accesses: some seconds on a real machine */
};

static enum status acpi_init(const struct device *device)
{
    struct acpi_state *state = device->state;
    const void *root = x86_64_acpi_root();

    if (!root)
        return ERR_NOT_FOUND;
    enum status status = acpi_tables_read(root, mmu_map_firmware, &state->power);
    if (status)
        return status;
    if (!state->power.can_sleep)
        log_warning(device->name, "the tables do not tell how to switch off");
    status = acpi_tables_cores(root, mmu_map_firmware, &profile.cores);
    if (status)
        log_warning(device->name, "the processors' table: %s", status_text(status));
    return OK;
}

/* Until firmware has handed the hardware over, it may ignore the control register. */
static void take_over(const struct acpi_power *power)
{
    if (!power->command_port || !power->enable_command)
        return;
    if (port_read16(power->control_a) & CONTROL_ENABLED)
        return;
    port_write8(power->command_port, power->enable_command);
    for (unsigned i = 0; i < PATIENCE && !(port_read16(power->control_a) & CONTROL_ENABLED); i++)
        continue;
}

static void enter_sleep(uint16_t port, uint8_t type)
{
    unsigned control = port_read16(port) & ~(unsigned)(CONTROL_TYPE | CONTROL_SLEEP);

    control |= (unsigned)type << CONTROL_TYPE_SHIFT & CONTROL_TYPE;
    port_write16(port, (uint16_t)control);
    port_write16(port, (uint16_t)(control | CONTROL_SLEEP));
}

/* There is nobody to tell a failure to. */
static void acpi_off(const struct device *device, int status)
{
    const struct acpi_power *power = &((const struct acpi_state *)device->state)->power;

    if (status != 0 || !power->can_sleep)
        return;
    take_over(power);
    enter_sleep(power->control_a, power->sleep_a);
    if (power->control_b)
        enter_sleep(power->control_b, power->sleep_b);
    for (unsigned i = 0; i < PATIENCE; i++)
        port_read16(power->control_a); /* it takes a moment */
}

static void acpi_reset(const struct device *device)
{
    const struct acpi_power *power = &((const struct acpi_state *)device->state)->power;

    if (!power->can_reset)
        return;
    port_write8(power->reset_port, power->reset_value);
    for (unsigned i = 0; i < PATIENCE; i++)
        port_read8(power->reset_port);
}

static const struct power_operations operations = {.off = acpi_off, .reset = acpi_reset};

const struct driver acpi_driver = {
    .name = "acpi",
    .class = "power",
    .init = acpi_init,
    .operations = &operations,
};
