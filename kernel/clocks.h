/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "clocks": the part of a SoC that clocks its devices, each behind a gate, and resets them.
 * Not to be taken for clock.h, which is about time. A device that needs its gate opened has a
 * property of this class, so that the clocks are up before it.
 */
#ifndef KERNEL_CLOCKS_H
#define KERNEL_CLOCKS_H

#include <kernel/device.h>
#include <stdint.h>

struct clocks_operations {
    /* Opens the gate and resets what is behind it, which can be used on return. ERR_INVALID if
     * there is no such gate. Gates are numbered as the driver's binding says. Boot context. */
    enum status (*enable)(const struct device *device, unsigned gate);
    /* The frequency behind the gate in Hz, as it really is: after a failed start the slower one
     * that the SoC woke up with. Any context. */
    uint32_t (*rate)(const struct device *device, unsigned gate);
};

/* Typed access; `device` is of class "clocks". */
static inline const struct clocks_operations *clocks_device(const struct device *device)
{
    return device->driver->operations;
}

#endif
