/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See ns16550.h. The interrupt moves received bytes from the FIFO into the buffer. When that is
 * full it masks itself and leaves them where they are; the next read unmasks it. Sending fills the
 * FIFO whenever it is empty. The interrupt may be edge triggered: its handler returns only when
 * nothing is pending any more.
 *
 * Invariants, with the lock held: 1 IER_TRANSMIT is set exactly while bytes wait to be sent;
 * 2 IER_RECEIVE is clear only while the buffer is stalled.
 */
#include "ns16550.h"

#include "ns16550_divisor.h"

#include <kernel/arch.h>
#include <kernel/log.h>
#include <kernel/register.h>
#include <platforms/arch/x86_64/port.h>

enum {
    DATA = 0,             /* RBR, THR */
    INTERRUPT_ENABLE = 1, /* IER */
    DIVISOR_LOW = 0,      /* DLL, DLM: while LCR_DIVISOR is set */
    DIVISOR_HIGH = 1,
    INTERRUPT_PENDING = 2, /* IIR, read */
    FIFO_CONTROL = 2,      /* FCR, written */
    LINE_CONTROL = 3,      /* LCR */
    MODEM_CONTROL = 4,     /* MCR */
    LINE_STATUS = 5,       /* LSR */
    MODEM_STATUS = 6,      /* MSR */
    SCRATCH = 7,

    IER_RECEIVE = 1 << 0,
    IER_TRANSMIT = 1 << 1,
    IIR_NONE = 1 << 0,
    IIR_FIFOS = 3 << 6,
    FCR_ENABLE = 1 << 0,
    FCR_HALF = 2 << 6, /* interrupt at 8 bytes, or when none came for a while */
    LCR_8_BITS = 3,
    LCR_DIVISOR = 1 << 7,
    MCR_READY = 3,          /* DTR, RTS */
    MCR_INTERRUPT = 1 << 3, /* OUT2: on a PC, lets the interrupt through */
    LSR_RECEIVED = 1 << 0,
    LSR_OVERRUN = 1 << 1,
    LSR_NO_BYTE = 1 << 3 | 1 << 4, /* framing error, break */
    LSR_TRANSMIT_EMPTY = 1 << 5,   /* THR and FIFO */
    LSR_IDLE = 1 << 6,             /* and the shift register */

    FIFO_SIZE = 16,
    PATIENCE = 1000000, /* polls: more than a full FIFO takes at 300 bit/s is a dead clock */
};

static uint8_t read_register(const struct device *device, unsigned number)
{
    const struct ns16550_config *config = device->config;

    if (config->has_port)
        return port_read8((uint16_t)(config->port + number));
    return register_read8(&config->registers, (size_t)number * config->stride);
}

static void write_register(const struct device *device, unsigned number, uint8_t value)
{
    const struct ns16550_config *config = device->config;

    if (config->has_port)
        port_write8((uint16_t)(config->port + number), value);
    else
        register_write8(&config->registers, (size_t)number * config->stride, value);
}

/* Sets and clears bits of the interrupt enable register. Interrupts masked. */
static void change_interrupts(const struct device *device, uint8_t set, uint8_t clear)
{
    struct ns16550_state *state = device->state;
    uint8_t interrupts = (uint8_t)((state->interrupts & ~clear) | set);

    if (interrupts == state->interrupts)
        return;
    state->interrupts = interrupts;
    write_register(device, INTERRUPT_ENABLE, interrupts);
}

/* Moves what the FIFO has into the buffer, as far as there is room. Lock held. */
static void receive(const struct device *device)
{
    struct serial_buffer *buffer = device->state;

    while (serial_buffer_has_room(buffer)) {
        uint8_t status = read_register(device, LINE_STATUS);
        if (status & LSR_OVERRUN)
            buffer->overruns++;
        if (!(status & LSR_RECEIVED))
            break;
        uint8_t byte = read_register(device, DATA);
        if (!(status & LSR_NO_BYTE))
            ring_put(&buffer->received, byte);
    }
    if (buffer->stalled)
        change_interrupts(device, 0, IER_RECEIVE);
    else
        change_interrupts(device, IER_RECEIVE, 0);
}

