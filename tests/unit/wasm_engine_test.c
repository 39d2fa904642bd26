/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/wasm/*.c
/*
 * The engine's face: loading and refusing, calls, traps with their place, fuel, pending host calls,
 * running out of memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "wasm_host.h"
#include <services/wasm/code.h>

#include <cmocka.h>

static struct host host;
static struct guest guest;

static int open_example(void **state)
{
    (void)state;
    if (host_open(&host) || guest_open(&guest, &host, wasm_example, sizeof wasm_example))
        return -1;
    return wasm_instance_initialise(guest.instance) != WASM_TRAP_NONE;
}

static int close_example(void **state)
{
    (void)state;
    guest_close(&guest);
    host_close(&host);
    assert_int_equal(host.out, 0);
    return 0;
}

static enum wasm_run run(int64_t fuel)
{
    return wasm_machine_run(guest.machine, &fuel);
}

/* A call of two 32-bit numbers, and how it ends; the result of one that is done. */
struct run_case {
    const char *name;
    uint32_t arguments[2];
    enum wasm_run run;
    uint64_t result;
};

static void check_runs(struct guest *using, const struct run_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        union wasm_slot arguments[] = {{.u64 = cases[i].arguments[0]},
                                       {.u64 = cases[i].arguments[1]}};
        int64_t fuel = 1000;

        assert_int_equal(guest_call(using, cases[i].name, arguments), OK);
        assert_int_equal(wasm_machine_run(using->machine, &fuel), cases[i].run);
        if (cases[i].run == WASM_DONE) {
            const union wasm_slot *result = wasm_machine_results(using->machine);

            /* the upper half of a slot is a 64-bit result's only */
            assert_true((cases[i].result > UINT32_MAX ? result->u64 : result->u32) ==
                        cases[i].result);
        }
    }
}

static void calls_functions(void **state)
{
    union wasm_slot n = {.u64 = 20};

    (void)state;
    assert_int_equal(guest_call(&guest, "fib", &n), OK);
    assert_int_equal(run(INT64_MAX), WASM_DONE);
    assert_int_equal(wasm_machine_results(guest.machine)->u32, 6765);
}

static void assert_trap(enum wasm_trap trap, const char *name, uint8_t opcode)
{
    struct wasm_trap_report report;
    const char *actual;
    uint32_t length;

    wasm_machine_trap(guest.machine, &report);
    assert_int_equal(report.trap, trap);
    assert_true(report.offset < sizeof wasm_example);
    assert_int_equal(wasm_example[report.offset], opcode);
    actual = wasm_function_name(report.module, report.function, &length);
    assert_non_null(actual);
    assert_int_equal(length, strlen(name));
    assert_memory_equal(actual, name, length);
}

static void traps_say_where(void **state)
{
    union wasm_slot arguments[2] = {{.u64 = 1}, {.u64 = 0}};

    (void)state;
    assert_int_equal(guest_call(&guest, "divide", arguments), OK);
    assert_int_equal(run(100), WASM_TRAPPED);
    assert_trap(WASM_TRAP_DIVIDE_BY_ZERO, "divide", 0x6D);
    assert_int_equal(guest_call(&guest, "deep", arguments), OK);
    assert_int_equal(run(INT64_MAX), WASM_TRAPPED);
    assert_trap(WASM_TRAP_STACK, "deep", 0x10);
}

static void fuel_bounds_a_run(void **state)
{
    int64_t fuel = 1000;

    (void)state;
    assert_int_equal(guest_call(&guest, "spin", NULL), OK);
    assert_int_equal(wasm_machine_run(guest.machine, &fuel), WASM_OUT_OF_FUEL);
    assert_true(fuel <= 0 && fuel >= -1);
    assert_int_equal(run(1000), WASM_OUT_OF_FUEL);
}

