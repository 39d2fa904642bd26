/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/drivers/acpi/acpi_tables.c
/*
 * ACPI's tables, built in a little memory of their own: the way from the root pointer to \_S5 and
 * the reset register, and that no damage leads out of that memory (ASan watches its ends).
 */
#include <platforms/drivers/acpi/acpi_tables.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    MEMORY = 4096, /* bytes, from physical address BASE on */
    BASE = 0x10000,
    ROOT = BASE,
    LIST = BASE + 0x100,
    CONTROLLERS = BASE + 0x200,
    FIXED = BASE + 0x300,
    CODE = BASE + 0x600,
    FIXED_SIZE = 244,
};

static uint8_t *memory;

static const void *map(uint64_t address, size_t size)
{
    if (address < BASE || address - BASE > MEMORY || size > MEMORY - (address - BASE))
        return NULL;
    return memory + (address - BASE);
}

static void put(uint32_t address, uint64_t value, unsigned bytes)
{
    memcpy(memory + (address - BASE), &value, bytes);
}

/* Makes `size` bytes at `address` add up to 0 through the one at `sum`. */
static void balance(uint32_t address, size_t size, uint32_t sum)
{
    uint8_t total = 0;

    put(sum, 0, 1);
    for (size_t i = 0; i < size; i++)
        total = (uint8_t)(total + memory[address - BASE + i]);
    put(sum, (uint8_t)-total, 1);
}

static void table(uint32_t address, const char *signature, uint32_t size)
{
    memcpy(memory + (address - BASE), signature, 4);
    put(address + 4, size, 4);
    balance(address, size, address + 9);
}

static void code(const void *bytes, uint32_t size)
{
    memcpy(memory + (CODE + 36 - BASE), bytes, size);
    table(CODE, "DSDT", 36 + size);
}

/* The interrupt controllers' table with these entries. */
static void controllers(const void *entries, uint32_t size)
{
    memcpy(memory + (CONTROLLERS + 44 - BASE), entries, size);
    table(CONTROLLERS, "APIC", 44 + size);
}

/* As QEMU's q35 has them, but for the code in front of the package. */
static void build(bool is_wide)
{
    static const char s5[] = "\x10\x05Scope\x08_S5_\x12\x06\x04\x0a\x05\x0a\x06\x00\x00";

    memcpy(memory, "RSD PTR ", 8);
    put(ROOT + 15, is_wide ? 2 : 0, 1);
    put(ROOT + 16, is_wide ? 0 : LIST, 4);
    put(ROOT + 24, is_wide ? LIST : 0, 8);
    balance(ROOT, 20, ROOT + 8);
    balance(ROOT, 36, ROOT + 32);
    put(LIST + 36, CONTROLLERS, is_wide ? 8 : 4);
    put(LIST + (is_wide ? 44 : 40), FIXED, is_wide ? 8 : 4);
    table(LIST, is_wide ? "XSDT" : "RSDT", is_wide ? 52 : 44);
    controllers("\0\x08\0\0\x01\0\0\0", 8);
    put(FIXED + 40, CODE, 4);
    put(FIXED + 48, 0xb2, 4);
    put(FIXED + 52, 2, 1);
    put(FIXED + 64, 0x604, 4);
    put(FIXED + 68, 0x704, 4);
    put(FIXED + 112, 1 << 10, 4);
    put(FIXED + 116, 1, 1);
    put(FIXED + 120, 0xcf9, 8);
    put(FIXED + 128, 0x0f, 1);
    table(FIXED, "FACP", FIXED_SIZE);
    code(s5, sizeof s5 - 1);
}

