/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Instances: imports are matched, index spaces filled, segments copied. Also the objects that live
 * in an instance or with the host: memories, tables, globals, functions. core 2.0, 4.5.
 */
#include <services/wasm/machine.h>
#include <services/wasm/opcode.h>
#include <string.h>

static void *zeroed(const struct wasm_allocator *allocator, uint32_t count, size_t size)
{
    void *array = array_create(allocator, count, size);

    if (array)
        memset(array, 0, count * size);
    return array;
}

static enum status memory_init_object(struct wasm_memory *memory,
                                      const struct wasm_allocator *allocator,
                                      const struct size_range *size, uint32_t limit)
{
    *memory = (struct wasm_memory){
        .allocator = allocator,
        .maximum = size->maximum < limit ? size->maximum : limit,
        .declared_maximum = size->maximum,
        .has_maximum = size->has_maximum,
    };
    if (size->minimum > memory->maximum)
        return ERR_LIMIT;
    return memory_grow(memory, size->minimum) == UINT32_MAX ? ERR_NO_MEMORY : OK;
}

static enum status table_init_object(struct wasm_table *table,
                                     const struct wasm_allocator *allocator, uint8_t type,
                                     const struct size_range *size, uint32_t limit)
{
    *table = (struct wasm_table){
        .allocator = allocator,
        .maximum = size->maximum < limit ? size->maximum : limit,
        .declared_maximum = size->maximum,
        .has_maximum = size->has_maximum,
        .type = type,
    };
    if (size->minimum > table->maximum)
        return ERR_LIMIT;
    return table_grow(table, size->minimum, 0) == UINT32_MAX ? ERR_NO_MEMORY : OK;
}

static void memory_release(struct wasm_memory *memory)
{
    if (memory->bytes)
        memory->allocator->resize(memory->allocator->context, memory->bytes,
                                  (size_t)memory->pages * WASM_PAGE_SIZE, 0);
    memory->bytes = NULL;
}

static void table_release(struct wasm_table *table)
{
    array_destroy(table->allocator, table->entries, table->size, sizeof *table->entries);
    table->entries = NULL;
}

uint32_t memory_grow(struct wasm_memory *memory, uint32_t delta)
{
    uint32_t before = memory ? memory->pages : 0;
    size_t old_size = (size_t)before * WASM_PAGE_SIZE, size;
    uint8_t *bytes;

    if (!memory || delta > memory->maximum - before)
        return UINT32_MAX;
    if (delta == 0)
        return before;
    if (__builtin_mul_overflow((size_t)before + delta, (size_t)WASM_PAGE_SIZE, &size))
        return UINT32_MAX;
    bytes = memory->allocator->resize(memory->allocator->context, memory->bytes, old_size, size);
    if (!bytes)
        return UINT32_MAX;
    memset(bytes + old_size, 0, size - old_size);
    memory->bytes = bytes;
    memory->pages += delta;
    return before;
}

uint32_t table_grow(struct wasm_table *table, uint32_t delta, uintptr_t value)
{
    uint32_t before = table->size;
    uintptr_t *entries;
    size_t size;

    if (delta > table->maximum - before)
        return UINT32_MAX;
    if (delta == 0)
        return before;
    if (__builtin_mul_overflow((size_t)before + delta, sizeof *entries, &size))
        return UINT32_MAX;
    entries = table->allocator->resize(table->allocator->context, table->entries,
                                       before * sizeof *entries, size);
    if (!entries)
        return UINT32_MAX;
    for (uint32_t i = before; i < before + delta; i++)
        entries[i] = value;
    table->entries = entries;
    table->size += delta;
    return before;
}

enum wasm_trap table_fill(struct wasm_table *table, uint32_t to, uintptr_t value, uint32_t count)
{
    if (!span_fits(table->size, to, count))
        return WASM_TRAP_TABLE_BOUNDS;
    for (uint32_t i = 0; i < count; i++)
        table->entries[to + i] = value;
    return WASM_TRAP_NONE;
}

