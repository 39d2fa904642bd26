/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A cell's record in a snapshot: all that it is besides the engine's state. Private to the service.
 */
#ifndef CELLS_RECORD_H
#define CELLS_RECORD_H

#include <services/cells/cell.h>

/* A record as it was read, checked but for what only the engine's state can tell. */
struct record {
    struct cells_create_request create;
    uint8_t stage;
    bool called;
    bool pending;
    bool is_suspended;
    uint32_t pending_import; /* function index */
    uint64_t time;           /* ns */
    uint64_t fuel_used;
    uint32_t restarts;
    uint16_t result_count;
    uint8_t result_types[CELL_VALUES];
};

/* Writes the record of a cell. What `write` returned; ERR_NO_MEMORY. */
enum status record_write(const struct cell *cell, wasm_write *write, void *context);

/* Reads one from the start of a body; *length is what it has. ERR_CORRUPT. */
enum status record_read(const uint8_t *body, size_t size, struct record *record, size_t *length);

#endif
