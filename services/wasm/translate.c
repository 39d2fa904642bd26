/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Valid bodies to internal code, one pass, instruction by instruction; and the same pass again, on
 * request, to find where in the module a place in the code comes from.
 */
#include <services/wasm/translator.h>
#include <string.h>

#if WASM_ACCUMULATORS
#define FIRST_BINARY(name) OP_##name##_ss_a
#define FIRST_UNARY(name)  OP_##name##_s_a
#else
#define FIRST_BINARY(name) OP_##name##_ss_s
#define FIRST_UNARY(name)  OP_##name##_s_s
#endif

/* The first form of each instruction of numeric.h. */
/* clang-format off */
static const uint16_t first_forms[OPCODE_COUNT] = {
#define ROW(opcode, name, type, expression) [opcode] = FIRST_BINARY(name),
    WASM_BINARY_LIST(ROW)
    WASM_INTEGER_COMPARE_LIST(ROW)
    WASM_FLOAT_COMPARE_LIST(ROW)
#undef ROW
#define ROW(opcode, name, type) [opcode] = FIRST_BINARY(name),
    WASM_DIVIDE_LIST(ROW)
#undef ROW
#define ROW(opcode, name, in, out, expression) [opcode] = FIRST_UNARY(name),
    WASM_UNARY_LIST(ROW)
#undef ROW
#define ROW(opcode, name, in, out, ctype, low, high) [opcode] = FIRST_UNARY(name),
    WASM_TRUNCATE_LIST(ROW)
#undef ROW
#define ROW(opcode, name, type, memory) [opcode] = FIRST_UNARY(name),
    WASM_LOAD_LIST(ROW)
#undef ROW
#define ROW(opcode, name, type, memory) [opcode] = OP_##name##_ss,
    WASM_STORE_LIST(ROW)
#undef ROW
};
/* clang-format on */

/* A constant added to what was just made by adding another adds up with that one. */
static bool add_constants(struct translator *t, unsigned opcode)
{
    uint32_t lhs = t->operand_count - 2, rhs = t->operand_count - 1;

    if (opcode != NUMBER_i32_add || operand_at(t, rhs)->kind != CONSTANT ||
        !operand_is_last(t, lhs) || t->last.opcode != NUMBER_i32_add ||
        (t->last.form != FORM_SK && t->last.form != FORM_AK))
        return false;
    code_at(t, t->last.index)->imm =
        (int32_t)((uint32_t)code_at(t, t->last.index)->imm + (uint32_t)operand_at(t, rhs)->bits);
    operand_pop(t);
    return true;
}

static bool is_in_slot(struct translator *t, uint32_t index)
{
    return operand_at(t, index)->kind == IN_SLOT || operand_at(t, index)->kind == IN_LOCAL;
}

static void translate_binary(struct translator *t, unsigned opcode)
{
    const struct opcode_info *info = &opcode_info[opcode];
    uint32_t lhs = t->operand_count - 2, rhs = t->operand_count - 1, slot;
    bool lhs_held, rhs_held, constant, in_slots;
    unsigned form;
    uint64_t bits;
    int32_t imm;

    if (add_constants(t, opcode) || translate_pair(t, opcode))
        return;
    if (operand_at(t, lhs)->kind == CONSTANT && operand_at(t, rhs)->kind != CONSTANT &&
        (info->family == FAMILY_COMPARE || is_commutative(opcode))) {
        uint32_t swap = lhs;

        lhs = rhs;
        rhs = swap;
        opcode = info->family == FAMILY_COMPARE ? compare_swapped(opcode) : opcode;
    }
    if (operand_at(t, lhs)->kind == CONSTANT)
        operand_settle(t, lhs);
    constant = operand_at(t, rhs)->kind == CONSTANT;
    bits = operand_at(t, rhs)->bits;
    lhs_held = operand_in_accumulator(t, lhs);
    rhs_held = !constant && operand_in_accumulator(t, rhs);
    if (lhs_held && rhs_held) { /* the same value: one of them is in a slot as well */
        lhs_held = operand_at(t, rhs)->kind != IN_ACCUMULATOR;
        rhs_held = !lhs_held;
    }
    form = constant ? (lhs_held ? FORM_AK : FORM_SK)
                    : (lhs_held   ? FORM_AS
                       : rhs_held ? FORM_SA
                                  : FORM_SS);
    slot = operand_place(t, lhs);
    imm = constant ? (int32_t)(uint32_t)bits : (int32_t)operand_place(t, rhs);
    in_slots = is_in_slot(t, lhs) && (constant || is_in_slot(t, rhs));
    operand_pop(t);
    operand_pop(t);
    emit_result(t, first_forms[opcode] + form * TARGET_COUNT, slot, imm, info->out, opcode, form);
    t->last.in_slots = in_slots;
    if (constant && (info->in == WASM_I64 || info->in == WASM_F64))
        append_constant(t, bits);
}

