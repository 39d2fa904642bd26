/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/armv7m/unwind_execute.c
// board: mps2-an385
/*
 * The unwinding instructions of the Arm exception handling ABI (IHI 0038, 10.3), on a stack below 4
 * GB so that its addresses fit the target's words.
 */
#include <platforms/arch/armv7m/unwind.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

enum { STACK_WORDS = 1024 };

static uint32_t *stack;

static int map_stack(void **state)
{
    (void)state;
    stack = mmap(NULL, STACK_WORDS * sizeof(uint32_t), PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    return stack == MAP_FAILED ? -1 : 0;
}

static int unmap_stack(void **state)
{
    (void)state;
    return munmap(stack, STACK_WORDS * sizeof(uint32_t));
}

/* A frame with sp at the first word; word n of the stack holds 100 + n. */
static struct unwind frame(void)
{
    struct unwind unwind = {
        .stack_low = (uint32_t)(uintptr_t)stack,
        .stack_high = (uint32_t)(uintptr_t)(stack + STACK_WORDS),
    };
    for (unsigned i = 0; i < STACK_WORDS; i++)
        stack[i] = 100 + i;
    for (unsigned i = 0; i < 16; i++)
        unwind.r[i] = i;
    unwind.r[REGISTER_SP] = unwind.stack_low;
    return unwind;
}

static uint32_t words_popped(const struct unwind *unwind)
{
    return (unwind->r[REGISTER_SP] - unwind->stack_low) / 4;
}

#define EXECUTE(unwind, ...)                                                                       \
    unwind_execute(unwind, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void leaf_returns_to_lr(void **state)
{
    (void)state;
    struct unwind unwind = frame();
    assert_true(EXECUTE(&unwind, 0xb0, 0xb0, 0xb0));
    assert_int_equal(unwind.r[REGISTER_PC], 14);
    assert_int_equal(words_popped(&unwind), 0);
}

static void pops_r4_to_r7_and_lr(void **state)
{
    (void)state;
    struct unwind unwind = frame();
    assert_true(EXECUTE(&unwind, 0xab, 0xb0, 0xb0)); /* push {r4-r7, lr} */
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(unwind.r[4 + i], 100 + i);
    assert_int_equal(unwind.r[REGISTER_PC], 104);
    assert_int_equal(words_popped(&unwind), 5);
}

static void adds_before_it_pops(void **state)
{
    (void)state;
    struct unwind unwind = frame();
    assert_true(EXECUTE(&unwind, 0x03, 0x84, 0x01, 0xb0)); /* sp += 16, pop {r4, lr} */
    assert_int_equal(unwind.r[4], 104);
    assert_int_equal(unwind.r[REGISTER_PC], 105);
    assert_int_equal(words_popped(&unwind), 6);
}

static void large_frames(void **state)
{
    (void)state;
    struct unwind unwind = frame();
    assert_true(EXECUTE(&unwind, 0xb2, 0x81, 0x01, 0xa8)); /* sp += 0x204 + (129 << 2); r4, lr */
    assert_int_equal(unwind.r[4], 100 + 129 + 129);
    assert_int_equal(unwind.r[REGISTER_PC], 101 + 129 + 129);
}

static void sp_from_a_frame_pointer(void **state)
{
    (void)state;
    struct unwind unwind = frame();
    unwind.r[7] = unwind.stack_low + 80;
    assert_true(EXECUTE(&unwind, 0x97, 0x41, 0x84, 0x08)); /* sp = r7 - 8; pop {r7, lr} */
    assert_int_equal(unwind.r[7], 118);
    assert_int_equal(unwind.r[REGISTER_PC], 119);
}

static void low_registers_and_vfp(void **state)
{
    (void)state;
    struct unwind unwind = frame();
    assert_true(EXECUTE(&unwind, 0xb1, 0x08, 0xd7, 0xc9, 0x81, 0xb3, 0x80, 0xb8, 0xa8));
    /* r3; d8-d15: 16 words; two doubles: 4; one by FSTMFDX: 3; d8 by FSTMFDX: 3 */
    assert_int_equal(unwind.r[3], 100);
    assert_int_equal(unwind.r[4], 100 + 1 + 16 + 4 + 3 + 3);
}

static void refuses_what_it_must(void **state)
{
    (void)state;
    struct unwind unwind = frame();
    assert_false(EXECUTE(&unwind, 0x80, 0x00)); /* refuse to unwind */
    unwind = frame();
    assert_false(EXECUTE(&unwind, 0x9d)); /* reserved */
    unwind = frame();
    assert_false(EXECUTE(&unwind, 0xb1, 0x10)); /* spare */
    unwind = frame();
    assert_false(EXECUTE(&unwind, 0xca));
    unwind = frame();
    assert_false(EXECUTE(&unwind, 0xe0));
    unwind = frame();
    assert_false(EXECUTE(&unwind, 0xb5));
}

static void stays_within_the_stack(void **state)
{
    (void)state;
    struct unwind unwind = frame();
    unwind.r[REGISTER_SP] = unwind.stack_high - 8;
    assert_false(EXECUTE(&unwind, 0xab)); /* five words of two */
    unwind = frame();
    unwind.r[REGISTER_SP] = unwind.stack_low - 4;
    assert_false(EXECUTE(&unwind, 0xa8));
    unwind = frame();
    unwind.r[REGISTER_SP] += 2;
    assert_false(EXECUTE(&unwind, 0xa8));
    unwind = frame();
    assert_false(EXECUTE(&unwind, 0xb2, 0xff, 0xff, 0x7f));
}

/* Whatever a damaged table says: no access outside the stack, which ASan and the mapping's bounds
 * would show, and an end. */
static void survives_damage(void **state)
{
    (void)state;
    srand(1);
    for (unsigned round = 0; round < 20000; round++) {
        struct unwind unwind = frame();
        uint8_t instructions[16];
        for (size_t i = 0; i < sizeof(instructions); i++)
            instructions[i] = (uint8_t)rand();
        if (unwind_execute(&unwind, instructions, 1 + (size_t)rand() % sizeof(instructions))) {
            assert_true(unwind.r[REGISTER_SP] >= unwind.stack_low);
            assert_true(unwind.r[REGISTER_SP] <= unwind.stack_high);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaf_returns_to_lr),      cmocka_unit_test(pops_r4_to_r7_and_lr),
        cmocka_unit_test(adds_before_it_pops),     cmocka_unit_test(large_frames),
        cmocka_unit_test(sp_from_a_frame_pointer), cmocka_unit_test(low_registers_and_vfp),
        cmocka_unit_test(refuses_what_it_must),    cmocka_unit_test(stays_within_the_stack),
        cmocka_unit_test(survives_damage),
    };
    return cmocka_run_group_tests(tests, map_stack, unmap_stack);
}