static void fuel_does_not_depend_on_slices(void **state)
{
    union wasm_slot n = {.u64 = 12};
    int64_t whole = 1000000, used = 0;
    enum wasm_run how;

    (void)state;
    assert_int_equal(guest_call(&guest, "fib", &n), OK);
    assert_int_equal(wasm_machine_run(guest.machine, &whole), WASM_DONE);
    assert_int_equal(guest_call(&guest, "fib", &n), OK);
    do {
        int64_t slice = 7;

        how = wasm_machine_run(guest.machine, &slice);
        used += 7 - slice;
    } while (how == WASM_OUT_OF_FUEL);
    assert_int_equal(how, WASM_DONE);
    assert_int_equal(used, 1000000 - whole);
}

static void host_calls_can_answer_later(void **state)
{
    union wasm_slot n = {.u64 = 4}, answer = {.u64 = 1000};
    uint64_t first;

    (void)state;
    assert_int_equal(guest_call(&guest, "work", &n), OK);
    assert_int_equal(run(INT64_MAX), WASM_PENDING);
    assert_int_equal(host.argument, 34); /* fib(9) */
    wasm_machine_finish(guest.machine, &answer);
    assert_int_equal(run(INT64_MAX), WASM_DONE);
    first = wasm_machine_results(guest.machine)->u64;
    assert_true(first > 1000);
}

/* Each is what follows a module's header. */
static const struct {
    enum status status;
    const char *message;
    uint8_t size, bytes[40];
} refused[] = {
    {ERR_UNSUPPORTED, "vector instructions", 6, {1, 4, 1, 0x60, 1, 0x7B}},
    {ERR_UNSUPPORTED, "typed function references", 6, {1, 4, 1, 0x60, 1, 0x63}},
    {ERR_UNSUPPORTED, "garbage collection", 6, {1, 4, 1, 0x60, 1, 0x6C}},
    {ERR_UNSUPPORTED, "exception handling", 6, {1, 4, 1, 0x60, 1, 0x69}},
    {ERR_UNSUPPORTED, "garbage collection", 5, {1, 3, 1, 0x5F, 0}},
    {ERR_UNSUPPORTED, "exception handling", 9, {2, 7, 1, 1, 97, 1, 98, 4, 0}},
    {ERR_UNSUPPORTED, "typed function references", 6, {4, 4, 1, 0x40, 0, 0x70}},
    {ERR_UNSUPPORTED, "64-bit memories", 6, {4, 4, 1, 0x70, 4, 0}},
    {ERR_UNSUPPORTED, "threads", 6, {5, 4, 1, 3, 1, 1}},
    {ERR_UNSUPPORTED, "64-bit memories", 5, {5, 3, 1, 4, 1}},
    {ERR_UNSUPPORTED, "custom page sizes", 6, {5, 4, 1, 8, 1, 0}},
    {ERR_UNSUPPORTED, "multiple memories", 7, {5, 5, 2, 0, 1, 0, 1}},
    {ERR_UNSUPPORTED, "exception handling", 4, {13, 2, 1, 0}},
    {ERR_UNSUPPORTED,
     "extended constant expressions",
     11,
     {6, 9, 1, 0x7F, 0, 0x41, 1, 0x41, 2, 0x6A, 0x0B}},
    {ERR_UNSUPPORTED,
     "extended constant expressions",
     14,
     {6, 12, 1, 0x7E, 0, 0x42, 1, 0x23, 0, 0x42, 2, 0x7E, 0x7D, 0x0B}},
    {ERR_CORRUPT, "type mismatch", 10, {6, 8, 1, 0x7F, 0, 0x41, 1, 0x41, 2, 0x0B}},
    {ERR_CORRUPT, "type mismatch", 9, {6, 7, 1, 0x7F, 0, 0x41, 1, 0x6A, 0x0B}},
    {ERR_CORRUPT, "type mismatch", 11, {6, 9, 1, 0x7F, 0, 0x41, 1, 0x41, 2, 0x73, 0x0B}},
    {ERR_CORRUPT, "illegal opcode", 11, {6, 9, 1, 0x7F, 0, 0x41, 1, 0x41, 2, 0xFF, 0x0B}},
    {ERR_CORRUPT, "unexpected end", 9, {6, 7, 1, 0x7F, 0, 0x41, 1, 0x41, 2}},
    {ERR_UNSUPPORTED, "stack switching", 6, {1, 4, 1, 0x5D, 0, 0}},
    {ERR_UNSUPPORTED, "stack switching", 6, {1, 4, 1, 0x60, 1, 0x68}},
    {ERR_CORRUPT, "malformed function type", 5, {1, 3, 1, 0x61, 0}},
    {ERR_CORRUPT, "malformed value type", 6, {1, 4, 1, 0x60, 1, 0x41}},
    {ERR_CORRUPT, "malformed limits flags", 5, {5, 3, 1, 16, 1}},
    {ERR_CORRUPT, "malformed import kind", 9, {2, 7, 1, 1, 97, 1, 98, 5, 0}},
    {ERR_CORRUPT, "malformed section id", 2, {14, 0}},
    {ERR_CORRUPT, "length out of bounds", 2, {1, 4}},
    {ERR_CORRUPT,
     "type mismatch",
     17,
     {1, 5, 1, 0x60, 0, 1, 0x7F, 3, 2, 1, 0, 10, 4, 1, 2, 0, 0x0B}},
    {ERR_LIMIT, "too many locals", 21, {1, 4, 1, 0x60, 0,    0,    3,    2,    1,    0,   10,
                                        9, 1, 7, 1,    0xFF, 0xFF, 0x7F, 0x7F, 0x0B, 0x0B}},
};