/* eqz of a comparison turns it round; of another value it is a comparison with 0. */
static void translate_eqz(struct translator *t, unsigned opcode)
{
    if (opcode == OPCODE_I32_EQZ && top_is_last(t) && t->last.opcode &&
        opcode_info[t->last.opcode].family == FAMILY_COMPARE) {
        unsigned inverse = compare_inverse(t->last.opcode);
        uint8_t next = t->reader.cursor < t->reader.end ? *t->reader.cursor : 0;
        struct operand *top = operand_at(t, t->operand_count - 1);

        if (inverse && top->kind == (WASM_ACCUMULATORS ? IN_ACCUMULATOR : IN_SLOT)) {
            top->op = (uint16_t)(first_forms[inverse] + t->last.form * TARGET_COUNT);
            code_at(t, t->last.index)->handler = handlers[top->op];
            t->last.opcode = (uint8_t)inverse;
            return;
        }
        if (WASM_ACCUMULATORS && !inverse && (next == OPCODE_BR_IF || next == OPCODE_IF)) {
            t->negated = !t->negated;
            return;
        }
    }
    operand_push_constant(t, opcode == OPCODE_I32_EQZ ? WASM_I32 : WASM_I64, 0);
    translate_binary(t, opcode == OPCODE_I32_EQZ ? NUMBER_i32_eq : NUMBER_i64_eq);
}

static void translate_unary(struct translator *t, unsigned opcode)
{
    uint32_t top = t->operand_count - 1, slot = 0;
    bool held = operand_in_accumulator(t, top);

    if (!held)
        slot = operand_in_slot(t, top);
    operand_pop(t);
    emit_result(t, first_forms[opcode] + held * TARGET_COUNT, slot, 0, opcode_info[opcode].out,
                opcode, held);
}

/* What a load of 1 << `size` bytes gets for the sum that its address is, as imm and form; false
 * where it cannot make that sum. An accumulator that holds an operand of the sum still does when
 * the sum is taken back. */
static bool load_sum(const struct translator *t, const struct instruction *sum, unsigned size,
                     uint32_t offset, int32_t *imm, unsigned *form)
{
    unsigned made = t->last.form;

    if (WASM_ACCUMULATORS && made == FORM_SHIFTED) {
        bool held = !t->last.in_slots || t->last.before[CLASS_INTEGER].slot == sum->lhs;

        *form = held ? LOAD_F : LOAD_E;
        *imm = (int32_t)(sum->rhs | offset << 16);
        if (sum->aux == size && offset <= UINT16_MAX)
            return true;
        *form = held ? LOAD_H : LOAD_I;
        if (sum->aux > 3 || offset > UINT16_MAX >> SCALE_BITS)
            return false;
        *imm = (int32_t)(sum->rhs | (offset << SCALE_BITS | 1u << sum->aux) << 16);
        return true;
    }
    if (made == FORM_SK || made == FORM_AK) {
        *form = made == FORM_SK ? LOAD_W : LOAD_C;
        *imm = sum->imm;
        return offset == 0 && (made == FORM_AK || t->last.in_slots);
    }
    *form = made == FORM_SS ? LOAD_X : LOAD_Y;
    *imm = (int32_t)((made == FORM_SA ? sum->lhs : sum->rhs) | offset << 16);
    return offset <= UINT16_MAX && (made != FORM_SS || t->last.in_slots);
}

