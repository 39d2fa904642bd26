/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See stm32-usart.h. Both interrupts are levels, "a byte was received" and "the data register is
 * empty": each is enabled while something can be done about it and no longer.
 */
#include "stm32-usart.h"

#include <kernel/clocks.h>
#include <kernel/register.h>

enum {
    USART_SR = 0x00,
    USART_DR = 0x04,
    USART_BRR = 0x08,
    USART_CR1 = 0x0c,
    USART_CR2 = 0x10,
    USART_CR3 = 0x14,
};

#define SR_ORE     (1u << 3) /* overrun; cleared by reading SR, then DR */
#define SR_RXNE    (1u << 5) /* a byte was received */
#define SR_TXE     (1u << 7) /* the data register is empty */
#define CR1_RE     (1u << 2)
#define CR1_TE     (1u << 3)
#define CR1_RXNEIE (1u << 5)
#define CR1_TXEIE  (1u << 7)
#define CR1_UE     (1u << 13)

static const struct register_window *window_of(const struct device *device)
{
    const struct stm32_usart_config *config = device->config;
    return &config->registers;
}

/* Enables the transmit interrupt exactly while there is something to send, the receive interrupt
 * while there is room. Lock held. */
static void update_interrupts(const struct device *device)
{
    const struct register_window *window = window_of(device);
    const struct serial_buffer *buffer = device->state;
    uint32_t control = register_read32(window, USART_CR1);
    uint32_t wanted = control & ~(CR1_TXEIE | CR1_RXNEIE);
    if (serial_buffer_is_sending(buffer))
        wanted |= CR1_TXEIE;
    if (!buffer->stalled)
        wanted |= CR1_RXNEIE;
    if (wanted != control)
        register_write32(window, USART_CR1, wanted);
}

/* Takes what the device holds while there is room: what is left there waits for a read, and the
 * device tells if it then loses a byte. Lock held. */
static void receive(const struct device *device)
{
    const struct register_window *window = window_of(device);
    struct serial_buffer *buffer = device->state;
    while (serial_buffer_has_room(buffer)) {
        uint32_t status = register_read32(window, USART_SR);
        if (!(status & (SR_RXNE | SR_ORE)))
            break;
        uint8_t byte = (uint8_t)register_read32(window, USART_DR);
        if (status & SR_ORE)
            buffer->overruns++;
        if (status & SR_RXNE)
            ring_put(&buffer->received, byte);
    }
}

static enum status init(const struct device *device)
{
    const struct stm32_usart_config *config = device->config;
    const struct register_window *window = &config->registers;
    struct stm32_usart_state *state = device->state;
    const struct clocks_operations *clocks = clocks_device(config->clocks);
    uint32_t divisor =
        stm32_usart_divisor(clocks->rate(config->clocks, config->gate), config->baud);
    if (!divisor)
        return ERR_INVALID;
    enum status status = clocks->enable(config->clocks, config->gate);
    if (status)
        return status;

    serial_buffer_init(&state->buffer, state->received, state->sending, sizeof(state->sending));
    register_write32(window, USART_CR1, CR1_UE);
    register_write32(window, USART_CR2, 0);
    register_write32(window, USART_CR3, 0);
    register_write32(window, USART_BRR, divisor);
    register_write32(window, USART_CR1, CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE);
    receive(device); /* a byte from before */
    if (!(register_read32(window, USART_SR) & SR_RXNE))
        (void)register_read32(window, USART_DR); /* QEMU looks for input then */
    return OK;
}

static void service(const struct device *device)
{
    const struct register_window *window = window_of(device);
    struct serial_buffer *buffer = device->state;
    uint8_t byte;
    receive(device);
    if ((register_read32(window, USART_SR) & SR_TXE) && ring_take(&buffer->sending, &byte))
        register_write32(window, USART_DR, byte);
    update_interrupts(device);
}

static void interrupt(const struct device *device)
{
    serial_buffer_serve(device, service);
}

static size_t write(const struct device *device, const uint8_t *data, size_t size)
{
    return serial_buffer_write(device, data, size, update_interrupts);
}

static size_t read(const struct device *device, uint8_t *data, size_t size)
{
    return serial_buffer_read(device, data, size, service);
}

static void put(const struct device *device, uint8_t byte)
{
    const struct register_window *window = window_of(device);
    while (!(register_read32(window, USART_SR) & SR_TXE))
        continue;
    register_write32(window, USART_DR, byte);
}

static void write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    if ((register_read32(window_of(device), USART_CR1) & CR1_TE) || init(device) == OK)
        serial_buffer_write_polled(device, data, size, put);
}

static const struct serial_operations operations = {
    .write = write,
    .read = read,
    .listen = serial_buffer_listen,
    .write_polled = write_polled,
    .overruns = serial_buffer_overruns,
};

const struct driver stm32_usart_driver = {
    .name = "stm32-usart",
    .class = "serial",
    .init = init,
    .interrupt = interrupt,
    .operations = &operations,
};