static int set_up(void **state)
{
    (void)state;
    memory = calloc(1, MEMORY);
    build(true);
    return memory ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

static void assert_power(void)
{
    struct acpi_power power;

    assert_int_equal(acpi_tables_read(memory, map, &power), OK);
    assert_int_equal(power.command_port, 0xb2);
    assert_int_equal(power.enable_command, 2);
    assert_int_equal(power.control_a, 0x604);
    assert_int_equal(power.control_b, 0x704);
    assert_true(power.can_sleep);
    assert_int_equal(power.sleep_a, 5);
    assert_int_equal(power.sleep_b, 6);
    assert_true(power.can_reset);
    assert_int_equal(power.reset_port, 0xcf9);
    assert_int_equal(power.reset_value, 0x0f);
}

static void reads_wide_tables(void **state)
{
    (void)state;
    assert_power();
}

static void reads_tables_of_old(void **state)
{
    (void)state;
    build(false);
    assert_power();
}

static void takes_the_wide_address_of_the_code(void **state)
{
    (void)state;
    put(FIXED + 40, 0, 4);
    put(FIXED + 140, CODE, 8);
    table(FIXED, "FACP", FIXED_SIZE);
    assert_power();
}

static void may_find_no_reset_register(void **state)
{
    struct acpi_power power;

    (void)state;
    put(FIXED + 112, 0, 4);
    table(FIXED, "FACP", FIXED_SIZE);
    assert_int_equal(acpi_tables_read(memory, map, &power), OK);
    assert_false(power.can_reset);
    put(FIXED + 112, 1 << 10, 4);
    put(FIXED + 116, 0, 1); /* in memory */
    table(FIXED, "FACP", FIXED_SIZE);
    assert_int_equal(acpi_tables_read(memory, map, &power), OK);
    assert_false(power.can_reset);
    assert_true(power.can_sleep);
}

static void may_find_no_fixed_hardware(void **state)
{
    struct acpi_power power;

    (void)state;
    put(FIXED + 112, 1 << 20, 4);
    table(FIXED, "FACP", FIXED_SIZE);
    assert_int_equal(acpi_tables_read(memory, map, &power), OK);
    assert_false(power.can_sleep);
}

static void refuses_damage(void **state)
{
    static const uint32_t places[] = {ROOT, ROOT + 20, LIST + 36, FIXED + 64, CODE + 40};
    struct acpi_power power;

    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        uint8_t *byte = memory + (places[i] - BASE);
        *byte ^= 0x10;
        assert_int_equal(acpi_tables_read(memory, map, &power), ERR_CORRUPT);
        assert_false(power.can_sleep);
        *byte ^= 0x10;
    }
    assert_power();
}

static void tells_what_is_missing(void **state)
{
    struct acpi_power power;

    (void)state;
    put(LIST + 44, CONTROLLERS, 8);
    table(LIST, "XSDT", 52);
    assert_int_equal(acpi_tables_read(memory, map, &power), ERR_NOT_FOUND);
}