/* Whether the address on top is a sum, just made, that a load can make itself; takes it back then,
 * and fills in what the load gets for it. */
static bool take_sum(struct translator *t, unsigned size, uint32_t offset, uint32_t *slot,
                     int32_t *imm, unsigned *form)
{
    struct instruction sum;
    unsigned sum_form;
    int32_t sum_imm;

    if (!top_is_last(t) || t->last.opcode != NUMBER_i32_add)
        return false;
    sum = *code_at(t, t->last.index);
    if (!load_sum(t, &sum, size, offset, &sum_imm, &sum_form))
        return false;
    *slot = sum.lhs;
    *imm = sum_imm;
    *form = sum_form;
    take_back(t);
    return true;
}

static void translate_load(struct translator *t, unsigned opcode)
{
    uint32_t top = t->operand_count - 1, offset, slot = 0;
    const struct operand *address = operand_at(t, top);
    unsigned form = LOAD_S;
    int32_t imm;

    read_u32(&t->reader);
    offset = read_u32(&t->reader);
    imm = (int32_t)offset;
    if (address->kind == CONSTANT && address->bits + offset <= UINT32_MAX) {
        imm = (int32_t)(uint32_t)(address->bits + offset);
        form = LOAD_K;
    } else if (!take_sum(t, opcode_info[opcode].align, offset, &slot, &imm, &form)) {
        if (operand_in_accumulator(t, top))
            form = LOAD_A;
        else
            operand_in_slot(t, top);
        slot = operand_place(t, top);
    }
    operand_pop(t);
    emit_result(t, first_forms[opcode] + form * TARGET_COUNT, slot, imm, opcode_info[opcode].out,
                opcode, form);
}

static void translate_store(struct translator *t, unsigned opcode)
{
    uint32_t address = t->operand_count - 2, value = t->operand_count - 1, offset;
    const struct operand *where = operand_at(t, address);
    bool constant, address_held, value_held;
    unsigned form;

    read_u32(&t->reader);
    offset = read_u32(&t->reader);
    constant = where->kind == CONSTANT && where->bits + offset <= UINT32_MAX;
    if (constant)
        offset += (uint32_t)where->bits;
    else if (where->kind == CONSTANT)
        operand_settle(t, address);
    if (operand_at(t, value)->kind == CONSTANT)
        operand_settle(t, value);
    address_held = !constant && operand_in_accumulator(t, address);
    value_held = operand_in_accumulator(t, value);
    if (address_held && value_held && class_of(operand_at(t, value)->type) == CLASS_INTEGER) {
        address_held = operand_at(t, value)->kind != IN_ACCUMULATOR;
        value_held = !address_held;
    }
    if (constant)
        form = value_held ? STORE_KA : STORE_KS;
    else if (address_held)
        form = value_held ? STORE_AA : STORE_AS;
    else
        form = value_held ? STORE_SA : STORE_SS;
    emit(t, first_forms[opcode] + form, operand_place(t, address), operand_place(t, value),
         (int32_t)offset);
#if WASM_ACCUMULATORS
    if (form == STORE_SS || form == STORE_SA) {
        t->store.index = t->last.index;
        t->store.stepped = (uint16_t)(t->last.op + STORE_STEP_SS - STORE_SS);
    }
#endif
    operand_pop(t);
    operand_pop(t);
}

#if WASM_ACCUMULATORS
/* A step, just emitted, of the local that was the address of the store right before it becomes part
 * of the store. */