/* Each is all that a function does. */
static const struct {
    enum status status;
    const char *message;
    uint8_t instruction[2];
} refused_instructions[] = {
    {ERR_UNSUPPORTED, "stack switching", {0xE2, 0}},
    {ERR_UNSUPPORTED, "half precision", {0xFC, 0x30}},
    {ERR_CORRUPT, "illegal opcode", {0xFC, 0x12}},
    {ERR_UNSUPPORTED, "exception handling", {0x08, 0}},
    {ERR_UNSUPPORTED, "tail calls", {0x12, 0}},
    {ERR_UNSUPPORTED, "typed function references", {0x14, 0}},
    {ERR_UNSUPPORTED, "garbage collection", {0xFB, 0}},
    {ERR_UNSUPPORTED, "vector instructions", {0xFD, 0}},
    {ERR_UNSUPPORTED, "threads", {0xFE, 0}},
    {ERR_UNSUPPORTED, "wide arithmetic", {0xFC, 0x13}},
};

static void check_refused(const uint8_t *sections, size_t size, enum status status,
                          const char *message)
{
    uint8_t bytes[48] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    struct wasm_module *module;
    struct wasm_error error;

    memcpy(bytes + 8, sections, size);
    assert_int_equal(
        wasm_module_load(&module, &host.allocator, &wasm_limits_default, bytes, 8 + size, &error),
        status);
    assert_null(module);
    assert_string_equal(error.message, message);
}

static void refuses_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        check_refused(refused[i].bytes, refused[i].size, refused[i].status, refused[i].message);
    for (size_t i = 0; i < sizeof refused_instructions / sizeof *refused_instructions; i++) {
        const uint8_t *instruction = refused_instructions[i].instruction;
        const uint8_t sections[] = {
            1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, instruction[0], instruction[1], 0x0B};
        check_refused(sections, sizeof sections, refused_instructions[i].status,
                      refused_instructions[i].message);
    }
}

static void refuses_what_is_cut_off(void **state)
{
    (void)state;
    for (size_t size = 0; size + 64 < sizeof wasm_example; size++) {
        uint8_t *cut = malloc(size + 1); /* so that reading on is found out */
        struct wasm_module *module;
        struct wasm_error error;

        memcpy(cut, wasm_example, size);
        if (wasm_module_load(&module, &host.allocator, &wasm_limits_default, cut, size, &error))
            assert_true(error.offset <= size);
        wasm_module_destroy(module);
        free(cut);
    }
}

