/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/capability.c tests/unit/kernel_fake.c tests/unit/fake_memory.c
// link: tests/unit/capability_model.c
/*
 * Capabilities against their model: every sequence of a few operations on small tables, and long
 * random sequences on larger ones (the seed is printed; CAPABILITY_SEED=n repeats one).
 */
#include "capability_model.h"
#include "kernel_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct model model;

static struct capability_holder *const one = &model_holders[0], *const two = &model_holders[1];

static int setup(void **state)
{
    (void)state;
    fake_reset();
    model_init(&model, 2, 4);
    return 0;
}

static struct capability create(struct capability_holder *holder, unsigned rights, void *referent)
{
    static const struct capability_type uncounted = {.name = "uncounted"};
    struct capability made;
    assert_int_equal(capability_create(holder, &uncounted, referent, rights, &made), OK);
    return made;
}

static void nothing_is_no_capability(void **state)
{
    (void)state;
    void *referent;
    const uint64_t wrong[] = {0,          1,         UINT64_C(1) << 32, UINT64_C(1) << 32 | 4,
                              UINT64_MAX, UINT32_MAX};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct capability capability = {wrong[i]};
        assert_int_equal(capability_resolve(one, capability, &model_type, 0, &referent),
                         ERR_NOT_FOUND);
        assert_int_equal(capability_drop(one, capability), ERR_NOT_FOUND);
        capability_return(one, capability);
    }
}

static void resolves_to_what_it_refers_to_only(void **state)
{
    (void)state;
    int thing;
    void *referent = NULL;
    static const struct capability_type other = {.name = "other"};
    struct capability made;
    assert_int_equal(
        capability_create(one, &other, &thing, CAPABILITY_READ | CAPABILITY_WRITE, &made), OK);
    assert_int_equal(capability_resolve(one, made, &other, CAPABILITY_WRITE, &referent), OK);
    assert_ptr_equal(referent, &thing);
    assert_int_equal(capability_resolve(one, made, &other, CAPABILITY_EXECUTE, &referent),
                     ERR_DENIED);
    assert_int_equal(capability_resolve(one, made, &model_type, CAPABILITY_READ, &referent),
                     ERR_INVALID);
    assert_int_equal(capability_resolve(two, made, &other, 0, &referent), ERR_NOT_FOUND);
}

static void those_of_a_type_are_walked(void **state)
{
    (void)state;
    static const struct capability_type wanted = {.name = "wanted"};
    int things[3];
    uint32_t index = 0;
    struct capability made;
    assert_null(capability_next(one, &wanted, 0, &index));
    index = 0;
    create(one, CAPABILITY_ALL, &things[0]);
    assert_int_equal(capability_create(one, &wanted, &things[1], CAPABILITY_WRITE, &made), OK);
    assert_int_equal(capability_create(one, &wanted, &things[2], CAPABILITY_READ, &made), OK);
    assert_ptr_equal(capability_next(one, &wanted, 0, &index), &things[1]);
    assert_ptr_equal(capability_next(one, &wanted, 0, &index), &things[2]);
    assert_null(capability_next(one, &wanted, 0, &index));
    assert_null(capability_next(one, &wanted, 0, &index));
    index = 0;
    assert_ptr_equal(capability_next(one, &wanted, CAPABILITY_READ, &index), &things[2]);
    assert_null(capability_next(one, &wanted, CAPABILITY_READ, &index));
}

static void what_is_attached_ends_too(void **state)
{
    (void)state;
    int thing;
    static struct capability_slot slots[2][1];
    struct capability_holder further[2];
    for (unsigned i = 0; i < 2; i++) {
        capability_holder_init(&further[i], slots[i], 1);
        capability_holder_attach(one, &further[i]);
        create(&further[i], CAPABILITY_ALL, &thing);
    }
    struct capability root = create(one, CAPABILITY_ALL, &thing), derived;
    assert_int_equal(capability_derive(one, root, CAPABILITY_READ, two, &derived), OK);
    assert_int_equal(further[0].room + further[1].room, 0);
    capability_holder_end(one);
    assert_int_equal(further[0].room + further[1].room, 2);
    assert_int_equal(one->room, 4);
    assert_int_equal(two->room, 4);
    create(&further[0], CAPABILITY_ALL, &thing);
    capability_holder_end(one);
    assert_int_equal(further[0].room, 0); /* it is attached no longer */
    capability_holder_end(&further[0]);
    assert_int_equal(further[0].room, 1);
}