enum wasm_trap table_copy(struct wasm_table *to_table, const struct wasm_table *from_table,
                          uint32_t to, uint32_t from, uint32_t count)
{
    if (!span_fits(to_table->size, to, count) || !span_fits(from_table->size, from, count))
        return WASM_TRAP_TABLE_BOUNDS;
    if (count)
        memmove(to_table->entries + to, from_table->entries + from,
                count * sizeof *to_table->entries);
    return WASM_TRAP_NONE;
}

/* The value of a constant expression here. */
static union wasm_slot evaluate(const struct wasm_instance *instance,
                                const struct constant *constant)
{
    switch (constant->opcode) {
    case OPCODE_GLOBAL_GET:
        return instance->globals[constant->index]->value;
    case OPCODE_REF_FUNC:
        return (union wasm_slot){.u64 = (uintptr_t)instance->functions[constant->index]};
    default:
        return (union wasm_slot){.u64 = constant->bits};
    }
}

enum wasm_trap table_init(struct wasm_instance *instance, uint32_t table, uint32_t segment,
                          uint32_t to, uint32_t from, uint32_t count)
{
    const struct wasm_module *module = instance->module;
    const struct element_segment *elements = &module->elements[segment];
    uint32_t size = instance->dropped_elements[segment] ? 0 : elements->count;
    struct reader reader = {module->bytes, elements->items, module->bytes + module->size, OK, NULL};
    struct constant item;

    if (!span_fits(size, from, count) || !span_fits(instance->tables[table]->size, to, count))
        return WASM_TRAP_TABLE_BOUNDS;
    for (uint32_t i = 0; count > 0 && i < from + count; i++) {
        element_read(&reader, elements, &item);
        if (i >= from)
            instance->tables[table]->entries[to + i - from] =
                (uintptr_t)evaluate(instance, &item).u64;
    }
    return WASM_TRAP_NONE;
}

enum wasm_trap memory_init_segment(struct wasm_instance *instance, uint32_t segment, uint32_t to,
                                   uint32_t from, uint32_t count)
{
    const struct data_segment *data = &instance->module->data[segment];
    uint32_t size = instance->dropped_data[segment] ? 0 : data->size;
    size_t memory = (size_t)instance->memory->pages * WASM_PAGE_SIZE;

    if (!span_fits(size, from, count) || !span_fits(memory, to, count))
        return WASM_TRAP_MEMORY_BOUNDS;
    if (count)
        memcpy(instance->memory->bytes + to, data->bytes + from, count);
    return WASM_TRAP_NONE;
}

struct wasm_memory *wasm_instance_memory(const struct wasm_instance *instance)
{
    return instance->memory;
}

enum wasm_trap wasm_instance_initialise(struct wasm_instance *instance)
{
    const struct wasm_module *module = instance->module;
    enum wasm_trap trap = WASM_TRAP_NONE;

    for (uint32_t i = 0; i < module->element_count && !trap; i++) {
        const struct element_segment *segment = &module->elements[i];

        if (segment->mode == SEGMENT_ACTIVE)
            trap = table_init(instance, segment->table, i, evaluate(instance, &segment->offset).u32,
                              0, segment->count);
        if (segment->mode != SEGMENT_PASSIVE)
            instance->dropped_elements[i] = 1;
    }
    for (uint32_t i = 0; i < module->data_count && !trap; i++) {
        const struct data_segment *segment = &module->data[i];

        if (segment->mode != SEGMENT_ACTIVE)
            continue;
        trap = memory_init_segment(instance, i, evaluate(instance, &segment->offset).u32, 0,
                                   segment->size);
        instance->dropped_data[i] = 1;
    }
    return trap;
}

static bool size_matches(uint32_t size, bool has_maximum, uint32_t maximum,
                         const struct size_range *wanted)
{
    return size >= wanted->minimum &&
           (!wanted->has_maximum || (has_maximum && maximum <= wanted->maximum));
}

static bool import_matches(const struct wasm_module *module, const struct module_import *import,
                           const struct wasm_extern *found)
{
    if (found->kind != import->kind)
        return false;
    switch (found->kind) {
    case WASM_FUNCTION:
        return func_type_equal(found->function->type,
                               &module->types[module->functions[import->index].type]);
    case WASM_TABLE:
        return found->table->type == module->tables[import->index].type &&
               size_matches(found->table->size, found->table->has_maximum,
                            found->table->declared_maximum, &module->tables[import->index].size);
    case WASM_MEMORY:
        return size_matches(found->memory->pages, found->memory->has_maximum,
                            found->memory->declared_maximum, &module->memory);
    default:
        return found->global->type == module->globals[import->index].type &&
               found->global->is_mutable == module->globals[import->index].is_mutable;
    }
}