static void survives_every_failed_allocation(void **state)
{
    uint32_t failing = 0;
    enum status status;

    (void)state;
    do {
        struct guest other;

        host.failing = ++failing;
        status = guest_open(&other, &host, wasm_example, sizeof wasm_example);
        assert_true(status == OK || status == ERR_NO_MEMORY);
        guest_close(&other);
    } while (status);
    host.failing = 0;
    assert_true(failing > 10);
}

static void memory_keeps_to_its_limit(void **state)
{
    struct wasm_limits limits = wasm_limits_default;
    struct wasm_instance *instance;
    struct wasm_error error;

    (void)state;
    limits.pages = 0;
    assert_int_equal(wasm_instance_create(&instance, guest.module, &host.allocator, &limits,
                                          host_resolve, &host, &error),
                     ERR_LIMIT);
    assert_null(instance);
}

static void unknown_imports_are_named(void **state)
{
    struct wasm_instance *instance;
    struct wasm_error error;

    (void)state;
    assert_int_equal(wasm_instance_create(&instance, guest.module, &host.allocator,
                                          &wasm_limits_default, NULL, NULL, &error),
                     ERR_NOT_FOUND);
    assert_string_equal(error.message, "unknown import");
}

/* Bytes of a module being written. */
static uint8_t far_module[1u << 20];
static size_t far_size;

static void add_bytes(const uint8_t *bytes, size_t size)
{
    memcpy(far_module + far_size, bytes, size);
    far_size += size;
}

#define ADD(...) add_bytes((const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[]){__VA_ARGS__})

/* A length of five bytes, written where the content begins that it is to measure. */
static void put_length(size_t content)
{
    size_t length = far_size - content;

    for (int i = 0; i < 5; i++)
        far_module[content - 5 + (size_t)i] =
            (uint8_t)((length >> (7 * i) & 0x7F) | (i < 4 ? 0x80 : 0));
}

/* local 0 = 3 * local 0, so often that a jump across does not fit 16 bits. */
#define FAR_STEPS 40000

static void add_steps(void)
{
    for (int i = 0; i < FAR_STEPS; i++)
        ADD(0x20, 0, 0x41, 3, 0x6C, 0x21, 0);
}

/* (func (export "f") (param i32) (result i32) (local i32)
 *   (if (i32.eq (local.get 0) (i32.const 7)) (then steps))
 *   (loop steps (br_if 0 (i32.ne (i32.const 3) (local.tee 1 (i32.add (local.get 1) (i32.const
 * 1)))))) (local.get 0)) */
static void write_far_module(void)
{
    size_t section, body;

    far_size = 0;
    ADD(0, 'a', 's', 'm', 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7F, 1, 0x7F, 3, 2, 1, 0, 7, 5, 1, 1, 'f',
        0, 0, 10, 0, 0, 0, 0, 0);
    section = far_size;
    ADD(1, 0, 0, 0, 0, 0);
    body = far_size;
    ADD(1, 1, 0x7F, 0x20, 0, 0x41, 7, 0x46, 0x04, 0x40);
    add_steps();
    ADD(0x0B, 0x03, 0x40);
    add_steps();
    ADD(0x20, 1, 0x41, 1, 0x6A, 0x22, 1, 0x41, 3, 0x47, 0x0D, 0, 0x0B, 0x20, 0, 0x0B);
    put_length(body);
    put_length(section);
}

