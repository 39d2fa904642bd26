/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/claim.c
// board: virt-aarch64
/*
 * A virtio device and its driver, the source of random bytes: a model of the device, at its
 * registers, sees what is agreed on and how its queue is used; it answers at once, in small pieces,
 * late or wrongly.
 */
#define KERNEL_REGISTER_H
#include "fake_time.h"

#include <kernel/log.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { REGISTERS = 0x200 / 4, ROUNDS = 70000 };

static uint32_t registers[REGISTERS]; /* by their offset, as they were written last */
static uint32_t words[2];             /* the driver's features */
static unsigned starts, requests, errors;
static bool silent, stuck, never_reset, greedy;
static uint32_t piece;     /* bytes of an answer at most */
static uint8_t next_byte;  /* of the next answer */
static enum status waited; /* what a wait ends with when no answer came */

static uint32_t register_read32(const struct register_window *window, size_t offset);
static void register_write32(const struct register_window *window, size_t offset, uint32_t value);

#include <kernel/virtio.c>
#include <platforms/drivers/virtio-rng/virtio-rng.c>

static struct virtio_rng_state rng_state;
static const struct virtio_rng_config config = {.registers = {.base = 0x0a000200, .size = 512}};
static const struct device device = {
    .name = "entropy", .driver = &virtio_rng_driver, .config = &config, .state = &rng_state};

static uint32_t register_read32(const struct register_window *window, size_t offset)
{
    assert_ptr_equal(window, &config.registers);
    if (offset == VIRTIO_DEVICE_FEATURES)
        return registers[VIRTIO_DEVICE_FEATURES_SELECT / 4] ? VIRTIO_WORD1_VERSION_1 : 0x30000000;
    return registers[offset / 4];
}

static void *shared(size_t offset)
{
    return (void *)(uintptr_t)(registers[offset / 4] | (uint64_t)registers[offset / 4 + 1] << 32);
}

/* The device's side of the queue (2.7.14): takes the request, fills its one part, says so. */
static void answer(void)
{
    const struct virtio_descriptor *part = shared(VIRTIO_QUEUE_DESCRIPTORS);
    const struct virtio_available *available = shared(VIRTIO_QUEUE_AVAILABLE);
    struct virtio_used *used = shared(VIRTIO_QUEUE_USED);
    uint8_t *bytes = (uint8_t *)(uintptr_t)part->address;
    uint32_t length = part->length < piece ? part->length : piece;

    assert_int_equal(available->index, (uint16_t)(used->index + 1));
    assert_int_equal(available->ring[used->index % VIRTIO_QUEUE], 0);
    assert_int_equal(part->flags, VIRTIO_DESCRIPTOR_WRITE);
    for (uint32_t i = 0; i < length; i++)
        bytes[i] = stuck ? 7 : next_byte++;
    used->ring[used->index % VIRTIO_QUEUE].id = 0;
    used->ring[used->index % VIRTIO_QUEUE].length = greedy ? part->length + 1 : length;
    used->index++;
    registers[VIRTIO_INTERRUPT_STATUS / 4] = 1;
    virtio_rng_driver.interrupt(&device);
    assert_int_equal(registers[VIRTIO_INTERRUPT_ACKNOWLEDGE / 4], 1);
}

static void register_write32(const struct register_window *window, size_t offset, uint32_t value)
{
    assert_ptr_equal(window, &config.registers);
    if (offset == VIRTIO_STATUS && never_reset)
        value |= 1;
    registers[offset / 4] = value;
    if (offset == VIRTIO_DRIVER_FEATURES)
        words[registers[VIRTIO_DRIVER_FEATURES_SELECT / 4]] = value;
    if (offset == VIRTIO_STATUS && value == 15)
        starts++;
    if (offset == VIRTIO_QUEUE_NOTIFY) {
        requests++;
        if (!silent)
            answer();
    }
}

static bool signalled;

void event_signal(struct event *event)
{
    assert_ptr_equal(event, &rng_state.virtio.answered);
    signalled = true;
}

enum status event_wait(struct event *event, uint64_t deadline)
{
    assert_ptr_equal(event, &rng_state.virtio.answered);
    if (signalled) {
        signalled = false;
        return OK;
    }
    now = deadline;
    return waited;
}

void log_write(const struct log_site *site, const char *module, uint32_t shape, ...)
{
    (void)site;
    (void)shape;
    assert_string_equal(module, device.name);
    errors++;
}

static int setup(void **state)
{
    (void)state;
    memset(registers, 0, sizeof(registers));
    memset(&rng_state, 0, sizeof(rng_state));
    registers[VIRTIO_MAGIC_VALUE / 4] = 0x74726976;
    registers[VIRTIO_VERSION / 4] = 2;
    registers[VIRTIO_DEVICE_ID / 4] = 4;
    registers[VIRTIO_QUEUE_SIZE_MAX / 4] = 1024;
    starts = requests = errors = 0;
    silent = stuck = never_reset = greedy = signalled = false;
    piece = UINT32_MAX;
    next_byte = 0;
    now = 1;
    waited = ERR_TIMEOUT;
    return 0;
}

