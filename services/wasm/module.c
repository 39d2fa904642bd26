/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A module's life: loading in three steps, freeing, names, and the small helpers of its types.
 */
#include <services/wasm/code.h>
#include <services/wasm/module.h>
#include <services/wasm/reader.h>
#include <string.h>

const struct wasm_limits wasm_limits_default = {
    .types = 10000,
    .functions = 100000,
    .locals = 50000,
    .globals = 100000,
    .tables = 1000,
    .table_entries = 10000000,
    .exports = 10000,
    .segments = 100000,
    .nesting = 10000,
    .operands = 30000,
    .pages = 65536,
};

static const char *const trap_texts[] = {
#define TEXT(name, text) text,
    WASM_TRAP_LIST(TEXT)
#undef TEXT
};

const char *wasm_trap_text(enum wasm_trap trap)
{
    return trap < sizeof trap_texts / sizeof *trap_texts ? trap_texts[trap] : "unknown trap";
}

void *array_create(const struct wasm_allocator *allocator, uint32_t count, size_t size)
{
    if (count == 0 || count > SIZE_MAX / size)
        return NULL;
    return allocator->resize(allocator->context, NULL, 0, count * size);
}

void array_destroy(const struct wasm_allocator *allocator, void *array, uint32_t count, size_t size)
{
    if (array)
        allocator->resize(allocator->context, array, count * size, 0);
}

bool func_type_equal(const struct wasm_func_type *a, const struct wasm_func_type *b)
{
    return a->parameter_count == b->parameter_count && a->result_count == b->result_count &&
           (!a->parameter_count || !memcmp(a->parameters, b->parameters, a->parameter_count)) &&
           (!a->result_count || !memcmp(a->results, b->results, a->result_count));
}

const uint8_t *wasm_type_parameters(const struct wasm_func_type *type, uint32_t *count)
{
    *count = type->parameter_count;
    return type->parameters;
}

const uint8_t *wasm_type_results(const struct wasm_func_type *type, uint32_t *count)
{
    *count = type->result_count;
    return type->results;
}

void wasm_module_destroy(struct wasm_module *module)
{
    const struct wasm_allocator *allocator;

    if (!module)
        return;
    allocator = module->allocator;
    for (uint32_t i = 0; module->code && i < module->function_count; i++)
        array_destroy(allocator, module->code[i], module->functions[i].code_size,
                      sizeof **module->code);
    array_destroy(allocator, module->code, module->function_count, sizeof *module->code);
    array_destroy(allocator, module->types, module->type_count, sizeof *module->types);
    array_destroy(allocator, module->alike, module->type_count, sizeof *module->alike);
    array_destroy(allocator, module->imports, module->import_count, sizeof *module->imports);
    array_destroy(allocator, module->functions, module->function_count, sizeof *module->functions);
    array_destroy(allocator, module->tables, module->table_count, sizeof *module->tables);
    array_destroy(allocator, module->globals, module->global_count, sizeof *module->globals);
    array_destroy(allocator, module->exports, module->export_count, sizeof *module->exports);
    array_destroy(allocator, module->elements, module->element_count, sizeof *module->elements);
    array_destroy(allocator, module->data, module->data_count, sizeof *module->data);
    array_destroy(allocator, module->declared, (module->function_count + 7) / 8, 1);
    array_destroy(allocator, module, 1, sizeof *module);
}

enum status wasm_module_load(struct wasm_module **module, const struct wasm_allocator *allocator,
                             const struct wasm_limits *limits, const uint8_t *bytes, size_t size,
                             struct wasm_error *error)
{
    struct wasm_module *made = array_create(allocator, 1, sizeof *made);
    enum status status;

    *module = NULL;
    *error = (struct wasm_error){0, "out of memory"};
    if (!made)
        return ERR_NO_MEMORY;
    *made = (struct wasm_module){
        .allocator = allocator, .limits = limits, .bytes = bytes, .size = size};
    status = size > UINT32_MAX ? ERR_LIMIT : module_decode(made, error);
    if (!status)
        status = module_validate(made, error);
    if (!status)
        status = module_translate(made, error);
    if (status) {
        wasm_module_destroy(made);
        return status;
    }
    *module = made;
    return OK;
}

const char *wasm_function_name(const struct wasm_module *module, uint32_t function,
                               uint32_t *length)
{
    struct reader reader = {module->bytes, module->names, module->names_end, OK, NULL};
    uint32_t count = module->names ? read_u32(&reader) : 0;

    for (uint32_t i = 0; i < count && !reader.status; i++) {
        uint32_t index = read_u32(&reader);
        const char *name = read_name(&reader, length);

        if (name && index == function)
            return name;
    }
    for (uint32_t i = 0; i < module->export_count; i++) {
        if (module->exports[i].kind == WASM_FUNCTION && module->exports[i].index == function) {
            *length = module->exports[i].name_length;
            return module->exports[i].name;
        }
    }
    *length = 0;
    return NULL;
}