static void a_slot_retires_when_its_generations_are_used_up(void **state)
{
    (void)state;
    int thing;
    capability_holder_init(one, model_slots[0], 1);
    model_slots[0][0].generation = UINT32_MAX - 1;
    struct capability before = create(one, CAPABILITY_ALL, &thing);
    assert_int_equal(capability_drop(one, before), OK);
    struct capability last = create(one, CAPABILITY_ALL, &thing);
    assert_int_equal(last.value >> 32, UINT32_MAX);
    assert_int_equal(capability_drop(one, last), OK);
    assert_int_equal(one->room, 0);
    struct capability made;
    assert_int_equal(capability_create(one, &model_type, &thing, 0, &made), ERR_LIMIT);
    assert_int_equal(capability_drop(one, last), ERR_NOT_FOUND);
    assert_int_equal(capability_drop(one, (struct capability){0}), ERR_NOT_FOUND);
}

static void a_tree_has_a_deepest_level(void **state)
{
    (void)state;
    int thing;
    struct capability root = create(one, CAPABILITY_ALL, &thing), child;
    one->slots[(uint32_t)root.value].depth = CAPABILITY_DEPTH_MAX - 1;
    assert_int_equal(capability_derive(one, root, CAPABILITY_READ, one, &child), OK);
    assert_int_equal(capability_derive(one, child, CAPABILITY_READ, one, &child), ERR_LIMIT);
    assert_int_equal(one->room, 2);
}

/* Who comes between two steps of a revocation, as an interrupt's task could: ends the very
 * capability that is being revoked. */
static struct capability rival;

static void rival_put(void *referent)
{
    (void)referent;
    if (rival.value)
        one->slots[(uint32_t)rival.value].generation++;
    rival.value = 0;
}

static void a_revocation_ends_when_its_capability_does(void **state)
{
    (void)state;
    static const struct capability_type type = {"rivalled", NULL, rival_put};
    int thing;
    struct capability root, child;
    assert_int_equal(capability_create(one, &type, &thing, CAPABILITY_ALL, &root), OK);
    assert_int_equal(capability_derive(one, root, CAPABILITY_READ, two, &child), OK);
    rival = root;
    assert_int_equal(capability_drop(one, root), OK);
    assert_int_equal(two->room, 4);
    assert_int_equal(one->room, 3);
}

static void revokes_a_thousand_across_holders(void **state)
{
    (void)state;
    enum { THOUSAND = 1000 };
    static struct capability_slot slots[MODEL_HOLDERS][THOUSAND];
    int thing;
    for (int i = 0; i < MODEL_HOLDERS; i++)
        capability_holder_init(&model_holders[i], slots[i], THOUSAND);
    struct capability root = create(one, CAPABILITY_ALL, &thing);
    struct capability_holder *from = one;
    struct capability last = root;
    for (int i = 0; i < THOUSAND; i++) { /* half of it a chain, half of it broad */
        struct capability_holder *to = &model_holders[i % MODEL_HOLDERS];
        if (i % 2) {
            assert_int_equal(capability_derive(from, last, CAPABILITY_ALL, to, &last), OK);
            from = to;
        } else {
            struct capability leaf;
            assert_int_equal(capability_derive(one, root, CAPABILITY_READ, to, &leaf), OK);
        }
    }
    assert_int_equal(capability_revoke(one, root), OK);
    assert_int_equal(one->room, THOUSAND - 1);
    for (int i = 1; i < MODEL_HOLDERS; i++)
        assert_int_equal(model_holders[i].room, THOUSAND);
}

/* Every sequence of operations on two holders: each state is kept, each operation tried on it. */

/* Operations in a sequence. One less are a thirtieth of the sequences, where a CPU is emulated. */
#ifndef SEQUENCE_LENGTH
#define SEQUENCE_LENGTH 5
#endif

static const unsigned rights_tried[] = {CAPABILITY_ALL, CAPABILITY_READ};

struct snapshot {
    struct capability_holder holders[2];
    struct capability_slot slots[2][4];
    struct model_row rows[16];
    int count, references;
};

static void save(struct snapshot *snapshot)
{
    memcpy(snapshot->holders, model_holders, sizeof(snapshot->holders));
    for (int i = 0; i < 2; i++)
        memcpy(snapshot->slots[i], model_slots[i], sizeof(snapshot->slots[i]));
    assert_true(model.count <= 16);
    memcpy(snapshot->rows, model.rows, sizeof(snapshot->rows));
    snapshot->count = model.count;
    snapshot->references = model_references;
}

static void restore(const struct snapshot *snapshot)
{
    memcpy(model_holders, snapshot->holders, sizeof(snapshot->holders));
    for (int i = 0; i < 2; i++)
        memcpy(model_slots[i], snapshot->slots[i], sizeof(snapshot->slots[i]));
    memcpy(model.rows, snapshot->rows, sizeof(snapshot->rows));
    model.count = snapshot->count;
    model_references = snapshot->references;
}

