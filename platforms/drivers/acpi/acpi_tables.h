/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What of ACPI's tables switching off, resetting and the hardware profile need. The tables are
 * firmware's: nothing of them is believed before it was checked. Pure but for `map`.
 */
#ifndef ACPI_TABLES_H
#define ACPI_TABLES_H

#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What ends or restarts the machine. Ports are 0 where there is none. */
struct acpi_power {
    uint16_t command_port; /* written with `enable_command` hands the hardware over to us */
    uint8_t enable_command;
    uint16_t control_a, control_b; /* PM1a_CNT, PM1b_CNT */
    bool can_sleep;                /* the two following are known */
    uint8_t sleep_a, sleep_b;      /* SLP_TYP of S5 for each */
    bool can_reset;
    uint16_t reset_port;
    uint8_t reset_value;
};

/* Makes `size` bytes of physical memory readable and returns where, or NULL. */
typedef const void *acpi_map(uint64_t address, size_t size);

/* Fills `power` from the tables that the root pointer `root` (20 bytes, 36 from revision 2 on)
 * leads to. ERR_CORRUPT if a table on the way is damaged, ERR_NOT_FOUND if one is missing. */
enum status acpi_tables_read(const void *root, acpi_map *map, struct acpi_power *power);

/* Counts the processors that firmware has enabled, by the interrupt controller table (MADT, ACPI
 * 6.5, 5.2.12). Same arguments and errors. */
enum status acpi_tables_cores(const void *root, acpi_map *map, unsigned *cores);

/* Finds the sleep types of S5 in `size` bytes of AML (ACPI 6.5, 7.4.2 and 20.2). */
bool acpi_tables_find_s5(const uint8_t *code, size_t size, uint8_t *sleep_a, uint8_t *sleep_b);

#endif
