/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A serial device as a terminal.
 */
#include "terminal.h"

#include <kernel/serial.h>

static size_t write_serial(struct terminal *terminal, const uint8_t *data, size_t size)
{
    const struct device *device = terminal->context;
    return serial(device)->write(device, data, size);
}

static size_t read_serial(struct terminal *terminal, uint8_t *data, size_t size)
{
    const struct device *device = terminal->context;
    return serial(device)->read(device, data, size);
}

void terminal_open_serial(struct terminal *terminal, const struct device *device)
{
    *terminal = (struct terminal){
        .write = write_serial, .read = read_serial, .context = (void *)(uintptr_t)device};
    serial(device)->listen(device, &terminal->activity, &terminal->activity);
}
