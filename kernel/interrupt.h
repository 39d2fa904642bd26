/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Interrupts: the class that an interrupt controller's driver provides, and the way from its
 * architecture's vector to the handlers that the board's table names.
 *
 *   vector (arch) -> interrupt_dispatch(number) -> driver->interrupt(device), for each route
 *
 * Numbers are the controller's own (GIC: INTID; NVIC: external interrupt; x86: GSI).
 */
#ifndef KERNEL_INTERRUPT_H
#define KERNEL_INTERRUPT_H

#include <kernel/device.h>

enum interrupt_trigger { INTERRUPT_LEVEL, INTERRUPT_EDGE };

struct interrupt_controller_operations {
    /* Routes interrupt `number` to this core and unmasks it. Boot or task context.
     * ERR_INVALID if the controller has no such interrupt. */
    enum status (*enable)(const struct device *controller, unsigned number,
                          enum interrupt_trigger trigger);
    /* Masks it. Any context. */
    void (*disable)(const struct device *controller, unsigned number);
    /* Called by the architecture's vector with interrupts masked: acknowledges what is pending,
     * calls interrupt_dispatch for each and ends it. A controller whose vectors carry the number
     * (NVIC) reads it from the core. */
    void (*handle)(const struct device *controller);
    /* Makes `number`, one of this core's own, come through the mask of interrupts: then it is no
     * interrupt but a fault, which ends the run. For a watchdog. Boot context. ERR_INVALID if
     * it is not this core's own, ERR_DENIED if firmware keeps that for itself. NULL: the controller
     * cannot. */
    enum status (*escalate)(const struct device *controller, unsigned number);
    /* Interrupts another core, where `handle` calls core_interrupt (core.h). Any context. NULL on
     * boards of one core. */
    void (*signal)(const struct device *controller, unsigned core);
    /* Interrupts another core in spite of its mask, as what is escalated. Any context. NULL: the
     * controller cannot. */
    void (*break_in)(const struct device *controller, unsigned core);
};

/* One use of an interrupt by a device: a row of the generated table, sorted by number. Several rows
 * with one number share it (both devices declared it `shared`). */
struct interrupt_route {
    uint32_t number;
    enum interrupt_trigger trigger;
    const struct device *device;
};

/* Typed access; `device` is of class "interrupt-controller". */
static inline const struct interrupt_controller_operations *
interrupt_controller(const struct device *device)
{
    return device->driver->operations;
}

/* Unmasks every routed interrupt whose device is up. Boot context, after device_init_all. */
void interrupt_enable_all(void);

/* Unmasks those that each core has of its own, the timer's, on a core that isn't the first. Boot
 * context of that core. */
void interrupt_enable_core(void);

/* The architecture's vector calls this: lets the board's controller handle what is pending. */
void interrupt_handle(void);

/* The controller's driver calls this for one acknowledged interrupt. Interrupt context. An
 * interrupt that no route names is counted as spurious and masked. */
void interrupt_dispatch(unsigned number);

/* How often interrupt `number` came; for the console's `irq`. Any context. */
uint32_t interrupt_count(unsigned number);

/* How many interrupts came that nothing handles. Any context. */
uint32_t interrupt_spurious_count(void);

#endif
