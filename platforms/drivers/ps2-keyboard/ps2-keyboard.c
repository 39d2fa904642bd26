/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See ps2-keyboard.h. The interrupt moves bytes into a ring; who reads makes keys of them.
 */
#include "ps2-keyboard.h"

#include <kernel/arch.h>
#include <kernel/log.h>
#include <platforms/arch/x86_64/port.h>

enum {
    STATUS_OUTPUT = 1 << 0, /* a byte from the controller waits */
    STATUS_INPUT = 1 << 1,  /* the controller has not taken ours */
    STATUS_SECOND = 1 << 5, /* the byte is the second port's: a mouse */
    STATUS_NOBODY = 0xff,

    COMMAND_READ_CONFIGURATION = 0x20,
    COMMAND_WRITE_CONFIGURATION = 0x60,
    COMMAND_DISABLE_SECOND = 0xa7,
    COMMAND_DISABLE_FIRST = 0xad,
    COMMAND_ENABLE_FIRST = 0xae,
    CONFIGURATION_INTERRUPT = 1 << 0,
    CONFIGURATION_SECOND_INTERRUPT = 1 << 1,
    CONFIGURATION_FIRST_OFF = 1 << 4,
    CONFIGURATION_TRANSLATE = 1 << 6,

    KEYBOARD_SCAN = 0xf4,
    KEYBOARD_TAKEN = 0xfa,

    COMMANDS = 4,     /* ports from data to commands and status */
    PATIENCE = 50000, /* polls of about 1 us */
};

static uint16_t data_port(const struct device *device)
{
    return ((const struct ps2_keyboard_config *)device->config)->port;
}

static uint16_t command_port(const struct device *device)
{
    return (uint16_t)(data_port(device) + COMMANDS);
}

static bool write_to(const struct device *device, uint16_t port, uint8_t value)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (!(port_read8(command_port(device)) & STATUS_INPUT)) {
            port_write8(port, value);
            return true;
        }
    }
    return false;
}

static bool read_byte(const struct device *device, uint8_t *byte)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (port_read8(command_port(device)) & STATUS_OUTPUT) {
            *byte = port_read8(data_port(device));
            return true;
        }
    }
    return false;
}

static void discard(const struct device *device)
{
    enum { AT_MOST = 32 };

    for (unsigned i = 0; i < AT_MOST && (port_read8(command_port(device)) & STATUS_OUTPUT); i++)
        port_read8(data_port(device));
}

/* Lets the controller translate and interrupt for the first port, and forget the second. */
static bool set_up_controller(const struct device *device)
{
    const uint16_t command = command_port(device);
    uint8_t configuration;

    if (!write_to(device, command, COMMAND_DISABLE_FIRST) ||
        !write_to(device, command, COMMAND_DISABLE_SECOND))
        return false;
    discard(device);
    if (!write_to(device, command, COMMAND_READ_CONFIGURATION) ||
        !read_byte(device, &configuration))
        return false;
    configuration |= CONFIGURATION_INTERRUPT | CONFIGURATION_TRANSLATE;
    configuration &= (uint8_t) ~(CONFIGURATION_SECOND_INTERRUPT | CONFIGURATION_FIRST_OFF);
    return write_to(device, command, COMMAND_WRITE_CONFIGURATION) &&
           write_to(device, data_port(device), configuration) &&
           write_to(device, command, COMMAND_ENABLE_FIRST);
}

static enum status ps2_keyboard_init(const struct device *device)
{
    struct ps2_keyboard_state *state = device->state;
    uint8_t answer = 0;

    ring_init(&state->received, state->bytes, sizeof state->bytes);
    if (port_read8(command_port(device)) == STATUS_NOBODY || !set_up_controller(device))
        return ERR_NOT_FOUND;
    if (!write_to(device, data_port(device), KEYBOARD_SCAN) || !read_byte(device, &answer) ||
        answer != KEYBOARD_TAKEN)
        log_info(device->name, "no keyboard answers; one may be plugged in");
    return OK;
}

static void ps2_keyboard_interrupt(const struct device *device)
{
    struct ps2_keyboard_state *state = device->state;
    uint8_t status;

    while ((status = port_read8(command_port(device))) & STATUS_OUTPUT) {
        uint8_t byte = port_read8(data_port(device));
        if (!(status & STATUS_SECOND))
            ring_put(&state->received, byte); /* as the controller does when its buffer is full */
    }
    if (state->readable)
        event_signal(state->readable);
}

static bool ps2_keyboard_read(const struct device *device, struct key_event *event)
{
    struct ps2_keyboard_state *state = device->state;
    uint8_t byte;

    while (ring_take(&state->received, &byte))
        if (scan_codes_take(&state->codes, byte, event))
            return true;
    return false;
}

static void ps2_keyboard_listen(const struct device *device, struct event *readable)
{
    struct ps2_keyboard_state *state = device->state;
    bool enabled = arch_interrupts_disable();

    state->readable = readable;
    arch_interrupts_restore(enabled);
}

static const struct keyboard_operations operations = {
    .read = ps2_keyboard_read,
    .listen = ps2_keyboard_listen,
};

const struct driver ps2_keyboard_driver = {
    .name = "ps2-keyboard",
    .class = "keyboard",
    .init = ps2_keyboard_init,
    .interrupt = ps2_keyboard_interrupt,
    .operations = &operations,
};
