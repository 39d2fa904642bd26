/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See host-entropy.h. Signals, which are the board's interrupts, may cut a request short.
 */
#include "host-entropy.h"

#include <errno.h>
#include <kernel/entropy.h>
#include <sys/random.h>

static enum status host_entropy_init(const struct device *device)
{
    (void)device;
    return OK;
}

static enum status host_entropy_read(const struct device *device, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    (void)device;
    while (size > 0) {
        ssize_t taken = getrandom(to, size, 0);
        if (taken < 0 && errno != EINTR)
            return errno == ENOSYS ? ERR_NOT_FOUND : ERR_DEVICE;
        if (taken > 0) {
            to += taken;
            size -= (size_t)taken;
        }
    }
    return OK;
}

static const struct entropy_operations operations = {.read = host_entropy_read};

const struct driver host_entropy_driver = {
    .name = "host-entropy",
    .class = "entropy",
    .init = host_entropy_init,
    .operations = &operations,
};
