/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Handlers of calls, returns, moves and globals, the ways out of the handlers, and the table of all
 * handlers. A call into another instance puts a record below the callee's frame: the caller's
 * instance, its calling instruction, and how many results there are.
 */
#include <services/wasm/handlers.h>

#define CROSS_RECORD 3

handler *const handlers[OP_COUNT] = {
#define OP(name) [OP_##name] = op_##name,
#include <services/wasm/operations.def>
};

/* Leaves the handlers with all registers saved. */
#define STOP(how)                                                                                  \
    do {                                                                                           \
        m->pc = pc, m->fp = fp, m->run = (how), m->running = false;                                \
        SAVE_FUEL();                                                                               \
        return;                                                                                    \
    } while (0)

#if WASM_ACCUMULATORS
#define UNUSED_REGISTERS() (void)memory, (void)r, (void)s, (void)d
#else
#define UNUSED_REGISTERS() (void)memory
#endif

#if !WASM_TAIL_CALLS
void keep_registers(REGISTERS)
{
    m->pc = pc, m->fp = fp, m->memory = memory;
#if WASM_ACCUMULATORS
    m->r = r, m->fuel = fuel, m->s = s, m->d = d;
#endif
}
#endif

void op_trap(REGISTERS)
{
    UNUSED_REGISTERS();
    STOP(WASM_TRAPPED);
}

void op_out_of_fuel(REGISTERS)
{
    UNUSED_REGISTERS();
    STOP(WASM_OUT_OF_FUEL);
}

void op_outside_memory(REGISTERS)
{
    TRAP(MEMORY_BOUNDS);
}

void op_outside_table(REGISTERS)
{
    TRAP(TABLE_BOUNDS);
}

static handler op_pending;

static void op_pending(REGISTERS)
{
    UNUSED_REGISTERS();
    STOP(WASM_PENDING);
}

void op_halt(REGISTERS)
{
    UNUSED_REGISTERS();
    STOP(WASM_DONE);
}

void op_unreachable(REGISTERS)
{
    TRAP(UNREACHABLE);
}

static APART void op_stack_overflow(REGISTERS)
{
    TRAP(STACK);
}

/* Enters a function of this instance whose frame begins at fp + lhs of the calling instruction:
 * within the caller's frame, which the stack has room for. */
#define ENTER(code)                                                                                \
    do {                                                                                           \
        const struct instruction *callee_ = (code);                                                \
        union wasm_slot *frame_ = fp + pc->lhs;                                                    \
                                                                                                   \
        if (UNLIKELY((uintptr_t)m->end - (uintptr_t)frame_ <                                       \
                     (uint32_t)callee_->imm * sizeof *frame_))                                     \
            LEAVE(stack_overflow);                                                                 \
        fp = frame_;                                                                               \
        frame_ += callee_->lhs;                                                                    \
        frame_->u64 = (uintptr_t)pc;                                                               \
        pc = callee_;                                                                              \
        for (uint32_t clear_ = pc->dst; UNLIKELY(clear_ > 0); clear_--)                            \
            (++frame_)->u64 = 0;                                                                   \
        NEXT(1);                                                                                   \
    } while (0)

/* Out of fuel before the call has begun, which takes its unit again. */
static APART void op_call_put_off(REGISTERS)
{
    FUEL++;
    LEAVE(out_of_fuel);
}

/* Not FUEL_GONE: GCC keeps its answer as a zero to store, in a register that it saves first. */
#define TAKE_FUEL()                                                                                \
    do {                                                                                           \
        if (WASM_FUEL && UNLIKELY(--FUEL < 0))                                                     \
            LEAVE(call_put_off);                                                                   \
    } while (0)

void op_call(REGISTERS)
{
    TAKE_FUEL();
    ENTER(m->code[pc->imm]);
}

/* Calls m->callee: a host function, or one of another instance. */
static APART handler op_call_out;