static enum status import_one(struct wasm_instance *instance, const struct module_import *import,
                              wasm_resolve_import *resolve, void *context, struct wasm_error *error)
{
    const struct wasm_module *module = instance->module;
    struct wasm_import_request request = {import->module,      import->name, import->module_length,
                                          import->name_length, import->kind, NULL};
    struct wasm_extern found;

    error->offset = (uint32_t)(import->at - module->bytes);
    if (import->kind == WASM_FUNCTION)
        request.type = &module->types[module->functions[import->index].type];
    if (!resolve || !resolve(context, &request, &found)) {
        error->message = "unknown import";
        return ERR_NOT_FOUND;
    }
    if (!import_matches(module, import, &found)) {
        error->message = "incompatible import type";
        return ERR_DENIED;
    }
    switch (import->kind) {
    case WASM_FUNCTION:
        instance->functions[import->index] = found.function;
        break;
    case WASM_TABLE:
        instance->tables[import->index] = found.table;
        break;
    case WASM_MEMORY:
        instance->memory = found.memory;
        break;
    default:
        instance->globals[import->index] = found.global;
    }
    return OK;
}

/* Allocates the index spaces, of pointers, and what is the instance's own. */
static bool make_spaces(struct wasm_instance *instance)
{
    const struct wasm_module *module = instance->module;
    const struct wasm_allocator *allocator = instance->allocator;
    uint32_t functions = module->function_count - module->imported_functions;
    uint32_t tables = module->table_count - module->imported_tables;
    uint32_t globals = module->global_count - module->imported_globals;

    instance->functions = zeroed(allocator, module->function_count, sizeof(void *));
    instance->own_functions = zeroed(allocator, functions, sizeof *instance->own_functions);
    instance->tables = zeroed(allocator, module->table_count, sizeof(void *));
    instance->own_tables = zeroed(allocator, tables, sizeof *instance->own_tables);
    instance->globals = zeroed(allocator, module->global_count, sizeof(void *));
    instance->own_globals = zeroed(allocator, globals, sizeof *instance->own_globals);
    instance->dropped_elements = zeroed(allocator, module->element_count, 1);
    instance->dropped_data = zeroed(allocator, module->data_count, 1);
    return (!module->function_count || instance->functions) &&
           (!functions || instance->own_functions) && (!module->table_count || instance->tables) &&
           (!tables || instance->own_tables) && (!module->global_count || instance->globals) &&
           (!globals || instance->own_globals) &&
           (!module->element_count || instance->dropped_elements) &&
           (!module->data_count || instance->dropped_data);
}

static void make_functions(struct wasm_instance *instance)
{
    const struct wasm_module *module = instance->module;

    for (uint32_t i = module->imported_functions; i < module->function_count; i++) {
        struct wasm_function *function = &instance->own_functions[i - module->imported_functions];

        *function = (struct wasm_function){.instance = instance,
                                           .type = &module->types[module->functions[i].type],
                                           .code = module->code[i],
                                           .index = i};
        instance->functions[i] = function;
    }
}

static enum status make_tables_and_memory(struct wasm_instance *instance,
                                          const struct wasm_limits *limits)
{
    const struct wasm_module *module = instance->module;
    enum status status = OK;

    for (uint32_t i = module->imported_tables; i < module->table_count && !status; i++) {
        struct wasm_table *table = &instance->own_tables[i - module->imported_tables];

        status = table_init_object(table, instance->allocator, module->tables[i].type,
                                   &module->tables[i].size, limits->table_entries);
        instance->tables[i] = table;
    }
    if (!status && module->has_memory && !module->memory_imported) {
        status = memory_init_object(&instance->own_memory, instance->allocator, &module->memory,
                                    limits->pages);
        instance->memory = &instance->own_memory;
    }
    return status;
}

