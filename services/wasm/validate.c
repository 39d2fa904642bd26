/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Validation of function bodies: the algorithm of core 2.0, appendix A.3, over two stacks. UNKNOWN
 * stands for an operand of unreachable code, which has any type. Every error sticks in the reader.
 */
#include <services/wasm/body.h>
#include <services/wasm/validate.h>

#define UNKNOWN 0

/* A block being validated. `type` is a function's for its body. */
struct control {
    struct wasm_func_type type;
    uint32_t height; /* of the operand stack below the block's parameters */
    uint8_t opcode;
    bool unreachable;
};

struct validator {
    struct reader reader; /* must be first */
    const struct wasm_module *module;
    struct scratch operands; /* uint8_t */
    struct scratch controls; /* struct control */
    struct scratch locals;   /* uint8_t */
    uint32_t operand_count, control_count, local_count;
};

static void fail(struct validator *v, const char *message)
{
    reader_fail(&v->reader, message);
}

static struct control *control_at(struct validator *v, uint32_t depth)
{
    return (struct control *)v->controls.entries + (v->control_count - 1 - depth);
}

static void push(struct validator *v, uint8_t type)
{
    if (v->operand_count >= v->module->limits->operands) {
        reader_fail_at(&v->reader, v->reader.cursor, ERR_LIMIT, "too many operands");
        return;
    }
    if (!scratch_reserve(&v->operands, v->operand_count + 1, 1)) {
        reader_fail_at(&v->reader, v->reader.cursor, ERR_NO_MEMORY, "out of memory");
        return;
    }
    ((uint8_t *)v->operands.entries)[v->operand_count++] = type;
}

static void push_list(struct validator *v, const uint8_t *types, uint32_t count)
{
    for (uint32_t i = 0; i < count && !v->reader.status; i++)
        push(v, types[i]);
}

static uint8_t pop_any(struct validator *v)
{
    struct control *control = control_at(v, 0);

    if (v->operand_count == control->height) {
        if (!control->unreachable)
            fail(v, "type mismatch");
        return UNKNOWN;
    }
    return ((uint8_t *)v->operands.entries)[--v->operand_count];
}

static uint8_t pop(struct validator *v, uint8_t expected)
{
    uint8_t actual = pop_any(v);

    if (actual != expected && actual != UNKNOWN && expected != UNKNOWN)
        fail(v, "type mismatch");
    return actual;
}

static void pop_list(struct validator *v, const uint8_t *types, uint32_t count)
{
    for (uint32_t i = count; i > 0 && !v->reader.status; i--)
        pop(v, types[i - 1]);
}

static void push_control(struct validator *v, uint8_t opcode, const struct wasm_func_type *type)
{
    if (v->control_count >= v->module->limits->nesting) {
        reader_fail_at(&v->reader, v->reader.cursor, ERR_LIMIT, "blocks nested too deeply");
        return;
    }
    if (!scratch_reserve(&v->controls, v->control_count + 1, sizeof(struct control))) {
        reader_fail_at(&v->reader, v->reader.cursor, ERR_NO_MEMORY, "out of memory");
        return;
    }
    v->control_count++;
    *control_at(v, 0) = (struct control){*type, v->operand_count, opcode, false};
    push_list(v, type->parameters, type->parameter_count);
}

static struct control pop_control(struct validator *v)
{
    struct control control = *control_at(v, 0);

    pop_list(v, control.type.results, control.type.result_count);
    if (v->operand_count != control.height)
        fail(v, "type mismatch");
    v->control_count--;
    return control;
}

static void set_unreachable(struct validator *v)
{
    struct control *control = control_at(v, 0);

    v->operand_count = control->height;
    control->unreachable = true;
}

/* The types that a branch to this block must bring. */
static const uint8_t *label_types(const struct control *control, uint32_t *count)
{
    bool loop = control->opcode == OPCODE_LOOP;

    *count = loop ? control->type.parameter_count : control->type.result_count;
    return loop ? control->type.parameters : control->type.results;
}

static const struct control *read_label(struct validator *v)
{
    uint32_t depth = read_u32(&v->reader);

    if (depth >= v->control_count) {
        fail(v, "unknown label");
        return NULL;
    }
    return control_at(v, depth);
}

static void check_block(struct validator *v, uint8_t opcode)
{
    struct wasm_func_type type;

    block_type_read(&v->reader, v->module, &type);
    if (opcode == OPCODE_IF)
        pop(v, WASM_I32);
    pop_list(v, type.parameters, type.parameter_count);
    if (!v->reader.status)
        push_control(v, opcode, &type);
}

