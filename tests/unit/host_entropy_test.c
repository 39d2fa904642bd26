/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/drivers/host-entropy/host-entropy.c kernel/entropy.c
// board: sim
/*
 * The simulated board's source: what it makes of a host that gives less than was asked for, is
 * interrupted, or refuses.
 */
#include <errno.h>
#include <kernel/board.h>
#include <kernel/entropy.h>
#include <platforms/drivers/host-entropy/host-entropy.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/random.h>

#include <cmocka.h>

static const struct device device = {.name = "entropy", .driver = &host_entropy_driver};
const struct board board = {.devices = &device, .device_count = 1};

static int failure; /* errno of the next call, 0 for none */
static unsigned calls;

bool device_is_up(const struct device *one)
{
    return one->driver->init(one) == OK;
}

/* In place of the C library's: five bytes at a time, every other call interrupted. */
ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    assert_int_equal(flags, 0);
    errno = failure ? failure : EINTR;
    if (failure || calls++ % 2)
        return -1;
    size = size < 5 ? size : 5;
    memset(bytes, (int)calls, size);
    return (ssize_t)size;
}

static void asks_until_it_has_all(void **state)
{
    uint8_t bytes[13] = {0};
    (void)state;
    assert_int_equal(entropy_read(bytes, 12), OK);
    assert_memory_equal(bytes, "\1\1\1\1\1\3\3\3\3\3\5\5\0", 13);
    assert_int_equal(entropy_read(bytes, 0), OK);
    assert_int_equal(calls, 5);
}

static void tells_none_from_broken(void **state)
{
    uint8_t byte;
    (void)state;
    failure = ENOSYS;
    assert_int_equal(entropy_read(&byte, 1), ERR_NOT_FOUND);
    failure = EINVAL;
    assert_int_equal(entropy_read(&byte, 1), ERR_DEVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_until_it_has_all),
        cmocka_unit_test(tells_none_from_broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
