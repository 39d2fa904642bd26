/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Where the translator's values are, and emission. See translator.h for the invariants.
 */
#include <services/wasm/translator.h>
#include <string.h>

enum value_class class_of(uint8_t type)
{
    return type == WASM_F32 ? CLASS_F32 : type == WASM_F64 ? CLASS_F64 : CLASS_INTEGER;
}

uint32_t emit(struct translator *t, unsigned op, uint32_t lhs, uint32_t dst, int32_t imm)
{
    uint32_t index = t->code_count;

    if (t->reader.status)
        return 0;
    if (!scratch_reserve(&t->code, index + 2, sizeof(struct instruction))) {
        reader_fail_at(&t->reader, t->at, ERR_NO_MEMORY, "out of memory");
        return 0;
    }
    t->code_count++;
    *code_at(t, index) = (struct instruction){
        .handler = handlers[op], .lhs = (uint16_t)lhs, .dst = (uint16_t)dst, {.imm = imm}};
    t->last.previous = t->last.index;
    t->last.index = index;
    t->last.op = (uint16_t)op;
    t->last.opcode = 0;
    t->last.in_slots = false;
    if (index == t->wanted)
        t->wanted_offset = (uint32_t)(t->at - t->reader.start);
    return index;
}

uint32_t emit_slots(struct translator *t, unsigned op, uint32_t lhs, uint32_t rhs, uint32_t dst,
                    uint32_t aux)
{
    uint32_t index = emit(t, op, lhs, dst, 0);

    if (!t->reader.status) {
        code_at(t, index)->rhs = (uint16_t)rhs;
        code_at(t, index)->aux = (uint16_t)aux;
    }
    return index;
}

#if WASM_ACCUMULATORS

bool is_step(const struct translator *t, const struct instruction *sum)
{
    bool adds =
        sum->handler == handlers[OP_i32_add_sk_s] || sum->handler == handlers[OP_i32_add_ak_s];

    return adds && sum->lhs == sum->dst && sum->dst < t->base && sum->imm == (int16_t)sum->imm;
}

bool last_is_step(struct translator *t)
{
    return t->last.index != NOWHERE && !t->reader.status && is_step(t, code_at(t, t->last.index));
}

struct instruction *step_become(struct translator *t, unsigned op)
{
    struct instruction *step = code_at(t, t->last.index);

    step->handler = handlers[op];
    step->dst = (uint16_t)step->imm;
    t->last.op = (uint16_t)op;
    t->last.opcode = 0;
    return step;
}

#endif

void emit_move(struct translator *t, uint32_t from, uint32_t to)
{
    if (from == to)
        return;
    slot_written(t, to);
    if (t->last.index != NOWHERE && t->last.op == OP_move && !t->reader.status) {
        struct instruction *move = code_at(t, t->last.index);

        move->handler = handlers[OP_move2];
        move->rhs = (uint16_t)from;
        move->aux = (uint16_t)to;
        t->last.op = OP_move2;
        return;
    }
#if WASM_ACCUMULATORS
    if (last_is_step(t)) {
        struct instruction *step = step_become(t, OP_step_move);

        step->rhs = (uint16_t)from;
        step->aux = (uint16_t)to;
        return;
    }
#endif
    emit(t, OP_move, from, to, 0);
}

void emit_constant(struct translator *t, uint64_t bits, uint32_t to)
{
    slot_written(t, to);
    if (bits == (uint32_t)bits) {
        emit(t, OP_const32, 0, to, (int32_t)(uint32_t)bits);
        return;
    }
    emit(t, OP_const64, 0, to, 0);
    append_constant(t, bits);
}

void append_constant(struct translator *t, uint64_t bits)
{
    struct instruction carrier = {.handler = handlers[OP_unreachable]};

    if (t->reader.status)
        return;
    memcpy((uint8_t *)&carrier + offsetof(struct instruction, lhs), &bits, sizeof bits);
    *code_at(t, t->code_count++) = carrier;
}

void take_back(struct translator *t)
{
    t->code_count = t->last.index;
    t->last.index = NOWHERE;
    memcpy(t->accumulators, t->last.before, sizeof t->accumulators);
}

