/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Interrupt-driven bytes. The transmit interrupt comes when the buffer has become empty, an event
 * and not a state: the first byte is sent by the writer, with interrupts masked, the rest by
 * interrupts.
 */
#include <platforms/drivers/cmsdk-uart/cmsdk-uart.h>

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

/* Gives the device its next byte if it has room. Lock held. */
static void transmit(const struct device *device)
{
    struct serial_buffer *buffer = device->state;
    struct registers *registers = registers_of(device);
    uint8_t byte;
    while (!(registers->state & STATE_TRANSMIT_FULL) && ring_take(&buffer->sending, &byte))
        registers->data = byte;
}

/* Takes what the device holds while there is room: what is left there waits for a read, and the
 * device tells if it then loses a byte. Lock held. */
static void receive(const struct device *device)
{
    struct serial_buffer *buffer = device->state;
    struct registers *registers = registers_of(device);
    while (serial_buffer_has_room(buffer) && (registers->state & STATE_RECEIVE_FULL))
        ring_put(&buffer->received, (uint8_t)registers->data);
    if (registers->state & STATE_RECEIVE_OVERRUN) {
        registers->state = STATE_RECEIVE_OVERRUN; /* writing 1 clears */
        buffer->overruns++;
    }
}

static enum status init(const struct device *device)
{
    const struct cmsdk_uart_config *config = device->config;
    struct cmsdk_uart_state *state = device->state;
    struct registers *registers = registers_of(device);
    uint32_t divisor = cmsdk_uart_divisor(config->clock, config->baud);
    if (!divisor)
        return ERR_INVALID;
    serial_buffer_init(&state->buffer, state->received, state->sending, sizeof(state->sending));
    registers->control = 0;
    registers->divisor = divisor;
    registers->interrupts = INTERRUPT_TRANSMIT | INTERRUPT_RECEIVE;
    registers->control =
        CONTROL_TRANSMIT | CONTROL_RECEIVE | CONTROL_TRANSMIT_IRQ | CONTROL_RECEIVE_IRQ;
    receive(device); /* a byte from before */
    if (!(registers->state & STATE_RECEIVE_FULL))
        (void)registers->data; /* makes QEMU look for input that waits */
    return OK;
}

/* Both interrupts lead here. Each is cleared before its cause is served, so that a byte which comes
 * in between asks again. */
static void service(const struct device *device)
{
    struct registers *registers = registers_of(device);
    registers->interrupts = registers->interrupts & (INTERRUPT_TRANSMIT | INTERRUPT_RECEIVE);
    receive(device);
    transmit(device);
}

static void interrupt(const struct device *device)
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
    struct registers *registers = registers_of(device);
    while (registers->state & STATE_TRANSMIT_FULL)
        continue;
    registers->data = byte;
}

static void write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    if ((registers_of(device)->control & CONTROL_TRANSMIT) || init(device) == OK)
        serial_buffer_write_polled(device, data, size, put);
}

static const struct serial_operations operations = {
    .write = write,
    .read = read,
    .listen = serial_buffer_listen,
    .write_polled = write_polled,
    .overruns = serial_buffer_overruns,
};

const struct driver cmsdk_uart_driver = {
    .name = "cmsdk-uart",
    .class = "serial",
    .init = init,
    .interrupt = interrupt,
    .operations = &operations,
};
