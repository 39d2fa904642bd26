/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Control in the translator: blocks, branches, calls. A comparison right before a branch becomes
 * part of it. A branch that has to move values first is a jump around the moves, or, in a jump
 * table, a piece of code of its own.
 */
#include <services/wasm/translator.h>
#include <string.h>

#define WORDS (sizeof(struct instruction) / sizeof(int32_t))

#define ROW(opcode, name, type, expression) [opcode] = OP_##name##_jump_ss,
static const uint16_t jumps[OPCODE_COUNT] = {WASM_INTEGER_COMPARE_LIST(ROW)
#if WASM_ACCUMULATORS
                                                 WASM_FLOAT_COMPARE_LIST(ROW)
#endif
};
#undef ROW

static struct block *block_at(struct translator *t, uint32_t depth)
{
    return (struct block *)t->blocks.entries + (t->block_count - 1 - depth);
}

/* The body's block is left by returning. */
static bool is_body(const struct translator *t, const struct block *block)
{
    return block == t->blocks.entries;
}

void block_push(struct translator *t, uint8_t opcode, const struct wasm_func_type *type)
{
    if (t->reader.status)
        return;
    if (!scratch_reserve(&t->blocks, t->block_count + 1, sizeof(struct block))) {
        reader_fail_at(&t->reader, t->at, ERR_NO_MEMORY, "out of memory");
        return;
    }
    t->block_count++;
    *block_at(t, 0) = (struct block){
        .type = *type,
        .height = t->operand_count - type->parameter_count,
        .patches = NOWHERE,
        .otherwise = NOWHERE,
        .head = t->code_count,
        .opcode = opcode,
    };
}

static uint32_t label_arity(const struct block *block)
{
    return block->opcode == OPCODE_LOOP ? block->type.parameter_count : block->type.result_count;
}

/* From here on code can be reached by a jump. */
static void label(struct translator *t)
{
    accumulators_forget(t);
    t->last.index = NOWHERE;
}

/* Puts a patch at the head of a list. */
static void patch_add(struct translator *t, uint32_t *list, uint8_t kind, uint32_t place,
                      uint32_t origin)
{
    if (t->reader.status)
        return;
    if (!scratch_reserve(&t->patches, t->patch_count + 1, sizeof(struct patch))) {
        reader_fail_at(&t->reader, t->at, ERR_NO_MEMORY, "out of memory");
        return;
    }
    ((struct patch *)t->patches.entries)[t->patch_count] =
        (struct patch){place, origin, *list, kind};
    *list = t->patch_count++;
}

static void table_write(struct translator *t, uint32_t place, int32_t value)
{
    memcpy((uint8_t *)t->code.entries + (size_t)place * sizeof value, &value, sizeof value);
}

static int32_t table_read(const struct translator *t, uint32_t place)
{
    int32_t value;

    memcpy(&value, (const uint8_t *)t->code.entries + (size_t)place * sizeof value, sizeof value);
    return value;
}

/* Lets all jumps of a list lead here. */
static void patches_resolve(struct translator *t, uint32_t list)
{
    while (list != NOWHERE && !t->reader.status) {
        const struct patch *patch = (const struct patch *)t->patches.entries + list;
        int32_t distance = (int32_t)(t->code_count - patch->origin);

        switch (patch->kind) {
        case PATCH_IMM:
            code_at(t, patch->place)->imm = distance;
            break;
        case PATCH_SHORT:
            t->too_far |= distance > INT16_MAX;
            code_at(t, patch->place)->dst = (uint16_t)distance;
            break;
        default:
            table_write(t, patch->place, distance);
        }
        list = patch->next;
    }
}

/* Whether a comparison's operands have 64 bits: its constant follows the instruction. */
static bool is_long(unsigned opcode)
{
    return opcode_info[opcode].in == WASM_I64 || opcode_info[opcode].in == WASM_F64;
}

static bool is_constant(unsigned form)
{
    return form == FORM_SK || form == FORM_AK;
}

