/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A kind of thing that a board has: a section of its file, and what the generator does with it. One
 * kind, one file; board.c has the table of them all, in the order in which they are read, resolved
 * and printed. To add a kind: write its file, declare it here, put it into the table, and its file
 * into the link line of tests/unit/gen_board_test.c.
 */
#ifndef GEN_RESOURCE_H
#define GEN_RESOURCE_H

#include "board.h"
#include "json.h"

struct resource {
    const char *key; /* of its section; NULL if it has none */
    bool required;   /* a board must have the section */

    /* Each may be NULL. `section` is NULL where the board has none. */
    void (*read)(struct board *board, const struct node *section); /* board_read */
    void (*enable)(struct board *board);  /* board_resolve: what is in the image */
    void (*resolve)(struct board *board); /* board_resolve: what clashes, in which order */
    void (*print)(const struct board *board, struct json *json); /* into model.json */
};

extern const struct resource cpu_resource, memory_resource, image_resource, storage_resource,
    partition_resource, agent_resource, device_resource, interrupt_resource, pin_resource,
    service_resource, wiring_resource, config_resource, runtime_resource, source_resource,
    qemu_resource;

/* The settings of a device or service from its map in the board file (NULL: none given); required
 * ones that are missing become SETTING_ABSENT without an error, see settings_require. */
struct setting *settings_read(struct board *board, const struct property *properties,
                              const struct node *map);

/* Reports what is required and absent. */
void settings_require(struct board *board, const struct setting *settings, const struct node *map);

/* Finds the devices and partitions that settings name; a setting that names none becomes
 * SETTING_INVALID. */
void settings_wire(struct board *board, struct setting *settings);

/* Calls `visit` for each device that settings refer to. */
typedef void device_visitor(const struct setting *setting, struct device *device, void *context);
void settings_visit_devices(const struct setting *settings, device_visitor *visit, void *context);

/* The device of that name, of a class; NULL with errors reported where `node` names none. */
struct device *device_wire(struct board *board, const struct node *node, const char *name,
                           const char *class_name);

/* The names of the devices of a class, in the order of the files. */
struct text_list devices_of_class(const struct board *board, const char *class_name);

/* The parts of device_resource. */
void devices_read(struct board *board, const struct node *section);
void devices_enable(struct board *board);
void devices_resolve(struct board *board);
void devices_print(const struct board *board, struct json *json);

/* The parts of service_resource. */
void services_read(struct board *board, const struct node *section);
void services_enable(struct board *board);
void services_resolve(struct board *board);
void services_print(const struct board *board, struct json *json);

/* "properties": [ … ], values with their types. */
void settings_print(struct json *json, const struct setting *settings);

/* "name", "type", "values", "of", "class", "summary", "optional" of a property. */
void property_print(struct json *json, const struct property *property);

void texts_print(struct json *json, const char *key, const struct text_list *list);

/* Adds a reason at a list's end, unless it is there already. */
void reason_add(struct arena *arena, struct reason **reasons, struct position at,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
