/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Bytes to a module: sections in their order, each read to its last byte. Everything is counted
 * before it is allocated, against the limits and against what the section can hold. What needs
 * knowledge of other sections is left to the validator. core 2.0, 5.5.
 */
#include <services/wasm/module.h>
#include <services/wasm/opcode.h>
#include <services/wasm/refused.h>
#include <string.h>

enum section {
    SECTION_CUSTOM,
    SECTION_TYPE,
    SECTION_IMPORT,
    SECTION_FUNCTION,
    SECTION_TABLE,
    SECTION_MEMORY,
    SECTION_GLOBAL,
    SECTION_EXPORT,
    SECTION_START,
    SECTION_ELEMENT,
    SECTION_CODE,
    SECTION_DATA,
    SECTION_DATA_COUNT,
};

struct decoder {
    struct reader reader; /* must be first: of the section being read */
    struct wasm_module *module;
};

/* Reads a count and makes a zeroed array of that many entries; each takes at least a byte. */
static void *read_array(struct decoder *decoder, uint32_t *count, uint32_t limit, size_t size)
{
    struct reader *reader = &decoder->reader;
    const uint8_t *at = reader->cursor;
    uint32_t n = read_u32(reader);
    void *array;

    if (reader->status || n == 0)
        return NULL;
    if (n > (size_t)(reader->end - reader->cursor)) {
        reader_fail_at(reader, reader->end, ERR_CORRUPT, "unexpected end of section or function");
        return NULL;
    }
    if (n > limit) {
        reader_fail_at(reader, at, ERR_LIMIT, "more entries than this system allows");
        return NULL;
    }
    array = array_create(decoder->module->allocator, n, size);
    if (!array) {
        reader_fail_at(reader, at, ERR_NO_MEMORY, "out of memory");
        return NULL;
    }
    memset(array, 0, n * size);
    *count = n;
    return array;
}

static void read_type_list(struct reader *reader, const uint8_t **types, uint32_t *count)
{
    *count = read_u32(reader);
    *types = read_bytes(reader, *count);
    for (uint32_t i = 0; *types && i < *count; i++) {
        if (!value_type_check(reader, *types + i, (*types)[i]))
            return;
    }
}

static uint32_t find_alike(const struct wasm_module *module, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (func_type_equal(&module->types[i], &module->types[index]))
            return i;
    }
    return index;
}

static void read_types(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;
    struct reader *reader = &decoder->reader;

    module->types =
        read_array(decoder, &module->type_count, module->limits->types, sizeof *module->types);
    module->alike = array_create(module->allocator, module->type_count, sizeof *module->alike);
    if (module->type_count && !module->alike)
        reader_fail_at(reader, reader->cursor, ERR_NO_MEMORY, "out of memory");
    for (uint32_t i = 0; i < module->type_count && !reader->status; i++) {
        struct wasm_func_type *type = &module->types[i];
        const uint8_t *at = reader->cursor;
        uint8_t form = read_byte(reader);

        if (form != 0x60)
            refuse(reader, at, REFUSED_TYPE_FORM, form, "malformed function type");
        read_type_list(reader, &type->parameters, &type->parameter_count);
        read_type_list(reader, &type->results, &type->result_count);
        if (!reader->status)
            module->alike[i] = find_alike(module, i);
    }
}

static void read_size_range(struct reader *reader, struct size_range *range)
{
    const uint8_t *at = reader->cursor;
    uint8_t flags = read_byte(reader);

    if (flags > 1)
        refuse(reader, at, REFUSED_LIMITS, flags, "malformed limits flags");
    range->minimum = read_u32(reader);
    range->has_maximum = flags & 1;
    range->maximum = range->has_maximum ? read_u32(reader) : UINT32_MAX;
}

static void read_table_type(struct reader *reader, struct module_table *table)
{
    const uint8_t *at = reader->cursor;

    table->type = read_byte(reader);
    if (!type_is_reference(table->type))
        refuse(reader, at, REFUSED_TABLE_TYPE, table->type, "malformed reference type");
    read_size_range(reader, &table->size);
}

