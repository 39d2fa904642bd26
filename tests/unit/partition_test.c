/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/partition.c
/*
 * A partition in the middle of a medium in memory: its bounds, pieces, turns and what the device
 * says.
 */
#include <kernel/block.h>
#include <kernel/clock.h>
#include <kernel/partition.h>
#include <kernel/task.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SECTORS = 40, FIRST = 8, COUNT = 24 };

static uint8_t medium[SECTORS * BLOCK_SECTOR];
static uint64_t present, now;
static unsigned requests, busy, sleeps;
static enum status answer, slept;
static bool is_up;

static uint64_t sectors(const struct device *device)
{
    (void)device;
    return present;
}

static enum status next_answer(void)
{
    requests++;
    if (!busy)
        return answer;
    busy--;
    return ERR_BUSY;
}

static enum status read_sectors(const struct device *device, uint64_t sector, void *data,
                                size_t count)
{
    (void)device;
    assert_true(block_is_within(present, sector, count));
    memcpy(data, medium + sector * BLOCK_SECTOR, count * BLOCK_SECTOR);
    return next_answer();
}

static enum status write_sectors(const struct device *device, uint64_t sector, const void *data,
                                 size_t count)
{
    (void)device;
    assert_true(block_is_within(present, sector, count));
    memcpy(medium + sector * BLOCK_SECTOR, data, count * BLOCK_SECTOR);
    return next_answer();
}

static enum status flush(const struct device *device)
{
    (void)device;
    return next_answer();
}

static const struct block_operations operations = {sectors, read_sectors, write_sectors, flush};
static const struct driver driver = {.class = "block", .operations = &operations};
static const struct device device = {.name = "disk", .driver = &driver};
static const struct partition partition = {.name = "own",
                                           .medium = "disk",
                                           .device = &device,
                                           .offset = FIRST * BLOCK_SECTOR,
                                           .size = COUNT * BLOCK_SECTOR};

bool device_is_up(const struct device *one)
{
    assert_ptr_equal(one, &device);
    return is_up;
}

uint64_t clock_now(void)
{
    return now;
}

enum status task_sleep_until(uint64_t deadline)
{
    sleeps++;
    now = deadline;
    return slept;
}

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof medium; i++)
        medium[i] = (uint8_t)(i / BLOCK_SECTOR);
    present = SECTORS;
    requests = busy = sleeps = 0;
    answer = slept = OK;
    is_up = true;
    now = 1;
    return 0;
}

static void reads_and_writes_its_own(void **state)
{
    static uint8_t data[COUNT * BLOCK_SECTOR];
    (void)state;
    assert_int_equal(partition_read(&partition, 0, data, sizeof data), OK);
    assert_int_equal(requests, COUNT / BLOCK_SECTORS_MAX);
    assert_memory_equal(data, medium + FIRST * BLOCK_SECTOR, sizeof data);
    memset(data, 0xee, sizeof data);
    assert_int_equal(partition_write(&partition, 0, data, sizeof data), OK);
    assert_int_equal(medium[FIRST * BLOCK_SECTOR - 1], FIRST - 1);
    assert_int_equal(medium[FIRST * BLOCK_SECTOR], 0xee);
    assert_int_equal(medium[(FIRST + COUNT) * BLOCK_SECTOR - 1], 0xee);
    assert_int_equal(medium[(FIRST + COUNT) * BLOCK_SECTOR], FIRST + COUNT);
    assert_int_equal(partition_flush(&partition), OK);
}

static void refuses_what_is_not_its_own(void **state)
{
    uint8_t data[2 * BLOCK_SECTOR];
    const uint64_t end = COUNT * BLOCK_SECTOR;
    (void)state;
    assert_int_equal(partition_read(&partition, end, data, BLOCK_SECTOR), ERR_INVALID);
    assert_int_equal(partition_write(&partition, end - BLOCK_SECTOR, data, sizeof data),
                     ERR_INVALID);
    assert_int_equal(partition_read(&partition, 0 - (uint64_t)BLOCK_SECTOR, data, sizeof data),
                     ERR_INVALID);
    assert_int_equal(partition_read(&partition, 1, data, BLOCK_SECTOR), ERR_INVALID);
    assert_int_equal(partition_read(&partition, 0, data, 1), ERR_INVALID);
    assert_int_equal(partition_read(&partition, end, data, 0), OK);
    assert_int_equal(requests, 0);
}

static void tells_what_is_missing(void **state)
{
    const struct partition orphan = {.name = "own", .size = BLOCK_SECTOR};
    uint8_t data[BLOCK_SECTOR];
    (void)state;
    assert_int_equal(partition_check(&orphan), ERR_UNSUPPORTED);
    is_up = false;
    assert_int_equal(partition_read(&partition, 0, data, sizeof data), ERR_DEVICE);
    is_up = true;
    present = 0;
    assert_int_equal(partition_write(&partition, 0, data, sizeof data), ERR_NOT_FOUND);
    present = FIRST + COUNT - 1;
    assert_int_equal(partition_flush(&partition), ERR_LIMIT);
    present++;
    assert_int_equal(partition_check(&partition), OK);
    assert_int_equal(requests, 0);
    answer = ERR_DENIED;
    assert_int_equal(partition_write(&partition, 0, data, sizeof data), ERR_DENIED);
}

static void waits_for_its_turn(void **state)
{
    uint8_t data[BLOCK_SECTOR];
    (void)state;
    busy = 3;
    assert_int_equal(partition_read(&partition, 0, data, sizeof data), OK);
    assert_int_equal(sleeps, 3);
    busy = 3;
    slept = ERR_CANCELLED;
    assert_int_equal(partition_read(&partition, 0, data, sizeof data), ERR_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_and_writes_its_own, setup),
        cmocka_unit_test_setup(refuses_what_is_not_its_own, setup),
        cmocka_unit_test_setup(tells_what_is_missing, setup),
        cmocka_unit_test_setup(waits_for_its_turn, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
