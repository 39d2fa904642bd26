/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Asks the board's power devices, in the table's order, to end or restart the run.
 */
#include <kernel/power.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <string.h>

/* The operations of the i-th device if it is a power device that is up, else NULL. */
static const struct power_operations *power_at(size_t i)
{
    const struct device *device = &board.devices[i];
    if (strcmp(device->driver->class, "power") != 0 || !device_is_up(device))
        return NULL;
    return power_device(device);
}

noreturn void power_off(int status)
{
    for (size_t i = 0; i < board.device_count; i++) {
        const struct power_operations *operations = power_at(i);
        if (operations && operations->off)
            operations->off(&board.devices[i], status);
    }
    arch_halt();
}

noreturn void power_reset(void)
{
    for (size_t i = 0; i < board.device_count; i++) {
        const struct power_operations *operations = power_at(i);
        if (operations && operations->reset)
            operations->reset(&board.devices[i]);
    }
    arch_halt();
}
