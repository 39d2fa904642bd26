/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Asks the board's power devices, in the table's order, to end or restart the run.
 */
#include <kernel/power.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/log.h>
#include <kernel/serial.h>
#include <string.h>

/* The operations of the i-th device if it is a power device that works, else NULL. */
static const struct power_operations *power_at(size_t i)
{
    const struct device *device = &board.devices[i];
    if (strcmp(device->driver->class, "power") != 0 || !device_ensure(device))
        return NULL;
    return power_device(device);
}

/* What was said before an orderly end is to arrive. A panic has seen to its output itself. */
static void flush_output(void)
{
    if (CONFIG_LOG)
        log_flush_polled();
    if (board.console && device_is_up(board.console))
        serial(board.console)->write_polled(board.console, NULL, 0);
}

void power_fail(int status)
{
    for (size_t i = 0; i < board.device_count; i++) {
        const struct power_operations *operations = power_at(i);
        if (operations && operations->off)
            operations->off(&board.devices[i], status);
    }
}

noreturn void power_off(int status)
{
    if (status == 0)
        flush_output();
    power_fail(status);
    arch_halt();
}

noreturn void power_reset(void)
{
    flush_output();
    for (size_t i = 0; i < board.device_count; i++) {
        const struct power_operations *operations = power_at(i);
        if (operations && operations->reset)
            operations->reset(&board.devices[i]);
    }
    arch_halt();
}

enum status power_start_core(unsigned core, uintptr_t entry)
{
    for (size_t i = 0; i < board.device_count; i++) {
        const struct power_operations *operations = power_at(i);
        if (operations && operations->start_core)
            return operations->start_core(&board.devices[i], core, entry);
    }
    return ERR_NOT_FOUND;
}
