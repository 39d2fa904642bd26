/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * How handlers are written. A handler does its operation and jumps to the next: with optimisation
 * that is a jump and no return, so that the stack does not grow. Where the compiler cannot be
 * trusted with that (no optimisation, AddressSanitizer), the registers go to memory and a loop
 * calls the next handler.
 *
 * Include this first: it sets how the handlers are compiled, whatever the flags of the build; what
 * only flags can say is in flags.mk.
 */
#ifndef SERVICES_WASM_HANDLERS_H
#define SERVICES_WASM_HANDLERS_H

#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
#define WASM_TAIL_CALLS 1
#else
#define WASM_TAIL_CALLS 0
#endif

/* Optimised or not, the address sanitizer finds the same; most of the compiler's work is spared. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__SANITIZE_ADDRESS__)
#pragma GCC optimize("O0")
#elif defined(__GNUC__) && !defined(__clang__) && WASM_TAIL_CALLS
#pragma GCC optimize("O2", "omit-frame-pointer", "no-crossjumping", "no-tree-tail-merge")
#pragma GCC optimize("no-if-conversion", "no-if-conversion2", "no-reorder-blocks-and-partition")
#pragma GCC optimize("no-tree-loop-distribute-patterns") /* a few slots are no work for memset */
#pragma GCC optimize("fp-contract=off")
#ifdef __arm__ /* fewer copies of registers: a tenth of the handlers' size */
#pragma GCC optimize("no-tree-coalesce-vars", "no-rerun-cse-after-loop")
#endif
#ifdef __aarch64__ /* WebAssembly's memory is normal memory, where the processor aligns */
#pragma GCC target("no-strict-align")
#endif
#endif

#include <stdint.h>

/* On Arm fuel is in a register that functions keep. run_handlers in machine.c keeps it, too. */
#if defined(__arm__) && WASM_TAIL_CALLS
register int32_t fuel_left __asm__("r8");
#define FUEL fuel_left
#endif

#include <services/wasm/float.h>
#include <services/wasm/machine.h>
#include <string.h>

#define OP(name) handler op_##name;
#include <services/wasm/operations.def>

/* For what is rarely run: made part of a handler, it would take that one's registers. */
#ifdef __clang__
#define APART __attribute__((noinline))
#else
#define APART __attribute__((noinline, noclone))
#endif

/* Ends the run: the registers are saved, the reason is in the machine. */
APART handler op_trap;
APART handler op_out_of_fuel;
handler op_outside_memory;
handler op_outside_table;

/* Without tail calls: keeps the registers in the machine, where run_handlers has them from. In each
 * handler these stores, with what sanitizers check of them, would be most of it. */
APART handler keep_registers;

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Says that all registers are where they are handed on from. Left to itself, GCC needs the old `pc`
 * after the new one is made, and keeps others elsewhere meanwhile: every other handler copies some.
 */
#if defined(__x86_64__) && WASM_ACCUMULATORS
#define IN_PLACE()                                                                                 \
    __asm__("" : "+D"(pc), "+S"(fp), "+d"(memory), "+c"(m), "+r"(r), "+x"(s), "+x"(d))
#else
#define IN_PLACE() (void)0
#endif

#if WASM_TAIL_CALLS && defined(__clang__)
#define CONTINUE    __attribute__((musttail)) return pc->handler(PASS)
#define LEAVE(name) __attribute__((musttail)) return op_##name(PASS)
#elif WASM_TAIL_CALLS
#define CONTINUE                                                                                   \
    do {                                                                                           \
        IN_PLACE();                                                                                \
        return pc->handler(PASS);                                                                  \
    } while (0)
#define LEAVE(name) return op_##name(PASS)
#else
#define CONTINUE    return keep_registers(PASS)
#define LEAVE(name) return op_##name(PASS)
#endif

