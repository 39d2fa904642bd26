/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The translator's state, shared by its parts: operands.c (where values are), pairs.c, branches.c
 * (control), translate.c (instructions, one by one).
 *
 * Values are translated lazily. An operand of WebAssembly's stack is one of: in its own slot (its
 * place on the stack counted from `base`), still in a local, a constant, or in an accumulator
 * without having been stored. Invariants:
 *
 * 1. Below the topmost WINDOW operands everything is in its slot or a constant.
 *
 * 2. At most one operand of a class waits in its accumulator, and its producer can still be told
 *    to store it as well.
 *
 * 3. At a label nothing is in an accumulator or a local, and constants only below its block.
 *
 * 4. `last` is the instruction emitted last, and nothing jumps to what comes after it.
 */
#ifndef SERVICES_WASM_TRANSLATOR_H
#define SERVICES_WASM_TRANSLATOR_H

#include <services/wasm/body.h>
#include <services/wasm/code.h>

#define WINDOW  32u
#define NOWHERE UINT32_MAX

enum operand_kind { IN_SLOT, IN_LOCAL, CONSTANT, IN_ACCUMULATOR };

struct operand {
    uint64_t bits;     /* of a constant */
    uint32_t producer; /* instruction whose dst it is, or NOWHERE */
    uint16_t op;       /* IN_ACCUMULATOR: the producer's operation, an _a form */
    uint16_t slot;     /* IN_LOCAL: the local's */
    uint8_t type, kind;
};

enum value_class { CLASS_INTEGER, CLASS_F32, CLASS_F64, CLASS_COUNT };

/* What is known to be in an accumulator: the same as in `slot`, or the operand `waiting`; or
 * nothing (both NOWHERE). */
struct accumulator {
    uint32_t slot, waiting;
};

/* A block. A branch forward is noted in `patches`, a list through the array of patches. */
struct block {
    struct wasm_func_type type;
    uint32_t height;     /* operands below its parameters */
    uint32_t patches;    /* branches to its end */
    uint32_t otherwise;  /* the patch of an if's branch to its else, or NOWHERE */
    uint32_t head;       /* of a loop: its first instruction */
    uint32_t table, way; /* a jump table that leads here, and by which distance */
    uint8_t opcode;
};

enum patch_kind { PATCH_IMM, PATCH_SHORT, PATCH_TABLE };

/* Where the distance to a label is to be written: `place` is an instruction; for PATCH_TABLE an
 * entry of a jump table, counted in 32-bit words from the code's start, of jump_table `origin`. */
struct patch {
    uint32_t place, origin, next;
    uint8_t kind;
};

/* A condition taken back from the code, to become part of a jump. */
struct condition {
    uint64_t bits;   /* the constant, of FORM_SK and FORM_AK */
    uint32_t before; /* the instruction before it, or NOWHERE: a label */
    uint16_t lhs, rhs;
    uint8_t opcode, form;
    bool negated;
};

struct translator {
    struct reader reader; /* must be first */
    const struct wasm_module *module;
    const struct wasm_func_type *type;
    const uint8_t *at; /* the instruction being translated */
    struct scratch code, operands, blocks, patches, locals;
    uint32_t code_count, operand_count, block_count, patch_count, local_count;
    uint32_t base, frame; /* first operand's slot; slots needed */
    struct accumulator accumulators[CLASS_COUNT];
    struct {
        uint32_t index; /* or NOWHERE */
        uint16_t op;
        uint8_t opcode, form;                   /* of a result with forms; opcode is 0 for others */
        bool in_slots;                          /* its operands: where they are held, as well */
        uint32_t previous;                      /* the instruction before it, or NOWHERE: a label */
        struct accumulator before[CLASS_COUNT]; /* of a result with forms: as they were before */
    } last;
    struct {
        uint32_t index;   /* or NOWHERE */
        uint16_t stepped; /* the operation that adds to its address as well */
    } store;              /* the last store whose address is in a slot */
    uint32_t skipped;     /* blocks open in unreachable code */
    bool unreachable;
    bool far_jumps;           /* the code is too long for 16-bit distances */
    bool too_far;             /* found out too late: translate again with far_jumps */
    bool negated;             /* the comparison just emitted counts the other way round */
    safepoint_visitor *visit; /* see function_safepoints */
    void *visit_context;
    uint32_t visit_at;
    bool visit_instruction;
    uint32_t wanted, wanted_offset; /* see function_offset */
};

/* operands.c */

