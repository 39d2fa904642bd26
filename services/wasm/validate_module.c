/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Validation of a module's fields: that every index names something, that types agree, and which
 * functions ref.func may name. core 2.0, 3.4. Bodies are checked last, by validate.c.
 */
#include <services/wasm/opcode.h>
#include <services/wasm/validate.h>
#include <string.h>

#define MAXIMUM_PAGES 65536

struct checker {
    struct reader reader; /* only for its error */
    struct wasm_module *module;
};

static void fail_at(struct checker *c, const uint8_t *at, const char *message)
{
    reader_fail_at(&c->reader, at, ERR_CORRUPT, message);
}

static void check_size(struct checker *c, const struct size_range *size)
{
    if (size->has_maximum && size->maximum < size->minimum)
        fail_at(c, c->module->bytes, "size minimum must not be greater than maximum");
}

static void declare_function(struct checker *c, const uint8_t *at, uint32_t function)
{
    if (function >= c->module->function_count)
        fail_at(c, at, "unknown function");
    else
        c->module->declared[function / 8] |= (uint8_t)(1u << (function % 8));
}

/* A constant of type `type`; global.get may name imported immutable globals only. */
static void check_constant(struct checker *c, const struct constant *constant, uint8_t type)
{
    uint8_t actual = constant->type;

    if (constant->opcode == OPCODE_GLOBAL_GET) {
        if (constant->index >= c->module->imported_globals) {
            fail_at(c, constant->at, "unknown global");
            return;
        }
        if (c->module->globals[constant->index].is_mutable)
            fail_at(c, constant->at, "constant expression required");
        actual = c->module->globals[constant->index].type;
    } else if (constant->opcode == OPCODE_REF_FUNC) {
        declare_function(c, constant->at, constant->index);
    }
    if (actual != type)
        fail_at(c, constant->at, "type mismatch");
}

static void check_functions(struct checker *c)
{
    struct wasm_module *module = c->module;

    for (uint32_t i = 0; i < module->function_count; i++) {
        struct module_function *function = &module->functions[i];

        if (function->type >= module->type_count) {
            fail_at(c, function->body ? function->body : module->bytes, "unknown type");
            return;
        }
        function->type = module->alike[function->type];
    }
}

static void check_tables_and_memory(struct checker *c)
{
    struct wasm_module *module = c->module;

    for (uint32_t i = 0; i < module->table_count; i++)
        check_size(c, &module->tables[i].size);
    if (!module->has_memory)
        return;
    if (module->memory.minimum > MAXIMUM_PAGES ||
        (module->memory.has_maximum && module->memory.maximum > MAXIMUM_PAGES))
        fail_at(c, module->bytes, "memory size must be at most 65536 pages (4GiB)");
    check_size(c, &module->memory);
    if (!module->memory.has_maximum)
        module->memory.maximum = MAXIMUM_PAGES;
}

static void check_elements(struct checker *c)
{
    struct wasm_module *module = c->module;

    for (uint32_t i = 0; i < module->element_count && !c->reader.status; i++) {
        const struct element_segment *segment = &module->elements[i];
        struct reader items = {module->bytes, segment->items, module->bytes + module->size, OK,
                               c->reader.error};
        struct constant item;

        if (segment->mode == SEGMENT_ACTIVE) {
            if (segment->table >= module->table_count) {
                fail_at(c, segment->at, "unknown table");
                return;
            }
            if (module->tables[segment->table].type != segment->type)
                fail_at(c, segment->at, "type mismatch");
            check_constant(c, &segment->offset, WASM_I32);
        }
        for (uint32_t n = 0; n < segment->count && !c->reader.status; n++) {
            element_read(&items, segment, &item);
            check_constant(c, &item, segment->type);
        }
    }
}

static void check_data(struct checker *c)
{
    struct wasm_module *module = c->module;

    for (uint32_t i = 0; i < module->data_count; i++) {
        if (module->data[i].mode != SEGMENT_ACTIVE)
            continue;
        if (!module->has_memory)
            fail_at(c, module->data[i].at, "unknown memory");
        check_constant(c, &module->data[i].offset, WASM_I32);
    }
}

static bool same_name(const struct module_export *a, const struct module_export *b)
{
    return a->name_length == b->name_length && memcmp(a->name, b->name, a->name_length) == 0;
}

static void check_export(struct checker *c, const struct module_export *export)
{
    const struct wasm_module *module = c->module;

    switch (export->kind) {
    case WASM_FUNCTION:
        declare_function(c, export->at, export->index);
        break;
    case WASM_TABLE:
        if (export->index >= module->table_count)
            fail_at(c, export->at, "unknown table");
        break;
    case WASM_MEMORY:
        if (export->index > 0 || !module->has_memory)
            fail_at(c, export->at, "unknown memory");
        break;
    default:
        if (export->index >= module->global_count)
            fail_at(c, export->at, "unknown global");
    }
    for (const struct module_export *other = module->exports; other < export; other++) {
        if (same_name(other, export))
            fail_at(c, export->at, "duplicate export name");
    }
}

static void check_start(struct checker *c)
{
    const struct wasm_module *module = c->module;
    const struct wasm_func_type *type;

    if (!module->has_start)
        return;
    if (module->start >= module->function_count) {
        fail_at(c, module->start_at, "unknown function");
        return;
    }
    type = &module->types[module->functions[module->start].type];
    if (type->parameter_count || type->result_count)
        fail_at(c, module->start_at, "start function");
}

static void check_fields(struct checker *c)
{
    struct wasm_module *module = c->module;

    check_functions(c);
    check_tables_and_memory(c);
    for (uint32_t i = module->imported_globals; i < module->global_count && !c->reader.status; i++)
        check_constant(c, &module->globals[i].value, module->globals[i].type);
    for (uint32_t i = 0; i < module->export_count && !c->reader.status; i++)
        check_export(c, &module->exports[i]);
    if (!c->reader.status)
        check_start(c);
    if (!c->reader.status)
        check_elements(c);
    if (!c->reader.status)
        check_data(c);
}

enum status module_validate(struct wasm_module *module, struct wasm_error *error)
{
    struct checker c = {.reader = {module->bytes, module->bytes, module->bytes, OK, error},
                        .module = module};
    uint32_t bytes = (module->function_count + 7) / 8;

    module->declared = array_create(module->allocator, bytes, 1);
    if (bytes && !module->declared)
        return ERR_NO_MEMORY;
    if (bytes)
        memset(module->declared, 0, bytes);
    check_fields(&c);
    return c.reader.status ? c.reader.status : validate_bodies(module, error);
}