static void read_global_type(struct reader *reader, struct module_global *global)
{
    const uint8_t *at = reader->cursor;
    uint8_t mutability;

    global->type = read_byte(reader);
    value_type_check(reader, at, global->type);
    at = reader->cursor;
    mutability = read_byte(reader);
    if (mutability > 1)
        reader_fail_at(reader, at, ERR_CORRUPT, "malformed mutability");
    global->is_mutable = mutability;
}

static void declare_memory(struct decoder *decoder, bool imported)
{
    struct wasm_module *module = decoder->module;

    if (module->has_memory)
        reader_fail_at(&decoder->reader, decoder->reader.cursor, ERR_UNSUPPORTED,
                       "multiple memories");
    module->has_memory = true;
    module->memory_imported = imported;
    read_size_range(&decoder->reader, &module->memory);
}

/* What an import declares goes into the index spaces, which are made when their section comes, or
 * at the end of the imports: so imports are read twice, first to count them. */
static void read_import_description(struct decoder *decoder, struct module_import *import,
                                    bool counting)
{
    struct wasm_module *module = decoder->module;
    struct reader *reader = &decoder->reader;
    struct module_table table;
    struct module_global global;

    switch (import->kind) {
    case WASM_FUNCTION: {
        uint32_t type = read_u32(reader);

        import->index = counting ? module->imported_functions++ : import->index;
        if (!counting)
            module->functions[import->index].type = type;
        break;
    }
    case WASM_TABLE:
        read_table_type(reader, &table);
        import->index = counting ? module->imported_tables++ : import->index;
        if (!counting)
            module->tables[import->index] = table;
        break;
    case WASM_MEMORY:
        if (counting) {
            declare_memory(decoder, true);
        } else {
            struct size_range again;

            read_size_range(reader, &again);
        }
        break;
    case WASM_GLOBAL:
        read_global_type(reader, &global);
        import->index = counting ? module->imported_globals++ : import->index;
        if (!counting)
            module->globals[import->index] =
                (struct module_global){.type = global.type, .is_mutable = global.is_mutable};
        break;
    default:
        refuse(reader, import->at, REFUSED_IMPORT, import->kind, "malformed import kind");
    }
}

static void read_imports(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;
    struct reader *reader = &decoder->reader;

    module->imports = read_array(decoder, &module->import_count, module->limits->functions,
                                 sizeof *module->imports);
    for (uint32_t i = 0; i < module->import_count && !reader->status; i++) {
        struct module_import *import = &module->imports[i];

        import->module = read_name(reader, &import->module_length);
        import->name = read_name(reader, &import->name_length);
        import->at = reader->cursor;
        import->kind = read_byte(reader);
        read_import_description(decoder, import, true);
    }
}

/* Makes an index space for `own` entries after the imported ones. */
static void *make_space(struct decoder *decoder, uint32_t imported, uint32_t own, uint32_t limit,
                        size_t size, uint32_t *count)
{
    struct reader *reader = &decoder->reader;
    void *space;

    if (own > (size_t)(decoder->module->size) || imported + own > limit) {
        reader_fail_at(reader, reader->cursor, ERR_LIMIT, "more entries than this system allows");
        return NULL;
    }
    if (imported + own == 0)
        return NULL;
    space = array_create(decoder->module->allocator, imported + own, size);
    if (!space) {
        reader_fail_at(reader, reader->cursor, ERR_NO_MEMORY, "out of memory");
        return NULL;
    }
    memset(space, 0, (imported + own) * size);
    *count = imported + own;
    return space;
}

static void make_functions(struct decoder *decoder, uint32_t own)
{
    struct wasm_module *module = decoder->module;

    module->functions =
        make_space(decoder, module->imported_functions, own, module->limits->functions,
                   sizeof *module->functions, &module->function_count);
}

static void make_tables(struct decoder *decoder, uint32_t own)
{
    struct wasm_module *module = decoder->module;

    module->tables = make_space(decoder, module->imported_tables, own, module->limits->tables,
                                sizeof *module->tables, &module->table_count);
}

static void make_globals(struct decoder *decoder, uint32_t own)
{
    struct wasm_module *module = decoder->module;

    module->globals = make_space(decoder, module->imported_globals, own, module->limits->globals,
                                 sizeof *module->globals, &module->global_count);
}

