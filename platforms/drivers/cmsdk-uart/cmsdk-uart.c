/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Interrupt-driven bytes. The transmit interrupt comes when the buffer has become empty, an event
 * and not a state: the first byte is sent by the writer, with interrupts masked, the rest by
 * interrupts.
 */
#include <platforms/drivers/cmsdk-uart/cmsdk-uart.h>

#include <kernel/arch.h>
#include <kernel/serial.h>

_Static_assert((CONFIG_CMSDK_UART_BUFFER & (CONFIG_CMSDK_UART_BUFFER - 1)) == 0,
               "CMSDK_UART_BUFFER must be a power of two");

struct registers {
    volatile uint32_t data;
    volatile uint32_t state;
    volatile uint32_t control;
    volatile uint32_t interrupts; /* reads status, writing 1 clears */
    volatile uint32_t divisor;
};
_Static_assert(offsetof(struct registers, divisor) == 0x10, "DDI 0479D, table 4-4");

#define STATE_TRANSMIT_FULL   (1u << 0)
#define STATE_RECEIVE_FULL    (1u << 1)
#define STATE_RECEIVE_OVERRUN (1u << 3)
#define CONTROL_TRANSMIT      (1u << 0)
#define CONTROL_RECEIVE       (1u << 1)
#define CONTROL_TRANSMIT_IRQ  (1u << 2)
#define CONTROL_RECEIVE_IRQ   (1u << 3)
#define INTERRUPT_TRANSMIT    (1u << 0)
#define INTERRUPT_RECEIVE     (1u << 1)

static struct registers *registers_of(const struct device *device)
{
    const struct cmsdk_uart_config *config = device->config;
    return (struct registers *)config->registers.base;
}

static enum status init(const struct device *device)
{
    const struct cmsdk_uart_config *config = device->config;
    struct cmsdk_uart_state *state = device->state;
    struct registers *registers = registers_of(device);
    uint32_t divisor = cmsdk_uart_divisor(config->clock, config->baud);
    if (!divisor)
        return ERR_INVALID;
    ring_init(&state->received, state->received_bytes, sizeof(state->received_bytes));
    ring_init(&state->sending, state->sending_bytes, sizeof(state->sending_bytes));
    registers->control = 0;
    registers->divisor = divisor;
    registers->interrupts = INTERRUPT_TRANSMIT | INTERRUPT_RECEIVE;
    registers->control =
        CONTROL_TRANSMIT | CONTROL_RECEIVE | CONTROL_TRANSMIT_IRQ | CONTROL_RECEIVE_IRQ;
    (void)registers->data; /* a byte from before; it also makes QEMU look for input that waits */
    return OK;
}

/* Gives the device its next byte if it has room. Interrupts masked. */
static void send_next(struct cmsdk_uart_state *state, struct registers *registers)
{
    uint8_t byte;
    while (!(registers->state & STATE_TRANSMIT_FULL) && ring_take(&state->sending, &byte))
        registers->data = byte;
}

/* Takes bytes while the buffer has room. One that finds none stays in the device, where it holds
 * back a sender that heeds flow control (QEMU's does); another's next byte is an overrun.
 * Interrupts masked. */
static bool is_full(const struct ring *ring)
{
    return ring_used(ring) == ring->capacity;
}

/* Takes what the device holds while there is room: what is left there waits for read, and the
 * device tells if it then loses a byte. Interrupts masked. */
static void receive(struct cmsdk_uart_state *state, struct registers *registers)
{
    bool any = false;
    while (!is_full(&state->received) && (registers->state & STATE_RECEIVE_FULL))
        any |= ring_put(&state->received, (uint8_t)registers->data);
    if (registers->state & STATE_RECEIVE_OVERRUN) {
        registers->state = STATE_RECEIVE_OVERRUN; /* writing 1 clears */
        state->overruns++;
    }
    if (any && state->receivable)
        event_signal(state->receivable);
}

/* Both interrupts lead here. Each is cleared before its cause is served, so that a byte which comes
 * in between asks again. A writer is woken when half of the buffer is free and when all is. */
static void interrupt(const struct device *device)
{
    struct cmsdk_uart_state *state = device->state;
    struct registers *registers = registers_of(device);
    uint32_t pending = registers->interrupts;
    registers->interrupts = pending & (INTERRUPT_TRANSMIT | INTERRUPT_RECEIVE);
    receive(state, registers);
    if (!(pending & INTERRUPT_TRANSMIT))
        return;
    send_next(state, registers);
    uint32_t used = ring_used(&state->sending);
    if ((used == 0 || used == state->sending.capacity / 2) && state->writable)
        event_signal(state->writable);
}

static size_t write_bytes(const struct device *device, const uint8_t *data, size_t size)
{
    struct cmsdk_uart_state *state = device->state;
    size_t count = 0;
    while (count < size && ring_put(&state->sending, data[count]))
        count++;
    bool enabled = arch_interrupts_disable();
    send_next(state, registers_of(device));
    arch_interrupts_restore(enabled);
    return count;
}

static size_t read_bytes(const struct device *device, uint8_t *data, size_t size)
{
    struct cmsdk_uart_state *state = device->state;
    size_t count = 0;
    while (count < size && ring_take(&state->received, &data[count]))
        count++;
    bool enabled = arch_interrupts_disable();
    receive(state, registers_of(device));
    arch_interrupts_restore(enabled);
    return count;
}

static void listen(const struct device *device, struct event *receivable, struct event *writable)
{
    struct cmsdk_uart_state *state = device->state;
    bool enabled = arch_interrupts_disable();
    state->receivable = receivable;
    state->writable = writable;
    arch_interrupts_restore(enabled);
}

static void send_polled(struct registers *registers, uint8_t byte)
{
    while (registers->state & STATE_TRANSMIT_FULL)
        continue;
    registers->data = byte;
}

static void write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    struct cmsdk_uart_state *state = device->state;
    struct registers *registers = registers_of(device);
    uint8_t byte;
    if (!(registers->control & CONTROL_TRANSMIT)) {
        if (init(device))
            return;
    }
    while (ring_take(&state->sending, &byte))
        send_polled(registers, byte);
    for (size_t i = 0; i < size; i++)
        send_polled(registers, data[i]);
}

static uint32_t overruns(const struct device *device)
{
    const struct cmsdk_uart_state *state = device->state;
    return state->overruns;
}

static const struct serial_operations operations = {
    .write = write_bytes,
    .read = read_bytes,
    .listen = listen,
    .write_polled = write_polled,
    .overruns = overruns,
};

const struct driver cmsdk_uart_driver = {
    .name = "cmsdk-uart",
    .class = "serial",
    .init = init,
    .interrupt = interrupt,
    .operations = &operations,
};