static void jumps_reach_far(void **state)
{
    uint32_t times = 4;
    struct guest far_guest;

    (void)state;
    write_far_module();
    assert_int_equal(guest_open(&far_guest, &host, far_module, far_size), OK);
    for (union wasm_slot n = {.u64 = 7}; n.u64 <= 8; n.u64++) {
        uint32_t expected = n.u32;
        int64_t fuel = 100;

        assert_int_equal(guest_call(&far_guest, "f", &n), OK);
        assert_int_equal(wasm_machine_run(far_guest.machine, &fuel), WASM_DONE);
        for (uint32_t i = 0; i < times * FAR_STEPS; i++)
            expected *= 3;
        assert_int_equal(wasm_machine_results(far_guest.machine)->u32, expected);
        times = 3; /* 8 does not take the branch */
    }
    guest_close(&far_guest);
}

/* (memory 1) (data (i32.const 16) "\01\02\03\04\05\06\07\08")
 * (func (export "f") (param i32 i32) (result i32)
 *   (i32.load16_u offset=2 (i32.add (local.tee 0 (i32.add (local.get 0) (i32.const 1)))
 *                                   (local.get 1))))
 * (func (export "g") (param i32 i32) (result i32)
 *   (local.set 0 (i32.add (local.get 0) (i32.const 1)))
 *   (i32.load16_u offset=2 (i32.add (local.get 1) (i32.shl (local.get 0) (i32.const 1)))))
 * (func (export "h") (param i32 i32) (result i32)
 *   (i32.load16_u (i32.add (i32.shl (local.get 0) (i32.const 1)) (i32.const 16))))
 * (func (export "i") (param i32 i32) (result i32)
 *   (i32.add (block (result i32)
 *              (br_table 0 1 (local.get 1) (i32.and (local.get 0) (i32.const 1))))
 *            (i32.const 100))) */
static const uint8_t held[] = {
    0,    'a',  's',  'm',  1,    0,    0,    0,    1,  7,    1,    0x60, 2,    0x7F, 0x7F, 1,
    0x7F, 3,    5,    4,    0,    0,    0,    0,    5,  3,    1,    0,    1,    7,    17,   4,
    1,    0x66, 0,    0,    1,    0x67, 0,    1,    1,  0x68, 0,    2,    1,    0x69, 0,    3,
    10,   0x49, 4,    15,   0,    0x20, 0,    0x41, 1,  0x6A, 0x22, 0,    0x20, 1,    0x6A, 0x2F,
    1,    2,    11,   20,   0,    0x20, 0,    0x41, 1,  0x6A, 0x21, 0,    0x20, 1,    0x20, 0,
    0x41, 1,    0x74, 0x6A, 0x2F, 1,    2,    11,   13, 0,    0x20, 0,    0x41, 1,    0x74, 0x41,
    16,   0x6A, 0x2F, 1,    0,    11,   20,   0,    2,  0x7F, 0x20, 1,    0x20, 0,    0x41, 1,
    0x71, 14,   1,    0,    1,    11,   0x41, 0xE4, 0,  0x6A, 11,   11,   14,   1,    0,    0x41,
    16,   11,   8,    1,    2,    3,    4,    5,    6,  7,    8};

/* An address or a selector that was just computed is taken from where it is held. A sum of two
 * addresses wraps, one with the load's offset does not. */
static void held_operands_are_used(void **state)
{
    static const struct run_case cases[] = {
        {"f", {3, 11}, WASM_DONE, 0x0302},
        {"f", {0xFFFFFFFE, 15}, WASM_DONE, 0x0201},
        {"f", {0xFFFF, 0xFFFFFFFD}, WASM_TRAPPED, 0},
        {"f", {0x80000000, 0x7FFFFFFE}, WASM_TRAPPED, 0},
        {"g", {3, 8}, WASM_DONE, 0x0403},
        {"g", {0x7FFFFFFF, 14}, WASM_DONE, 0x0201},
        {"g", {0x7FFF, 0}, WASM_TRAPPED, 0},
        {"h", {1, 0}, WASM_DONE, 0x0403},
        {"h", {0x80000001, 0}, WASM_DONE, 0x0403},
        {"h", {0x7FF8, 0}, WASM_TRAPPED, 0},
        {"i", {6, 1}, WASM_DONE, 101},
        {"i", {7, 1}, WASM_DONE, 1},
    };
    struct guest using;

    (void)state;
    assert_int_equal(guest_open(&using, &host, held, sizeof held), OK);
    assert_int_equal(wasm_instance_initialise(using.instance), WASM_TRAP_NONE);
#if WASM_ACCUMULATORS
    assert_true(using.module->code[0][2].handler == handlers[OP_i32_load16_u_y_a]);
    assert_true(using.module->code[1][2].handler == handlers[OP_i32_load16_u_f_a]);
    assert_true(using.module->code[2][2].handler == handlers[OP_i32_load16_u_c_a]);
    assert_true(using.module->code[3][3].handler == handlers[OP_jump_table_held]);
#endif
    check_runs(&using, cases, sizeof cases / sizeof *cases);
    guest_close(&using);
}