static void check_else(struct validator *v)
{
    struct control control = pop_control(v);

    if (control.opcode != OPCODE_IF)
        fail(v, "else without if");
    if (!v->reader.status)
        push_control(v, OPCODE_ELSE, &control.type);
}

static void check_end(struct validator *v)
{
    struct control control = pop_control(v);

    if (control.opcode == OPCODE_IF) {
        struct wasm_func_type empty_else = {control.type.parameters, control.type.results,
                                            control.type.parameter_count,
                                            control.type.result_count};

        empty_else.results = empty_else.parameters;
        empty_else.result_count = empty_else.parameter_count;
        if (control.type.result_count != control.type.parameter_count ||
            !func_type_equal(&empty_else, &control.type))
            fail(v, "type mismatch");
    }
    push_list(v, control.type.results, control.type.result_count);
}

static void check_br(struct validator *v, bool conditional)
{
    const struct control *control = read_label(v);
    const uint8_t *types;
    uint32_t count;

    if (!control)
        return;
    if (conditional)
        pop(v, WASM_I32);
    types = label_types(control, &count);
    pop_list(v, types, count);
    if (conditional)
        push_list(v, types, count);
    else
        set_unreachable(v);
}

/* All labels must take as many operands, and each the operands that are there. */
static void check_br_table(struct validator *v)
{
    uint32_t targets = read_u32(&v->reader);
    uint32_t arity = 0, count;

    pop(v, WASM_I32);
    for (uint64_t i = 0; i <= targets && !v->reader.status; i++) {
        const struct control *control = read_label(v);
        const uint8_t *types;
        uint32_t height = v->operand_count;

        if (!control)
            return;
        types = label_types(control, &count);
        if (i > 0 && count != arity)
            fail(v, "type mismatch");
        arity = count;
        pop_list(v, types, count);
        /* Popping leaves the entries where they were; what was popped from an empty unreachable
         * stack never was there. */
        v->operand_count = height;
    }
    set_unreachable(v);
}

static void check_call_type(struct validator *v, const struct wasm_func_type *type)
{
    pop_list(v, type->parameters, type->parameter_count);
    push_list(v, type->results, type->result_count);
}

static void check_call(struct validator *v)
{
    uint32_t function = read_u32(&v->reader);

    if (function >= v->module->function_count)
        fail(v, "unknown function");
    else
        check_call_type(v, &v->module->types[v->module->functions[function].type]);
}

static uint8_t table_type(struct validator *v, uint32_t table)
{
    if (table < v->module->table_count)
        return v->module->tables[table].type;
    fail(v, "unknown table");
    return UNKNOWN;
}

static void check_call_indirect(struct validator *v)
{
    uint32_t type = read_u32(&v->reader);
    uint8_t element = table_type(v, read_u32(&v->reader));

    if (element != WASM_FUNCREF)
        fail(v, "type mismatch");
    if (type >= v->module->type_count) {
        fail(v, "unknown type");
        return;
    }
    pop(v, WASM_I32);
    check_call_type(v, &v->module->types[type]);
}

static void check_select(struct validator *v)
{
    uint8_t first, second;

    pop(v, WASM_I32);
    first = pop_any(v);
    second = pop_any(v);
    if (type_is_reference(first) || type_is_reference(second) ||
        (first != second && first != UNKNOWN && second != UNKNOWN))
        fail(v, "type mismatch");
    push(v, first == UNKNOWN ? second : first);
}

static void check_select_typed(struct validator *v)
{
    uint32_t count = read_u32(&v->reader);
    const uint8_t *at = v->reader.cursor;
    uint8_t type = read_byte(&v->reader);

    if (count != 1) {
        fail(v, "invalid result arity");
        return;
    }
    value_type_check(&v->reader, at, type);
    pop(v, WASM_I32);
    pop(v, type);
    pop(v, type);
    push(v, type);
}

static void check_local(struct validator *v, unsigned opcode)
{
    uint32_t local = read_u32(&v->reader);
    uint8_t type;

    if (local >= v->local_count) {
        fail(v, "unknown local");
        return;
    }
    type = ((uint8_t *)v->locals.entries)[local];
    if (opcode != OPCODE_LOCAL_GET)
        pop(v, type);
    if (opcode != OPCODE_LOCAL_SET)
        push(v, type);
}

static void check_global(struct validator *v, bool set)
{
    uint32_t index = read_u32(&v->reader);
    const struct module_global *global;

    if (index >= v->module->global_count) {
        fail(v, "unknown global");
        return;
    }
    global = &v->module->globals[index];
    if (!set)
        push(v, global->type);
    else if (!global->is_mutable)
        fail(v, "global is immutable");
    else
        pop(v, global->type);
}

static void need_memory(struct validator *v)
{
    if (!v->module->has_memory)
        fail(v, "unknown memory");
}

