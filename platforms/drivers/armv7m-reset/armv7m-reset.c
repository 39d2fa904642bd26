/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * SYSRESETREQ asks the system outside the core for a reset, which comes some time later.
 */
#include <platforms/drivers/armv7m-reset/armv7m-reset.h>

#include <kernel/power.h>
#include <platforms/arch/armv7m/armv7m.h>

enum { WAIT_LOOPS = 1000000 };

static enum status init(const struct device *device)
{
    (void)device;
    return OK;
}

static void reset(const struct device *device)
{
    (void)device;
    armv7m_synchronise(); /* earlier writes, a device's last words among them, come first */
    SCB_AIRCR = AIRCR_VECTKEY | (SCB_AIRCR & AIRCR_PRIGROUP) | AIRCR_SYSRESETREQ;
    armv7m_synchronise();
    for (volatile unsigned i = 0; i < WAIT_LOOPS; i++)
        continue;
}

static const struct power_operations operations = {.reset = reset};

const struct driver armv7m_reset_driver = {
    .name = "armv7m-reset",
    .class = "power",
    .init = init,
    .operations = &operations,
};
