/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The core's local APIC (SDM 3, 11), by its registers in memory (xAPIC) or, where the CPU has it,
 * as model specific ones (x2APIC). For the drivers of the interrupt controller, which brings it up,
 * and of its timer.
 */
#ifndef X86_64_LAPIC_H
#define X86_64_LAPIC_H

#include <kernel/device.h>
#include <stdint.h>

/* Registers, by their offset in memory. */
enum {
    LAPIC_ID = 0x020,
    LAPIC_PRIORITY = 0x080,
    LAPIC_END = 0x0b0,
    LAPIC_SPURIOUS = 0x0f0,
    LAPIC_COMMAND = 0x300, /* what to send; in memory, the target is 16 bytes further on */
    LAPIC_TIMER = 0x320,
    LAPIC_LINT0 = 0x350,
    LAPIC_LINT1 = 0x360,
    LAPIC_ERROR = 0x370,
    LAPIC_TIMER_INITIAL = 0x380,
    LAPIC_TIMER_CURRENT = 0x390,
    LAPIC_TIMER_DIVIDER = 0x3e0,
};

/* Bits of the local vector table's registers. */
enum { LAPIC_MASKED = 1 << 16, LAPIC_TIMER_DEADLINE = 2 << 17 };

/* Switches it on with its own interrupts masked, but for NMI. `window` is where its registers are
 * in memory; borrowed. Boot context. */
void lapic_init(const struct register_window *window);

/* Any context, after lapic_init. */
uint32_t lapic_read(unsigned offset);
void lapic_write(unsigned offset, uint32_t value);

/* The number by which I/O APICs know this core. Any context, after lapic_init. */
uint8_t lapic_id(void);

/* Sends `command` (SDM 3, figure 11-12, its low word) to the core whose local APIC has that number.
 * Any context, after lapic_init. */
void lapic_send(uint8_t target, uint32_t command);

/* Ends the interrupt that is being handled. Interrupt context. */
void lapic_end_interrupt(void);

#endif