void slot_written(struct translator *t, uint32_t slot)
{
    for (int i = 0; i < CLASS_COUNT; i++) {
        if (t->accumulators[i].slot == slot)
            t->accumulators[i].slot = NOWHERE;
    }
}

void operand_push(struct translator *t, const struct operand *operand)
{
    uint32_t index = t->operand_count;
    uint32_t needed = operand_slot(t, index) + 4; /* with room for a condition's constant */

    if (t->reader.status)
        return;
    if (needed > UINT16_MAX) {
        reader_fail_at(&t->reader, t->at, ERR_LIMIT, "function needs too many slots");
        return;
    }
    if (!scratch_reserve(&t->operands, index + 1, sizeof(struct operand))) {
        reader_fail_at(&t->reader, t->at, ERR_NO_MEMORY, "out of memory");
        return;
    }
    if (needed > t->frame)
        t->frame = needed;
    t->operand_count++;
    *operand_at(t, index) = *operand;
    if (index >= WINDOW && operand_at(t, index - WINDOW)->kind != CONSTANT)
        operand_settle(t, index - WINDOW);
}

void operand_push_slot(struct translator *t, uint8_t type, uint32_t producer)
{
    operand_push(t, &(struct operand){.type = type, .kind = IN_SLOT, .producer = producer});
}

void operand_push_constant(struct translator *t, uint8_t type, uint64_t bits)
{
    operand_push(
        t, &(struct operand){.type = type, .kind = CONSTANT, .bits = bits, .producer = NOWHERE});
}

void operand_pop(struct translator *t)
{
    struct operand *operand;

    if (t->operand_count == 0)
        return;
    operand = operand_at(t, --t->operand_count);
    if (operand->kind == IN_ACCUMULATOR)
        t->accumulators[class_of(operand->type)].waiting = NOWHERE;
}

void operands_reset(struct translator *t, uint32_t height, const uint8_t *types, uint32_t count)
{
    t->operand_count = height;
    for (uint32_t i = 0; i < count; i++)
        operand_push_slot(t, types[i], NOWHERE);
}

/* The producer stores to `slot`: with accumulators, its operation's twin does. */
static void set_destination(struct translator *t, struct operand *operand, uint32_t slot)
{
    struct instruction *producer = code_at(t, operand->producer);
    struct accumulator *accumulator = &t->accumulators[class_of(operand->type)];

    producer->dst = (uint16_t)slot;
    slot_written(t, slot);
    if (operand->kind == IN_ACCUMULATOR) {
        producer->handler = handlers[operand->op + 1];
        accumulator->waiting = NOWHERE;
        accumulator->slot = slot;
    }
}

void operand_settle(struct translator *t, uint32_t index)
{
    struct operand *operand = operand_at(t, index);
    uint32_t slot = operand_slot(t, index);

    if (t->reader.status)
        return;
    switch (operand->kind) {
    case IN_SLOT:
        return;
    case IN_LOCAL:
        emit_move(t, operand->slot, slot);
        operand->producer = NOWHERE;
        break;
    case CONSTANT:
        emit_constant(t, operand->bits, slot);
        operand->producer = NOWHERE;
        break;
    case IN_ACCUMULATOR:
        set_destination(t, operand, slot);
        break;
    }
    operand->kind = IN_SLOT;
}

uint32_t operand_place(const struct translator *t, uint32_t index)
{
    const struct operand *operand = (const struct operand *)t->operands.entries + index;

    return operand->kind == IN_LOCAL ? operand->slot : operand_slot(t, index);
}

uint32_t operand_in_slot(struct translator *t, uint32_t index)
{
    uint8_t kind = operand_at(t, index)->kind;

    if (kind == CONSTANT || kind == IN_ACCUMULATOR)
        operand_settle(t, index);
    return operand_place(t, index);
}

bool operand_in_accumulator(const struct translator *t, uint32_t index)
{
    const struct operand *operand = (const struct operand *)t->operands.entries + index;

    if (operand->kind == IN_ACCUMULATOR)
        return true;
    return operand->kind != CONSTANT && WASM_ACCUMULATORS &&
           t->accumulators[class_of(operand->type)].slot == operand_place(t, index);
}