/* (memory 1)
 * (func (export "f") (param i32 i32) (result i32)
 *   (i32.store (local.get 0) (local.get 1))
 *   (local.set 0 (i32.add (local.get 0) (i32.const 4)))
 *   (i32.add (local.get 0) (i32.load (i32.const 8))))
 * (func (export "g") (param i32 i32) (result i32)
 *   (if (local.get 1)
 *     (then (local.set 0 (i32.add (local.get 0) (i32.const -3))))
 *     (else (local.set 0 (i32.add (local.get 0) (i32.const 5)))))
 *   (local.get 0))
 * (func (export "h") (param i32 i32) (result i32)
 *   (block (loop
 *     (br_if 1 (i32.ge_u (local.get 0) (local.get 1)))
 *     (local.set 0 (i32.add (local.get 0) (i32.const 2)))
 *     (br 0)))
 *   (local.get 0))
 * (func (export "i") (param i32 i32) (result i32)
 *   (local.set 0 (i32.add (local.get 0) (i32.const 1)))
 *   (local.set 1 (local.get 0))
 *   (i32.mul (local.get 0) (local.get 1)))
 * (func (export "j") (param i32 i32) (result i32)
 *   (i32.add (local.get 0) (i32.shr_u (i32.sub (local.get 1) (local.get 0)) (i32.const 1))))
 * (func (export "k") (param i32 i32) (result i32)
 *   (i32.load16_u (i32.add (local.get 1) (i32.shl (i32.and (local.get 0) (i32.const 3)) (i32.const
 * 1))))) (data (i32.const 16) "\01\02\03\04\05\06\07\08") */
static const uint8_t stepping[] = {
    0,    0x61, 0x73, 0x6D, 1,    0,    0,    0,    1,    7,    1,    0x60, 2,    0x7F, 0x7F, 1,
    0x7F, 3,    7,    6,    0,    0,    0,    0,    0,    0,    5,    3,    1,    0,    1,    7,
    25,   6,    1,    0x66, 0,    0,    1,    0x67, 0,    1,    1,    0x68, 0,    2,    1,    0x69,
    0,    3,    1,    0x6A, 0,    4,    1,    0x6B, 0,    5,    10,   0x80, 1,    6,    24,   0,
    32,   0,    32,   1,    54,   2,    0,    32,   0,    0x41, 4,    0x6A, 33,   0,    32,   0,
    0x41, 8,    40,   2,    0,    0x6A, 11,   24,   0,    32,   1,    4,    64,   32,   0,    0x41,
    0x7D, 0x6A, 33,   0,    5,    32,   0,    0x41, 5,    0x6A, 33,   0,    11,   32,   0,    11,
    26,   0,    2,    64,   3,    64,   32,   0,    32,   1,    0x4F, 13,   1,    32,   0,    0x41,
    2,    0x6A, 33,   0,    12,   0,    11,   11,   32,   0,    11,   18,   0,    32,   0,    0x41,
    1,    0x6A, 33,   0,    32,   0,    33,   1,    32,   0,    32,   1,    0x6C, 11,   13,   0,
    32,   0,    32,   1,    32,   0,    0x6B, 0x41, 1,    0x76, 0x6A, 11,   16,   0,    32,   1,
    32,   0,    0x41, 3,    0x71, 0x41, 1,    0x74, 0x6A, 47,   1,    0,    11,   11,   14,   1,
    0,    0x41, 16,   11,   8,    1,    2,    3,    4,    5,    6,    7,    8};