static inline struct operand *operand_at(struct translator *t, uint32_t index)
{
    return (struct operand *)t->operands.entries + index;
}

static inline struct instruction *code_at(struct translator *t, uint32_t index)
{
    return (struct instruction *)t->code.entries + index;
}

static inline uint32_t operand_slot(const struct translator *t, uint32_t index)
{
    return t->base + index;
}

enum value_class class_of(uint8_t type);

/* Emits; returns the instruction's index. */
uint32_t emit(struct translator *t, unsigned op, uint32_t lhs, uint32_t dst, int32_t imm);

/* As above with rhs and aux in place of imm. */
uint32_t emit_slots(struct translator *t, unsigned op, uint32_t lhs, uint32_t rhs, uint32_t dst,
                    uint32_t aux);

/* Emits a move; two in a row, or a step and a move, become one instruction. */
void emit_move(struct translator *t, uint32_t from, uint32_t to);
void emit_constant(struct translator *t, uint64_t bits, uint32_t to);

/* Puts a 64-bit constant behind the instruction just emitted. */
void append_constant(struct translator *t, uint64_t bits);

/* Whether an instruction is a step: adds a small constant to a local in place; whether the last
 * is. Steps become part of what follows. */
bool is_step(const struct translator *t, const struct instruction *sum);
bool last_is_step(struct translator *t);

/* The last instruction, a step, becomes operation `op`: slot `lhs` and, in `dst`, what is added. */
struct instruction *step_become(struct translator *t, unsigned op);

/* Takes the last instruction, one that emit_result emitted, out again; its result must go too. */
void take_back(struct translator *t);

/* A slot is overwritten: no accumulator holds its value any more. */
void slot_written(struct translator *t, uint32_t slot);

void operand_push(struct translator *t, const struct operand *operand);
void operand_push_slot(struct translator *t, uint8_t type, uint32_t producer);
void operand_push_constant(struct translator *t, uint8_t type, uint64_t bits);
void operand_pop(struct translator *t);

/* Forgets all operands from `height` on and pushes those of a list, each in its slot. */
void operands_reset(struct translator *t, uint32_t height, const uint8_t *types, uint32_t count);

/* Emits an operation with forms that leaves a result of `type`; its operands have been popped.
 * Nothing is emitted after it, so that append_constant may follow: at least one operand was popped,
 * so the result moves none below the window. */
void emit_result(struct translator *t, unsigned op, uint32_t lhs, int32_t imm, uint8_t type,
                 unsigned opcode, unsigned form);

/* Emits an operation without forms whose result goes to its slot; operands have been popped. */
void emit_slot_result(struct translator *t, unsigned op, uint32_t lhs, int32_t imm, uint8_t type);

/* Brings an operand into its own slot. */
void operand_settle(struct translator *t, uint32_t index);

/* The slot where an operand's value is, its own or a local's; settles it where it is in none. */
uint32_t operand_in_slot(struct translator *t, uint32_t index);

/* Whether an operand's value is in its class's accumulator. */
bool operand_in_accumulator(const struct translator *t, uint32_t index);

/* The slot of an operand that is not settled for it: meaningless for one in its accumulator. */
uint32_t operand_place(const struct translator *t, uint32_t index);

/* Whether an operand, or the top one, is what the last instruction gave. */
bool operand_is_last(struct translator *t, uint32_t index);
bool top_is_last(struct translator *t);

/* Lets the operand's producer, the last instruction, put it into `slot` instead. */
void operand_redirect(struct translator *t, uint32_t index, uint32_t slot);

/* Settles all operands that locals or accumulators hold; `parameters` on top, constants too. */
void operands_settle(struct translator *t, uint32_t parameters);

/* Stores what accumulators hold of waiting operands, and forgets accumulators. */
void accumulators_flush(struct translator *t);
void accumulators_forget(struct translator *t);

/* Shows the safepoint that the next instruction is; offset and instruction are filled in. */
void safepoint_show(struct translator *t, struct safepoint safepoint);

/* pairs.c */

/* Makes an operator, and the instruction right before it that makes one of its operands, one; false
 * where they are no such pair. */
bool translate_pair(struct translator *t, unsigned opcode);

/* branches.c */

void translate_control(struct translator *t, unsigned opcode);
void translate_call(struct translator *t, unsigned opcode);

/* Goes on in unreachable code: up to the end or else of the current block. */
void translate_skipped(struct translator *t, unsigned opcode);
void block_push(struct translator *t, uint8_t opcode, const struct wasm_func_type *type);

#endif