static void join_step(struct translator *t)
{
    struct instruction *step, *store;

    if (!last_is_step(t) || t->last.previous == NOWHERE || t->last.previous != t->store.index)
        return;
    step = code_at(t, t->last.index);
    store = code_at(t, t->store.index);
    if (store->lhs != step->lhs || (uint32_t)store->imm > UINT16_MAX)
        return;
    store->handler = handlers[t->store.stepped];
    store->aux = (uint16_t)step->imm; /* over an offset's upper half, 0 */
    t->code_count = t->last.index;
    t->last.index = t->store.index;
    t->last.previous = t->store.index = NOWHERE;
    t->last.op = t->store.stepped;
    t->last.opcode = 0;
}
#endif

/* Values still in a local that is about to change move to their own slots. */
static void settle_copies(struct translator *t, uint32_t slot)
{
    uint32_t first = t->operand_count > WINDOW + 1 ? t->operand_count - WINDOW - 1 : 0;

    for (uint32_t i = first; i + 1 < t->operand_count; i++) {
        const struct operand *operand = operand_at(t, i);

        if (operand->kind == IN_LOCAL && operand->slot == slot)
            operand_settle(t, i);
    }
}

static void translate_local_set(struct translator *t, uint32_t slot)
{
    uint32_t top = t->operand_count - 1;

    settle_copies(t, slot);
    if (top_is_last(t)) {
        operand_redirect(t, top, slot);
#if WASM_ACCUMULATORS
        join_step(t);
    } else if (operand_at(t, top)->kind == IN_ACCUMULATOR) {
        static const uint16_t sets[CLASS_COUNT] = {OP_set_i, OP_set_f32, OP_set_f64};
        enum value_class class = class_of(operand_at(t, top)->type);

        emit(t, sets[class], 0, slot, 0);
        slot_written(t, slot);
        t->accumulators[class].slot = slot;
#endif
    } else if (operand_at(t, top)->kind == CONSTANT) {
        emit_constant(t, operand_at(t, top)->bits, slot);
    } else {
        emit_move(t, operand_place(t, top), slot);
    }
    operand_pop(t);
}

static void translate_local(struct translator *t, unsigned opcode)
{
    uint32_t local = read_u32(&t->reader);
    uint32_t slot = local_slot(t->type, local);

    if (opcode != OPCODE_LOCAL_GET)
        translate_local_set(t, slot);
    if (opcode != OPCODE_LOCAL_SET)
        operand_push(t, &(struct operand){.type = ((uint8_t *)t->locals.entries)[local],
                                          .kind = IN_LOCAL,
                                          .slot = (uint16_t)slot,
                                          .producer = NOWHERE});
}

static void translate_select(struct translator *t)
{
#if WASM_ACCUMULATORS
    static const uint16_t selects[CLASS_COUNT] = {OP_select_i_s_a, OP_select_f32_s_a,
                                                  OP_select_f64_s_a};
#else
    static const uint16_t selects[CLASS_COUNT] = {OP_select_i_s_s, OP_select_i_s_s,
                                                  OP_select_i_s_s};
#endif
    uint32_t first = t->operand_count - 3, condition = 0;
    uint32_t lhs = operand_in_slot(t, first), rhs = operand_in_slot(t, first + 1);
    bool held = operand_in_accumulator(t, first + 2);
    uint8_t type = operand_at(t, first)->type;

    if (!held)
        condition = operand_in_slot(t, first + 2);
    operand_pop(t);
    operand_pop(t);
    operand_pop(t);
    emit_result(t, selects[class_of(type)] + held * TARGET_COUNT, lhs,
                (int32_t)(rhs | condition << 16), type, 0, 0);
}

static void translate_global(struct translator *t, unsigned opcode)
{
    uint32_t index = read_u32(&t->reader);

    if (opcode == OPCODE_GLOBAL_GET) {
        emit_slot_result(t, OP_global_get, 0, (int32_t)index, t->module->globals[index].type);
        return;
    }
    emit(t, OP_global_set, operand_in_slot(t, t->operand_count - 1), 0, (int32_t)index);
    operand_pop(t);
}