/* Moves bytes that wait into the FIFO if it is empty. Lock held. */
static void transmit(const struct device *device)
{
    struct serial_buffer *buffer = device->state;
    uint8_t byte;

    if (read_register(device, LINE_STATUS) & LSR_TRANSMIT_EMPTY)
        for (unsigned i = 0; i < FIFO_SIZE && ring_take(&buffer->sending, &byte); i++)
            write_register(device, DATA, byte);
    if (serial_buffer_is_sending(buffer))
        change_interrupts(device, IER_TRANSMIT, 0);
    else
        change_interrupts(device, 0, IER_TRANSMIT);
}

static void service(const struct device *device)
{
    do {
        receive(device);
        transmit(device);
    } while (!(read_register(device, INTERRUPT_PENDING) & IIR_NONE));
}

static void wait_for(const struct device *device, uint8_t flag)
{
    for (unsigned i = 0; i < PATIENCE && !(read_register(device, LINE_STATUS) & flag); i++)
        continue;
}

/* True if something answers at its registers: the scratch register keeps what is written. */
static bool is_there(const struct device *device)
{
    write_register(device, SCRATCH, 0x5a);
    if (read_register(device, SCRATCH) != 0x5a)
        return false;
    write_register(device, SCRATCH, 0xa5);
    return read_register(device, SCRATCH) == 0xa5;
}

/* Programs line speed and format. Turning the FIFOs on empties them; the one byte that may have
 * come before is taken just before that. Where there was one its sender is under way, and what it
 * sent in between is lost without the device telling: that counts as an overrun. */
static void configure(const struct device *device, uint16_t divisor)
{
    struct ns16550_state *state = device->state;
    bool has_fifos = read_register(device, INTERRUPT_PENDING) & IIR_FIFOS;

    state->interrupts = 0;
    write_register(device, INTERRUPT_ENABLE, 0);
    wait_for(device, LSR_IDLE);
    write_register(device, LINE_CONTROL, LCR_DIVISOR | LCR_8_BITS);
    write_register(device, DIVISOR_LOW, (uint8_t)divisor);
    write_register(device, DIVISOR_HIGH, (uint8_t)(divisor >> 8));
    write_register(device, LINE_CONTROL, LCR_8_BITS);
    if (!has_fifos) {
        receive(device);
        state->buffer.overruns += ring_used(&state->buffer.received) > 0;
    }
    change_interrupts(device, 0, IER_RECEIVE);
    write_register(device, FIFO_CONTROL, FCR_ENABLE | FCR_HALF);
    write_register(device, MODEM_CONTROL, MCR_READY | MCR_INTERRUPT);
    read_register(device, MODEM_STATUS);
    state->is_configured = true;
}

static enum status ns16550_init(const struct device *device)
{
    const struct ns16550_config *config = device->config;
    struct ns16550_state *state = device->state;
    uint16_t divisor = ns16550_divisor(config->clock, config->baud);

    serial_buffer_init(&state->buffer, state->received, state->sending, sizeof(state->sending));
    if (config->has_port == config->has_registers) {
        log_error(device->name, "give it `port` or `registers`, one of the two");
        return ERR_INVALID;
    }
    if (!divisor) {
        log_error(device->name, "%lu bit/s cannot be made from a clock of %lu Hz",
                  (unsigned long)config->baud, (unsigned long)config->clock);
        return ERR_INVALID;
    }
    if (!is_there(device))
        return ERR_NOT_FOUND;
    configure(device, divisor);
    change_interrupts(device, IER_RECEIVE, 0);
    return OK;
}

static void ns16550_interrupt(const struct device *device)
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
    wait_for(device, LSR_TRANSMIT_EMPTY);
    write_register(device, DATA, byte);
}

static void write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    const struct ns16550_config *config = device->config;
    const struct ns16550_state *state = device->state;
    bool enabled = arch_interrupts_disable();
    uint16_t divisor = ns16550_divisor(config->clock, config->baud);

    if (divisor && !state->is_configured && config->has_port != config->has_registers)
        configure(device, divisor);
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

const struct driver ns16550_driver = {
    .name = "ns16550",
    .class = "serial",
    .init = ns16550_init,
    .interrupt = ns16550_interrupt,
    .operations = &operations,
};