static void make_globals(struct wasm_instance *instance)
{
    const struct wasm_module *module = instance->module;

    for (uint32_t i = module->imported_globals; i < module->global_count; i++) {
        struct wasm_global *global = &instance->own_globals[i - module->imported_globals];

        *global = (struct wasm_global){evaluate(instance, &module->globals[i].value),
                                       module->globals[i].type, module->globals[i].is_mutable};
        instance->globals[i] = global;
    }
}

enum status wasm_instance_create(struct wasm_instance **instance, struct wasm_module *module,
                                 const struct wasm_allocator *allocator,
                                 const struct wasm_limits *limits, wasm_resolve_import *resolve,
                                 void *context, struct wasm_error *error)
{
    struct wasm_instance *made = zeroed(allocator, 1, sizeof *made);
    enum status status = OK;

    *instance = NULL;
    *error = (struct wasm_error){0, "out of memory"};
    if (!made)
        return ERR_NO_MEMORY;
    made->module = module;
    made->allocator = allocator;
    if (!make_spaces(made))
        status = ERR_NO_MEMORY;
    for (uint32_t i = 0; i < module->import_count && !status; i++)
        status = import_one(made, &module->imports[i], resolve, context, error);
    if (!status) {
        make_functions(made);
        status = make_tables_and_memory(made, limits);
    }
    if (status) {
        wasm_instance_destroy(made);
        return status;
    }
    make_globals(made);
    *instance = made;
    return OK;
}

void wasm_instance_destroy(struct wasm_instance *instance)
{
    const struct wasm_allocator *allocator;
    const struct wasm_module *module;
    uint32_t functions, tables, globals;

    if (!instance)
        return;
    allocator = instance->allocator;
    module = instance->module;
    functions = module->function_count - module->imported_functions;
    tables = module->table_count - module->imported_tables;
    globals = module->global_count - module->imported_globals;
    for (uint32_t i = 0; instance->own_tables && i < tables; i++) {
        if (instance->own_tables[i].entries)
            table_release(&instance->own_tables[i]);
    }
    memory_release(&instance->own_memory);
    array_destroy(allocator, instance->functions, module->function_count, sizeof(void *));
    array_destroy(allocator, instance->own_functions, functions, sizeof *instance->own_functions);
    array_destroy(allocator, instance->tables, module->table_count, sizeof(void *));
    array_destroy(allocator, instance->own_tables, tables, sizeof *instance->own_tables);
    array_destroy(allocator, instance->globals, module->global_count, sizeof(void *));
    array_destroy(allocator, instance->own_globals, globals, sizeof *instance->own_globals);
    array_destroy(allocator, instance->dropped_elements, module->element_count, 1);
    array_destroy(allocator, instance->dropped_data, module->data_count, 1);
    array_destroy(allocator, instance, 1, sizeof *instance);
}

bool wasm_instance_start(struct wasm_instance *instance, struct wasm_function **start)
{
    if (!instance->module->has_start)
        return false;
    *start = instance->functions[instance->module->start];
    return true;
}

bool wasm_instance_export(struct wasm_instance *instance, const char *name, size_t length,
                          struct wasm_extern *found)
{
    const struct wasm_module *module = instance->module;

    for (uint32_t i = 0; i < module->export_count; i++) {
        const struct module_export *export = &module->exports[i];

        if (export->name_length != length || memcmp(export->name, name, length) != 0)
            continue;
        found->kind = export->kind;
        if (export->kind == WASM_FUNCTION)
            found->function = instance->functions[export->index];
        else if (export->kind == WASM_TABLE)
            found->table = instance->tables[export->index];
        else if (export->kind == WASM_MEMORY)
            found->memory = instance->memory;
        else
            found->global = instance->globals[export->index];
        return true;
    }
    return false;
}

const struct wasm_func_type *wasm_function_type(const struct wasm_function *function)
{
    return function->type;
}

union wasm_slot wasm_global_get(const struct wasm_global *global, enum wasm_type *type)
{
    *type = global->type;
    return global->value;
}

uint8_t *wasm_memory_bytes(struct wasm_memory *memory, size_t *size)
{
    *size = (size_t)memory->pages * WASM_PAGE_SIZE;
    return memory->bytes;
}

