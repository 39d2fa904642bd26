/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/drivers/systick/down_counter.c
// board: mps2-an385
/*
 * SysTick's extension to nanoseconds, driven by a model of the counter whose true time is known.
 */
#include <platforms/drivers/systick/down_counter.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void counts_from_zero(void **state)
{
    (void)state;
    struct down_counter counter;
    down_counter_init(&counter, 25000000);
    assert_int_equal(down_counter_now(&counter, DOWN_COUNTER_MAX), 40); /* one clock */
    assert_int_equal(down_counter_now(&counter, 1), (uint64_t)DOWN_COUNTER_MAX * 40);
    assert_int_equal(down_counter_now(&counter, 0), ((uint64_t)DOWN_COUNTER_MAX + 1) * 40);
}

static void wraps_without_a_step(void **state)
{
    (void)state;
    struct down_counter counter;
    down_counter_init(&counter, 25000000);
    uint64_t last = down_counter_now(&counter, 0);
    down_counter_wrap(&counter);
    assert_int_equal(down_counter_now(&counter, DOWN_COUNTER_MAX), last + 40);
}

/* A clock that does not divide 10^9: a year of periods loses nothing. */
static void carries_the_remainder(void **state)
{
    (void)state;
    const uint32_t clock = 7372800;
    struct down_counter counter;
    down_counter_init(&counter, clock);
    uint64_t periods = 365ull * 86400 * clock / (DOWN_COUNTER_MAX + 1);
    for (uint64_t i = 0; i < periods; i++)
        down_counter_wrap(&counter);
    __uint128_t clocks = (__uint128_t)periods * (DOWN_COUNTER_MAX + 1);
    assert_int_equal(counter.base, (uint64_t)(clocks * 1000000000 / clock));
}

/* Lengths of time in clocks, at any clock and however long. */
static void lengths_are_exact(void **state)
{
    (void)state;
    struct down_counter counter;
    down_counter_init(&counter, 168000000);
    assert_int_equal(down_counter_length(&counter, 0), 0);
    assert_int_equal(down_counter_length(&counter, 1), 5);
    assert_int_equal(down_counter_length(&counter, 168), 1000);
    const uint64_t year = UINT64_C(168000000) * 86400 * 365;
    assert_int_equal(down_counter_length(&counter, year + 21),
                     UINT64_C(1000000000) * 86400 * 365 + 125);
}

/* Random waits, cut periods and wraps against the true number of clocks. */
static void follows_a_model(void **state)
{
    (void)state;
    static const uint32_t clocks_per_second[] = {1000000, 16000000, 25000000, 32768000, 168000000};
    srand(1);
    for (size_t c = 0; c < sizeof(clocks_per_second) / sizeof(clocks_per_second[0]); c++) {
        uint32_t clock = clocks_per_second[c];
        struct down_counter counter;
        down_counter_init(&counter, clock);
        uint64_t truth = 0, last = 0;
        for (unsigned round = 0; round < 10000; round++) {
            uint32_t passed = (uint32_t)rand() % (counter.reload + 1);
            uint32_t value = counter.reload + 1 - passed;
            uint64_t now = down_counter_now(&counter, value);
            assert_true(now >= last);
            assert_int_equal(now, (uint64_t)((__uint128_t)(truth + passed) * 1000000000 / clock));
            last = now;
            assert_int_equal(counter.end - value, (uint32_t)(truth + passed));
            if (rand() % 2) {
                uint32_t reload = 63 + (uint32_t)rand() % 100000;
                down_counter_cut(&counter, value, 5, reload);
                truth += passed + 5;
            } else {
                truth += (uint64_t)counter.reload + 1;
                down_counter_wrap(&counter);
                assert_int_equal(counter.reload, DOWN_COUNTER_MAX);
            }
        }
    }
}

static void durations_round_up(void **state)
{
    (void)state;
    struct down_counter counter;
    down_counter_init(&counter, 25000000);
    assert_int_equal(down_counter_clocks(&counter, 1), 1);
    assert_int_equal(down_counter_clocks(&counter, 40), 1);
    assert_int_equal(down_counter_clocks(&counter, 41), 2);
    assert_int_equal(down_counter_clocks(&counter, 1000000), 25000);
    assert_int_equal(down_counter_clocks(&counter, 671088640), DOWN_COUNTER_MAX + 1);
    assert_int_equal(down_counter_clocks(&counter, UINT64_MAX), DOWN_COUNTER_MAX + 1);
    down_counter_init(&counter, UINT32_MAX);
    assert_int_equal(down_counter_clocks(&counter, 1), 5);
    assert_int_equal(down_counter_clocks(&counter, UINT64_MAX / 2), DOWN_COUNTER_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_from_zero),      cmocka_unit_test(wraps_without_a_step),
        cmocka_unit_test(carries_the_remainder), cmocka_unit_test(follows_a_model),
        cmocka_unit_test(durations_round_up),    cmocka_unit_test(lengths_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
