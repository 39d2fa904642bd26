/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See mini-uart.h. Both interrupts are levels: "the FIFO has a byte" and "the FIFO is empty". The
 * first is masked while the ring has no room, the second while nothing waits to be sent.
 *
 * Invariants, with interrupts masked: 1 the transmit interrupt is on exactly while `queued` has
 * bytes; 2 the receive interrupt is off exactly while `stalled`.
 */
#include "mini-uart.h"
#include "mini_uart_divisor.h"

#include <kernel/arch.h>
#include <kernel/log.h>
#include <kernel/register.h>
#include <kernel/serial.h>

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

/* Lets those interrupts come that the invariants ask for. Interrupts masked. */
static void set_interrupts(const struct device *device)
{
    const struct mini_uart_state *state = device->state;
    uint32_t enable = IER_NEEDED;

    if (!state->stalled)
        enable |= IER_RECEIVE;
    if (ring_used(&state->queued))
        enable |= IER_TRANSMIT;
    register_write32(registers(device), AUX_MU_IER, enable);
}

/* Moves what the FIFO has into the ring, as far as it has room. Interrupts masked. Returns whether
 * any byte came. */
static bool receive(const struct device *device)
{
    struct mini_uart_state *state = device->state;
    bool any = false;

    for (;;) {
        uint32_t status = register_read32(registers(device), AUX_MU_LSR);
        if (status & LSR_OVERRUN)
            state->overruns++; /* reading the register has cleared it */
        if (!(status & LSR_RECEIVED))
            return any;
        if (ring_used(&state->received) == MINI_UART_CAPACITY) {
            state->stalled = true;
            return any;
        }
        ring_put(&state->received, (uint8_t)register_read32(registers(device), AUX_MU_IO));
        any = true;
    }
}

/* Moves queued bytes into the FIFO. Interrupts masked. Returns whether any went. */
static bool transmit(const struct device *device)
{
    struct mini_uart_state *state = device->state;
    bool any = false;
    uint8_t byte;

    while ((register_read32(registers(device), AUX_MU_LSR) & LSR_ROOM) &&
           ring_take(&state->queued, &byte)) {
        register_write32(registers(device), AUX_MU_IO, byte);
        any = true;
    }
    return any;
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

    ring_init(&state->received, state->received_data, MINI_UART_CAPACITY);
    ring_init(&state->queued, state->queued_data, MINI_UART_CAPACITY);
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
    struct mini_uart_state *state = device->state;

    if (receive(device) && state->receivable)
        event_signal(state->receivable);
    if (transmit(device) && state->writable)
        event_signal(state->writable);
    set_interrupts(device);
}

static size_t write(const struct device *device, const uint8_t *data, size_t size)
{
    struct mini_uart_state *state = device->state;
    size_t taken = 0;

    while (taken < size && ring_put(&state->queued, data[taken]))
        taken++;
    bool enabled = arch_interrupts_disable();
    transmit(device);
    set_interrupts(device);
    arch_interrupts_restore(enabled);
    return taken;
}

static size_t read(const struct device *device, uint8_t *data, size_t size)
{
    struct mini_uart_state *state = device->state;
    size_t count = 0;

    while (count < size && ring_take(&state->received, &data[count]))
        count++;
    if (count && state->stalled) {
        bool enabled = arch_interrupts_disable();
        state->stalled = false;
        set_interrupts(device);
        arch_interrupts_restore(enabled);
    }
    return count;
}

static void listen(const struct device *device, struct event *receivable, struct event *writable)
{
    struct mini_uart_state *state = device->state;
    bool enabled = arch_interrupts_disable();

    state->receivable = receivable;
    state->writable = writable;
    arch_interrupts_restore(enabled);
}

static void wait_for(const struct device *device, uint32_t flag)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (register_read32(registers(device), AUX_MU_LSR) & flag)
            return;
    }
}

static void write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    const struct mini_uart_config *config = device->config;
    struct mini_uart_state *state = device->state;
    bool enabled = arch_interrupts_disable();
    uint32_t counter;
    uint8_t byte;

    if (!(register_read32(registers(device), AUX_ENABLES) & ENABLES_MINI_UART) &&
        mini_uart_divisor(config->clock, config->baud, &counter))
        configure(device, counter);
    while (ring_take(&state->queued, &byte)) {
        wait_for(device, LSR_ROOM);
        register_write32(registers(device), AUX_MU_IO, byte);
    }
    for (size_t i = 0; i < size; i++) {
        wait_for(device, LSR_ROOM);
        register_write32(registers(device), AUX_MU_IO, data[i]);
    }
    wait_for(device, LSR_IDLE);
    arch_interrupts_restore(enabled);
}

static uint32_t overruns(const struct device *device)
{
    return ((const struct mini_uart_state *)device->state)->overruns;
}

static const struct serial_operations operations = {
    .write = write,
    .read = read,
    .listen = listen,
    .write_polled = write_polled,
    .overruns = overruns,
};

const struct driver mini_uart_driver = {
    .name = "mini-uart",
    .class = "serial",
    .init = mini_uart_init,
    .interrupt = mini_uart_interrupt,
    .operations = &operations,
};
