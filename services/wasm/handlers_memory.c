/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Handlers of loads, stores, memory and tables. The effective address is the sum of a 32-bit
 * address and a 32-bit offset without wrapping (core 2.0, 4.4.7); everything is checked against
 * what the machine knows of the memory's size.
 */
#include <services/wasm/handlers.h>

/* The place in memory of `size` bytes at address + offset. Two ways out: where they were one, GCC
 * would copy all registers for it in each handler. */
#define LOCATE(at, address, offset, size)                                                          \
    uint32_t base_ = (address);                                                                    \
    size_t at = (size_t)base_ + (offset);                                                          \
                                                                                                   \
    if (UNLIKELY(at < base_))                                                                      \
        LEAVE(outside_memory);                                                                     \
    if (UNLIKELY(at >= m->beyond[__builtin_ctzl(size)]))                                           \
    LEAVE(outside_memory)

#define LOAD(name, to, type, ctype, address, offset)                                               \
    void op_##name##_##to(REGISTERS)                                                               \
    {                                                                                              \
        ctype value;                                                                               \
        LOCATE(at, address, offset, sizeof value);                                                 \
                                                                                                   \
        __builtin_memcpy(&value, memory + at, sizeof value);                                       \
        TO_##to(type, (type_##type)value);                                                         \
        NEXT(1);                                                                                   \
    }

#define STORE(name, type, ctype, address, value)                                                   \
    void op_##name(REGISTERS)                                                                      \
    {                                                                                              \
        ctype narrow = (ctype)(value);                                                             \
        LOCATE(at, address, (uint32_t)pc->imm, sizeof narrow);                                     \
                                                                                                   \
        __builtin_memcpy(memory + at, &narrow, sizeof narrow);                                     \
        NEXT(1);                                                                                   \
    }

/* The same, and adds `aux` to slot `lhs`, the address; the offset is `rhs`. */
#define STORE_STEP(name, type, ctype, value)                                                       \
    void op_##name(REGISTERS)                                                                      \
    {                                                                                              \
        ctype narrow = (ctype)(value);                                                             \
        LOCATE(at, fp[pc->lhs].u32, pc->rhs, sizeof narrow);                                       \
                                                                                                   \
        __builtin_memcpy(memory + at, &narrow, sizeof narrow);                                     \
        base_ += (uint32_t)(int16_t)pc->aux;                                                       \
        put_I32(pc->lhs, base_);                                                                   \
        hold_I32(base_);                                                                           \
        NEXT(1);                                                                                   \
    }

/* Addresses that are sums of their own, which wrap. An element's `aux` is what the index is
 * multiplied by, and the offset above that: x86 shifts by a variable with one register only, and
 * that one is taken. */
#define INDEXED      fp[pc->lhs].u32 + fp[pc->rhs].u32
#define WRAPPING     fp[pc->lhs].u32 + (uint32_t)pc->imm
#define ELEMENT      fp[pc->lhs].u32 *(pc->aux & SCALE_MASK) + fp[pc->rhs].u32
#define HELD_INDEXED held_I32 + fp[pc->rhs].u32
#define HELD_SUM     held_I32 + (uint32_t)pc->imm
#define HELD_ELEMENT held_I32 *(pc->aux & SCALE_MASK) + fp[pc->rhs].u32

#define OWN_ELEMENT(ctype)      fp[pc->lhs].u32 *(uint32_t)sizeof(ctype) + fp[pc->rhs].u32
#define HELD_OWN_ELEMENT(ctype) held_I32 *(uint32_t)sizeof(ctype) + fp[pc->rhs].u32

#if WASM_ACCUMULATORS
#define LOAD_FORM(name, type, ctype, address, offset)                                              \
    LOAD(name, a, type, ctype, address, offset) LOAD(name, s, type, ctype, address, offset)