/* Takes the condition off the stack: the comparison just emitted, else "is not 0". */
static struct condition condition_take(struct translator *t)
{
    struct condition condition = {
        .opcode = NUMBER_i32_ne, .form = FORM_SK, .before = t->last.index};
    uint32_t top = t->operand_count - 1;

    if (top_is_last(t) && t->last.opcode && jumps[t->last.opcode]) {
        const struct instruction *compare = code_at(t, t->last.index);

        condition.opcode = t->last.opcode;
        condition.form = t->last.form;
        condition.lhs = compare->lhs;
        condition.rhs = compare->rhs;
        condition.bits = (uint32_t)compare->imm;
        if (is_long(condition.opcode) && is_constant(condition.form))
            memcpy(&condition.bits,
                   (const uint8_t *)(compare + 1) + offsetof(struct instruction, lhs),
                   sizeof condition.bits);
        condition.before = t->last.previous;
        condition.negated = t->negated;
        t->negated = false;
        operand_pop(t);
        take_back(t);
        return condition;
    }
    if (operand_in_accumulator(t, top))
        condition.form = FORM_AK;
    else
        operand_in_slot(t, top);
    condition.lhs = (uint16_t)operand_place(t, top);
    operand_pop(t);
    return condition;
}

static unsigned jump_operation(const struct condition *condition, bool sense, bool loop)
{
    unsigned opcode = condition->opcode;
    unsigned op;

    sense = sense != condition->negated;
    if (!sense && compare_inverse(opcode)) {
        opcode = compare_inverse(opcode);
        sense = true;
    }
    op = jumps[opcode] + condition->form;
    if (loop)
        op += FORM_COUNT;
    if (!sense)
        op += 2 * FORM_COUNT;
    return op;
}

/* A comparison with a 32-bit constant has 16 bits for the distance: where these are too few, the
 * constant goes to a slot above the operands. */
static void condition_widen(struct translator *t, struct condition *condition)
{
    uint32_t slot = operand_slot(t, t->operand_count) + 3;

    emit_constant(t, condition->bits, slot);
    condition->rhs = (uint16_t)slot;
    condition->form = condition->form == FORM_SK ? FORM_SS : FORM_AS;
}

#if WASM_ACCUMULATORS

/* A loop's counter, added to right before it is compared: the addition becomes part of the jump to
 * the loop's head. False where it is no such condition, or does not fit. */
static bool emit_counted(struct translator *t, struct condition condition, const struct block *loop)
{
    static const uint16_t counts[OPCODE_COUNT] = {
#define ROW(name, expression) [NUMBER_##name] = OP_##name##_count_s,
        WASM_COUNT_LIST(ROW)
#undef ROW
    };
    bool constant = is_constant(condition.form);
    struct instruction *sum;

    if (condition.before == NOWHERE || condition.before + 1 != t->code_count || t->reader.status ||
        condition.before - loop->head > INT16_MAX)
        return false;
    sum = code_at(t, condition.before);
    if (!is_step(t, sum))
        return false;
    if (!constant && condition.rhs == sum->dst) {
        condition.rhs = condition.lhs;
        condition.lhs = sum->dst;
        condition.opcode = (uint8_t)compare_swapped(condition.opcode);
    }
    if (condition.lhs != sum->dst || !counts[condition.opcode] ||
        (constant ? condition.bits > UINT16_MAX : condition.rhs == sum->dst))
        return false;
    sum->handler = handlers[counts[condition.opcode] + constant];
    sum->aux = (uint16_t)sum->imm;
    sum->rhs = constant ? (uint16_t)condition.bits : condition.rhs;
    sum->dst = (uint16_t)(loop->head - condition.before);
    t->last.index = NOWHERE;
    return true;
}

#else

static bool emit_counted(struct translator *t, struct condition condition, const struct block *loop)
{
    (void)t, (void)condition, (void)loop;
    return false;
}

#endif

