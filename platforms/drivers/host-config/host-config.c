/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See host-config.h.
 */
#include "host-config.h"

#include <errno.h>
#include <fcntl.h>
#include <kernel/log.h>
#include <kernel/runtime_config.h>
#include <platforms/arch/host/host.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 65536 /* bytes */ };

static uint8_t file[FILE_MAX + 1];

static enum status host_config_init(const struct device *device)
{
    const char *path = host_configuration();
    if (!path)
        return OK;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = descriptor < 0 ? -1 : read(descriptor, file, sizeof(file));
    if (size < 0)
        log_error(device->name, "configuration refused: %s: %s", path, strerror(errno));
    else if (size > FILE_MAX)
        log_error(device->name, "configuration refused: more than %d bytes", FILE_MAX);
    else
        runtime_config_apply(device->name, file, (size_t)size);
    if (descriptor >= 0)
        close(descriptor);
    return OK;
}

const struct driver host_config_driver = {
    .name = "host-config",
    .class = "configuration",
    .init = host_config_init,
};