bool operand_is_last(struct translator *t, uint32_t index)
{
    const struct operand *operand;

    if (t->last.index == NOWHERE || index >= t->operand_count)
        return false;
    operand = operand_at(t, index);
    return (operand->kind == IN_SLOT || operand->kind == IN_ACCUMULATOR) &&
           operand->producer == t->last.index;
}

bool top_is_last(struct translator *t)
{
    return operand_is_last(t, t->operand_count - 1);
}

void operand_redirect(struct translator *t, uint32_t index, uint32_t slot)
{
    struct operand *operand = operand_at(t, index);
    struct accumulator *accumulator = &t->accumulators[class_of(operand->type)];
    bool held = operand->kind == IN_SLOT && accumulator->slot == operand_slot(t, index);

    set_destination(t, operand, slot);
    if (held)
        accumulator->slot = slot;
    operand->kind = IN_SLOT;
}

void operands_settle(struct translator *t, uint32_t parameters)
{
    uint32_t first = t->operand_count > WINDOW ? t->operand_count - WINDOW : 0;

    for (uint32_t i = first; i < t->operand_count; i++) {
        if (operand_at(t, i)->kind != CONSTANT)
            operand_settle(t, i);
    }
    for (uint32_t i = t->operand_count - parameters; i < t->operand_count; i++)
        operand_settle(t, i);
}

void accumulators_forget(struct translator *t)
{
    for (int i = 0; i < CLASS_COUNT; i++)
        t->accumulators[i] = (struct accumulator){NOWHERE, NOWHERE};
}

void accumulators_flush(struct translator *t)
{
    for (int i = 0; i < CLASS_COUNT; i++) {
        if (t->accumulators[i].waiting != NOWHERE)
            operand_settle(t, t->accumulators[i].waiting);
    }
    accumulators_forget(t);
}

void emit_result(struct translator *t, unsigned op, uint32_t lhs, int32_t imm, uint8_t type,
                 unsigned opcode, unsigned form)
{
    struct accumulator *accumulator = &t->accumulators[class_of(type)];
    struct operand result = {.type = type, .kind = IN_SLOT, .op = (uint16_t)op};
    uint32_t index = t->operand_count;

    if (accumulator->waiting != NOWHERE)
        operand_settle(t, accumulator->waiting);
    memcpy(t->last.before, t->accumulators, sizeof t->accumulators);
    result.producer = emit(t, op, lhs, operand_slot(t, index), imm);
    t->last.opcode = (uint8_t)opcode;
    t->last.form = (uint8_t)form;
    if (WASM_ACCUMULATORS) {
        *accumulator = (struct accumulator){NOWHERE, index};
        result.kind = IN_ACCUMULATOR;
    }
    operand_push(t, &result);
}

void emit_slot_result(struct translator *t, unsigned op, uint32_t lhs, int32_t imm, uint8_t type)
{
    uint32_t slot = operand_slot(t, t->operand_count);

    slot_written(t, slot);
    operand_push_slot(t, type, emit(t, op, lhs, slot, imm));
}

void safepoint_show(struct translator *t, struct safepoint safepoint)
{
    struct operand_place *places;

    safepoint.offset = (uint32_t)(t->at - t->reader.start);
    safepoint.instruction = t->code_count;
    if (!t->visit || t->reader.status ||
        t->visit_at != (t->visit_instruction ? safepoint.instruction : safepoint.offset))
        return;
    places = array_create(t->module->allocator, t->operand_count + 1, sizeof *places);
    if (!places) {
        reader_fail_at(&t->reader, t->at, ERR_NO_MEMORY, "out of memory");
        return;
    }
    for (uint32_t i = 0; i < t->operand_count; i++) {
        const struct operand *operand = operand_at(t, i);

        places[i] = (struct operand_place){.type = operand->type,
                                           .constant = operand->kind == CONSTANT,
                                           .local = operand->kind == IN_LOCAL,
                                           .slot = (uint16_t)operand_place(t, i),
                                           .bits = operand->bits};
    }
    t->visit(t->visit_context, &safepoint, places, t->operand_count);
    array_destroy(t->module->allocator, places, t->operand_count + 1, sizeof *places);
}