static unsigned long sequences;

static void try_all(int depth);

static void try_one(const struct snapshot *before, int depth, struct model_step step)
{
    model_do(&model, step);
    model_check(&model);
    sequences++;
    try_all(depth - 1);
    restore(before);
}

static void try_row(const struct snapshot *before, int depth, int row)
{
    for (int operation = MODEL_DERIVE; operation < MODEL_CLEAR; operation++) {
        bool to_holder =
            operation == MODEL_DERIVE || operation == MODEL_TRANSFER || operation == MODEL_TAKE;
        bool with_rights = operation == MODEL_DERIVE;
        for (int to = 0; to < (to_holder ? 2 : 1); to++)
            for (int i = 0; i < (with_rights ? 2 : 1); i++)
                try_one(
                    before, depth,
                    (struct model_step){(enum model_operation)operation, row, to, rights_tried[i]});
    }
}

static void try_all(int depth)
{
    if (depth == 0)
        return;
    struct snapshot before;
    save(&before);
    for (int holder = 0; holder < 2; holder++) {
        try_one(&before, depth, (struct model_step){MODEL_CREATE, 0, holder, CAPABILITY_ALL});
        try_one(&before, depth, (struct model_step){MODEL_CLEAR, 0, holder, 0});
    }
    for (int row = 0; row < before.count; row++)
        try_row(&before, depth, row);
}

static void every_short_sequence_agrees_with_the_model(void **state)
{
    (void)state;
    model_init(&model, 2, 2);
    sequences = 0;
    try_all(SEQUENCE_LENGTH);
    model_do(&model, (struct model_step){MODEL_CREATE, 0, 0, CAPABILITY_ALL});
    model_do(&model, (struct model_step){MODEL_DERIVE, 0, 1, CAPABILITY_ALL});
    model_do(&model, (struct model_step){MODEL_DERIVE, 1, 0, CAPABILITY_ALL});
    try_all(SEQUENCE_LENGTH - 1);
    print_message("%lu sequences\n", sequences);
}

static uint64_t seed;

static unsigned below(unsigned limit) /* xorshift64 (G. Marsaglia, "Xorshift RNGs", 2003) */
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)((seed >> 16) % limit);
}

static void random_sequences_agree_with_the_model(void **state)
{
    (void)state;
    const char *given = getenv("CAPABILITY_SEED");
    seed = given ? strtoull(given, NULL, 0) : UINT64_C(0x9e3779b97f4a7c15);
    print_message("CAPABILITY_SEED=%llu\n", (unsigned long long)seed);
    for (int run = 0; run < 10; run++) {
        model_init(&model, MODEL_HOLDERS, 8 + below(MODEL_SLOTS - 8));
        for (int i = 0; i < 800 && model.count < MODEL_ROWS; i++) {
            unsigned operation = below(40) ? below(MODEL_CLEAR) : MODEL_CLEAR;
            if (operation == MODEL_REVOKE && below(4))
                operation = MODEL_DERIVE;
            if (operation == MODEL_CREATE || model.count == 0)
                operation = below(3) && model.count ? MODEL_DERIVE : MODEL_CREATE;
            struct model_step step = {(enum model_operation)operation,
                                      model.count ? (int)below((unsigned)model.count) : 0,
                                      (int)below(MODEL_HOLDERS),
                                      below(3) ? CAPABILITY_ALL : below(16)};
            model_do(&model, step);
            if (i % 16 == 0)
                model_check(&model);
        }
        for (int i = 0; i < MODEL_HOLDERS; i++)
            model_do(&model, (struct model_step){MODEL_CLEAR, 0, i, 0});
        model_check(&model);
        assert_int_equal(model_references, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_no_capability, setup),
        cmocka_unit_test_setup(resolves_to_what_it_refers_to_only, setup),
        cmocka_unit_test_setup(those_of_a_type_are_walked, setup),
        cmocka_unit_test_setup(what_is_attached_ends_too, setup),
        cmocka_unit_test_setup(a_slot_retires_when_its_generations_are_used_up, setup),
        cmocka_unit_test_setup(a_tree_has_a_deepest_level, setup),
        cmocka_unit_test_setup(a_revocation_ends_when_its_capability_does, setup),
        cmocka_unit_test_setup(revokes_a_thousand_across_holders, setup),
        cmocka_unit_test_setup(every_short_sequence_agrees_with_the_model, setup),
        cmocka_unit_test_setup(random_sequences_agree_with_the_model, setup),
    };
    return cmocka_run_group_tests_name("capability", tests, NULL, NULL);
}
