/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a device is: one row of the generated table, which joins a driver (code), a configuration
 * (constant, from the board file) and a state (RAM, zero at boot). Drivers never name each other;
 * what a device needs of another stands in its configuration as a `const struct device *`.
 *
 * A driver serves one class. The class's header (interrupt.h, clock.h, serial.h, power.h) says
 * which operations it offers and has a typed accessor; `operations` is never cast elsewhere.
 */
#ifndef KERNEL_DEVICE_H
#define KERNEL_DEVICE_H

#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device;

/* A window of device registers. `size` in bytes. Field type of a generated <driver>_config. */
struct register_window {
    uintptr_t base;
    size_t size;
};

struct driver {
    const char *name;  /* as in the board file: "pl011" */
    const char *class; /* the interface it provides: "serial" */

    /* Brings the device up. Boot context, interrupts masked, in the table's order: what the device
     * refers to is up already. A failure is logged; a device that failed is not used. */
    enum status (*init)(const struct device *device);

    /* Handles any of the device's interrupts; NULL if it has none. Interrupt context. It quiets the
     * device and signals events, nothing else. */
    void (*interrupt)(const struct device *device);

    const void *operations; /* of its class; NULL where the class has none */

    /* Brings up what of the device each core has of its own, on a core that isn't the first; NULL
     * if there is nothing. Boot context of that core. */
    enum status (*init_core)(const struct device *device);
};

struct device {
    const char *name; /* as in the board file: "uart0" */
    const struct driver *driver;
    const void *config; /* const struct <driver>_config, generated */
    void *state;        /* struct <driver>_state, from the driver's header */
};

/* Initialises the board's devices in the table's order and logs each that fails. Boot context. */
void device_init_all(void);

/* True once the device's init succeeded. Any context. */
bool device_is_up(const struct device *device);

/* As device_is_up, but initialises the device first if device_init_all has not come to it: for what
 * must work though the run ends before. Any context. */
bool device_ensure(const struct device *device);

#endif