static void read_functions(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;
    struct reader *reader = &decoder->reader;

    make_functions(decoder, read_u32(reader));
    for (uint32_t i = module->imported_functions; i < module->function_count; i++)
        module->functions[i].type = read_u32(reader);
}

static void read_tables(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;

    make_tables(decoder, read_u32(&decoder->reader));
    for (uint32_t i = module->imported_tables; i < module->table_count; i++)
        read_table_type(&decoder->reader, &module->tables[i]);
}

static void read_memories(struct decoder *decoder)
{
    uint32_t count = read_u32(&decoder->reader);

    for (uint32_t i = 0; i < count && !decoder->reader.status; i++)
        declare_memory(decoder, false);
}

/* Says what is wrong with a constant expression, from `at` on, of which more than an instruction
 * has come: that is one of a later version only if several constants are added up or multiplied. */
static void refuse_rest(struct reader *reader, const uint8_t *at, unsigned next)
{
    bool several = false;

    while (!reader->status &&
           (next == OPCODE_I32_CONST || next == OPCODE_I64_CONST || next == OPCODE_GLOBAL_GET)) {
        several = true;
        immediates_skip(reader, next);
        next = opcode_read(reader);
    }
    if (several && ((next >= NUMBER_i32_add && next <= NUMBER_i32_mul) ||
                    (next >= NUMBER_i64_add && next <= NUMBER_i64_mul)))
        reader_fail_at(reader, at, ERR_UNSUPPORTED, "extended constant expressions");
    else
        reader_fail_at(reader, at, ERR_CORRUPT, "type mismatch");
}

void constant_read(struct reader *reader, struct constant *constant)
{
    *constant = (struct constant){.at = reader->cursor};
    constant->opcode = (uint8_t)opcode_read(reader);
    switch (constant->opcode) {
    case OPCODE_I32_CONST:
        constant->type = WASM_I32;
        constant->bits = (uint32_t)read_i32(reader);
        break;
    case OPCODE_I64_CONST:
        constant->type = WASM_I64;
        constant->bits = (uint64_t)read_i64(reader);
        break;
    case OPCODE_F32_CONST:
        constant->type = WASM_F32;
        constant->bits = read_f32_bits(reader);
        break;
    case OPCODE_F64_CONST:
        constant->type = WASM_F64;
        constant->bits = read_f64_bits(reader);
        break;
    case OPCODE_GLOBAL_GET:
        constant->index = read_u32(reader);
        break;
    case OPCODE_REF_FUNC:
        constant->type = WASM_FUNCREF;
        constant->index = read_u32(reader);
        break;
    case OPCODE_REF_NULL:
        constant->type = read_byte(reader);
        if (!type_is_reference(constant->type))
            reader_fail(reader, "malformed reference type");
        break;
    default:
        reader_fail_at(reader, constant->at, ERR_CORRUPT, "constant expression required");
    }
    const unsigned next = opcode_read(reader);
    if (next != OPCODE_END)
        refuse_rest(reader, constant->at, next);
}

static void read_globals(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;

    make_globals(decoder, read_u32(&decoder->reader));
    for (uint32_t i = module->imported_globals; i < module->global_count; i++) {
        read_global_type(&decoder->reader, &module->globals[i]);
        constant_read(&decoder->reader, &module->globals[i].value);
    }
}

static void read_exports(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;
    struct reader *reader = &decoder->reader;

    module->exports = read_array(decoder, &module->export_count, module->limits->exports,
                                 sizeof *module->exports);
    for (uint32_t i = 0; i < module->export_count && !reader->status; i++) {
        struct module_export *export = &module->exports[i];

        export->name = read_name(reader, &export->name_length);
        export->at = reader->cursor;
        export->kind = read_byte(reader);
        if (export->kind > WASM_GLOBAL)
            reader_fail_at(reader, export->at, ERR_CORRUPT, "malformed export kind");
        export->index = read_u32(reader);
    }
}

void element_read(struct reader *reader, const struct element_segment *segment,
                  struct constant *item)
{
    if (segment->expressions) {
        constant_read(reader, item);
        return;
    }
    *item =
        (struct constant){.at = reader->cursor, .opcode = OPCODE_REF_FUNC, .type = WASM_FUNCREF};
    item->index = read_u32(reader);
}

