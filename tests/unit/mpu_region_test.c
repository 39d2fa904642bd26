/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/armv7m/mpu_region.c
// board: mps2-an385
/*
 * Regions of the Armv7-M MPU: what is covered, what is left out, and the register values, which are
 * taken from the manual's tables (DDI 0403E, B3.5.8, B3.5.9) by hand.
 */
#include <platforms/arch/armv7m/mpu_region.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

#include <cmocka.h>

static struct mpu_region cover(uintptr_t base, size_t size)
{
    const struct register_window window = {base, size};
    return mpu_region_cover(&window, 1);
}

/* Whether the region reaches `address`, as the hardware would decide it. */
static bool reaches(const struct mpu_region *region, uint64_t address)
{
    uint64_t size = UINT64_C(1) << region->size_log2;
    if (address < region->base || address >= region->base + size)
        return false;
    return !(region->disabled_eighths & (1u << ((address - region->base) / (size / 8))));
}

static void power_of_two_is_exact(void **state)
{
    (void)state;
    struct mpu_region region = cover(0x20000000, 0x400000);
    assert_int_equal(region.base, 0x20000000);
    assert_int_equal(region.size_log2, 22);
    assert_int_equal(region.disabled_eighths, 0);
    assert_int_equal(mpu_region_bytes(&region), 0x400000);
}

static void smallest_region_has_32_bytes(void **state)
{
    (void)state;
    struct mpu_region region = cover(0x40000010, 4);
    assert_int_equal(region.base, 0x40000000);
    assert_int_equal(region.size_log2, 5);
    assert_int_equal(region.disabled_eighths, 0);
}

static void eighths_are_left_out(void **state)
{
    (void)state;
    struct mpu_region region = cover(0, 0x3c80); /* 15.1 of 16 KB: the last eighth is begun */
    assert_int_equal(region.size_log2, 14);
    assert_int_equal(region.disabled_eighths, 0);
    region = cover(0, 0x2800); /* 10 of 16 KB: five eighths */
    assert_int_equal(region.size_log2, 14);
    assert_int_equal(region.disabled_eighths, 0xe0);
    assert_int_equal(mpu_region_bytes(&region), 0x2800);
}

static void straddling_span_grows(void **state)
{
    (void)state;
    struct mpu_region region = cover(0x2000ff00, 0x200);
    assert_int_equal(region.base, 0x20000000);
    assert_int_equal(region.size_log2, 17);
    assert_int_equal(region.disabled_eighths, 0xe7); /* the fourth and fifth eighth, 16 KB each */
}

static void whole_address_space(void **state)
{
    (void)state;
    const struct register_window windows[] = {{0, 32}, {0xffffffe0, 32}};
    struct mpu_region region = mpu_region_cover(windows, 2);
    assert_int_equal(region.base, 0);
    assert_int_equal(region.size_log2, 32);
    assert_int_equal(region.disabled_eighths, 0x7e);
}

static void two_regions_beat_one(void **state)
{
    (void)state;
    /* The AN500's UARTs and its Ethernet controller are 1.5 GB apart. */
    const struct register_window windows[] = {
        {0x40004000, 0x1000}, {0x40005000, 0x1000}, {0xa0000000, 0x10000}};
    struct mpu_region regions[2];
    assert_int_equal(mpu_region_cover_all(windows, 3, regions, 2), 2);
    assert_int_equal(regions[0].base, 0x40004000);
    assert_int_equal(mpu_region_bytes(&regions[0]), 0x2000);
    assert_int_equal(regions[1].base, 0xa0000000);
    assert_int_equal(mpu_region_bytes(&regions[1]), 0x10000);
    assert_int_equal(mpu_region_cover_all(windows, 3, regions, 1), 1);
    assert_int_equal(regions[0].size_log2, 32);
    assert_int_equal(mpu_region_cover_all(windows, 0, regions, 2), 0);
}

/* Random windows: all of each is reached, and every eighth that is in the region has some of one.
 */
static void random_windows_are_covered(void **state)
{
    (void)state;
    srand(1);
    for (unsigned round = 0; round < 2000; round++) {
        struct register_window windows[4];
        size_t count = 1 + (size_t)rand() % 4;
        uintptr_t at = (uintptr_t)(rand() % 0x1000) * 0x10000;
        for (size_t i = 0; i < count; i++) {
            windows[i] = (struct register_window){at, 32u << rand() % 12};
            at += windows[i].size + (size_t)(rand() % 64) * 0x400;
        }
        struct mpu_region region = mpu_region_cover(windows, count);
        assert_int_equal(region.base % (UINT64_C(1) << region.size_log2), 0);
        uint8_t used = 0;
        for (size_t i = 0; i < count; i++) {
            assert_true(reaches(&region, windows[i].base));
            assert_true(reaches(&region, windows[i].base + windows[i].size - 1));
            for (uint64_t a = windows[i].base; a < windows[i].base + windows[i].size; a += 32)
                used |= (uint8_t)(1u << ((a - region.base) >> (region.size_log2 - 3)));
        }
        if (region.size_log2 >= 8)
            assert_int_equal((uint8_t)~used, region.disabled_eighths);
    }
}

static void register_values(void **state)
{
    (void)state;
    const struct mpu_region region = {0x20000000, 16, 0x81};
    assert_int_equal(mpu_region_rbar(&region), 0x20000000);
    assert_int_equal(mpu_region_rasr(&region, MPU_CODE), 0x0502811f);
    assert_int_equal(mpu_region_rasr(&region, MPU_CONSTANT), 0x1502811f);
    assert_int_equal(mpu_region_rasr(&region, MPU_DATA), 0x1103811f);
    assert_int_equal(mpu_region_rasr(&region, MPU_DEVICE), 0x1105811f);
    assert_int_equal(mpu_region_rasr(&region, MPU_NO_ACCESS), 0x1000811f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_of_two_is_exact),
        cmocka_unit_test(smallest_region_has_32_bytes),
        cmocka_unit_test(eighths_are_left_out),
        cmocka_unit_test(straddling_span_grows),
        cmocka_unit_test(whole_address_space),
        cmocka_unit_test(two_regions_beat_one),
        cmocka_unit_test(random_windows_are_covered),
        cmocka_unit_test(register_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