#define NEXT(distance)                                                                             \
    do {                                                                                           \
        pc += (distance);                                                                          \
        CONTINUE;                                                                                  \
    } while (0)

#define TRAP(why)                                                                                  \
    do {                                                                                           \
        m->trap = WASM_TRAP_##why;                                                                 \
        LEAVE(trap);                                                                               \
    } while (0)

/* The letters of numeric.h: C type, slot, accumulator, constant in the instruction. */
typedef uint32_t type_I32;
typedef uint64_t type_I64;
typedef float type_F32;
typedef double type_F64;

#define slot_I32(n) fp[n].u32
#define slot_I64(n) fp[n].u64
#define slot_F32(n) fp[n].f32
#define slot_F64(n) fp[n].f64

/* Puts a result into a slot. A 64-bit machine writes all of it for one of 32 bits: slots are copied
 * whole, and a processor does not forward half of what a load wants from a store under way.
 */
#if UINTPTR_MAX > UINT32_MAX
#define put_I32(n, result) fp[n].u64 = (uint32_t)(result)
#define put_F32(n, result) fp[n].u64 = f32_bits(result)
#else
#define put_I32(n, result) fp[n].u32 = (result)
#define put_F32(n, result) fp[n].f32 = (result)
#endif
#define put_I64(n, result) fp[n].u64 = (result)
#define put_F64(n, result) fp[n].f64 = (result)

#define constant_I32 ((uint32_t)pc->imm)
#define constant_I64 long_constant(pc)
#define constant_F32 f32_from_bits((uint32_t)pc->imm)
#define constant_F64 f64_from_bits(long_constant(pc))

/* An instruction with a 64-bit constant is followed by it. */
#define length_I32 1
#define length_F32 1
#define length_I64 2
#define length_F64 2

static inline uint64_t long_constant(const struct instruction *pc)
{
    uint64_t bits;

    __builtin_memcpy(&bits, (const uint8_t *)(pc + 1) + offsetof(struct instruction, lhs),
                     sizeof bits);
    return bits;
}

#if WASM_ACCUMULATORS
#define FUEL             fuel
#define held_I32         ((uint32_t)r)
#define held_I64         r
#define held_F32         s
#define held_F64         d
#define hold_I32(result) r = (uint32_t)(result)
#define hold_I64(result) r = (result)
#define hold_F32(result) s = (result)
#define hold_F64(result) d = (result)
#else
#define hold_I32(result) (void)0
#define hold_I64(result) (void)0
#define hold_F32(result) (void)0
#define hold_F64(result) (void)0
#endif

#ifdef FUEL
#define SAVE_FUEL() m->fuel = FUEL
#define LOAD_FUEL() FUEL = m->fuel
#else
#define FUEL        m->fuel
#define SAVE_FUEL() (void)0
#define LOAD_FUEL() (void)0
#endif

/* Takes one unit of fuel; true where there was none left. Engines built with WASM_FUEL=0 count none
 * and cannot be stopped: they are there to measure what counting costs (tests/bench/wasm). */
#ifndef WASM_FUEL
#define WASM_FUEL 1
#endif
#if defined(__arm__) && WASM_TAIL_CALLS
/* Left to itself, GCC compares what the subtraction has compared. */
static inline bool take_fuel(void)
{
    bool gone;

    __asm__("subs %0, %0, #1" : "+r"(fuel_left), "=@ccmi"(gone));
    return gone;
}
#define FUEL_GONE() (WASM_FUEL && UNLIKELY(take_fuel()))
#else
#define FUEL_GONE() (WASM_FUEL && UNLIKELY(--FUEL < 0))
#endif

/* Where a result goes. */
#define TO_a(type, result) hold_##type(result)
#define TO_s(type, result)                                                                         \
    do {                                                                                           \
        type_##type result_ = (result);                                                            \
        put_##type(pc->dst, result_);                                                              \
        hold_##type(result_);                                                                      \
    } while (0)

#endif