/* The eight forms (core 2.0, 5.5.12): bit 0 not active, bit 1 declarative or with a table index,
 * bit 2 expressions instead of function indices. */
static void read_element(struct reader *reader, struct element_segment *segment)
{
    uint32_t flags;
    struct constant item;

    segment->at = reader->cursor;
    flags = read_u32(reader);
    if (flags > 7)
        reader_fail_at(reader, segment->at, ERR_CORRUPT, "malformed elements segment kind");
    segment->expressions = flags & 4;
    segment->type = WASM_FUNCREF;
    segment->mode = !(flags & 1)  ? SEGMENT_ACTIVE
                    : (flags & 2) ? SEGMENT_DECLARATIVE
                                  : SEGMENT_PASSIVE;
    if (segment->mode == SEGMENT_ACTIVE) {
        segment->table = flags & 2 ? read_u32(reader) : 0;
        constant_read(reader, &segment->offset);
    }
    if (flags & 3) {
        const uint8_t *at = reader->cursor;
        uint8_t kind = read_byte(reader);

        if (segment->expressions ? !type_is_reference(kind) : kind != 0)
            reader_fail_at(reader, at, ERR_CORRUPT, "malformed reference type");
        if (segment->expressions)
            segment->type = kind;
    }
    segment->count = read_u32(reader);
    segment->items = reader->cursor;
    for (uint32_t i = 0; i < segment->count && !reader->status; i++)
        element_read(reader, segment, &item);
}

static void read_elements(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;

    module->elements = read_array(decoder, &module->element_count, module->limits->segments,
                                  sizeof *module->elements);
    for (uint32_t i = 0; i < module->element_count && !decoder->reader.status; i++)
        read_element(&decoder->reader, &module->elements[i]);
}

static void read_bodies(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;
    struct reader *reader = &decoder->reader;
    uint32_t count = read_u32(reader);

    module->body_count = count;
    if (count != module->function_count - module->imported_functions) {
        reader_fail(reader, "function and code section have inconsistent lengths");
        return;
    }
    for (uint32_t i = module->imported_functions; i < module->function_count; i++) {
        uint32_t size = read_u32(reader);

        module->functions[i].body = read_bytes(reader, size);
        module->functions[i].end = reader->cursor;
    }
}

static void read_data(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;
    struct reader *reader = &decoder->reader;

    module->data =
        read_array(decoder, &module->data_count, module->limits->segments, sizeof *module->data);
    for (uint32_t i = 0; i < module->data_count && !reader->status; i++) {
        struct data_segment *segment = &module->data[i];
        uint32_t flags;

        segment->at = reader->cursor;
        flags = read_u32(reader);
        if (flags > 2)
            reader_fail_at(reader, segment->at, ERR_CORRUPT, "malformed data segment kind");
        if (flags == 2 && read_u32(reader) != 0)
            reader_fail_at(reader, segment->at, ERR_CORRUPT, "unknown memory");
        segment->mode = flags == 1 ? SEGMENT_PASSIVE : SEGMENT_ACTIVE;
        if (segment->mode == SEGMENT_ACTIVE)
            constant_read(reader, &segment->offset);
        segment->size = read_u32(reader);
        segment->bytes = read_bytes(reader, segment->size);
    }
}

/* A custom section has a name; of "name" the function names are kept for reports. What is wrong in
 * a custom section's contents does not make a module malformed (core 2.0, 5.5.3). */
static void read_custom(struct decoder *decoder)
{
    struct reader *reader = &decoder->reader;
    uint32_t length;
    const char *name = read_name(reader, &length);

    if (reader->status)
        return;
    if (length == 4 && memcmp(name, "name", 4) == 0) {
        struct reader names = *reader;

        names.error = NULL;
        while (names.cursor != names.end) {
            uint8_t id = read_byte(&names);
            const uint8_t *bytes = read_bytes(&names, read_u32(&names));

            if (names.status)
                break;
            if (id == 1) {
                decoder->module->names = bytes;
                decoder->module->names_end = names.cursor;
            }
        }
    }
    reader->cursor = reader->end;
}