static void read_zero(struct validator *v)
{
    if (read_byte(&v->reader) != 0)
        fail(v, "zero byte expected");
    need_memory(v);
}

static void check_memory_access(struct validator *v, const struct opcode_info *info)
{
    uint32_t align;

    need_memory(v);
    align = read_u32(&v->reader);
    if (align > info->align)
        fail(v, "alignment must not be larger than natural");
    read_u32(&v->reader);
    if (info->family == FAMILY_STORE) {
        pop(v, info->in);
        pop(v, WASM_I32);
    } else {
        pop(v, WASM_I32);
        push(v, info->out);
    }
}

static void pop_three_i32(struct validator *v)
{
    pop(v, WASM_I32);
    pop(v, WASM_I32);
    pop(v, WASM_I32);
}

static void check_data_index(struct validator *v)
{
    uint32_t index = read_u32(&v->reader);

    if (!v->module->has_data_count)
        fail(v, "data count section required");
    if (index >= v->module->declared_data_count)
        fail(v, "unknown data segment");
}

static uint8_t check_element_index(struct validator *v)
{
    uint32_t index = read_u32(&v->reader);

    if (index < v->module->element_count)
        return v->module->elements[index].type;
    fail(v, "unknown elem segment");
    return UNKNOWN;
}

static void check_memory_bulk(struct validator *v, unsigned opcode)
{
    switch (opcode) {
    case OPCODE_MEMORY_SIZE:
        read_zero(v);
        push(v, WASM_I32);
        return;
    case OPCODE_MEMORY_GROW:
        read_zero(v);
        pop(v, WASM_I32);
        push(v, WASM_I32);
        return;
    case OPCODE_DATA_DROP:
        check_data_index(v);
        return;
    case OPCODE_MEMORY_INIT:
        check_data_index(v);
        break;
    case OPCODE_MEMORY_COPY:
        read_zero(v);
        break;
    default:
        break;
    }
    read_zero(v);
    pop_three_i32(v);
}

static void check_table(struct validator *v, unsigned opcode)
{
    uint8_t segment = opcode == OPCODE_TABLE_INIT ? check_element_index(v) : UNKNOWN;
    uint8_t type = table_type(v, read_u32(&v->reader));

    switch (opcode) {
    case OPCODE_TABLE_GET:
        pop(v, WASM_I32);
        push(v, type);
        break;
    case OPCODE_TABLE_SET:
        pop(v, type);
        pop(v, WASM_I32);
        break;
    case OPCODE_TABLE_SIZE:
        push(v, WASM_I32);
        break;
    case OPCODE_TABLE_GROW:
        pop(v, WASM_I32);
        pop(v, type);
        push(v, WASM_I32);
        break;
    case OPCODE_TABLE_FILL:
        pop(v, WASM_I32);
        pop(v, type);
        pop(v, WASM_I32);
        break;
    case OPCODE_TABLE_INIT:
    case OPCODE_TABLE_COPY:
        if (opcode == OPCODE_TABLE_COPY)
            segment = table_type(v, read_u32(&v->reader));
        if (segment != type)
            fail(v, "type mismatch");
        pop_three_i32(v);
        break;
    default:
        break;
    }
}

static void check_reference(struct validator *v, unsigned opcode)
{
    uint32_t function;
    uint8_t type;

    switch (opcode) {
    case OPCODE_REF_NULL:
        type = read_byte(&v->reader);
        if (!type_is_reference(type))
            fail(v, "malformed reference type");
        push(v, type);
        break;
    case OPCODE_REF_IS_NULL:
        type = pop_any(v);
        if (type != UNKNOWN && !type_is_reference(type))
            fail(v, "type mismatch");
        push(v, WASM_I32);
        break;
    default:
        function = read_u32(&v->reader);
        if (function >= v->module->function_count)
            fail(v, "unknown function");
        else if (!(v->module->declared[function / 8] >> (function % 8) & 1))
            fail(v, "undeclared function reference");
        push(v, WASM_FUNCREF);
    }
}

static void check_constant(struct validator *v, unsigned opcode)
{
    switch (opcode) {
    case OPCODE_I32_CONST:
        read_i32(&v->reader);
        push(v, WASM_I32);
        break;
    case OPCODE_I64_CONST:
        read_i64(&v->reader);
        push(v, WASM_I64);
        break;
    case OPCODE_F32_CONST:
        read_f32_bits(&v->reader);
        push(v, WASM_F32);
        break;
    default:
        read_f64_bits(&v->reader);
        push(v, WASM_F64);
    }
}