static void translate_constant(struct translator *t, unsigned opcode)
{
    switch (opcode) {
    case OPCODE_I32_CONST:
        operand_push_constant(t, WASM_I32, (uint32_t)read_i32(&t->reader));
        break;
    case OPCODE_I64_CONST:
        operand_push_constant(t, WASM_I64, (uint64_t)read_i64(&t->reader));
        break;
    case OPCODE_F32_CONST:
        operand_push_constant(t, WASM_F32, read_f32_bits(&t->reader));
        break;
    case OPCODE_F64_CONST:
        operand_push_constant(t, WASM_F64, read_f64_bits(&t->reader));
        break;
    default: /* ref.null */
        operand_push_constant(t, read_byte(&t->reader), 0);
    }
}

/* Three operands in their own slots, one after the other; the code needs the first's. */
static uint32_t take_three(struct translator *t)
{
    uint32_t first = t->operand_count - 3;

    for (uint32_t i = 0; i < 3; i++)
        operand_settle(t, first + i);
    for (uint32_t i = 0; i < 3; i++)
        operand_pop(t);
    return operand_slot(t, first);
}

static void translate_table(struct translator *t, unsigned opcode)
{
    uint32_t index = read_u32(&t->reader), top = t->operand_count - 1, lhs, rhs;

    switch (opcode) {
    case OPCODE_TABLE_GET:
        lhs = operand_in_slot(t, top);
        operand_pop(t);
        emit_slot_result(t, OP_table_get, lhs, (int32_t)index, t->module->tables[index].type);
        break;
    case OPCODE_TABLE_SET:
        lhs = operand_in_slot(t, top - 1);
        rhs = operand_in_slot(t, top);
        emit(t, OP_table_set, lhs, rhs, (int32_t)index);
        operand_pop(t);
        operand_pop(t);
        break;
    case OPCODE_TABLE_SIZE:
        emit_slot_result(t, OP_table_size, 0, (int32_t)index, WASM_I32);
        break;
    case OPCODE_TABLE_GROW:
        lhs = operand_in_slot(t, top - 1);
        rhs = operand_in_slot(t, top);
        operand_pop(t);
        operand_pop(t);
        slot_written(t, operand_slot(t, top - 1));
        operand_push_slot(t, WASM_I32,
                          emit_slots(t, OP_table_grow, lhs, rhs, operand_slot(t, top - 1), index));
        break;
    case OPCODE_TABLE_FILL:
        emit(t, OP_table_fill, take_three(t), 0, (int32_t)index);
        break;
    case OPCODE_ELEM_DROP:
        emit(t, OP_elem_drop, 0, 0, (int32_t)index);
        break;
    case OPCODE_TABLE_COPY:
        rhs = read_u32(&t->reader);
        emit_slots(t, OP_table_copy, take_three(t), index, 0, rhs);
        break;
    default: /* table.init */
        rhs = read_u32(&t->reader);
        emit_slots(t, OP_table_init, take_three(t), rhs, 0, index);
    }
}

static void translate_memory(struct translator *t, unsigned opcode)
{
    uint32_t index = read_u32(&t->reader), lhs;

    switch (opcode) {
    case OPCODE_MEMORY_SIZE:
        emit_slot_result(t, OP_memory_size, 0, 0, WASM_I32);
        break;
    case OPCODE_MEMORY_GROW:
        lhs = operand_in_slot(t, t->operand_count - 1);
        operand_pop(t);
        emit_slot_result(t, OP_memory_grow, lhs, 0, WASM_I32);
        break;
    case OPCODE_MEMORY_FILL:
        emit(t, OP_memory_fill, take_three(t), 0, 0);
        break;
    case OPCODE_MEMORY_COPY:
        read_u32(&t->reader);
        emit(t, OP_memory_copy, take_three(t), 0, 0);
        break;
    case OPCODE_DATA_DROP:
        emit(t, OP_data_drop, 0, 0, (int32_t)index);
        break;
    default: /* memory.init */
        read_u32(&t->reader);
        emit(t, OP_memory_init, take_three(t), 0, (int32_t)index);
    }
}

