/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See entropy.h.
 */
#include <kernel/entropy.h>

#include <kernel/board.h>
#include <string.h>

enum status entropy_read(void *bytes, size_t size)
{
    enum status status = ERR_NOT_FOUND;
    for (size_t i = 0; i < board.device_count; i++) {
        const struct device *device = &board.devices[i];
        if (strcmp(device->driver->class, "entropy") != 0 || !device_is_up(device))
            continue;
        enum status answer = entropy(device)->read(device, bytes, size);
        if (answer == OK)
            return OK;
        if (answer != ERR_NOT_FOUND)
            status = ERR_DEVICE;
    }
    return status;
}