static void begin(void)
{
    assert_int_equal(virtio_rng_driver.init(&device), OK);
}

static void version_1_and_no_more_is_agreed_on(void **state)
{
    (void)state;
    begin();
    assert_int_equal(words[0], 0);
    assert_int_equal(words[1], 1);
    assert_int_equal(starts, 1);
    assert_int_equal(registers[VIRTIO_QUEUE_READY / 4], 1);
    assert_ptr_equal(shared(VIRTIO_QUEUE_USED), &rng_state.virtio.used);
}

static void what_is_no_source_is_told_of(void **state)
{
    uint8_t byte;
    (void)state;
    registers[VIRTIO_DEVICE_ID / 4] = 0;
    assert_int_equal(virtio_rng_driver.init(&device), OK);
    assert_int_equal(operations.read(&device, &byte, 1), ERR_NOT_FOUND);
    assert_int_equal(errors, 0);
    registers[VIRTIO_DEVICE_ID / 4] = 2;
    assert_int_equal(virtio_rng_driver.init(&device), ERR_UNSUPPORTED);
    registers[VIRTIO_DEVICE_ID / 4] = 4;
    registers[VIRTIO_VERSION / 4] = 1;
    assert_int_equal(virtio_rng_driver.init(&device), ERR_UNSUPPORTED);
    assert_int_equal(errors, 2);
    registers[VIRTIO_MAGIC_VALUE / 4] = 0;
    assert_int_equal(virtio_rng_driver.init(&device), ERR_NOT_FOUND);
    assert_int_equal(starts, 0);
}

static void one_that_does_not_start_is_an_error(void **state)
{
    (void)state;
    registers[VIRTIO_QUEUE_SIZE_MAX / 4] = 2;
    assert_int_equal(virtio_rng_driver.init(&device), ERR_DEVICE);
    assert_int_equal(registers[VIRTIO_STATUS / 4], VIRTIO_STATUS_FAILED);
    never_reset = true;
    assert_int_equal(virtio_rng_driver.init(&device), ERR_DEVICE);
    assert_false(rng_state.virtio.is_there);
}

/* The last words of an answer are taken first; the first of them is only compared with. */
static void words_are_taken_once_and_not_kept(void **state)
{
    static const uint64_t none[8];
    uint8_t bytes[17] = {0};
    (void)state;
    begin();
    assert_int_equal(operations.read(&device, bytes, 16), OK);
    assert_memory_equal(bytes, "\60\61\62\63\64\65\66\67\50\51\52\53\54\55\56\57\0", 17);
    assert_int_equal(requests, 1);
    assert_memory_equal(rng_state.words, none, sizeof(none));
    assert_int_equal(rng_state.claim.until, 0);
    assert_int_equal(operations.read(&device, bytes, 1), OK);
    assert_int_equal(requests, 2);
    assert_int_equal(bytes[0], 64 + 48);
}

static void small_answers_add_up(void **state)
{
    uint8_t bytes[8];
    (void)state;
    begin();
    piece = 3; /* nine bytes, of which eight are a word */
    assert_int_equal(operations.read(&device, bytes, 8), OK);
    assert_int_equal(requests, 6);
    assert_memory_equal(bytes, "\11\12\13\14\15\16\17\20", 8);
}

/* The indices of both rings are 16 bits and go round (2.7.6). */
static void it_goes_on_for_long(void **state)
{
    uint8_t bytes[56];
    (void)state;
    begin();
    for (unsigned i = 0; i < ROUNDS; i++)
        assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), OK);
    assert_int_equal(requests, ROUNDS);
}

static void one_that_is_late_is_reset(void **state)
{
    uint8_t bytes[8];
    (void)state;
    begin();
    silent = true;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
    assert_int_equal(now, 1 + UINT64_C(5000000000));
    assert_int_equal(starts, 2);
    waited = ERR_CANCELLED;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
    assert_int_equal(starts, 3);
    silent = false;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), OK);
}

static void one_that_lies_or_is_stuck_is_refused(void **state)
{
    uint8_t bytes[8];
    (void)state;
    begin();
    greedy = true;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
    greedy = false;
    piece = 0;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
    piece = UINT32_MAX;
    stuck = true;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
    rng_state.claim.until = now + 1;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(version_1_and_no_more_is_agreed_on, setup),
        cmocka_unit_test_setup(what_is_no_source_is_told_of, setup),
        cmocka_unit_test_setup(one_that_does_not_start_is_an_error, setup),
        cmocka_unit_test_setup(words_are_taken_once_and_not_kept, setup),
        cmocka_unit_test_setup(small_answers_add_up, setup),
        cmocka_unit_test_setup(it_goes_on_for_long, setup),
        cmocka_unit_test_setup(one_that_is_late_is_reset, setup),
        cmocka_unit_test_setup(one_that_lies_or_is_stuck_is_refused, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
