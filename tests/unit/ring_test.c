/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The ring: order, fullness, and counters that wrap around; between two threads as well.
 */
#include <kernel/ring.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void keeps_order_and_knows_when_full(void **state)
{
    (void)state;
    uint8_t data[8];
    struct ring ring;
    uint8_t byte;
    ring_init(&ring, data, sizeof(data));
    assert_false(ring_take(&ring, &byte));
    for (uint8_t i = 0; i < 8; i++)
        assert_true(ring_put(&ring, i));
    assert_false(ring_put(&ring, 99));
    assert_int_equal(ring_used(&ring), 8);
    for (uint8_t i = 0; i < 8; i++) {
        assert_true(ring_take(&ring, &byte));
        assert_int_equal(byte, i);
    }
    assert_int_equal(ring_used(&ring), 0);
}

static void survives_the_wrap_of_its_counters(void **state)
{
    (void)state;
    uint8_t data[4];
    struct ring ring;
    uint8_t byte;
    ring_init(&ring, data, sizeof(data));
    atomic_store(&ring.head, UINT32_MAX - 1);
    atomic_store(&ring.tail, UINT32_MAX - 1);
    for (uint8_t i = 0; i < 4; i++)
        assert_true(ring_put(&ring, i));
    assert_false(ring_put(&ring, 4));
    assert_int_equal(ring_used(&ring), 4);
    for (uint8_t i = 0; i < 4; i++) {
        assert_true(ring_take(&ring, &byte));
        assert_int_equal(byte, i);
    }
    assert_false(ring_take(&ring, &byte));
}

enum { TRANSFERRED = 100000 };

static void *produce(void *argument)
{
    struct ring *ring = argument;
    for (uint32_t i = 0; i < TRANSFERRED;)
        if (ring_put(ring, (uint8_t)(i * 7)))
            i++;
        else
            sched_yield();
    return NULL;
}

static void loses_nothing_between_two_threads(void **state)
{
    (void)state;
    uint8_t data[16];
    struct ring ring;
    pthread_t producer;
    ring_init(&ring, data, sizeof(data));
    assert_int_equal(pthread_create(&producer, NULL, produce, &ring), 0);
    for (uint32_t i = 0; i < TRANSFERRED;) {
        uint8_t byte;
        if (!ring_take(&ring, &byte)) {
            sched_yield();
            continue;
        }
        assert_int_equal(byte, (uint8_t)(i * 7));
        i++;
    }
    pthread_join(producer, NULL);
    assert_int_equal(ring_used(&ring), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order_and_knows_when_full),
        cmocka_unit_test(survives_the_wrap_of_its_counters),
        cmocka_unit_test(loses_nothing_between_two_threads),
    };
    return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
