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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_pvh, set_up),
        cmocka_unit_test_setup(pvh_may_know_none, set_up),
        cmocka_unit_test_setup(reads_multiboot2, set_up),
        cmocka_unit_test_setup(prefers_the_newer_root, set_up),
        cmocka_unit_test_setup(stops_at_the_end_tag, set_up),
        cmocka_unit_test_setup(survives_damage, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
