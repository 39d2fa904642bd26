/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/x86_64/boot_info.c
/*
 * What loaders tell of ACPI's root pointer: PVH, Multiboot2, and what is damaged.
 */
#include <platforms/arch/x86_64/boot_info.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { PVH = 0x336ec578, SIZE = 256 };

static _Alignas(8) uint8_t info[SIZE];
static uint32_t end; /* of the Multiboot2 tags so far */

static void put32(uint32_t offset, uint32_t value)
{
    memcpy(info + offset, &value, sizeof value);
}

static int set_up(void **state)
{
    (void)state;
    memset(info, 0, sizeof info);
    end = 8;
    put32(0, end);
    return 0;
}

/* Adds a tag of `type` with `size` bytes after its header. Returns where these begin. */
static const uint8_t *tag(uint32_t type, uint32_t size)
{
    const uint8_t *content = info + end + 8;

    put32(end, type);
    put32(end + 4, size + 8);
    end += (size + 8 + 7) & ~7u;
    put32(0, end);
    return content;
}

static void reads_pvh(void **state)
{
    uint64_t root = (uintptr_t)info + 128;

    (void)state;
    put32(0, PVH);
    memcpy(info + 32, &root, sizeof root);
    assert_ptr_equal(boot_info_acpi_root(0, info), info + 128);
    put32(0, PVH + 1);
    assert_null(boot_info_acpi_root(0, info));
    assert_null(boot_info_acpi_root(0, NULL));
}

static void pvh_may_know_none(void **state)
{
    (void)state;
    put32(0, PVH);
    assert_null(boot_info_acpi_root(0, info));
}

static void reads_multiboot2(void **state)
{
    (void)state;
    tag(1, 13); /* not a multiple of the alignment */
    const uint8_t *old = tag(14, 20);
    tag(0, 0);
    assert_ptr_equal(boot_info_acpi_root(BOOT_INFO_MULTIBOOT2, info), old);
}

static void prefers_the_newer_root(void **state)
{
    (void)state;
    const uint8_t *new = tag(15, 36);
    tag(14, 20);
    tag(0, 0);
    assert_ptr_equal(boot_info_acpi_root(BOOT_INFO_MULTIBOOT2, info), new);
}

static void stops_at_the_end_tag(void **state)
{
    (void)state;
    tag(0, 0);
    tag(14, 20);
    assert_null(boot_info_acpi_root(BOOT_INFO_MULTIBOOT2, info));
}

static void survives_damage(void **state)
{
    (void)state;
    tag(14, 20);
    put32(12, 4); /* shorter than its own header: would not advance */
    assert_null(boot_info_acpi_root(BOOT_INFO_MULTIBOOT2, info));
    put32(12, 0xfffffff0); /* beyond the end */
    assert_null(boot_info_acpi_root(BOOT_INFO_MULTIBOOT2, info));
    put32(0, 12); /* half a header */
    assert_null(boot_info_acpi_root(BOOT_INFO_MULTIBOOT2, info));
    put32(0, 0);
    assert_null(boot_info_acpi_root(BOOT_INFO_MULTIBOOT2, info));
}

static void put64(uint32_t offset, uint64_t value)
{
    memcpy(info + offset, &value, sizeof value);
}

static void row(uint32_t offset, uint64_t base, uint64_t size, uint32_t type)
{
    put64(offset, base);
    put64(offset + 8, size);
    put32(offset + 16, type);
}

static void assert_two_ranges(uint32_t magic)
{
    struct memory_range ranges[4];

    assert_int_equal(boot_info_memory(magic, info, ranges, 4), 2);
    assert_int_equal(ranges[0].base, 0);
    assert_int_equal(ranges[0].size, 0x9fc00);
    assert_int_equal(ranges[1].base, 0x100000);
    assert_int_equal(ranges[1].size, 0xff00000);
    assert_int_equal(boot_info_memory(magic, info, ranges, 1), 1);
    assert_int_equal(boot_info_memory(magic, NULL, ranges, 4), 0);
}

static void reads_memory_maps(void **state)
{
    struct memory_range ranges[4];

    (void)state;
    put32(0, PVH);
    put32(4, 1);
    put64(40, (uintptr_t)info + 64);
    put32(48, 3);
    row(64, 0, 0x9fc00, 1);
    row(88, 0x9fc00, 0x400, 2);
    row(112, 0x100000, 0xff00000, 1);
    assert_two_ranges(0);
    put32(4, 0); /* a version without map */
    assert_int_equal(boot_info_memory(0, info, ranges, 4), 0);

    set_up(state);
    uint32_t at = (uint32_t)(tag(6, 8 + 3 * 32) - info);
    put32(at, 32); /* longer rows than we know */
    row(at + 8, 0, 0x9fc00, 1);
    row(at + 40, 0x9fc00, 0x400, 2);
    row(at + 72, 0x100000, 0xff00000, 1);
    tag(0, 0);
    assert_two_ranges(BOOT_INFO_MULTIBOOT2);
    put32(at, 8); /* shorter than a row */
    assert_int_equal(boot_info_memory(BOOT_INFO_MULTIBOOT2, info, ranges, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_pvh, set_up),
        cmocka_unit_test_setup(pvh_may_know_none, set_up),
        cmocka_unit_test_setup(reads_multiboot2, set_up),
        cmocka_unit_test_setup(prefers_the_newer_root, set_up),
        cmocka_unit_test_setup(stops_at_the_end_tag, set_up),
        cmocka_unit_test_setup(survives_damage, set_up),
        cmocka_unit_test_setup(reads_memory_maps, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
