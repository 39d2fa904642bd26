/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The internal code: what the translator writes and the handlers run. Instructions have one size
 * and hold the address of their handler; each handler ends in a jump to the next one's. Operands
 * are slots of the frame, so that local.get costs nothing; the last result of each class (integer,
 * f32, f64) is also in an accumulator, a machine register.
 *
 * A frame, from fp: parameters, header, other locals, operands. The header is the address of the
 * calling instruction, whose `lhs` says how far below the caller's frame is. The arguments that a
 * caller has put on its operand stack are the callee's first slots.
 *
 * All registers of a program at a safepoint (loop head, call) are pc and fp: accumulators are dead
 * there.
 */
#ifndef SERVICES_WASM_CODE_H
#define SERVICES_WASM_CODE_H

#include <services/wasm/module.h>
#include <services/wasm/numeric.h>

#ifndef WASM_ACCUMULATORS
#define WASM_ACCUMULATORS (UINTPTR_MAX > UINT32_MAX)
#endif

/* The registers that are handed from handler to handler. `memory` is where memory begins, `r`, `s`
 * and `d` are the accumulators; a 32-bit machine's fuel is in handlers.h. */
#if WASM_ACCUMULATORS
#define REGISTERS                                                                                  \
    const struct instruction *pc, union wasm_slot *fp, uint8_t *memory, struct wasm_machine *m,    \
        uint64_t r, int64_t fuel, float s, double d
#define PASS pc, fp, memory, m, r, fuel, s, d
#else
#define REGISTERS                                                                                  \
    const struct instruction *pc, union wasm_slot *fp, uint8_t *memory, struct wasm_machine *m
#define PASS pc, fp, memory, m
#endif

typedef void handler(REGISTERS);

/* lhs, rhs and dst are slots unless the operation says otherwise. A 64-bit constant follows its
 * instruction in one of its own, from lhs on. */
struct instruction {
    handler *handler;
    uint16_t lhs, dst;
    union {
        struct {
            uint16_t rhs, aux;
        };
        int32_t imm;
    };
};

_Static_assert(sizeof(struct instruction) == sizeof(void *) + 8, "compact");

enum operation {
#define OP(name) OP_##name,
#include <services/wasm/operations.def>
    OP_COUNT
};

/* Where operands are, in the order of operations.def. A load's address can also be a sum: x of two
 * slots, y of the accumulator and a slot, w of a slot and a constant, c of the accumulator and a
 * constant; an array's element, a slot times what the load's size is and a slot, is e; times any of
 * 1, 2, 4 or 8, i; and f and h where the accumulator is what is multiplied. FORM_SHIFTED is a sum
 * that could become that. A store's step is what is then added to the slot that its address came
 * from. */
#if WASM_ACCUMULATORS
enum form { FORM_SS, FORM_SA, FORM_AS, FORM_SK, FORM_AK, FORM_COUNT, FORM_SHIFTED };
enum load_form {
    LOAD_S,
    LOAD_A,
    LOAD_K,
    LOAD_X,
    LOAD_W,
    LOAD_I,
    LOAD_C,
    LOAD_Y,
    LOAD_H,
    LOAD_E,
    LOAD_F,
};
enum store_form {
    STORE_SS,
    STORE_SA,
    STORE_AS,
    STORE_AA,
    STORE_KS,
    STORE_KA,
    STORE_STEP_SS,
    STORE_STEP_SA,
};
#define TARGET_COUNT 2
#else
enum form { FORM_SS, FORM_SK, FORM_COUNT, FORM_SA, FORM_AS, FORM_AK, FORM_SHIFTED };
enum load_form {
    LOAD_S,
    LOAD_K,
    LOAD_X,
    LOAD_W,
    LOAD_A,
    LOAD_I,
    LOAD_C,
    LOAD_Y,
    LOAD_H,
    LOAD_E,
    LOAD_F,
};
enum store_form { STORE_SS, STORE_KS, STORE_SA, STORE_AS, STORE_AA, STORE_KA };
#define TARGET_COUNT 1
#endif

/* `aux` of an element's load: the scale, 1 to 8, in these bits, and above them the offset. */
#define SCALE_BITS 4
#define SCALE_MASK 15u

extern handler *const handlers[OP_COUNT];

/* The first instruction of a function is never run: a call reads from it `lhs`, the header's slot;
 * `dst`, how many locals to clear; `imm`, the frame's size in slots. */

/* What translation can be asked about a function, after the fact: the code holds neither positions
 * nor types, so the function is translated once more. */
struct safepoint {
    uint32_t offset;                   /* of the instruction, into the module's bytes */
    uint32_t instruction;              /* index in the function's code */
    bool call;                         /* a call, or the head of a loop */
    uint32_t arguments;                /* of a call: how many operands it takes */
    uint32_t callee;                   /* of a direct call: the function, else UINT32_MAX */
    const struct wasm_func_type *type; /* of a call */
};

/* An operand at a safepoint: its type and where its value is. */
struct operand_place {
    uint8_t type;
    bool constant;
    bool local; /* the slot is a local's that has the same value */
    uint16_t slot;
    uint64_t bits; /* of a constant */
};

/* Called for a safepoint; `operands` are those before the instruction, a call's
 * arguments included. */
typedef void safepoint_visitor(void *context, const struct safepoint *safepoint,
                               const struct operand_place *operands, uint32_t count);

/* Shows the safepoints of a function, one of the module's own, at instruction `at`, or at offset
 * `at`. There can be two: a loop may begin with a call. ERR_NO_MEMORY. */
enum status function_safepoints(const struct wasm_module *module, uint32_t function, uint32_t at,
                                bool is_instruction, safepoint_visitor *visit, void *context);

/* The offset in the module's bytes of what became instruction `instruction`. */
enum status function_offset(const struct wasm_module *module, uint32_t function,
                            uint32_t instruction, uint32_t *offset);

/* The slot of a local: the header stands between the parameters and the others. */
static inline uint32_t local_slot(const struct wasm_func_type *type, uint32_t local)
{
    return local < type->parameter_count ? local : local + 1;
}

#endif
