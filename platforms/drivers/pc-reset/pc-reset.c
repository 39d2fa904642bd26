/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See pc-reset.h. Each way gets some time to work before the next is tried.
 */
#include "pc-reset.h"

#include <kernel/power.h>
#include <platforms/arch/x86_64/port.h>

enum {
    RESET_CONTROL = 0xcf9, /* of Intel's chipsets and those that follow them */
    RESET_CONTROL_HARD = 2,
    RESET_CONTROL_NOW = 4,
    KEYBOARD_COMMAND = 0x64,
    KEYBOARD_FULL = 2,
    KEYBOARD_PULSE_RESET = 0xfe,
    UNUSED_PORT = 0x80, /* power-on diagnostics; an access takes about a microsecond */
    GRACE = 100000,     /* of these */
};

static enum status pc_reset_init(const struct device *device)
{
    (void)device;
    return OK;
}

static void wait(void)
{
    for (unsigned i = 0; i < GRACE; i++)
        port_write8(UNUSED_PORT, 0);
}

static void pc_reset_reset(const struct device *device)
{
    const struct __attribute__((packed)) {
        uint16_t limit;
        uint64_t base;
    } no_vectors = {0, 0};

    (void)device;
    port_write8(RESET_CONTROL, RESET_CONTROL_HARD);
    port_write8(RESET_CONTROL, RESET_CONTROL_HARD | RESET_CONTROL_NOW);
    wait();
    for (unsigned i = 0; i < GRACE && (port_read8(KEYBOARD_COMMAND) & KEYBOARD_FULL); i++)
        continue;
    port_write8(KEYBOARD_COMMAND, KEYBOARD_PULSE_RESET);
    wait();
    __asm__ volatile("lidt %0\n\tint3" : : "m"(no_vectors) : "memory");
}

static const struct power_operations operations = {.reset = pc_reset_reset};

const struct driver pc_reset_driver = {
    .name = "pc-reset",
    .class = "power",
    .init = pc_reset_init,
    .operations = &operations,
};
