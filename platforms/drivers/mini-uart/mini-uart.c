/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See mini-uart.h. Both interrupts are levels: "the FIFO has a byte" and "the FIFO is empty". The
 * first is masked while the buffer has no room, the second while nothing waits to be sent.
 *
 * Invariants, with the lock held: 1 the transmit interrupt is on exactly while bytes wait to be
 * sent; 2 the receive interrupt is off exactly while the buffer is stalled.
 */
#include "mini-uart.h"
#include "mini_uart_divisor.h"

#include <kernel/arch.h>
#include <kernel/log.h>
#include <kernel/register.h>

enum {
    AUX_ENABLES = 0x04,
    AUX_MU_IO = 0x40,
    AUX_MU_IER = 0x44,
    AUX_MU_IIR = 0x48,
    AUX_MU_LCR = 0x4c,
    AUX_MU_MCR = 0x50,
    AUX_MU_LSR = 0x54,
    AUX_MU_CNTL = 0x60,
    AUX_MU_BAUD = 0x68,

    ENABLES_MINI_UART = 1 << 0,
    IER_RECEIVE = 1 << 0,
    IER_TRANSMIT = 1 << 1,
    IER_NEEDED = 3 << 2, /* errata: without them no receive interrupt comes */
    IIR_CLEAR_FIFOS = 3 << 1,
    LCR_8_BITS = 3, /* errata: both bits */
    LSR_RECEIVED = 1 << 0,
    LSR_OVERRUN = 1 << 1,
    LSR_ROOM = 1 << 5,
    LSR_IDLE = 1 << 6,
    CNTL_RECEIVE = 1 << 0,
    CNTL_TRANSMIT = 1 << 1,

    PATIENCE = 1000000, /* polls: more than a full FIFO takes */
};

static const struct register_window *registers(const struct device *device)
{
    return &((const struct mini_uart_config *)device->config)->registers;
}

/* Lets those interrupts come that the invariants ask for. Lock held. */
static void set_interrupts(const struct device *device)
{
    const struct serial_buffer *buffer = device->state;
    uint32_t enable = IER_NEEDED;

    if (!buffer->stalled)
        enable |= IER_RECEIVE;
    if (serial_buffer_is_sending(buffer))
        enable |= IER_TRANSMIT;
    register_write32(registers(device), AUX_MU_IER, enable);
}

/* Moves what the FIFO has into the buffer, as far as there is room. Lock held. */
static void receive(const struct device *device)
{
    struct serial_buffer *buffer = device->state;

    while (serial_buffer_has_room(buffer)) {
        uint32_t status = register_read32(registers(device), AUX_MU_LSR);
        if (status & LSR_OVERRUN)
            buffer->overruns++; /* reading the register has cleared it */
        if (!(status & LSR_RECEIVED))
            return;
        ring_put(&buffer->received, (uint8_t)register_read32(registers(device), AUX_MU_IO));
    }
}

/* Moves bytes that wait into the FIFO. Lock held. */
static void transmit(const struct device *device)
{
    struct serial_buffer *buffer = device->state;
    uint8_t byte;

    while ((register_read32(registers(device), AUX_MU_LSR) & LSR_ROOM) &&
           ring_take(&buffer->sending, &byte))
        register_write32(registers(device), AUX_MU_IO, byte);
    set_interrupts(device);
}

static void service(const struct device *device)
{
    receive(device);
    transmit(device);
}

static void configure(const struct device *device, uint32_t counter)
{
    const struct register_window *window = registers(device);
    uint32_t enables = register_read32(window, AUX_ENABLES);

    register_write32(window, AUX_ENABLES, enables | ENABLES_MINI_UART);
    register_write32(window, AUX_MU_CNTL, 0);
    register_write32(window, AUX_MU_IER, 0);
    register_write32(window, AUX_MU_LCR, LCR_8_BITS);
    register_write32(window, AUX_MU_MCR, 0);
    if (!(enables & ENABLES_MINI_UART))
        register_write32(window, AUX_MU_IIR, IIR_CLEAR_FIFOS);
    register_write32(window, AUX_MU_BAUD, counter);
    register_write32(window, AUX_MU_CNTL, CNTL_RECEIVE | CNTL_TRANSMIT);
}

static enum status mini_uart_init(const struct device *device)
{
    const struct mini_uart_config *config = device->config;
    struct mini_uart_state *state = device->state;
    uint32_t counter;

    serial_buffer_init(&state->buffer, state->received, state->sending, sizeof(state->sending));
    if (!mini_uart_divisor(config->clock, config->baud, &counter)) {
        log_error(device->name, "%lu bit/s cannot be made from a clock of %lu Hz",
                  (unsigned long)config->baud, (unsigned long)config->clock);
        return ERR_INVALID;
    }
    configure(device, counter);
    set_interrupts(device);
    return OK;
}

static void mini_uart_interrupt(const struct device *device)
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

static void wait_for(const struct device *device, uint32_t flag)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (register_read32(registers(device), AUX_MU_LSR) & flag)
            return;
    }
}

static void put(const struct device *device, uint8_t byte)
{
    wait_for(device, LSR_ROOM);
    register_write32(registers(device), AUX_MU_IO, byte);
}

static void write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    const struct mini_uart_config *config = device->config;
    bool enabled = arch_interrupts_disable();
    uint32_t counter;

    if (!(register_read32(registers(device), AUX_ENABLES) & ENABLES_MINI_UART) &&
        mini_uart_divisor(config->clock, config->baud, &counter))
        configure(device, counter);
    serial_buffer_write_polled(device, data, size, put);
    wait_for(device, LSR_IDLE);
    arch_interrupts_restore(enabled);
}

static const struct serial_operations operations = {
    .write = write,
    .read = read,
    .listen = serial_buffer_listen,
    .write_polled = write_polled,
    .overruns = serial_buffer_overruns,
};

const struct driver mini_uart_driver = {
    .name = "mini-uart",
    .class = "serial",
    .init = mini_uart_init,
    .interrupt = mini_uart_interrupt,
    .operations = &operations,
};