/* A constant added to a local becomes part of the store, move or jump beside it, which does both; a
 * sum takes what it shifts from where it is held. */
static void steps_and_shifts_join(void **state)
{
    static const struct run_case cases[] = {
        {"f", {8, 100}, WASM_DONE, 112},
        {"f", {0xFFFC, 0}, WASM_DONE, 0x10000 + 100},
        {"f", {0xFFFD, 0}, WASM_TRAPPED, 0},
        {"g", {10, 1}, WASM_DONE, 7},
        {"g", {1, 1}, WASM_DONE, 0xFFFFFFFE},
        {"g", {10, 0}, WASM_DONE, 15},
        {"h", {3, 10}, WASM_DONE, 11},
        {"h", {3, 3}, WASM_DONE, 3},
        {"h", {0, 0xFFFFFFFF}, WASM_OUT_OF_FUEL, 0},
        {"i", {6, 1}, WASM_DONE, 49},
        {"j", {3, 10}, WASM_DONE, 6},
        {"j", {10, 3}, WASM_DONE, 0x80000006},
        {"k", {5, 16}, WASM_DONE, 0x0403},
        {"k", {7, 0xFFF9}, WASM_TRAPPED, 0},
        {"k", {2, 0xFFFFFFFE}, WASM_DONE, 0},
    };
    struct guest using;

    (void)state;
    assert_int_equal(guest_open(&using, &host, stepping, sizeof stepping), OK);
    assert_int_equal(wasm_instance_initialise(using.instance), WASM_TRAP_NONE);
#if WASM_ACCUMULATORS
    assert_true(using.module->code[0][1].handler == handlers[OP_i32_store_step_ss]);
    assert_true(using.module->code[1][2].handler == handlers[OP_step_jump]);
    assert_true(using.module->code[2][2].handler == handlers[OP_step_loop]);
    assert_true(using.module->code[3][1].handler == handlers[OP_step_move]);
    assert_true(using.module->code[4][2].handler == handlers[OP_i32_shr_u_i32_add_h_a]);
    assert_true(using.module->code[5][2].handler == handlers[OP_i32_load16_u_f_a]);
#endif
    check_runs(&using, cases, sizeof cases / sizeof *cases);
    guest_close(&using);
}

/* (memory 1)
 * (func (export "f") (param i32 i32) (result i32)
 *   (i32.load16_u offset=2 (i32.add (local.get 1) (i32.shl (local.get 0) (i32.const 3)))))
 * (func (export "g") (param i32 i32) (result i32)
 *   (i32.load16_u offset=2 (i32.add (local.get 1)
 *     (i32.shl (i32.sub (local.get 0) (i32.const 1)) (i32.const 3)))))
 * (func (export "h") (param i32 i32) (result i32)
 *   (i32.load16_u offset=4096 (i32.add (local.get 1) (i32.shl (local.get 0) (i32.const 1)))))
 * (func (export "i") (param i32 i32) (result i64)
 *   (i64.load (i32.add (local.get 1) (i32.shl (local.get 0) (i32.const 3)))))
 * (func (export "j") (param i32 i32) (result i32)
 *   (i32.load8_u offset=4096 (i32.add (local.get 1) (i32.shl (local.get 0) (i32.const 2)))))
 * (data (i32.const 16) "\01\02\03\04\05\06\07\08")
 * (data (i32.const 4112) "\11\12\13\14\15\16\17\18") */
