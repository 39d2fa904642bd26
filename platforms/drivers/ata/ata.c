/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See ata.h. A command's data goes sector by sector: read, an interrupt says that the drive has
 * one; written, that it has taken one (9.5, 9.6). The interrupt handler reads the status register,
 * which quiets the drive; who waits looks at its other address, which does not.
 */
#include "ata.h"

#include <kernel/clock.h>
#include <kernel/log.h>
#include <platforms/arch/x86_64/port.h>

enum {
    DATA = 0,
    COUNT = 2,
    ADDRESS = 3, /* three registers, the lowest bits first */
    DEVICE = 6,
    COMMAND = 7, /* written; read it is the status */

    STATUS_ERROR = 1 << 0,
    STATUS_DATA_REQUEST = 1 << 3,
    STATUS_DEVICE_FAULT = 1 << 5,
    STATUS_BUSY = 1 << 7,
    STATUS_NOBODY = 0xff, /* the bus's pull-ups */

    DEVICE_FIRST = 0xa0, /* with the bits that were always set before ATA-6 */
    DEVICE_LBA = 1 << 6,
    CONTROL_NO_INTERRUPT = 1 << 1,
    CONTROL_RESET = 1 << 2,

    COMMAND_READ = 0x20,
    COMMAND_WRITE = 0x30,
    COMMAND_FLUSH = 0xe7,
    COMMAND_IDENTIFY = 0xec,

    WORDS = BLOCK_SECTOR / 2,
    IDENTIFY_SECTORS = 60, /* and the next word: sectors that 28 bits reach */
    PATIENCE = 1000000,    /* polls of about 1 us */
};

static const struct ata_config *config_of(const struct device *device)
{
    return device->config;
}

static uint16_t port_of(const struct device *device, unsigned number)
{
    return (uint16_t)(config_of(device)->port + number);
}

/* The status, without quieting the interrupt. */
static uint8_t status_of(const struct device *device)
{
    return port_read8(config_of(device)->control);
}

static void read_sector(const struct device *device, uint8_t *data)
{
    for (unsigned i = 0; i < WORDS; i++) {
        uint16_t word = port_read16(port_of(device, DATA));
        data[2 * i] = (uint8_t)word;
        data[2 * i + 1] = (uint8_t)(word >> 8);
    }
}

static void write_sector(const struct device *device, const uint8_t *data)
{
    for (unsigned i = 0; i < WORDS; i++)
        port_write16(port_of(device, DATA), (uint16_t)(data[2 * i] | data[2 * i + 1] << 8));
}

/* Waits without interrupts: 400 ns at first, in which the status may not be valid yet. False where
 * the drive stays busy. */
static bool poll_ready(const struct device *device)
{
    for (unsigned i = 0; i < 4; i++)
        status_of(device);
    for (unsigned i = 0; i < PATIENCE; i++)
        if (!(status_of(device) & STATUS_BUSY))
            return true;
    return false;
}

static void reset(const struct device *device)
{
    port_write8(config_of(device)->control, CONTROL_RESET);
    poll_ready(device); /* it needs 5 us */
    port_write8(config_of(device)->control, 0);
    poll_ready(device);
}

static void command(const struct device *device, uint8_t what, uint32_t sector, size_t count)
{
    port_write8(port_of(device, DEVICE), (uint8_t)(DEVICE_FIRST | DEVICE_LBA | sector >> 24));
    port_write8(port_of(device, COUNT), (uint8_t)count);
    for (unsigned i = 0; i < 3; i++)
        port_write8(port_of(device, ADDRESS + i), (uint8_t)(sector >> 8 * i));
    port_write8(port_of(device, COMMAND), what);
}

