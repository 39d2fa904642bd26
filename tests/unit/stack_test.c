/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/stack.c
/*
 * Stacks: how much was used, what the guard has, and frame records followed as far as they lie in
 * stacks, whatever they say.
 */
#include <kernel/stack.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS = 128, GUARD = 16 }; /* words */

static uintptr_t memory[2][WORDS];
static struct stacks stacks;

static int set_up(void **state)
{
    (void)state;
    memset(memory, 0, sizeof(memory));
    stacks = (struct stacks){.count = 2};
    for (unsigned i = 0; i < 2; i++)
        stacks.all[i] = (struct stack){(uint8_t *)memory[i], sizeof(memory[i]),
                                       i == 0 ? GUARD * sizeof(uintptr_t) : 0};
    return 0;
}

/* Writes a frame record; returns where it is. */
static uintptr_t record(unsigned stack, unsigned word, uintptr_t caller, uintptr_t return_address)
{
    memory[stack][word] = caller;
    memory[stack][word + 1] = return_address;
    return (uintptr_t)&memory[stack][word];
}

static void remembers_what_was_used(void **state)
{
    const struct stack *stack = &stacks.all[0];
    (void)state;
    assert_true(stack_is_usable(stack));
    stack_paint(stack, NULL);
    assert_int_equal(stack_used(stack), 0);
    assert_int_equal(memory[0][GUARD - 1], 0);
    memory[0][WORDS - 5] = 1;
    assert_int_equal(stack_used(stack), 5 * sizeof(uintptr_t));
    stack_paint(stack, &memory[0][WORDS - 6]);
    assert_int_equal(stack_used(stack), 6 * sizeof(uintptr_t) - sizeof(uintptr_t));
}

static void knows_its_guards(void **state)
{
    (void)state;
    assert_true(stacks_guard_has(&stacks, (uintptr_t)&memory[0][0]));
    assert_true(stacks_guard_has(&stacks, (uintptr_t)&memory[0][GUARD] - 1));
    assert_false(stacks_guard_has(&stacks, (uintptr_t)&memory[0][GUARD]));
    assert_false(stacks_guard_has(&stacks, (uintptr_t)&memory[1][0]));
    assert_false(stacks_have(&stacks, (uintptr_t)&memory[0][GUARD - 1], sizeof(uintptr_t)));
    assert_true(stacks_have(&stacks, (uintptr_t)&memory[0][GUARD], sizeof(uintptr_t)));
    assert_true(stacks_have(&stacks, (uintptr_t)&memory[1][WORDS - 2], 2 * sizeof(uintptr_t)));
    assert_false(stacks_have(&stacks, (uintptr_t)&memory[1][WORDS - 1], 2 * sizeof(uintptr_t)));
    assert_false(stacks_have(&stacks, (uintptr_t)&memory[1][3] + 1, sizeof(uintptr_t)));
    assert_false(stacks_have(&stacks, UINTPTR_MAX - 7, sizeof(uintptr_t)));
}

/* From the interrupt's stack to the task's, whose first frame has no return address. */
static void follows_frames(void **state)
{
    uintptr_t addresses[8] = {11};
    (void)state;
    uintptr_t first = record(0, WORDS - 2, 0, 0);
    uintptr_t second = record(0, WORDS - 20, first, 44);
    uintptr_t third = record(1, 8, second, 33);
    uintptr_t last = record(1, 2, third, 22);
    assert_int_equal(stacks_walk(&stacks, last, addresses, 1, 8), 4);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(addresses[i], 11 * (i + 1));
    assert_int_equal(stacks_walk(&stacks, last, addresses, 0, 2), 2);
    assert_int_equal(stacks_walk(&stacks, last, addresses, 2, 2), 2);
}

static void stops_at_damage(void **state)
{
    uintptr_t addresses[8];
    (void)state;
    uintptr_t self = record(0, 40, 0, 5);
    memory[0][40] = self;
    assert_int_equal(stacks_walk(&stacks, self, addresses, 0, 8), 0);
    uintptr_t loop = record(0, 50, record(0, 60, (uintptr_t)&memory[0][50], 6), 5);
    assert_int_equal(stacks_walk(&stacks, loop, addresses, 0, 8), 8);
    assert_int_equal(stacks_walk(&stacks, record(0, 70, 0xdead, 7), addresses, 0, 8), 1);
    assert_int_equal(stacks_walk(&stacks, record(0, GUARD - 1, 0, 7), addresses, 0, 8), 0);
    assert_int_equal(stacks_walk(&stacks, 0, addresses, 0, 8), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(remembers_what_was_used, set_up),
        cmocka_unit_test_setup(knows_its_guards, set_up),
        cmocka_unit_test_setup(follows_frames, set_up),
        cmocka_unit_test_setup(stops_at_damage, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
