/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See acpi_tables.h. Root pointer -> root table (of 64-bit addresses where there is one) -> fixed
 * table (FADT) -> differentiated table (DSDT), which has the package \_S5; root table -> interrupt
 * controller table (MADT).
 */
#include "acpi_tables.h"

#include <string.h>

enum {
    ROOT_SIZE_OLD = 20,
    ROOT_SIZE = 36,
    ROOT_REVISION = 15,
    ROOT_TABLE = 16,
    ROOT_TABLE_WIDE = 24,

    TABLE_LENGTH = 4,
    TABLE_HEADER = 36,
    TABLE_LIMIT = 1 << 22, /* none that we read comes near */

    FIXED_CODE = 40, /* DSDT */
    FIXED_COMMAND_PORT = 48,
    FIXED_ENABLE = 52,
    FIXED_CONTROL_A = 64,
    FIXED_CONTROL_B = 68,
    FIXED_FLAGS = 112,
    FIXED_RESET = 116, /* a generic address */
    FIXED_RESET_VALUE = 128,
    FIXED_CODE_WIDE = 140,
    FIXED_SIZE_OLD = 116,
    FLAG_RESET = 1 << 10,
    FLAG_NO_FIXED_HARDWARE = 1 << 20,

    CONTROLLERS = 44, /* bytes into the MADT: its entries, of type, length and content each */
    LOCAL_APIC = 0,
    LOCAL_APIC_FLAGS = 4,
    LOCAL_X2APIC = 9,
    LOCAL_X2APIC_FLAGS = 8,
    PROCESSOR_ENABLED = 1 << 0,

    GENERIC_ADDRESS = 4, /* bytes into a generic address */
    SPACE_PORTS = 1,

    AML_ZERO = 0x00,
    AML_ONE = 0x01,
    AML_NAME = 0x08,
    AML_BYTE = 0x0a,
    AML_PACKAGE = 0x12,
};

