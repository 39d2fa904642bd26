/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A module in memory, between the engine's own parts. Arrays belong to the module; names, types,
 * segments and bodies point into the module's bytes, which the caller keeps. Index spaces begin
 * with the imports, as in core 2.0, 2.5.1.
 */
#ifndef SERVICES_WASM_MODULE_H
#define SERVICES_WASM_MODULE_H

#include <services/wasm/wasm.h>

struct instruction;

/* parameters and results are arrays of enum wasm_type. */
struct wasm_func_type {
    const uint8_t *parameters, *results;
    uint32_t parameter_count, result_count;
};

/* The one instruction of a constant expression (core 2.0, 3.3.10). */
struct constant {
    const uint8_t *at;
    uint8_t opcode; /* a const, global.get, ref.func or ref.null */
    uint8_t type;   /* of its value; of a global.get: 0, the global says */
    uint32_t index; /* of a global or function */
    uint64_t bits;
};

struct size_range {
    uint32_t minimum, maximum;
    bool has_maximum;
};

struct module_function {
    uint32_t type;             /* the first of those that are alike */
    const uint8_t *body, *end; /* from the local declarations on; NULL for an import */
    uint32_t code_size;        /* in instructions */
};

struct module_table {
    struct size_range size;
    uint8_t type;
};

struct module_global {
    struct constant value; /* not of an import */
    uint8_t type;
    bool is_mutable;
};

struct module_import {
    const char *module, *name;
    uint32_t module_length, name_length;
    uint8_t kind;   /* enum wasm_kind */
    uint32_t index; /* in its kind's index space */
    const uint8_t *at;
};

struct module_export {
    const char *name;
    uint32_t name_length;
    uint8_t kind;
    uint32_t index;
    const uint8_t *at;
};

enum segment_mode { SEGMENT_ACTIVE, SEGMENT_PASSIVE, SEGMENT_DECLARATIVE };

struct element_segment {
    const uint8_t *at, *items; /* items: `count` function indices or constant expressions */
    uint32_t count, table;
    struct constant offset;
    uint8_t mode, type;
    bool expressions;
};

struct data_segment {
    const uint8_t *at, *bytes;
    uint32_t size;
    struct constant offset;
    uint8_t mode;
};

struct wasm_module {
    const struct wasm_allocator *allocator;
    const struct wasm_limits *limits;
    const uint8_t *bytes;
    size_t size;

    struct wasm_func_type *types;
    uint32_t *alike; /* for each type the first that is equal */
    struct module_import *imports;
    struct module_function *functions;
    struct module_table *tables;
    struct module_global *globals;
    struct module_export *exports;
    struct element_segment *elements;
    struct data_segment *data;
    struct instruction **code; /* by function index; NULL for imports */
    uint8_t *declared;         /* a bit for each function that ref.func may name */

    uint32_t type_count, import_count, function_count, imported_functions;
    uint32_t table_count, imported_tables, global_count, imported_globals;
    uint32_t export_count, element_count, data_count;
    struct size_range memory;
    bool has_memory, memory_imported, has_start, has_data_count;
    uint32_t start, declared_data_count, body_count;
    const uint8_t *start_at;
    const uint8_t *names, *names_end; /* the function name subsection, not yet checked; or NULL */
};

struct reader;

/* Fills the module from its bytes; checks the form, not the validity. */
enum status module_decode(struct wasm_module *module, struct wasm_error *error);

/* Checks everything that core 2.0, chapter 3, demands, function bodies included. */
enum status module_validate(struct wasm_module *module, struct wasm_error *error);

/* Translates every body of a valid module to internal code. */
enum status module_translate(struct wasm_module *module, struct wasm_error *error);

/* Reads one constant expression with its end. */
void constant_read(struct reader *reader, struct constant *constant);

/* The n-th item of an element segment is a constant; `reader` starts at segment->items. */
void element_read(struct reader *reader, const struct element_segment *segment,
                  struct constant *item);

/* Whether two function types are equal. */
bool func_type_equal(const struct wasm_func_type *a, const struct wasm_func_type *b);

/* allocator->resize with the overflow of count x size checked; NULL as well for no entries. */
void *array_create(const struct wasm_allocator *allocator, uint32_t count, size_t size);
void array_destroy(const struct wasm_allocator *allocator, void *array, uint32_t count,
                   size_t size);

#endif
