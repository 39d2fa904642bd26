/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/clock.c kernel/device.c kernel/log.c kernel/format.c kernel/stack.c kernel/status.c
// link: kernel/task*.c kernel/event.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * Alarms against a model: an array that is searched from end to end. Ten thousand at once, armed,
 * disarmed and expired in random order; and the number of steps that one takes, told by the
 * heap's shape.
 */
#include "kernel_fake.h"

#include <kernel/clock.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ALARMS = 10000 };

struct model {
    struct alarm alarm;
    uint64_t deadline;
    unsigned long armed_as; /* the number of its arming; 0: not armed */
};

static struct model models[ALARMS];
static unsigned long armings;
static unsigned long expired;
static uint64_t last_deadline;
static unsigned long last_order;
static unsigned again; /* how many times an expired alarm arms itself again */

static void expire(struct alarm *alarm)
{
    struct model *model = (struct model *)(void *)alarm;
    assert_true(model->armed_as);
    assert_true(model->deadline <= fake.now);
    assert_true(model->deadline > last_deadline ||
                (model->deadline == last_deadline && model->armed_as > last_order));
    last_deadline = model->deadline;
    last_order = model->armed_as;
    model->armed_as = 0;
    expired++;
    if (again) {
        again--;
        model->deadline = fake.now + 1;
        model->armed_as = ++armings;
        clock_arm(alarm, expire, model->deadline);
    }
}

static int setup(void **state)
{
    (void)state;
    fake_reset();
    memset(models, 0, sizeof(models));
    armings = expired = 0;
    last_deadline = last_order = 0;
    again = 0;
    return 0;
}

static void arm(struct model *model, uint64_t deadline)
{
    model->deadline = deadline;
    model->armed_as = ++armings;
    clock_arm(&model->alarm, expire, deadline);
}

static void disarm(struct model *model)
{
    model->armed_as = 0;
    clock_disarm(&model->alarm);
}

static uint64_t earliest(void)
{
    uint64_t deadline = CLOCK_NEVER;
    for (size_t i = 0; i < ALARMS; i++)
        if (models[i].armed_as && models[i].deadline < deadline)
            deadline = models[i].deadline;
    return deadline;
}

static void expire_until(uint64_t now)
{
    fake.now = now;
    last_deadline = last_order = 0;
    clock_interrupt();
}

static unsigned long rights(const struct alarm *alarm)
{
    unsigned long count = 0;
    for (; alarm; alarm = alarm->right)
        count++;
    return count;
}

static void random_alarms_expire_in_order(void **state)
{
    (void)state;
    srand(4);
    unsigned long steps = 60000;
    for (unsigned long step = 0; step < steps; step++) {
        struct model *model = &models[rand() % (step < steps / 2 ? ALARMS : 100)];
        if (!model->armed_as)
            arm(model, fake.now + 1 + (uint64_t)(rand() % 5000));
        else if (rand() % 2)
            disarm(model);
        if (step % 200 == 0) {
            assert_int_equal(fake.deadline, earliest());
            expire_until(fake.now + (uint64_t)(rand() % 500));
            assert_int_equal(fake.deadline, earliest());
            assert_true(earliest() > fake.now);
        }
    }
    expire_until(fake.now + 100000);
    assert_int_equal(earliest(), CLOCK_NEVER);
    assert_int_equal(fake.deadline, CLOCK_NEVER);
    assert_true(expired > 1000);
}

static const struct alarm *root_of(const struct alarm *alarm)
{
    while (alarm->parent)
        alarm = alarm->parent;
    return alarm;
}

/* Whatever the order of arming, the way that merging walks stays short. */
static void ten_thousand_stay_logarithmic(void **state)
{
    (void)state;
    for (unsigned pattern = 0; pattern < 3; pattern++) {
        for (unsigned i = 0; i < ALARMS; i++) {
            arm(&models[i], pattern == 0 ? 1000000 + i : pattern == 1 ? 1000000 - i : 1000000);
            assert_true(rights(root_of(&models[0].alarm)) <= 14); /* log2(10001) */
        }
        for (unsigned i = 0; i < ALARMS; i += 3)
            disarm(&models[i]);
        assert_true(rights(root_of(&models[1].alarm)) <= 13);
        expired = 0;
        expire_until(2000000);
        assert_int_equal(expired, ALARMS - (ALARMS + 2) / 3);
        fake.now = 0;
    }
}

static void an_expired_alarm_may_arm_itself(void **state)
{
    (void)state;
    again = 3;
    arm(&models[0], 10);
    for (uint64_t now = 10; now < 14; now++) {
        assert_int_equal(fake.deadline, now);
        expire_until(now);
    }
    assert_int_equal(expired, 4);
    assert_int_equal(fake.deadline, CLOCK_NEVER);
}

static void only_a_new_root_programs_the_timer(void **state)
{
    (void)state;
    arm(&models[0], 100);
    assert_int_equal(fake.programmed, 1);
    arm(&models[1], 100);
    arm(&models[2], 200);
    disarm(&models[1]);
    assert_int_equal(fake.programmed, 1);
    arm(&models[3], 50);
    assert_int_equal(fake.programmed, 2);
    disarm(&models[3]);
    assert_int_equal(fake.programmed, 3);
    assert_int_equal(fake.deadline, 100);
    disarm(&models[3]);
    disarm(&models[0]);
    disarm(&models[2]);
    assert_int_equal(fake.deadline, CLOCK_NEVER);
}

static void orders_wrap(void **state)
{
    (void)state;
    expired = 0;
    for (unsigned i = 0; i < 3; i++)
        arm(&models[i], 7);
    models[0].alarm.order = UINT32_MAX;
    models[1].alarm.order = 0;
    models[2].alarm.order = 1;
    arm(&models[3], 6);
    disarm(&models[3]);
    expire_until(7);
    assert_int_equal(expired, 3);
}

/* Whether the alarm's number is odd; `owner` is models. */
static bool is_odd(const void *address, const void *owner)
{
    return (size_t)((const struct model *)address - (const struct model *)owner) % 2;
}

static void all_of_an_owner_are_disarmed(void **state)
{
    (void)state;
    expired = 0;
    clock_disarm_all(is_odd, models);
    for (unsigned i = 0; i < 500; i++)
        arm(&models[i], 1 + i * 7919 % 1000);
    clock_disarm_all(is_odd, models);
    for (unsigned i = 0; i < 500; i++) {
        assert_int_equal(models[i].alarm.armed, i % 2 == 0);
        if (i % 2)
            models[i].armed_as = 0;
    }
    expire_until(1001);
    assert_int_equal(expired, 250);
    assert_int_equal(fake.deadline, CLOCK_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(random_alarms_expire_in_order, setup),
        cmocka_unit_test_setup(ten_thousand_stay_logarithmic, setup),
        cmocka_unit_test_setup(an_expired_alarm_may_arm_itself, setup),
        cmocka_unit_test_setup(only_a_new_root_programs_the_timer, setup),
        cmocka_unit_test_setup(orders_wrap, setup),
        cmocka_unit_test_setup(all_of_an_owner_are_disarmed, setup),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
