/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "power": what can end the board's run or start it anew. A board may have several; the
 * kernel asks each in the table's order until one does it, and halts when none can.
 */
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include <kernel/device.h>
#include <stdnoreturn.h>

struct watchdog_operations;

struct power_operations {
    /* Switches off. `status` 0 is an orderly end; another is a failure, which a device that cannot
     * tell it to anyone (PSCI) leaves to the next one by returning. Any context. NULL if it can't.
     */
    void (*off)(const struct device *device, int status);
    /* Restarts. Returns if it could not. Any context. NULL if it can't. */
    void (*reset)(const struct device *device);
    /* Lets core `core` run from `entry`, a physical address, as it would from a reset. Boot
     * context. ERR_DEVICE if it won't. NULL if it can't. */
    enum status (*start_core)(const struct device *device, unsigned core, uintptr_t entry);
    /* For a device that is a watchdog too (watchdog.h); NULL if it isn't. */
    const struct watchdog_operations *watchdog;
};

/* Typed access; `device` is of class "power". */
static inline const struct power_operations *power_device(const struct device *device)
{
    return device->driver->operations;
}

/* Ends the run; see power_operations.off. Any context. */
noreturn void power_off(int status);

/* Ends the run with that status, which isn't 0, if a device can tell it to anyone: an emulator, a
 * debugger. Else it returns. Any context. */
void power_fail(int status);

/* Has another core started; see power_operations.start_core. ERR_NOT_FOUND if nothing can do that.
 * Boot context. */
enum status power_start_core(unsigned core, uintptr_t entry);

/* Starts the board anew; halts if nothing can. Any context. */
noreturn void power_reset(void);

#endif
