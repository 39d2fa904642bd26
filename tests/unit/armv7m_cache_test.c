/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/armv7m/cache_geometry.c
/*
 * Geometry and operands of the Cortex-M7's caches, as its reference manual (ARM DDI 0489, 4.2.5 and
 * 4.2.8) gives them, and how they are turned on: QEMU's cores have none, so the register writes are
 * compared with the sequence of the Armv7-M ARM (B2.2.7) here.
 */
#define KERNEL_REGISTER_H
#define ARMV7M_H
#include <kernel/device.h>
#include <platforms/arch/armv7m/cache.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { BARRIER = 1 }; /* noted as a write to no register */

static uint32_t registers[0x1000 / 4];
static struct {
    size_t offset;
    uint32_t value;
} writes[1024];
static size_t write_count;

static uint32_t register_read32(const struct register_window *window, size_t offset)
{
    assert_int_equal(window->base, 0xe000e000);
    return registers[offset / 4];
}

static void register_write32(const struct register_window *window, size_t offset, uint32_t value)
{
    assert_true(offset < window->size && write_count < sizeof(writes) / sizeof(writes[0]));
    registers[offset / 4] = value;
    writes[write_count].offset = offset;
    writes[write_count++].value = value;
}

static void armv7m_synchronise(void)
{
    writes[write_count++].offset = BARRIER;
}

void cache_init(void);

#include <platforms/arch/armv7m/cache.c>

static void start(uint32_t clidr, uint32_t ccr)
{
    write_count = 0;
    registers[CLIDR / 4] = clidr;
    registers[CCSIDR / 4] = 0xf00fe019; /* 16 KB: 128 sets, 4 ways */
    registers[CCR / 4] = ccr;
    cache_init();
}

static void assert_write(size_t index, size_t offset, uint32_t value)
{
    assert_true(index < write_count);
    assert_int_equal(writes[index].offset, offset);
    if (offset != BARRIER)
        assert_int_equal(writes[index].value, value);
}

static void turns_both_on_invalidated(void **state)
{
    enum { LINES = 128 * 4 };
    size_t i = 0;
    (void)state;
    start(0x09000003, 0x200);
    assert_write(i++, BARRIER, 0);
    assert_write(i++, ICIALLU, 0);
    assert_write(i++, BARRIER, 0);
    assert_write(i++, CCR, 0x20200);
    assert_write(i++, BARRIER, 0);
    assert_write(i++, CSSELR, 0);
    assert_write(i++, BARRIER, 0);
    for (uint32_t line = 0; line < LINES; line++)
        assert_write(i++, DCISW, (line % 4) << 30 | (line / 4) << 5);
    assert_write(i++, BARRIER, 0);
    assert_write(i++, CCR, 0x30200);
    assert_write(i++, BARRIER, 0);
    assert_int_equal(write_count, i);
}

static void leaves_alone_what_runs_or_is_not_there(void **state)
{
    (void)state;
    start(0x09000003, 0x30200);
    assert_int_equal(write_count, 0);
    start(0, 0x200);
    assert_int_equal(write_count, 0);
}

static void knows_the_sizes_of_the_manual(void **state)
{
    static const struct {
        uint32_t ccsidr, bytes, ways;
    } cases[] = {
        {0xf003e019, 4096, 4}, {0xf00fe019, 16384, 4}, {0xf03fe019, 65536, 4},
        {0xf007e009, 4096, 2}, {0xf07fe009, 65536, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cache_geometry cache = cache_geometry(cases[i].ccsidr);
        assert_int_equal(cache.ways, cases[i].ways);
        assert_int_equal(cache.line_log2, 5);
        assert_int_equal(cache.sets * cache.ways << cache.line_log2, cases[i].bytes);
    }
}

/* Four ways in bits 31-30, the sets from bit 5 on. */
static void places_set_and_way(void **state)
{
    struct cache_geometry cache = cache_geometry(0xf00fe019);
    (void)state;
    assert_int_equal(cache_set_way(&cache, 0, 0), 0);
    assert_int_equal(cache_set_way(&cache, 127, 0), 127 << 5);
    assert_int_equal(cache_set_way(&cache, 1, 3), 0xc0000020);
    cache = cache_geometry(0xf007e009); /* two ways: bit 31 */
    assert_int_equal(cache_set_way(&cache, 63, 1), 0x800007e0);
}

static void places_what_is_no_power_of_two_or_one_way(void **state)
{
    struct cache_geometry cache = {.sets = 4, .ways = 3, .line_log2 = 5};
    (void)state;
    assert_int_equal(cache_set_way(&cache, 3, 2), 0x80000060);
    cache.ways = 1;
    assert_int_equal(cache_set_way(&cache, 3, 0), 0x60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_sizes_of_the_manual),
        cmocka_unit_test(places_set_and_way),
        cmocka_unit_test(places_what_is_no_power_of_two_or_one_way),
        cmocka_unit_test(turns_both_on_invalidated),
        cmocka_unit_test(leaves_alone_what_runs_or_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