static const uint8_t elements[] = {
    0,    0x61, 0x73, 0x6D, 1,  0,    0,    0,  1,  13,   2,    0x60, 2,    0x7F, 0x7F, 1,    0x7F,
    0x60, 2,    0x7F, 0x7F, 1,  0x7E, 3,    6,  5,  0,    0,    0,    1,    0,    5,    3,    1,
    0,    1,    7,    21,   5,  1,    0x66, 0,  0,  1,    0x67, 0,    1,    1,    0x68, 0,    2,
    1,    0x69, 0,    3,    1,  0x6A, 0,    4,  10, 0x4C, 5,    13,   0,    32,   1,    32,   0,
    0x41, 3,    0x74, 0x6A, 47, 1,    2,    11, 16, 0,    32,   1,    32,   0,    0x41, 1,    0x6B,
    0x41, 3,    0x74, 0x6A, 47, 1,    2,    11, 14, 0,    32,   1,    32,   0,    0x41, 1,    0x74,
    0x6A, 47,   1,    0x80, 32, 11,   13,   0,  32, 1,    32,   0,    0x41, 3,    0x74, 0x6A, 41,
    3,    0,    11,   14,   0,  32,   1,    32, 0,  0x41, 2,    0x74, 0x6A, 45,   0,    0x80, 32,
    11,   11,   28,   2,    0,  0x41, 16,   11, 8,  1,    2,    3,    4,    5,    6,    7,    8,
    0,    0x41, 0x90, 32,   11, 8,    17,   18, 19, 20,   21,   22,   23,   24};

/* An array's element is loaded by one instruction, whatever its size, also where the index is held;
 * not where the offset is too large for it. */
static void elements_are_loaded(void **state)
{
    static const struct run_case cases[] = {
        {"f", {1, 10}, WASM_DONE, 0x0605},
        {"f", {2, 0xFFFFFFFE}, WASM_DONE, 0x0201},
        {"f", {0x20000000, 0xFFFF}, WASM_TRAPPED, 0},
        {"g", {2, 10}, WASM_DONE, 0x0605},
        {"g", {0x2001, 0}, WASM_TRAPPED, 0},
        {"h", {2, 12}, WASM_DONE, 0x1211},
        {"h", {0x80000002, 12}, WASM_DONE, 0x1211},
        {"h", {0x7800, 0}, WASM_TRAPPED, 0},
        {"i", {2, 0}, WASM_DONE, 0x0807060504030201},
        {"i", {1, 0xFFF1}, WASM_TRAPPED, 0},
        {"j", {4, 0}, WASM_DONE, 0x11},
        {"j", {0x3C00, 0}, WASM_TRAPPED, 0},
    };
    struct guest using;

    (void)state;
    assert_int_equal(guest_open(&using, &host, elements, sizeof elements), OK);
    assert_int_equal(wasm_instance_initialise(using.instance), WASM_TRAP_NONE);
#if WASM_ACCUMULATORS
    assert_true(using.module->code[0][1].handler == handlers[OP_i32_load16_u_i_a]);
    assert_true(using.module->code[1][2].handler == handlers[OP_i32_load16_u_h_a]);
    assert_true(using.module->code[2][1].handler == handlers[OP_i32_load16_u_e_a]);
    assert_true(using.module->code[3][1].handler == handlers[OP_i64_load_e_a]);
    assert_true(using.module->code[4][2].handler == handlers[OP_i32_load8_u_a_a]);
#endif
    check_runs(&using, cases, sizeof cases / sizeof *cases);
    guest_close(&using);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_example, close_example)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calls_functions),
        TEST(traps_say_where),
        TEST(fuel_bounds_a_run),
        TEST(fuel_does_not_depend_on_slices),
        TEST(host_calls_can_answer_later),
        TEST(refuses_by_name),
        TEST(refuses_what_is_cut_off),
        TEST(survives_every_failed_allocation),
        TEST(memory_keeps_to_its_limit),
        TEST(unknown_imports_are_named),
        TEST(jumps_reach_far),
        TEST(held_operands_are_used),
        TEST(steps_and_shifts_join),
        TEST(elements_are_loaded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
