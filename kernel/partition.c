/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See partition.h: bounds, pieces of what a device takes at once, and turns.
 */
#include <kernel/partition.h>

#include <kernel/block.h>
#include <kernel/clock.h>
#include <kernel/task.h>

enum {
    PIECE = BLOCK_SECTORS_MAX * BLOCK_SECTOR,
    TURN = 1000000 /* ns until a device that was busy is asked again */
};

/* One step of a transfer: reads into `in`, or writes from `out`, or flushes where both are NULL. */
struct step {
    uint64_t sector;
    uint8_t *in;
    const uint8_t *out;
    size_t count;
};

enum status partition_check(const struct partition *partition)
{
    const struct device *device = partition->device;
    if (!device)
        return ERR_UNSUPPORTED;
    if (!device_is_up(device))
        return ERR_DEVICE;
    uint64_t sectors = block(device)->sectors(device);
    if (!sectors)
        return ERR_NOT_FOUND;
    return sectors < (partition->offset + partition->size) / BLOCK_SECTOR ? ERR_LIMIT : OK;
}

static enum status ask(const struct device *device, const struct step *step)
{
    if (step->in)
        return block(device)->read(device, step->sector, step->in, step->count);
    if (step->out)
        return block(device)->write(device, step->sector, step->out, step->count);
    return block(device)->flush(device);
}

/* A claim runs out, so that this ends. */
static enum status ask_in_turn(const struct device *device, const struct step *step)
{
    enum status status;
    while ((status = ask(device, step)) == ERR_BUSY) {
        enum status slept = task_sleep_until(clock_now() + TURN);
        if (slept)
            return slept;
    }
    return status;
}

static enum status transfer(const struct partition *partition, uint64_t offset, uint8_t *in,
                            const uint8_t *out, size_t size)
{
    enum status status = partition_check(partition);
    if (status)
        return status;
    if (offset % BLOCK_SECTOR || size % BLOCK_SECTOR || offset > partition->size ||
        size > partition->size - offset)
        return ERR_INVALID;
    for (size_t done = 0, piece; !status && done < size; done += piece) {
        piece = size - done < PIECE ? size - done : PIECE;
        const struct step step = {.sector = (partition->offset + offset + done) / BLOCK_SECTOR,
                                  .in = in ? in + done : NULL,
                                  .out = out ? out + done : NULL,
                                  .count = piece / BLOCK_SECTOR};
        status = ask_in_turn(partition->device, &step);
    }
    return status;
}

enum status partition_read(const struct partition *partition, uint64_t offset, void *data,
                           size_t size)
{
    return transfer(partition, offset, data, NULL, size);
}

enum status partition_write(const struct partition *partition, uint64_t offset, const void *data,
                            size_t size)
{
    return transfer(partition, offset, NULL, data, size);
}

enum status partition_flush(const struct partition *partition)
{
    enum status status = partition_check(partition);
    return status ? status : ask_in_turn(partition->device, &(struct step){.count = 0});
}