static void op_call_out(REGISTERS)
{
    struct wasm_function *callee = m->callee;
    union wasm_slot *arguments = fp + pc->lhs;
    uint32_t parameters = callee->type->parameter_count;

    if (!callee->instance) {
        uint32_t needed =
            parameters > callee->type->result_count ? parameters : callee->type->result_count;
        enum wasm_host_answer answer;

        if (m->end - arguments < (ptrdiff_t)needed)
            LEAVE(stack_overflow);
        m->pc = pc;
        m->fp = fp;
        m->pending_results = callee->type->result_count;
        SAVE_FUEL();
        answer = callee->host(callee->context, m, arguments);
        LOAD_FUEL();
        if (m->instance)
            machine_load(m, m->instance);
        memory = m->memory;
        if (answer == WASM_HOST_PENDING)
            LEAVE(pending);
        if (answer == WASM_HOST_FAILED)
            TRAP(HOST);
        NEXT(1);
    }
    if (m->end - arguments < CROSS_RECORD + callee->code->imm)
        LEAVE(stack_overflow);
    memmove(arguments + CROSS_RECORD, arguments, parameters * sizeof *arguments);
    arguments[0].u64 = (uintptr_t)m->instance;
    arguments[1].u64 = (uintptr_t)pc;
    arguments[2].u64 = callee->type->result_count;
    machine_load(m, callee->instance);
    memory = m->memory;
    fp = arguments + CROSS_RECORD;
    pc = &m->cross[0];
    ENTER(callee->code);
}

/* Back from another instance; pc is the instruction after cross[0], fp the callee's frame. */
void op_cross_return(REGISTERS)
{
    union wasm_slot *record = fp - CROSS_RECORD;
    size_t results = (size_t)record[2].u64;

    machine_load(m, (struct wasm_instance *)(uintptr_t)record[0].u64);
    memory = m->memory;
    pc = (const struct instruction *)(uintptr_t)record[1].u64;
    memmove(record, fp, results * sizeof *fp);
    fp = record - pc->lhs;
    NEXT(1);
}

void op_call_import(REGISTERS)
{
    TAKE_FUEL();
    m->callee = m->instance->functions[pc->imm];
    LEAVE(call_out);
}

/* Calls m->callee, of whatever instance. */
static APART void op_call_callee(REGISTERS)
{
    if (m->callee->instance && m->callee->instance == m->instance)
        ENTER(m->callee->code);
    LEAVE(call_out);
}

/* The same from op_call_indirect, where its type is another object than the one asked for. */
static APART void op_call_alike(REGISTERS)
{
    if (!func_type_equal(m->callee->type, &m->types[pc->rhs]))
        TRAP(SIGNATURE);
    LEAVE(call_callee);
}

/* `dst` has the table index, `rhs` is the type, `aux` the table. */
void op_call_indirect(REGISTERS)
{
    const struct wasm_table *table = m->instance->tables[pc->aux];
    uint32_t index = fp[pc->dst].u32;
    struct wasm_function *callee;

    TAKE_FUEL();
    if (UNLIKELY(index >= table->size))
        TRAP(UNDEFINED_ELEMENT);
    callee = (struct wasm_function *)table->entries[index];
    if (UNLIKELY(!callee))
        TRAP(UNINITIALIZED_ELEMENT);
    m->callee = callee;
    if (UNLIKELY(callee->type != &m->types[pc->rhs]))
        LEAVE(call_alike);
    if (!WASM_ACCUMULATORS || UNLIKELY(callee->instance != m->instance))
        LEAVE(call_callee); /* always where code is to be small */
    ENTER(callee->code);
}

/* The first instruction of every run. */
void op_call_entry(REGISTERS)
{
    m->callee = m->entered;
    LEAVE(call_callee);
}

#define RETURN()                                                                                   \
    do {                                                                                           \
        fp -= caller->lhs;                                                                         \
        pc = caller + 1;                                                                           \
        CONTINUE;                                                                                  \
    } while (0)

#define CALLER() ((const struct instruction *)(uintptr_t)fp[pc->lhs].u64)

void op_return_none(REGISTERS)
{
    const struct instruction *caller = CALLER();

    RETURN();
}

void op_return_one(REGISTERS)
{
    const struct instruction *caller = CALLER();

    fp[0].u64 = fp[pc->dst].u64;
    RETURN();
}

void op_return_many(REGISTERS)
{
    const struct instruction *caller = CALLER();

    for (uint32_t i = 0; i < (uint32_t)pc->imm; i++)
        fp[i].u64 = fp[pc->dst + i].u64;
    RETURN();
}

