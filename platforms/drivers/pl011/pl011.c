/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See pl011.h. The interrupt moves received bytes from the FIFO into the buffer. When that is full
 * it masks itself and leaves them where they are; the next read unmasks it. Sending fills the FIFO,
 * and the interrupt is unmasked only while bytes wait.
 *
 * Invariants, with the lock held: 1 TXIM is set only while bytes wait to be sent; 2 RXIM and RTIM
 * are clear only while the buffer is stalled.
 */
#include "pl011.h"
#include "pl011_divisor.h"

#include <kernel/arch.h>
#include <kernel/log.h>
#include <kernel/register.h>

enum {
    UARTDR = 0x00,
    UARTFR = 0x18,
    UARTIBRD = 0x24,
    UARTFBRD = 0x28,
    UARTLCR_H = 0x2c,
    UARTCR = 0x30,
    UARTIFLS = 0x34,
    UARTIMSC = 0x38,
    UARTMIS = 0x40,
    UARTICR = 0x44,

    DR_FRAMING = 1 << 8,
    DR_BREAK = 1 << 10,
    DR_OVERRUN = 1 << 11,
    FR_BUSY = 1 << 3,
    FR_RECEIVE_EMPTY = 1 << 4,
    FR_TRANSMIT_FULL = 1 << 5,
    LCR_FIFOS = 1 << 4,
    LCR_8_BITS = 3 << 5,
    CR_ENABLE = 1 << 0,
    CR_TRANSMIT = 1 << 8,
    CR_RECEIVE = 1 << 9,
    IFLS_HALF = 2 << 3 | 2, /* interrupt at half full, half empty */
    INTERRUPT_RECEIVE = 1 << 4,
    INTERRUPT_TRANSMIT = 1 << 5,
    INTERRUPT_RECEIVE_TIMEOUT = 1 << 6,
    INTERRUPTS_RECEIVING = INTERRUPT_RECEIVE | INTERRUPT_RECEIVE_TIMEOUT,
    INTERRUPTS_ALL = 0x7ff,

    PATIENCE = 1000000, /* polls: more than a full FIFO takes at 300 bit/s is a dead clock */
};

static const struct register_window *registers(const struct device *device)
{
    return &((const struct pl011_config *)device->config)->registers;
}

static bool has_flag(const struct device *device, uint32_t flag)
{
    return register_read32(registers(device), UARTFR) & flag;
}

/* Sets and clears bits of the interrupt mask. Interrupts masked. */
static void change_mask(const struct device *device, uint32_t set, uint32_t clear)
{
    uint32_t mask = register_read32(registers(device), UARTIMSC);

    register_write32(registers(device), UARTIMSC, (mask & ~clear) | set);
}

/* Moves what the FIFO has into the buffer, as far as there is room. Lock held. */
static void receive(const struct device *device)
{
    struct serial_buffer *buffer = device->state;

    while (!has_flag(device, FR_RECEIVE_EMPTY)) {
        if (!serial_buffer_has_room(buffer)) {
            change_mask(device, 0, INTERRUPTS_RECEIVING);
            return;
        }
        uint32_t data = register_read32(registers(device), UARTDR);
        if (data & DR_OVERRUN)
            buffer->overruns++;
        if (!(data & (DR_FRAMING | DR_BREAK))) /* else no byte, but a break or noise */
            ring_put(&buffer->received, (uint8_t)data);
    }
    buffer->stalled = false;
    change_mask(device, INTERRUPTS_RECEIVING, 0);
}

/* Moves bytes that wait into the FIFO. Lock held. */
static void transmit(const struct device *device)
{
    struct serial_buffer *buffer = device->state;
    uint8_t byte;

    while (!has_flag(device, FR_TRANSMIT_FULL) && ring_take(&buffer->sending, &byte))
        register_write32(registers(device), UARTDR, byte);
    if (serial_buffer_is_sending(buffer))
        change_mask(device, INTERRUPT_TRANSMIT, 0);
    else
        change_mask(device, 0, INTERRUPT_TRANSMIT);
}

