/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See ioapic.h. An interrupt's number is its global system interrupt, and its vector is the number
 * and X86_64_FIRST_INTERRUPT. ISA's interrupts, which are edge triggered, are active high; those of
 * PCI, level triggered, active low (ACPI 6.5, 5.2.12.5).
 *
 * The two 8259A of old are initialised, so that what they may still send arrives at vectors that
 * are ignored, and masked.
 */
#include "ioapic.h"

#include <kernel/interrupt.h>
#include <kernel/log.h>
#include <kernel/register.h>
#include <platforms/arch/x86_64/lapic.h>
#include <platforms/arch/x86_64/port.h>
#include <platforms/arch/x86_64/x86_64.h>

enum {
    SELECT = 0x00, /* which register is seen through WINDOW */
    WINDOW = 0x10,

    VERSION = 0x01, /* bits 16 to 23: the last input's number */
    INPUT = 0x10,   /* two registers an input: what is sent, and to whom (bits 24 to 31) */
    INPUT_ACTIVE_LOW = 1 << 13,
    INPUT_LEVEL = 1 << 15,
    INPUT_MASKED = 1 << 16,
    TARGET_SHIFT = 24,

    LOCAL_TIMER = 120,

    PIC_COMMAND = 0x20, /* of the first 8259A */
    PIC_DATA = 0x21,
    PIC_SECOND = 0x80, /* added to both: of the second */
    PIC_INITIALISE = 0x11,
    PIC_CASCADE = 2, /* the first's input for the second */
    PIC_8086 = 1,
    PIC_INPUTS = 8,
};

static const struct register_window *registers(const struct device *device)
{
    return &((const struct ioapic_config *)device->config)->registers;
}

static uint32_t read(const struct device *device, unsigned number)
{
    register_write32(registers(device), SELECT, number);
    return register_read32(registers(device), WINDOW);
}

static void write(const struct device *device, unsigned number, uint32_t value)
{
    register_write32(registers(device), SELECT, number);
    register_write32(registers(device), WINDOW, value);
}

static unsigned inputs(const struct device *device)
{
    return (read(device, VERSION) >> 16 & 0xff) + 1;
}

static void silence_pics(void)
{
    static const uint16_t pics[] = {0, PIC_SECOND};

    for (unsigned i = 0; i < 2; i++) {
        const uint16_t data = PIC_DATA + pics[i];
        port_write8(PIC_COMMAND + pics[i], PIC_INITIALISE);
        port_write8(data, (uint8_t)(X86_64_FIRST_IGNORED + i * PIC_INPUTS));
        port_write8(data, i == 0 ? 1 << PIC_CASCADE : PIC_CASCADE);
        port_write8(data, PIC_8086);
        port_write8(data, 0xff);
    }
}

static enum status ioapic_init(const struct device *device)
{
    const struct ioapic_config *config = device->config;

    silence_pics();
    lapic_init(&config->local);
    for (unsigned i = 0; i < inputs(device); i++)
        write(device, INPUT + 2 * i, INPUT_MASKED);
    return OK;
}

static enum status ioapic_init_core(const struct device *device)
{
    lapic_init(&((const struct ioapic_config *)device->config)->local);
    return OK;
}

static enum status enable(const struct device *device, unsigned number,
                          enum interrupt_trigger trigger)
{
    const uint32_t mode = trigger == INTERRUPT_LEVEL ? INPUT_LEVEL | INPUT_ACTIVE_LOW : 0;

    if (number == LOCAL_TIMER) {
        lapic_write(LAPIC_TIMER, lapic_read(LAPIC_TIMER) & ~(uint32_t)LAPIC_MASKED);
        return OK;
    }
    if (number >= inputs(device))
        return ERR_INVALID;
    write(device, INPUT + 2 * number + 1, (uint32_t)lapic_id() << TARGET_SHIFT);
    write(device, INPUT + 2 * number, mode | (X86_64_FIRST_INTERRUPT + number));
    return OK;
}

static void disable(const struct device *device, unsigned number)
{
    if (number == LOCAL_TIMER)
        lapic_write(LAPIC_TIMER, lapic_read(LAPIC_TIMER) | LAPIC_MASKED);
    else if (number < inputs(device))
        write(device, INPUT + 2 * number, read(device, INPUT + 2 * number) | INPUT_MASKED);
}

static void handle(const struct device *device)
{
    (void)device;
    interrupt_dispatch(x86_64_interrupt_vector() - X86_64_FIRST_INTERRUPT);
    lapic_end_interrupt();
}

static const struct interrupt_controller_operations operations = {
    .enable = enable,
    .disable = disable,
    .handle = handle,
};

const struct driver ioapic_driver = {
    .name = "ioapic",
    .class = "interrupt-controller",
    .init = ioapic_init,
    .operations = &operations,
    .init_core = ioapic_init_core,
};