/* Jumps where the condition is as `sense` says: to a loop's head, or as a new patch of `list`. */
static void emit_condition(struct translator *t, struct condition condition, bool sense,
                           const struct block *loop, uint32_t *list)
{
    bool narrow = is_constant(condition.form) && !is_long(condition.opcode);
    int32_t distance;
    uint32_t index;

    if (loop && sense && !condition.negated && emit_counted(t, condition, loop))
        return;
    if (narrow && (t->far_jumps || (loop && t->code_count - loop->head > INT16_MAX))) {
        condition_widen(t, &condition);
        narrow = false;
    }
    distance = loop ? (int32_t)(loop->head - t->code_count) : 0;
    index = emit(t, jump_operation(&condition, sense, loop != NULL), condition.lhs,
                 narrow ? (uint16_t)distance : condition.rhs,
                 narrow ? (int32_t)(uint32_t)condition.bits : distance);
    if (is_constant(condition.form) && !narrow)
        append_constant(t, condition.bits);
    if (!loop)
        patch_add(t, list, narrow ? PATCH_SHORT : PATCH_IMM, index, index);
}

/* Returns with the top operands, which stay where they are. */
static void emit_return(struct translator *t)
{
    uint32_t header = t->type->parameter_count;
    uint32_t count = t->type->result_count;
    uint32_t first = t->operand_count - count;

    if (count == 0) {
        emit(t, OP_return_none, header, 0, 0);
        return;
    }
    if (count > 1) {
        for (uint32_t i = 0; i < count; i++)
            operand_settle(t, first + i);
        emit(t, OP_return_many, header, operand_slot(t, first), (int32_t)count);
        return;
    }
#if WASM_ACCUMULATORS
    if (operand_in_accumulator(t, first)) {
        static const uint16_t returns[CLASS_COUNT] = {OP_return_i, OP_return_f32, OP_return_f64};

        emit(t, returns[class_of(operand_at(t, first)->type)], header, 0, 0);
        return;
    }
#endif
    emit(t, OP_return_one, header, operand_in_slot(t, first), 0);
}

/* Moves the operands that a branch brings to where its label expects them. */
static void emit_branch_moves(struct translator *t, const struct block *block)
{
    uint32_t arity = label_arity(block);
    uint32_t from = t->operand_count - arity;

    for (uint32_t i = 0; i < arity && !t->reader.status; i++) {
        uint32_t slot = operand_slot(t, block->height + i);

        if (operand_at(t, from + i)->kind == CONSTANT)
            emit_constant(t, operand_at(t, from + i)->bits, slot);
        else
            emit_move(t, operand_in_slot(t, from + i), slot);
    }
}

/* An unconditional jump, forward or to the head of a loop, with the step right before it. The
 * caller sees to the distance, `imm` of the instruction whose index this returns. */
static uint32_t emit_jump(struct translator *t, bool loop)
{
#if WASM_ACCUMULATORS
    if (last_is_step(t)) {
        step_become(t, loop ? OP_step_loop : OP_step_jump);
        return t->last.index;
    }
#endif
    return emit(t, loop ? OP_jump_loop : OP_jump, 0, 0, 0);
}

/* An unconditional branch. */
static void emit_branch(struct translator *t, struct block *block)
{
    uint32_t index;

    if (is_body(t, block)) {
        emit_return(t);
        return;
    }
    if (label_arity(block) == 1 && top_is_last(t))
        operand_redirect(t, t->operand_count - 1, operand_slot(t, block->height));
    else
        emit_branch_moves(t, block);
    index = emit_jump(t, block->opcode == OPCODE_LOOP);
    if (block->opcode != OPCODE_LOOP)
        patch_add(t, &block->patches, PATCH_IMM, index, index);
    else if (!t->reader.status)
        code_at(t, index)->imm = (int32_t)(block->head - index);
}

/* Whether the operands already are where the label wants them, once they are in their slots. */
static bool in_place(const struct translator *t, const struct block *block)
{
    return label_arity(block) == 0 || t->operand_count - label_arity(block) == block->height;
}