static void translate_other(struct translator *t, unsigned opcode)
{
    uint32_t top = t->operand_count - 1, slot;

    switch (opcode) {
    case OPCODE_DROP:
        operand_pop(t);
        break;
    case OPCODE_SELECT_TYPED:
        read_u32(&t->reader);
        read_byte(&t->reader);
        translate_select(t);
        break;
    case OPCODE_SELECT:
        translate_select(t);
        break;
    case OPCODE_LOCAL_GET:
    case OPCODE_LOCAL_SET:
    case OPCODE_LOCAL_TEE:
        translate_local(t, opcode);
        break;
    case OPCODE_GLOBAL_GET:
    case OPCODE_GLOBAL_SET:
        translate_global(t, opcode);
        break;
    case OPCODE_I32_CONST:
    case OPCODE_I64_CONST:
    case OPCODE_F32_CONST:
    case OPCODE_F64_CONST:
    case OPCODE_REF_NULL:
        translate_constant(t, opcode);
        break;
    case OPCODE_REF_FUNC:
        emit_slot_result(t, OP_ref_func, 0, (int32_t)read_u32(&t->reader), WASM_FUNCREF);
        break;
    case OPCODE_REF_IS_NULL:
        slot = operand_in_slot(t, top);
        operand_pop(t);
        emit_slot_result(t, OP_ref_is_null, slot, 0, WASM_I32);
        break;
    case OPCODE_MEMORY_SIZE:
    case OPCODE_MEMORY_GROW:
    case OPCODE_MEMORY_INIT:
    case OPCODE_DATA_DROP:
    case OPCODE_MEMORY_COPY:
    case OPCODE_MEMORY_FILL:
        translate_memory(t, opcode);
        break;
    default:
        translate_table(t, opcode);
    }
}

static void translate_instruction(struct translator *t)
{
    unsigned opcode;

    t->at = t->reader.cursor;
    opcode = opcode_read(&t->reader);
    if (t->unreachable) {
        translate_skipped(t, opcode);
        return;
    }
    switch (opcode_info[opcode].family) {
    case FAMILY_BINARY:
        translate_binary(t, opcode);
        break;
    case FAMILY_COMPARE:
        if (opcode == OPCODE_I32_EQZ || opcode == OPCODE_I64_EQZ)
            translate_eqz(t, opcode);
        else
            translate_binary(t, opcode);
        break;
    case FAMILY_UNARY:
        translate_unary(t, opcode);
        break;
    case FAMILY_LOAD:
        translate_load(t, opcode);
        break;
    case FAMILY_STORE:
        translate_store(t, opcode);
        break;
    default:
        if (opcode == OPCODE_CALL || opcode == OPCODE_CALL_INDIRECT)
            translate_call(t, opcode);
        else if (opcode < OPCODE_CALL)
            translate_control(t, opcode);
        else
            translate_other(t, opcode);
    }
}

static void translate_body(struct translator *t, const struct module_function *function)
{
    uint32_t clear;

    t->type = &t->module->types[function->type];
    t->reader.cursor = t->at = function->body;
    t->reader.end = function->end;
    t->code_count = t->operand_count = t->block_count = t->patch_count = t->skipped = 0;
    t->unreachable = t->too_far = t->negated = false;
    if (WASM_ACCUMULATORS)
        t->store.index = NOWHERE;
    locals_read(&t->reader, t->module, t->type, &t->locals, &t->local_count);
    t->base = t->frame = t->local_count + 1;
    if (t->base > UINT16_MAX / 2)
        reader_fail_at(&t->reader, t->at, ERR_LIMIT, "too many locals");
    accumulators_forget(t);
    clear = t->local_count - t->type->parameter_count;
    emit(t, OP_halt, t->type->parameter_count, clear, 0);
    t->last.index = NOWHERE;
    block_push(t, OPCODE_BLOCK,
               &(struct wasm_func_type){.results = t->type->results,
                                        .result_count = t->type->result_count});
    while (!t->reader.status && t->block_count > 0)
        translate_instruction(t);
    if (t->type->result_count > t->frame)
        t->frame = t->type->result_count;
    if (!t->reader.status)
        code_at(t, 0)->imm = (int32_t)t->frame;
}