#if WASM_ACCUMULATORS
void op_return_i(REGISTERS)
{
    const struct instruction *caller = CALLER();

    fp[0].u64 = r;
    RETURN();
}

void op_return_f32(REGISTERS)
{
    const struct instruction *caller = CALLER();

    put_F32(0, s);
    RETURN();
}

void op_return_f64(REGISTERS)
{
    const struct instruction *caller = CALLER();

    fp[0].f64 = d;
    RETURN();
}

void op_set_i(REGISTERS)
{
    fp[pc->dst].u64 = r;
    NEXT(1);
}

void op_set_f32(REGISTERS)
{
    put_F32(pc->dst, s);
    NEXT(1);
}

void op_set_f64(REGISTERS)
{
    fp[pc->dst].f64 = d;
    NEXT(1);
}
#endif

/* The choice is made by slot `aux` or by the accumulator; integers and references are copied whole.
 * Compilers choose so where a branch would be hard to predict, so there is none here either.
 */
#define SELECT(name, to, type, bits, from_bits, condition)                                         \
    void op_select_##name##_##to(REGISTERS)                                                        \
    {                                                                                              \
        uint##bits##_t first = fp[pc->lhs].u##bits, second = fp[pc->rhs].u##bits;                  \
        uint##bits##_t mask = (uint##bits##_t)0 - ((condition) != 0);                              \
                                                                                                   \
        TO_##to(type, from_bits(second ^ ((first ^ second) & mask)));                              \
        NEXT(1);                                                                                   \
    }

SELECT(i_s, s, I64, 64, , fp[pc->aux].u32)
#if WASM_ACCUMULATORS
SELECT(i_s, a, I64, 64, , fp[pc->aux].u32)
SELECT(i_a, a, I64, 64, , held_I32)
SELECT(i_a, s, I64, 64, , held_I32)
SELECT(f32_s, a, F32, 32, f32_from_bits, fp[pc->aux].u32)
SELECT(f32_s, s, F32, 32, f32_from_bits, fp[pc->aux].u32)
SELECT(f32_a, a, F32, 32, f32_from_bits, held_I32)
SELECT(f32_a, s, F32, 32, f32_from_bits, held_I32)
SELECT(f64_s, a, F64, 64, f64_from_bits, fp[pc->aux].u32)
SELECT(f64_s, s, F64, 64, f64_from_bits, fp[pc->aux].u32)
SELECT(f64_a, a, F64, 64, f64_from_bits, held_I32)
SELECT(f64_a, s, F64, 64, f64_from_bits, held_I32)
#endif

void op_move(REGISTERS)
{
    fp[pc->dst].u64 = fp[pc->lhs].u64;
    NEXT(1);
}

void op_move2(REGISTERS)
{
    fp[pc->dst].u64 = fp[pc->lhs].u64;
    fp[pc->aux].u64 = fp[pc->rhs].u64;
    NEXT(1);
}

#if WASM_ACCUMULATORS
/* Adds `dst` to slot `lhs`, then moves. */
void op_step_move(REGISTERS)
{
    uint32_t sum = slot_I32(pc->lhs) + (uint32_t)(int16_t)pc->dst;

    put_I32(pc->lhs, sum);
    hold_I32(sum);
    fp[pc->aux].u64 = fp[pc->rhs].u64;
    NEXT(1);
}
#endif

void op_const32(REGISTERS)
{
    fp[pc->dst].u64 = (uint32_t)pc->imm;
    NEXT(1);
}

void op_const64(REGISTERS)
{
    fp[pc->dst].u64 = long_constant(pc);
    NEXT(2);
}

void op_global_get(REGISTERS)
{
    fp[pc->dst].u64 = m->globals[pc->imm]->value.u64;
    NEXT(1);
}

void op_global_set(REGISTERS)
{
    m->globals[pc->imm]->value.u64 = fp[pc->lhs].u64;
    NEXT(1);
}

void op_ref_func(REGISTERS)
{
    fp[pc->dst].u64 = (uintptr_t)m->instance->functions[pc->imm];
    NEXT(1);
}

void op_ref_is_null(REGISTERS)
{
    fp[pc->dst].u64 = fp[pc->lhs].u64 == 0;
    NEXT(1);
}