static void service(const struct device *device)
{
    register_write32(registers(device), UARTICR, register_read32(registers(device), UARTMIS));
    receive(device);
    transmit(device);
}

static void wait_while(const struct device *device, uint32_t flag)
{
    for (unsigned i = 0; i < PATIENCE && has_flag(device, flag); i++)
        continue;
}

/* Sets the line's format, with FIFOs. Turning them on empties them, so where they are off and a
 * byte is waiting they stay off: its sender is under way and would lose the next one, too. One-byte
 * registers work as well where the sender can be held back. */
static void set_format(const struct device *device)
{
    const struct register_window *window = registers(device);
    bool has_fifos = register_read32(window, UARTLCR_H) & LCR_FIFOS;

    if (has_fifos || has_flag(device, FR_RECEIVE_EMPTY))
        register_write32(window, UARTLCR_H, LCR_8_BITS | LCR_FIFOS);
    else
        register_write32(window, UARTLCR_H, LCR_8_BITS);
}

/* Programs line speed and format in the order that DDI 0183, 3.3.8 asks for. */
static void configure(const struct device *device, uint32_t divisor)
{
    const struct register_window *window = registers(device);

    wait_while(device, FR_BUSY);
    register_write32(window, UARTCR, 0);
    register_write32(window, UARTIMSC, 0);
    register_write32(window, UARTIBRD, divisor >> PL011_FRACTION_BITS);
    register_write32(window, UARTFBRD, divisor & ((1 << PL011_FRACTION_BITS) - 1));
    set_format(device);
    register_write32(window, UARTIFLS, IFLS_HALF);
    register_write32(window, UARTICR, INTERRUPTS_ALL);
    register_write32(window, UARTCR, CR_ENABLE | CR_TRANSMIT | CR_RECEIVE);
}

static enum status pl011_init(const struct device *device)
{
    const struct pl011_config *config = device->config;
    struct pl011_state *state = device->state;
    uint32_t divisor = pl011_divisor(config->clock, config->baud);

    serial_buffer_init(&state->buffer, state->received, state->sending, sizeof(state->sending));
    if (!divisor) {
        log_error(device->name, "%lu bit/s cannot be made from a clock of %lu Hz",
                  (unsigned long)config->baud, (unsigned long)config->clock);
        return ERR_INVALID;
    }
    configure(device, divisor);
    receive(device); /* what the FIFO has already makes no interrupt any more */
    return OK;
}

static void pl011_interrupt(const struct device *device)
{
    serial_buffer_serve(device, service);
}

static size_t write(const struct device *device, const uint8_t *data, size_t size)
{
    return serial_buffer_write(device, data, size, transmit);
}

static size_t read(const struct device *device, uint8_t *data, size_t size)
{
    return serial_buffer_read(device, data, size, service);
}

static void put(const struct device *device, uint8_t byte)
{
    wait_while(device, FR_TRANSMIT_FULL);
    register_write32(registers(device), UARTDR, byte);
}

static void write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    const struct pl011_config *config = device->config;
    bool enabled = arch_interrupts_disable();
    uint32_t divisor = pl011_divisor(config->clock, config->baud);

    if (divisor && !(register_read32(registers(device), UARTCR) & CR_ENABLE))
        configure(device, divisor);
    serial_buffer_write_polled(device, data, size, put);
    wait_while(device, FR_BUSY);
    arch_interrupts_restore(enabled);
}

static const struct serial_operations operations = {
    .write = write,
    .read = read,
    .listen = serial_buffer_listen,
    .write_polled = write_polled,
    .overruns = serial_buffer_overruns,
};

const struct driver pl011_driver = {
    .name = "pl011",
    .class = "serial",
    .init = pl011_init,
    .interrupt = pl011_interrupt,
    .operations = &operations,
};
