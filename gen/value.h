/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A property's value: from YAML to typed. A reference to a device stays a name until the board's
 * wiring is looked at.
 */
#ifndef GEN_VALUE_H
#define GEN_VALUE_H

#include "schema.h"

struct device;

struct value {
    uint64_t number;  /* bool 0 or 1, numbers, size, time, address, interrupt, pin, register base */
    uint64_t size;    /* registers: bytes */
    bool edge;        /* interrupt */
    bool shared;      /* interrupt: other owners are welcome */
    const char *text; /* text, enum; device, partition: its name */
    struct device *device; /* device: NULL until it is found */
    struct value *items;   /* list */
    size_t item_count;
    struct position at;
};

/* Reads `node` as a value of `property`; false with errors reported. */
bool value_read(struct diagnostics *diagnostics, const struct property *property,
                const struct node *node, struct value *value);

#endif