/* Translates, and once more where the short jumps of the first attempt do not reach. */
static enum status translate_function(struct translator *t, uint32_t function)
{
    t->far_jumps = false;
    translate_body(t, &t->module->functions[function]);
    if (!t->reader.status && t->too_far) {
        t->far_jumps = true;
        translate_body(t, &t->module->functions[function]);
    }
    return t->reader.status;
}

static void translator_open(struct translator *t, const struct wasm_module *module,
                            struct wasm_error *error)
{
    *t = (struct translator){
        .reader = {module->bytes, module->bytes, module->bytes, OK, error},
        .module = module,
        .code = {.allocator = module->allocator},
        .operands = {.allocator = module->allocator},
        .blocks = {.allocator = module->allocator},
        .patches = {.allocator = module->allocator},
        .locals = {.allocator = module->allocator},
        .wanted = NOWHERE,
    };
}

static void translator_close(struct translator *t)
{
    scratch_release(&t->code, sizeof(struct instruction));
    scratch_release(&t->operands, sizeof(struct operand));
    scratch_release(&t->blocks, sizeof(struct block));
    scratch_release(&t->patches, sizeof(struct patch));
    scratch_release(&t->locals, 1);
}

/* The operations have 16 bits for some indices. */
static bool indices_fit(const struct wasm_module *module)
{
    return module->type_count <= UINT16_MAX && module->table_count <= UINT16_MAX &&
           module->element_count <= UINT16_MAX;
}

enum status module_translate(struct wasm_module *module, struct wasm_error *error)
{
    struct translator t;
    enum status status = OK;

    if (!indices_fit(module)) {
        *error = (struct wasm_error){0, "more types, tables or segments than this system allows"};
        return ERR_LIMIT;
    }
    if (module->function_count == 0)
        return OK;
    module->code = array_create(module->allocator, module->function_count, sizeof *module->code);
    if (!module->code)
        return ERR_NO_MEMORY;
    memset(module->code, 0, module->function_count * sizeof *module->code);
    translator_open(&t, module, error);
    for (uint32_t i = module->imported_functions; i < module->function_count && !status; i++) {
        status = translate_function(&t, i);
        if (status)
            break;
        module->code[i] = array_create(module->allocator, t.code_count, sizeof **module->code);
        if (!module->code[i]) {
            status = ERR_NO_MEMORY;
            break;
        }
        module->functions[i].code_size = t.code_count;
        memcpy(module->code[i], t.code.entries, t.code_count * sizeof **module->code);
    }
    translator_close(&t);
    return status;
}

/* A second pass for safepoints: which attempt the code came from shows in its size. */
static enum status translate_again(struct translator *t, uint32_t function)
{
    safepoint_visitor *visit = t->visit;

    t->visit = NULL;
    translate_body(t, &t->module->functions[function]);
    t->far_jumps = t->too_far;
    t->visit = visit;
    if (!t->reader.status)
        translate_body(t, &t->module->functions[function]);
    return t->reader.status;
}

enum status function_safepoints(const struct wasm_module *module, uint32_t function, uint32_t at,
                                bool is_instruction, safepoint_visitor *visit, void *context)
{
    struct translator t;
    enum status status;

    translator_open(&t, module, NULL);
    t.visit = visit;
    t.visit_context = context;
    t.visit_at = at;
    t.visit_instruction = is_instruction;
    status = translate_again(&t, function);
    translator_close(&t);
    return status;
}

enum status function_offset(const struct wasm_module *module, uint32_t function,
                            uint32_t instruction, uint32_t *offset)
{
    struct translator t;
    enum status status;

    translator_open(&t, module, NULL);
    t.wanted = instruction;
    status = translate_again(&t, function);
    *offset = t.wanted_offset;
    translator_close(&t);
    return status;
}