static void finds_packages(void **state)
{
    static const struct {
        const char *bytes;
        uint8_t size;
        bool is_found;
        uint8_t a, b;
    } rows[] = {
        {"\x08_S5_\x12\x06\x04\x00\x00\x00\x00", 12, true, 0, 0},
        {"\x08_S5_\x12\x07\x02\x01\x0a\x07", 11, true, 1, 7},
        {"\x08\\_S5_\x12\x08\x04\x0a\x07\x0a\x07", 13, true, 7, 7},
        {"\x08_S5_\x12\x48\x00\x04\x0a\x03\x00", 12, true, 3, 0},  /* a length of two bytes */
        {"\x08_S5_\x12\x06\x01\x0a\x05", 10, false, 0, 0},         /* one element */
        {"\x08_S5_\x12\x06\x04\x0b\x05\x00", 11, false, 0, 0},     /* a word: no sleep type */
        {"\x14_S5_\x12\x06\x04\x0a\x05\x0a\x05", 12, false, 0, 0}, /* a method */
        {"\x08_S4_\x12\x06\x04\x0a\x05\x0a\x05", 12, false, 0, 0},
        {"\x08_S5_", 5, false, 0, 0},
        {"", 0, false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t a = 0, b = 0;
        uint8_t *bytes = malloc(rows[i].size + 1u);
        assert_non_null(bytes);
        memcpy(bytes, rows[i].bytes, rows[i].size);
        assert_int_equal(acpi_tables_find_s5(bytes, rows[i].size, &a, &b), rows[i].is_found);
        if (rows[i].is_found) {
            assert_int_equal(a, rows[i].a);
            assert_int_equal(b, rows[i].b);
        }
        free(bytes);
    }
}

/* Cut anywhere, a package is found whole or not at all, and nothing beyond is read. */
static void survives_cut_code(void **state)
{
    static const char whole[] = "\x08\\_S5_\x12\x08\x04\x0a\x07\x0a\x07";

    (void)state;
    for (size_t size = 0; size < sizeof whole; size++) {
        uint8_t a, b;
        uint8_t *bytes = malloc(size ? size : 1);
        assert_non_null(bytes);
        memcpy(bytes, whole, size);
        assert_int_equal(acpi_tables_find_s5(bytes, size, &a, &b), size == sizeof whole - 1);
        free(bytes);
        if (size == sizeof whole - 1)
            break;
    }
}

static void counts_processors(void **state)
{
    static const struct {
        const char *entries;
        uint8_t size;
        enum status status;
        unsigned cores;
    } rows[] = {
        {"\0\x08\0\0\x01\0\0\0", 8, OK, 1},
        {"\0\x08\0\0\x01\0\0\0\x01\x0c\0\0\0\0\xc0\xfe\0\0\0\0\0\x08\x01\x01\x03\0\0\0", 28, OK, 2},
        {"\0\x08\0\0\0\0\0\0", 8, OK, 0},                          /* disabled */
        {"\x09\x10\0\0\0\x01\0\0\x01\0\0\0\0\x01\0\0", 16, OK, 1}, /* an x2APIC */
        {"\0\x04\0\0\x01\x04\0\0", 8, OK, 0},                      /* without flags */
        {"\0\0\0\0\x01\0\0\0", 8, ERR_CORRUPT, 0},                 /* does not advance */
        {"\0\x08\0\0\x01\0\0\0\0\x08\0\0", 12, ERR_CORRUPT, 1},    /* cut */
    };
    unsigned cores;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        controllers(rows[i].entries, rows[i].size);
        assert_int_equal(acpi_tables_cores(memory, map, &cores), rows[i].status);
        assert_int_equal(cores, rows[i].cores);
    }
    put(LIST + 36, FIXED, 8);
    table(LIST, "XSDT", 52);
    assert_int_equal(acpi_tables_cores(memory, map, &cores), ERR_NOT_FOUND);
}

/* Any byte of the tables changed, sums made right again: never a crash, whatever is found. */
static void survives_any_content(void **state)
{
    struct acpi_power power;
    unsigned cores;

    (void)state;
    srand(2);
    for (unsigned round = 0; round < 20000; round++) {
        build(round % 2);
        uint32_t table_at = (uint32_t[]){LIST, FIXED, CODE, CONTROLLERS}[rand() % 4];
        put(table_at + 4 + (uint32_t)rand() % 140, (uint64_t)rand(), 1 + (unsigned)rand() % 4);
        uint32_t size;
        memcpy(&size, memory + (table_at - BASE) + 4, 4);
        if (size <= MEMORY - (table_at - BASE))
            balance(table_at, size, table_at + 9);
        acpi_tables_read(memory, map, &power);
        acpi_tables_cores(memory, map, &cores);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_wide_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_tables_of_old, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_the_wide_address_of_the_code, set_up, tear_down),
        cmocka_unit_test_setup_teardown(may_find_no_reset_register, set_up, tear_down),
        cmocka_unit_test_setup_teardown(may_find_no_fixed_hardware, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_damage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_what_is_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts_processors, set_up, tear_down),
        cmocka_unit_test(finds_packages),
        cmocka_unit_test(survives_cut_code),
        cmocka_unit_test_setup_teardown(survives_any_content, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