static void translate_br_if(struct translator *t, struct block *block)
{
    struct condition condition = condition_take(t);
    uint32_t arity = label_arity(block);
    struct accumulator kept[CLASS_COUNT];
    uint32_t around = NOWHERE;

    for (uint32_t i = 0; i < arity; i++)
        operand_settle(t, t->operand_count - arity + i);
    if (!is_body(t, block) && in_place(t, block)) {
        emit_condition(t, condition, true, block->opcode == OPCODE_LOOP ? block : NULL,
                       &block->patches);
        return;
    }
    emit_condition(t, condition, false, NULL, &around);
    memcpy(kept, t->accumulators, sizeof kept);
    t->last.index = NOWHERE;
    emit_branch(t, block);
    memcpy(t->accumulators, kept, sizeof kept);
    t->last.index = NOWHERE;
    patches_resolve(t, around);
}

/* Writes the way to one label of a jump table: the label itself, or a piece of code, one for all
 * entries that lead there. */
static void emit_table_target(struct translator *t, uint32_t origin, uint32_t place)
{
    struct block *block = block_at(t, (uint32_t)table_read(t, place));

    if (block->opcode != OPCODE_LOOP && !is_body(t, block) && in_place(t, block)) {
        patch_add(t, &block->patches, PATCH_TABLE, place, origin);
        return;
    }
    if (block->table == origin) {
        table_write(t, place, (int32_t)block->way);
        return;
    }
    block->table = origin;
    block->way = t->code_count - origin;
    table_write(t, place, (int32_t)block->way);
    t->last.index = NOWHERE;
    accumulators_forget(t);
    emit_branch(t, block);
}

static void translate_br_table(struct translator *t)
{
    uint32_t targets = read_u32(&t->reader) + 1;
    const uint8_t *labels = t->reader.cursor;
    uint32_t origin, table, arity, slot = 0;
    unsigned op = OP_jump_table;

    arity = label_arity(block_at(t, read_u32(&t->reader)));
    t->reader.cursor = labels;
#if WASM_ACCUMULATORS
    if (operand_in_accumulator(t, t->operand_count - 1))
        op = OP_jump_table_held; /* what settles operands leaves it held */
#endif
    if (op == OP_jump_table)
        slot = operand_in_slot(t, t->operand_count - 1);
    operand_pop(t);
    accumulators_flush(t);
    for (uint32_t i = 0; i < arity; i++)
        operand_settle(t, t->operand_count - arity + i);
    origin = emit(t, op, slot, 0, (int32_t)(targets - 1));
    table = t->code_count * (uint32_t)WORDS;
    for (uint32_t i = 0; i < targets && !t->reader.status; i++) {
        if (i % WORDS == 0)
            emit(t, OP_halt, 0, 0, 0);
        if (!t->reader.status)
            table_write(t, table + i, (int32_t)read_u32(&t->reader));
    }
    for (uint32_t i = 0; i < targets && !t->reader.status; i++)
        emit_table_target(t, origin, table + i);
}

static void translate_block(struct translator *t, unsigned opcode)
{
    struct condition condition = {0};
    struct wasm_func_type type;

    block_type_read(&t->reader, t->module, &type);
    if (opcode == OPCODE_IF)
        condition = condition_take(t);
    operands_settle(t, type.parameter_count);
    if (opcode == OPCODE_LOOP) {
        accumulators_flush(t);
        label(t);
    }
    block_push(t, (uint8_t)opcode, &type);
    if (opcode == OPCODE_IF) {
        uint32_t list = NOWHERE;

        emit_condition(t, condition, false, NULL, &list);
        block_at(t, 0)->otherwise = list;
    }
    if (opcode == OPCODE_LOOP)
        safepoint_show(t, (struct safepoint){.callee = UINT32_MAX});
}

/* Brings a block's results, on top of the stack, into their slots. */
static void settle_results(struct translator *t, const struct block *block)
{
    uint32_t count = block->type.result_count;

    for (uint32_t i = 0; i < count; i++)
        operand_settle(t, t->operand_count - count + i);
}