#define ROW(opcode, name, type, ctype)                                                             \
    LOAD_FORM(name##_s, type, ctype, fp[pc->lhs].u32, (uint32_t)pc->imm)                           \
    LOAD_FORM(name##_a, type, ctype, (uint32_t)r, (uint32_t)pc->imm)                               \
    LOAD_FORM(name##_k, type, ctype, 0, (uint32_t)pc->imm)                                         \
    LOAD_FORM(name##_x, type, ctype, INDEXED, pc->aux)                                             \
    LOAD_FORM(name##_w, type, ctype, WRAPPING, 0)                                                  \
    LOAD_FORM(name##_i, type, ctype, ELEMENT, pc->aux >> SCALE_BITS)                               \
    LOAD_FORM(name##_c, type, ctype, HELD_SUM, 0)                                                  \
    LOAD_FORM(name##_y, type, ctype, HELD_INDEXED, pc->aux)                                        \
    LOAD_FORM(name##_h, type, ctype, HELD_ELEMENT, pc->aux >> SCALE_BITS)                          \
    LOAD_FORM(name##_e, type, ctype, OWN_ELEMENT(ctype), pc->aux)                                  \
    LOAD_FORM(name##_f, type, ctype, HELD_OWN_ELEMENT(ctype), pc->aux)
#else
#define ROW(opcode, name, type, ctype)                                                             \
    LOAD(name##_s, s, type, ctype, fp[pc->lhs].u32, (uint32_t)pc->imm)                             \
    LOAD(name##_k, s, type, ctype, 0, (uint32_t)pc->imm)                                           \
    LOAD(name##_x, s, type, ctype, INDEXED, pc->aux)                                               \
    LOAD(name##_w, s, type, ctype, WRAPPING, 0)
#endif
WASM_LOAD_LIST(ROW)
#undef ROW

#if WASM_ACCUMULATORS
/* A load and an operator: the offset is `aux`, the other operand slot `rhs` or its accumulator. */
#define LOADED(name, to, type, ctype, address, other, expression)                                  \
    void op_##name##_##to(REGISTERS)                                                               \
    {                                                                                              \
        type_##type c = other;                                                                     \
        ctype a;                                                                                   \
        LOCATE(at, address, pc->aux, sizeof a);                                                    \
                                                                                                   \
        __builtin_memcpy(&a, memory + at, sizeof a);                                               \
        TO_##to(type, expression);                                                                 \
        NEXT(1);                                                                                   \
    }
#define LOADED_FORM(name, type, ctype, address, other, expression)                                 \
    LOADED(name, a, type, ctype, address, other, expression)                                       \
    LOADED(name, s, type, ctype, address, other, expression)
#define ROW(name, type, ctype, expression)                                                         \
    LOADED_FORM(name##_ss, type, ctype, fp[pc->lhs].u32, slot_##type(pc->rhs), expression)         \
    LOADED_FORM(name##_sa, type, ctype, fp[pc->lhs].u32, held_##type, expression)                  \
    LOADED_FORM(name##_as, type, ctype, (uint32_t)r, slot_##type(pc->rhs), expression)             \
    LOADED_FORM(name##_aa, type, ctype, (uint32_t)r, held_##type, expression)
WASM_LOADED_LIST(ROW)
#undef ROW
#endif

#if WASM_ACCUMULATORS
#define ROW(opcode, name, type, ctype)                                                             \
    STORE(name##_ss, type, ctype, fp[pc->lhs].u32, slot_##type(pc->dst))                           \
    STORE(name##_sa, type, ctype, fp[pc->lhs].u32, held_##type)                                    \
    STORE(name##_as, type, ctype, (uint32_t)r, slot_##type(pc->dst))                               \
    STORE(name##_aa, type, ctype, (uint32_t)r, held_##type)                                        \
    STORE(name##_ks, type, ctype, 0, slot_##type(pc->dst))                                         \
    STORE(name##_ka, type, ctype, 0, held_##type)                                                  \
    STORE_STEP(name##_step_ss, type, ctype, slot_##type(pc->dst))                                  \
    STORE_STEP(name##_step_sa, type, ctype, held_##type)
#else
#define ROW(opcode, name, type, ctype)                                                             \
    STORE(name##_ss, type, ctype, fp[pc->lhs].u32, slot_##type(pc->dst))                           \
    STORE(name##_ks, type, ctype, 0, slot_##type(pc->dst))
#endif
WASM_STORE_LIST(ROW)
#undef ROW

/* Bulk instructions cost fuel by size; they are not stopped in the middle. */
#define BULK_UNIT 256u

void op_memory_size(REGISTERS)
{
    fp[pc->dst].u64 = m->memory_size / WASM_PAGE_SIZE;
    NEXT(1);
}

void op_memory_grow(REGISTERS)
{
    fp[pc->dst].u64 = memory_grow(m->instance->memory, fp[pc->lhs].u32);
    machine_load(m, m->instance);
    memory = m->memory;
    NEXT(1);
}

void op_memory_fill(REGISTERS)
{
    const union wasm_slot *slots = fp + pc->lhs;

    if (!span_fits(m->memory_size, slots[0].u32, slots[2].u32))
        LEAVE(outside_memory);
    if (slots[2].u32)
        memset(memory + slots[0].u32, (int)(uint8_t)slots[1].u32, slots[2].u32);
    FUEL -= slots[2].u32 / BULK_UNIT;
    NEXT(1);
}

void op_memory_copy(REGISTERS)
{
    const union wasm_slot *slots = fp + pc->lhs;

    if (!span_fits(m->memory_size, slots[0].u32, slots[2].u32) ||
        !span_fits(m->memory_size, slots[1].u32, slots[2].u32))
        LEAVE(outside_memory);
    if (slots[2].u32)
        memmove(memory + slots[0].u32, memory + slots[1].u32, slots[2].u32);
    FUEL -= slots[2].u32 / BULK_UNIT;
    NEXT(1);
}

void op_memory_init(REGISTERS)
{
    const union wasm_slot *slots = fp + pc->lhs;

    m->trap = (uint8_t)memory_init_segment(m->instance, (uint32_t)pc->imm, slots[0].u32,
                                           slots[1].u32, slots[2].u32);
    if (m->trap)
        LEAVE(trap);
    FUEL -= slots[2].u32 / BULK_UNIT;
    NEXT(1);
}

void op_data_drop(REGISTERS)
{
    m->instance->dropped_data[pc->imm] = 1;
    NEXT(1);
}

void op_table_get(REGISTERS)
{
    const struct wasm_table *table = m->instance->tables[pc->imm];

    if (fp[pc->lhs].u32 >= table->size)
        LEAVE(outside_table);
    fp[pc->dst].u64 = table->entries[fp[pc->lhs].u32];
    NEXT(1);
}

void op_table_set(REGISTERS)
{
    struct wasm_table *table = m->instance->tables[pc->imm];

    if (fp[pc->lhs].u32 >= table->size)
        LEAVE(outside_table);
    table->entries[fp[pc->lhs].u32] = (uintptr_t)fp[pc->dst].u64;
    NEXT(1);
}

void op_table_size(REGISTERS)
{
    fp[pc->dst].u64 = m->instance->tables[pc->imm]->size;
    NEXT(1);
}

void op_table_grow(REGISTERS)
{
    fp[pc->dst].u64 =
        table_grow(m->instance->tables[pc->aux], fp[pc->rhs].u32, (uintptr_t)fp[pc->lhs].u64);
    NEXT(1);
}

void op_table_fill(REGISTERS)
{
    const union wasm_slot *slots = fp + pc->lhs;

    m->trap = (uint8_t)table_fill(m->instance->tables[pc->imm], slots[0].u32,
                                  (uintptr_t)slots[1].u64, slots[2].u32);
    if (m->trap)
        LEAVE(trap);
    FUEL -= slots[2].u32 / BULK_UNIT;
    NEXT(1);
}

void op_table_copy(REGISTERS)
{
    const union wasm_slot *slots = fp + pc->lhs;

    m->trap = (uint8_t)table_copy(m->instance->tables[pc->rhs], m->instance->tables[pc->aux],
                                  slots[0].u32, slots[1].u32, slots[2].u32);
    if (m->trap)
        LEAVE(trap);
    FUEL -= slots[2].u32 / BULK_UNIT;
    NEXT(1);
}

void op_table_init(REGISTERS)
{
    const union wasm_slot *slots = fp + pc->lhs;

    m->trap = (uint8_t)table_init(m->instance, pc->rhs, pc->aux, slots[0].u32, slots[1].u32,
                                  slots[2].u32);
    if (m->trap)
        LEAVE(trap);
    FUEL -= slots[2].u32 / BULK_UNIT;
    NEXT(1);
}

void op_elem_drop(REGISTERS)
{
    m->instance->dropped_elements[pc->imm] = 1;
    NEXT(1);
}