/* How many sectors the drive says that it has; 0 if there is none, or one that is no disk. */
static uint32_t identify(const struct device *device)
{
    uint8_t data[BLOCK_SECTOR];

    if (status_of(device) == STATUS_NOBODY)
        return 0;
    command(device, COMMAND_IDENTIFY, 0, 0);
    if (!poll_ready(device) || !(status_of(device) & STATUS_DATA_REQUEST))
        return 0;
    read_sector(device, data);
    port_read8(port_of(device, COMMAND)); /* quiets it */
    const uint8_t *at = data + 2 * IDENTIFY_SECTORS;
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static enum status ata_init(const struct device *device)
{
    struct ata_state *state = device->state;

    port_write8(config_of(device)->control, CONTROL_NO_INTERRUPT);
    state->sectors = identify(device);
    port_write8(config_of(device)->control, 0);
    if (!state->sectors)
        log_info(device->name, "no disk answers");
    return OK;
}

static void ata_interrupt(const struct device *device)
{
    struct ata_state *state = device->state;

    port_read8(port_of(device, COMMAND));
    atomic_store(&state->interrupted, true);
    event_signal(&state->ready);
}

static uint64_t ata_sectors(const struct device *device)
{
    return ((const struct ata_state *)device->state)->sectors;
}

/* Waits until the drive is done with what it is at, and wants or has data where `data` says so. */
static enum status wait_ready(const struct device *device, uint64_t deadline, bool data)
{
    struct ata_state *state = device->state;
    enum status status = OK;

    while (!status && !atomic_exchange(&state->interrupted, false))
        status = event_wait(&state->ready, deadline);
    if (status)
        return status;
    uint8_t bits = status_of(device);
    if (bits & (STATUS_ERROR | STATUS_DEVICE_FAULT | STATUS_BUSY) ||
        !(bits & STATUS_DATA_REQUEST) == data)
        return ERR_DEVICE;
    return OK;
}

static enum status receive(const struct device *device, uint8_t *data, size_t count,
                           uint64_t deadline)
{
    enum status status = OK;

    for (size_t i = 0; !status && i < count; i++) {
        status = wait_ready(device, deadline, true);
        if (!status)
            read_sector(device, data + i * BLOCK_SECTOR);
    }
    return status;
}

/* For the first sector no interrupt comes (9.6). */
static enum status send(const struct device *device, const uint8_t *data, size_t count,
                        uint64_t deadline)
{
    if (!poll_ready(device) || !(status_of(device) & STATUS_DATA_REQUEST))
        return ERR_DEVICE;
    enum status status = OK;
    for (size_t i = 0; !status && i < count; i++) {
        write_sector(device, data + i * BLOCK_SECTOR);
        status = wait_ready(device, deadline, i + 1 < count);
    }
    return status;
}

static enum status request(const struct device *device, uint8_t what, uint64_t sector, uint8_t *in,
                           const uint8_t *out, size_t count)
{
    struct ata_state *state = device->state;
    uint64_t deadline;
    enum status status = claim_acquire(&state->claim, BLOCK_PATIENCE, &deadline);

    if (status)
        return status;
    atomic_store(&state->interrupted, false); /* by something before */
    command(device, what, (uint32_t)sector, count);
    if (in)
        status = receive(device, in, count, deadline);
    else if (out)
        status = send(device, out, count, deadline);
    else
        status = wait_ready(device, deadline, false);
    if (status)
        reset(device); /* what it still does must not meet the next request */
    claim_release(&state->claim, deadline);
    return status;
}

static enum status ata_read(const struct device *device, uint64_t sector, void *data, size_t count)
{
    if (!block_is_within(ata_sectors(device), sector, count))
        return ERR_INVALID;
    return request(device, COMMAND_READ, sector, data, NULL, count);
}

static enum status ata_write(const struct device *device, uint64_t sector, const void *data,
                             size_t count)
{
    if (!block_is_within(ata_sectors(device), sector, count))
        return ERR_INVALID;
    return request(device, COMMAND_WRITE, sector, NULL, data, count);
}

static enum status ata_flush(const struct device *device)
{
    return request(device, COMMAND_FLUSH, 0, NULL, NULL, 0);
}

static const struct block_operations operations = {
    .sectors = ata_sectors,
    .read = ata_read,
    .write = ata_write,
    .flush = ata_flush,
};

const struct driver ata_driver = {
    .name = "ata",
    .class = "block",
    .init = ata_init,
    .interrupt = ata_interrupt,
    .operations = &operations,
};