static void translate_else(struct translator *t)
{
    struct block *block = block_at(t, 0);

    if (!t->unreachable) {
        uint32_t index;

        settle_results(t, block);
        index = emit_jump(t, false);
        patch_add(t, &block->patches, PATCH_IMM, index, index);
    }
    label(t);
    patches_resolve(t, block->otherwise);
    block->otherwise = NOWHERE;
    block->opcode = OPCODE_ELSE;
    t->unreachable = false;
    operands_reset(t, block->height, block->type.parameters, block->type.parameter_count);
}

static void end_body(struct translator *t)
{
    if (!t->unreachable)
        emit_return(t);
    t->block_count--;
}

static void translate_end(struct translator *t)
{
    struct block *block = block_at(t, 0);
    bool targeted = block->patches != NOWHERE || block->otherwise != NOWHERE;

    if (is_body(t, block)) {
        end_body(t);
        return;
    }
    if (targeted) {
        if (!t->unreachable)
            settle_results(t, block);
        label(t);
        patches_resolve(t, block->otherwise);
        patches_resolve(t, block->patches);
        operands_reset(t, block->height, block->type.results, block->type.result_count);
        t->unreachable = false;
    }
    t->block_count--;
}

void translate_call(struct translator *t, unsigned opcode)
{
    uint32_t index = read_u32(&t->reader);
    const struct wasm_func_type *type;
    uint32_t first, place, table = 0, slot = 0;

    if (opcode == OPCODE_CALL) {
        type = &t->module->types[t->module->functions[index].type];
    } else {
        table = read_u32(&t->reader);
        index = t->module->alike[index];
        type = &t->module->types[index];
        slot = operand_in_slot(t, t->operand_count - 1);
    }
    first = t->operand_count - type->parameter_count - (opcode != OPCODE_CALL);
    for (uint32_t i = 0; i < type->parameter_count; i++)
        operand_settle(t, first + i);
    accumulators_flush(t);
    safepoint_show(t, (struct safepoint){.call = true,
                                         .arguments = t->operand_count - first,
                                         .callee = opcode == OPCODE_CALL ? index : UINT32_MAX,
                                         .type = type});
    place = operand_slot(t, first);
    if (opcode == OPCODE_CALL_INDIRECT)
        emit_slots(t, OP_call_indirect, place, index, slot, table);
    else
        emit(t, index < t->module->imported_functions ? OP_call_import : OP_call, place, 0,
             (int32_t)index);
    t->last.index = NOWHERE;
    operands_reset(t, first, type->results, type->result_count);
}

void translate_control(struct translator *t, unsigned opcode)
{
    switch (opcode) {
    case OPCODE_UNREACHABLE:
        emit(t, OP_unreachable, 0, 0, 0);
        t->unreachable = true;
        break;
    case OPCODE_BLOCK:
    case OPCODE_LOOP:
    case OPCODE_IF:
        translate_block(t, opcode);
        break;
    case OPCODE_ELSE:
        translate_else(t);
        break;
    case OPCODE_END:
        translate_end(t);
        break;
    case OPCODE_BR:
        emit_branch(t, block_at(t, read_u32(&t->reader)));
        t->unreachable = true;
        break;
    case OPCODE_BR_IF:
        translate_br_if(t, block_at(t, read_u32(&t->reader)));
        break;
    case OPCODE_BR_TABLE:
        translate_br_table(t);
        t->unreachable = true;
        break;
    case OPCODE_RETURN:
        emit_return(t);
        t->unreachable = true;
        break;
    default:
        break;
    }
}

void translate_skipped(struct translator *t, unsigned opcode)
{
    switch (opcode) {
    case OPCODE_BLOCK:
    case OPCODE_LOOP:
    case OPCODE_IF:
        t->skipped++;
        break;
    case OPCODE_ELSE:
        if (t->skipped == 0)
            translate_else(t);
        break;
    case OPCODE_END:
        if (t->skipped == 0)
            translate_end(t);
        else
            t->skipped--;
        break;
    default:
        break;
    }
    immediates_skip(&t->reader, opcode);
}
