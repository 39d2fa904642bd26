/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See stm32-usart.h. Both interrupts are levels, "a byte was received" and "the data register is
 * empty": each is enabled while something can be done about it and no longer.
 */
#include "stm32-usart.h"

#include <kernel/arch.h>
#include <kernel/clocks.h>
#include <kernel/register.h>
#include <kernel/serial.h>

_Static_assert((CONFIG_STM32_USART_BUFFER & (CONFIG_STM32_USART_BUFFER - 1)) == 0,
               "STM32_USART_BUFFER must be a power of two");

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

    ring_init(&state->received, state->received_bytes, sizeof(state->received_bytes));
    ring_init(&state->sending, state->sending_bytes, sizeof(state->sending_bytes));
    register_write32(window, USART_CR1, CR1_UE);
    register_write32(window, USART_CR2, 0);
    register_write32(window, USART_CR3, 0);
    register_write32(window, USART_BRR, divisor);
    register_write32(window, USART_CR1, CR1_UE | CR1_TE | CR1_RE | CR1_RXNEIE);
    (void)register_read32(window, USART_DR); /* a byte from before; QEMU looks for input then */
    return OK;
}

static bool is_full(const struct ring *ring)
{
    return ring_used(ring) == ring->capacity;
}

/* Enables the transmit interrupt exactly while there is something to send, the receive interrupt
 * while there is room. Interrupts masked. */
static void update_interrupts(struct stm32_usart_state *state, const struct register_window *window)
{
    uint32_t control = register_read32(window, USART_CR1);
    uint32_t wanted = control & ~(CR1_TXEIE | CR1_RXNEIE);
    if (ring_used(&state->sending))
        wanted |= CR1_TXEIE;
    if (!is_full(&state->received))
        wanted |= CR1_RXNEIE;
    if (wanted != control)
        register_write32(window, USART_CR1, wanted);
}

/* Takes what the device holds while there is room: what is left there waits for read, and the
 * device tells if it then loses a byte. */
static void receive(struct stm32_usart_state *state, const struct register_window *window)
{
    bool any = false;
    while (!is_full(&state->received)) {
        uint32_t status = register_read32(window, USART_SR);
        if (!(status & (SR_RXNE | SR_ORE)))
            break;
        uint8_t byte = (uint8_t)register_read32(window, USART_DR);
        if (status & SR_ORE)
            state->overruns++;
        if (status & SR_RXNE)
            any |= ring_put(&state->received, byte);
    }
    if (any && state->receivable)
        event_signal(state->receivable);
}

static void transmit(struct stm32_usart_state *state, const struct register_window *window)
{
    uint8_t byte;
    if (!(register_read32(window, USART_SR) & SR_TXE) || !ring_take(&state->sending, &byte))
        return;
    register_write32(window, USART_DR, byte);
    uint32_t used = ring_used(&state->sending);
    if ((used == 0 || used == state->sending.capacity / 2) && state->writable)
        event_signal(state->writable);
}

/* A writer is woken when half of the buffer is free and when all is. */
static void interrupt(const struct device *device)
{
    struct stm32_usart_state *state = device->state;
    const struct register_window *window = window_of(device);
    receive(state, window);
    transmit(state, window);
    update_interrupts(state, window);
}

static size_t write_bytes(const struct device *device, const uint8_t *data, size_t size)
{
    struct stm32_usart_state *state = device->state;
    size_t count = 0;
    while (count < size && ring_put(&state->sending, data[count]))
        count++;
    bool enabled = arch_interrupts_disable();
    update_interrupts(state, window_of(device));
    arch_interrupts_restore(enabled);
    return count;
}

static size_t read_bytes(const struct device *device, uint8_t *data, size_t size)
{
    struct stm32_usart_state *state = device->state;
    size_t count = 0;
    while (count < size && ring_take(&state->received, &data[count]))
        count++;
    bool enabled = arch_interrupts_disable();
    update_interrupts(state, window_of(device));
    arch_interrupts_restore(enabled);
    return count;
}

static void listen(const struct device *device, struct event *receivable, struct event *writable)
{
    struct stm32_usart_state *state = device->state;
    bool enabled = arch_interrupts_disable();
    state->receivable = receivable;
    state->writable = writable;
    arch_interrupts_restore(enabled);
}

static void send_polled(const struct register_window *window, uint8_t byte)
{
    while (!(register_read32(window, USART_SR) & SR_TXE))
        continue;
    register_write32(window, USART_DR, byte);
}

static void write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    struct stm32_usart_state *state = device->state;
    const struct register_window *window = window_of(device);
    uint8_t byte;
    if (!(register_read32(window, USART_CR1) & CR1_TE) && init(device))
        return;
    while (ring_take(&state->sending, &byte))
        send_polled(window, byte);
    for (size_t i = 0; i < size; i++)
        send_polled(window, data[i]);
}

static uint32_t overruns(const struct device *device)
{
    const struct stm32_usart_state *state = device->state;
    return state->overruns;
}

static const struct serial_operations operations = {
    .write = write_bytes,
    .read = read_bytes,
    .listen = listen,
    .write_polled = write_polled,
    .overruns = overruns,
};

const struct driver stm32_usart_driver = {
    .name = "stm32-usart",
    .class = "serial",
    .init = init,
    .interrupt = interrupt,
    .operations = &operations,
};