/* What the host makes remembers who made it; the object itself comes first. */
struct host_function {
    struct wasm_function function;
    struct wasm_func_type type;
    const struct wasm_allocator *allocator;
    size_t size;
    uint8_t types[];
};

struct host_global {
    struct wasm_global global;
    const struct wasm_allocator *allocator;
};

static uint8_t type_of_letter(char letter)
{
    switch (letter) {
    case 'i':
        return WASM_I32;
    case 'I':
        return WASM_I64;
    case 'f':
        return WASM_F32;
    case 'F':
        return WASM_F64;
    case 'p':
        return WASM_FUNCREF;
    default:
        return WASM_EXTERNREF;
    }
}

static uint32_t count_letters(const char *letters)
{
    uint32_t count = 0;

    while (letters[count])
        count++;
    return count;
}

enum status wasm_host_function_create(struct wasm_extern *made,
                                      const struct wasm_allocator *allocator,
                                      const char *parameters, const char *results,
                                      wasm_host_function *function, void *context)
{
    uint32_t in = count_letters(parameters), out = count_letters(results);
    size_t size = sizeof(struct host_function) + in + out;
    struct host_function *host = zeroed(allocator, 1, size);

    if (!host)
        return ERR_NO_MEMORY;
    for (uint32_t i = 0; i < in + out; i++)
        host->types[i] = type_of_letter(i < in ? parameters[i] : results[i - in]);
    host->type = (struct wasm_func_type){host->types, host->types + in, in, out};
    host->function.type = &host->type;
    host->function.host = function;
    host->function.context = context;
    host->allocator = allocator;
    host->size = size;
    made->kind = WASM_FUNCTION;
    made->function = &host->function;
    return OK;
}

enum status wasm_host_global_create(struct wasm_extern *made,
                                    const struct wasm_allocator *allocator, enum wasm_type type,
                                    bool is_mutable, union wasm_slot value)
{
    struct host_global *host = zeroed(allocator, 1, sizeof *host);

    if (!host)
        return ERR_NO_MEMORY;
    host->global = (struct wasm_global){value, (uint8_t)type, is_mutable};
    host->allocator = allocator;
    made->kind = WASM_GLOBAL;
    made->global = &host->global;
    return OK;
}

enum status wasm_host_memory_create(struct wasm_extern *made,
                                    const struct wasm_allocator *allocator, uint32_t minimum_pages,
                                    uint32_t maximum_pages)
{
    struct size_range size = {minimum_pages, maximum_pages, true};
    struct wasm_memory *memory = zeroed(allocator, 1, sizeof *memory);
    enum status status;

    if (!memory)
        return ERR_NO_MEMORY;
    status = memory_init_object(memory, allocator, &size, 65536);
    if (status) {
        array_destroy(allocator, memory, 1, sizeof *memory);
        return status;
    }
    made->kind = WASM_MEMORY;
    made->memory = memory;
    return OK;
}

enum status wasm_host_table_create(struct wasm_extern *made, const struct wasm_allocator *allocator,
                                   enum wasm_type type, uint32_t minimum, uint32_t maximum)
{
    struct size_range size = {minimum, maximum, true};
    struct wasm_table *table = zeroed(allocator, 1, sizeof *table);
    enum status status;

    if (!table)
        return ERR_NO_MEMORY;
    status = table_init_object(table, allocator, (uint8_t)type, &size, maximum);
    if (status) {
        array_destroy(allocator, table, 1, sizeof *table);
        return status;
    }
    made->kind = WASM_TABLE;
    made->table = table;
    return OK;
}

void wasm_extern_destroy(struct wasm_extern *made)
{
    switch (made->kind) {
    case WASM_FUNCTION: {
        struct host_function *host = (struct host_function *)made->function;

        array_destroy(host->allocator, host, 1, host->size);
        break;
    }
    case WASM_GLOBAL: {
        struct host_global *host = (struct host_global *)made->global;

        array_destroy(host->allocator, host, 1, sizeof *host);
        break;
    }
    case WASM_MEMORY:
        memory_release(made->memory);
        array_destroy(made->memory->allocator, made->memory, 1, sizeof *made->memory);
        break;
    default:
        table_release(made->table);
        array_destroy(made->table->allocator, made->table, 1, sizeof *made->table);
    }
}