static void check_control(struct validator *v, unsigned opcode)
{
    const struct control *body = v->controls.entries;

    switch (opcode) {
    case OPCODE_BLOCK:
    case OPCODE_LOOP:
    case OPCODE_IF:
        check_block(v, (uint8_t)opcode);
        break;
    case OPCODE_ELSE:
        check_else(v);
        break;
    case OPCODE_END:
        check_end(v);
        break;
    case OPCODE_BR:
        check_br(v, false);
        break;
    case OPCODE_BR_IF:
        check_br(v, true);
        break;
    case OPCODE_BR_TABLE:
        check_br_table(v);
        break;
    case OPCODE_RETURN:
        pop_list(v, body->type.results, body->type.result_count);
        set_unreachable(v);
        break;
    case OPCODE_CALL:
        check_call(v);
        break;
    case OPCODE_CALL_INDIRECT:
        check_call_indirect(v);
        break;
    case OPCODE_UNREACHABLE:
        set_unreachable(v);
        break;
    default:
        break;
    }
}

static void check_other(struct validator *v, unsigned opcode)
{
    switch (opcode) {
    case OPCODE_DROP:
        pop_any(v);
        break;
    case OPCODE_SELECT:
        check_select(v);
        break;
    case OPCODE_SELECT_TYPED:
        check_select_typed(v);
        break;
    case OPCODE_LOCAL_GET:
    case OPCODE_LOCAL_SET:
    case OPCODE_LOCAL_TEE:
        check_local(v, opcode);
        break;
    case OPCODE_GLOBAL_GET:
    case OPCODE_GLOBAL_SET:
        check_global(v, opcode == OPCODE_GLOBAL_SET);
        break;
    case OPCODE_I32_CONST:
    case OPCODE_I64_CONST:
    case OPCODE_F32_CONST:
    case OPCODE_F64_CONST:
        check_constant(v, opcode);
        break;
    case OPCODE_REF_NULL:
    case OPCODE_REF_IS_NULL:
    case OPCODE_REF_FUNC:
        check_reference(v, opcode);
        break;
    case OPCODE_MEMORY_SIZE:
    case OPCODE_MEMORY_GROW:
    case OPCODE_MEMORY_INIT:
    case OPCODE_DATA_DROP:
    case OPCODE_MEMORY_COPY:
    case OPCODE_MEMORY_FILL:
        check_memory_bulk(v, opcode);
        break;
    case OPCODE_ELEM_DROP:
        check_element_index(v);
        break;
    default:
        check_table(v, opcode);
    }
}

static void check_instruction(struct validator *v)
{
    unsigned opcode = opcode_read(&v->reader);
    const struct opcode_info *info = &opcode_info[opcode];

    switch (info->family) {
    case FAMILY_BINARY:
        pop(v, info->in);
        pop(v, info->in);
        push(v, info->out);
        break;
    case FAMILY_COMPARE:
        pop(v, info->in);
        if (opcode != OPCODE_I32_EQZ && opcode != OPCODE_I64_EQZ)
            pop(v, info->in);
        push(v, info->out);
        break;
    case FAMILY_UNARY:
        pop(v, info->in);
        push(v, info->out);
        break;
    case FAMILY_LOAD:
    case FAMILY_STORE:
        check_memory_access(v, info);
        break;
    default:
        if (opcode <= OPCODE_CALL_INDIRECT)
            check_control(v, opcode);
        else
            check_other(v, opcode);
    }
}

static void check_body(struct validator *v, const struct module_function *function)
{
    const struct wasm_func_type *type = &v->module->types[function->type];

    v->reader.cursor = function->body;
    v->reader.end = function->end;
    v->operand_count = 0;
    v->control_count = 0;
    locals_read(&v->reader, v->module, type, &v->locals, &v->local_count);
    if (!v->reader.status)
        push_control(
            v, OPCODE_BLOCK,
            &(struct wasm_func_type){.results = type->results, .result_count = type->result_count});
    while (!v->reader.status && v->control_count > 0)
        check_instruction(v);
    if (!v->reader.status && v->reader.cursor != v->reader.end)
        fail(v, "END opcode expected");
}

enum status validate_bodies(const struct wasm_module *module, struct wasm_error *error)
{
    struct validator v = {
        .reader = {module->bytes, module->bytes, module->bytes, OK, error},
        .module = module,
        .operands = {.allocator = module->allocator},
        .controls = {.allocator = module->allocator},
        .locals = {.allocator = module->allocator},
    };

    for (uint32_t i = module->imported_functions; i < module->function_count; i++) {
        if (v.reader.status)
            break;
        check_body(&v, &module->functions[i]);
    }
    scratch_release(&v.operands, 1);
    scratch_release(&v.controls, sizeof(struct control));
    scratch_release(&v.locals, 1);
    return v.reader.status;
}