static uint64_t little(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;

    for (unsigned i = count; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static bool adds_up(const uint8_t *bytes, size_t size)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum == 0;
}

/* The table at `address`, whole and checked, or NULL. Its size goes to `*size`. */
static const uint8_t *table_at(uint64_t address, acpi_map *map, size_t *size)
{
    const uint8_t *header = address ? map(address, TABLE_HEADER) : NULL;

    if (!header)
        return NULL;
    *size = (size_t)little(header + TABLE_LENGTH, 4);
    if (*size < TABLE_HEADER || *size > TABLE_LIMIT)
        return NULL;
    const uint8_t *table = map(address, *size);
    return table && adds_up(table, *size) ? table : NULL;
}

/* The table of that signature among those that the root table lists. */
static enum status find_table(const uint8_t *root, acpi_map *map, const char *signature,
                              const uint8_t **found, size_t *found_size)
{
    if (memcmp(root, "RSD PTR ", 8) != 0 || !adds_up(root, ROOT_SIZE_OLD) ||
        (root[ROOT_REVISION] && !adds_up(root, ROOT_SIZE)))
        return ERR_CORRUPT;
    const bool is_wide = root[ROOT_REVISION] && little(root + ROOT_TABLE_WIDE, 8);
    const unsigned width = is_wide ? 8 : 4;
    size_t size;
    const uint8_t *list =
        table_at(little(root + (is_wide ? ROOT_TABLE_WIDE : ROOT_TABLE), width), map, &size);

    if (!list)
        return ERR_CORRUPT;
    for (size_t offset = TABLE_HEADER; offset + width <= size; offset += width) {
        uint64_t address = little(list + offset, width);
        const uint8_t *header = address ? map(address, TABLE_HEADER) : NULL;
        if (!header || memcmp(header, signature, 4) != 0)
            continue;
        *found = table_at(address, map, found_size);
        return *found ? OK : ERR_CORRUPT;
    }
    return ERR_NOT_FOUND;
}

/* Reads a package's element: a small integer. Returns the bytes it takes, or 0. */
static size_t element(const uint8_t *code, size_t size, uint8_t *value)
{
    if (size >= 1 && (code[0] == AML_ZERO || code[0] == AML_ONE)) {
        *value = code[0];
        return 1;
    }
    if (size >= 2 && code[0] == AML_BYTE) {
        *value = code[1];
        return 2;
    }
    return 0;
}

/* The package of S5 at `code`: its length, the number of elements, the elements. */
static bool read_package(const uint8_t *code, size_t size, uint8_t *sleep_a, uint8_t *sleep_b)
{
    if (size < 3 || code[0] != AML_PACKAGE)
        return false;
    size_t offset = 2 + (code[1] >> 6); /* the length's two upper bits: how many bytes follow it */
    if (offset >= size || code[offset] < 2)
        return false;
    offset++;
    size_t taken = element(code + offset, size - offset, sleep_a);
    return taken && element(code + offset + taken, size - offset - taken, sleep_b);
}

bool acpi_tables_find_s5(const uint8_t *code, size_t size, uint8_t *sleep_a, uint8_t *sleep_b)
{
    for (size_t i = 0; i + 5 < size; i++) {
        bool is_rooted = code[i] == AML_NAME && code[i + 1] == '\\';
        size_t name = i + (is_rooted ? 2 : 1);
        if (code[i] != AML_NAME || name + 4 > size || memcmp(code + name, "_S5_", 4) != 0)
            continue;
        if (read_package(code + name + 4, size - name - 4, sleep_a, sleep_b))
            return true;
    }
    return false;
}

static void read_reset(const uint8_t *fixed, size_t size, struct acpi_power *power)
{
    if (size <= FIXED_RESET_VALUE || !(little(fixed + FIXED_FLAGS, 4) & FLAG_RESET))
        return;
    uint64_t port = little(fixed + FIXED_RESET + GENERIC_ADDRESS, 8);
    if (fixed[FIXED_RESET] != SPACE_PORTS || !port || port > UINT16_MAX)
        return;
    power->can_reset = true;
    power->reset_port = (uint16_t)port;
    power->reset_value = fixed[FIXED_RESET_VALUE];
}

static enum status read_sleep(const uint8_t *fixed, size_t size, acpi_map *map,
                              struct acpi_power *power)
{
    uint64_t address = little(fixed + FIXED_CODE, 4);
    size_t code_size;

    if (!address && size >= FIXED_CODE_WIDE + 8)
        address = little(fixed + FIXED_CODE_WIDE, 8);
    const uint8_t *code = table_at(address, map, &code_size);
    if (!code)
        return ERR_CORRUPT;
    power->can_sleep =
        power->control_a && acpi_tables_find_s5(code + TABLE_HEADER, code_size - TABLE_HEADER,
                                                &power->sleep_a, &power->sleep_b);
    return OK;
}

enum status acpi_tables_read(const void *root, acpi_map *map, struct acpi_power *power)
{
    const uint8_t *fixed;
    size_t size;

    *power = (struct acpi_power){0};
    enum status status = find_table(root, map, "FACP", &fixed, &size);
    if (status)
        return status;
    if (size < FIXED_SIZE_OLD)
        return ERR_CORRUPT;
    read_reset(fixed, size, power);
    if (little(fixed + FIXED_FLAGS, 4) & FLAG_NO_FIXED_HARDWARE)
        return OK;
    power->command_port = (uint16_t)little(fixed + FIXED_COMMAND_PORT, 4);
    power->enable_command = fixed[FIXED_ENABLE];
    power->control_a = (uint16_t)little(fixed + FIXED_CONTROL_A, 4);
    power->control_b = (uint16_t)little(fixed + FIXED_CONTROL_B, 4);
    return read_sleep(fixed, size, map, power);
}

/* True if the MADT's entry of `size` bytes is a processor that may run. */
static bool is_processor(const uint8_t *entry, size_t size)
{
    size_t flags = entry[0] == LOCAL_APIC     ? LOCAL_APIC_FLAGS
                   : entry[0] == LOCAL_X2APIC ? LOCAL_X2APIC_FLAGS
                                              : size;
    return flags < size && (entry[flags] & PROCESSOR_ENABLED);
}

enum status acpi_tables_cores(const void *root, acpi_map *map, unsigned *cores)
{
    const uint8_t *table;
    size_t size, length;

    *cores = 0;
    enum status status = find_table(root, map, "APIC", &table, &size);
    if (status)
        return status;
    for (size_t offset = CONTROLLERS; offset + 2 <= size; offset += length) {
        length = table[offset + 1];
        if (length < 2 || length > size - offset)
            return ERR_CORRUPT;
        *cores += is_processor(table + offset, length);
    }
    return OK;
}