static void read_start(struct decoder *decoder)
{
    decoder->module->start_at = decoder->reader.cursor;
    decoder->module->start = read_u32(&decoder->reader);
    decoder->module->has_start = true;
}

static void read_data_count(struct decoder *decoder)
{
    decoder->module->declared_data_count = read_u32(&decoder->reader);
    decoder->module->has_data_count = true;
}

static void (*const section_readers[])(struct decoder *) = {
    [SECTION_CUSTOM] = read_custom,         [SECTION_TYPE] = read_types,
    [SECTION_IMPORT] = read_imports,        [SECTION_FUNCTION] = read_functions,
    [SECTION_TABLE] = read_tables,          [SECTION_MEMORY] = read_memories,
    [SECTION_GLOBAL] = read_globals,        [SECTION_EXPORT] = read_exports,
    [SECTION_START] = read_start,           [SECTION_ELEMENT] = read_elements,
    [SECTION_CODE] = read_bodies,           [SECTION_DATA] = read_data,
    [SECTION_DATA_COUNT] = read_data_count,
};

/* Where a section must stand: by number, but the data count before the code. */
static unsigned section_order(uint8_t id)
{
    return id == SECTION_DATA_COUNT ? 2 * SECTION_ELEMENT + 1 : 2u * id;
}

/* Index spaces that consist of imports alone have no section that makes them. */
static void make_missing_spaces(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;

    if (!module->functions)
        make_functions(decoder, 0);
    if (!module->tables)
        make_tables(decoder, 0);
    if (!module->globals)
        make_globals(decoder, 0);
}

/* The second reading of the imports, into the index spaces. */
static void place_imports(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;
    struct reader *reader = &decoder->reader;

    for (uint32_t i = 0; i < module->import_count && !reader->status; i++) {
        reader->cursor = module->imports[i].at + 1;
        reader->end = module->bytes + module->size;
        read_import_description(decoder, &module->imports[i], false);
    }
}

static void check_counts(struct decoder *decoder)
{
    struct wasm_module *module = decoder->module;

    if (module->body_count != module->function_count - module->imported_functions)
        reader_fail(&decoder->reader, "function and code section have inconsistent lengths");
    if (module->has_data_count && module->data_count != module->declared_data_count)
        reader_fail(&decoder->reader, "data count and data section have inconsistent lengths");
}

static void read_section(struct decoder *decoder, struct reader *file, unsigned *order)
{
    struct reader *reader = &decoder->reader;
    const uint8_t *at = file->cursor;
    uint8_t id = read_byte(file);
    uint32_t size = read_u32(file);
    const uint8_t *bytes = read_bytes(file, size);

    if (file->status)
        return;
    if (id > SECTION_DATA_COUNT)
        refuse(file, at, REFUSED_SECTION, id, "malformed section id");
    else if (id != SECTION_CUSTOM && section_order(id) <= *order)
        reader_fail_at(file, at, ERR_CORRUPT, "unexpected content after last section");
    if (file->status)
        return;
    if (id != SECTION_CUSTOM)
        *order = section_order(id);
    *reader = *file;
    reader->cursor = bytes;
    reader->end = bytes + size;
    section_readers[id](decoder);
    if (!reader->status && reader->cursor != reader->end)
        reader_fail(reader, "section size mismatch");
    file->status = reader->status;
}

enum status module_decode(struct wasm_module *module, struct wasm_error *error)
{
    static const uint8_t header[8] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    struct reader file = {module->bytes, module->bytes, module->bytes + module->size, OK, error};
    struct decoder decoder = {.reader = file, .module = module};
    unsigned order = 0;

    if (module->size < 4 || memcmp(module->bytes, header, 4) != 0)
        return reader_fail(&file, "magic header not detected");
    if (module->size < 8 || memcmp(module->bytes, header, 8) != 0)
        return reader_fail_at(&file, module->bytes + 4, ERR_CORRUPT, "unknown binary version");
    file.cursor += 8;
    while (file.cursor != file.end && !file.status)
        read_section(&decoder, &file, &order);
    decoder.reader = file;
    if (!file.status)
        make_missing_spaces(&decoder);
    if (!decoder.reader.status)
        check_counts(&decoder);
    if (!decoder.reader.status)
        place_imports(&decoder);
    return decoder.reader.status;
}
