/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board's devices: their initialisation and lookup in the generated table. Which ones are up
 * stands in board.devices_up, beside the table.
 */
#include <kernel/device.h>

#include <kernel/board.h>
#include <kernel/log.h>

/* Devices whose init has been called, from the table's beginning on. */
static size_t tried;

void device_init_all(void)
{
    for (tried = 0; tried < board.device_count;) {
        size_t i = tried++;
        if (board.devices_up[i])
            continue; /* device_ensure */
        const struct device *device = &board.devices[i];
        enum status status = device->driver->init(device);
        board.devices_up[i] = status == OK;
        if (status)
            log_error(device->name, "%s does not start: %s", device->driver->name,
                      status_text(status));
        else
            log_debug(device->name, "%s is up", device->driver->name);
    }
}

bool device_ensure(const struct device *device)
{
    size_t i = (size_t)(device - board.devices);
    if (!board.devices_up[i] && i >= tried)
        board.devices_up[i] = device->driver->init(device) == OK;
    return board.devices_up[i];
}

bool device_is_up(const struct device *device)
{
    return board.devices_up[device - board.devices];
}
