/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Inboxes: what several threads put into one is taken by another whole, each thread's in its order.
 */
#include <kernel/core.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { PUTTERS = 3, ITEMS = 20000 };

struct note {
    struct inbox_item item;
    unsigned putter, number;
};

static struct inbox inbox;
static struct note notes[PUTTERS][ITEMS];

static void takes_in_order(void **state)
{
    (void)state;
    struct inbox own = {0};
    struct note three[3] = {{.number = 0}, {.number = 1}, {.number = 2}};
    assert_null(inbox_take(&own));
    for (unsigned i = 0; i < 3; i++)
        inbox_put(&own, &three[i].item);
    struct inbox_item *item = inbox_take(&own);
    for (unsigned i = 0; i < 3; i++, item = item->next)
        assert_ptr_equal(item, &three[i].item);
    assert_null(item);
    assert_null(inbox_take(&own));
    inbox_put(&own, &three[1].item);
    item = inbox_take(&own);
    assert_ptr_equal(item, &three[1].item);
    assert_null(item->next);
}

static void *put(void *argument)
{
    unsigned putter = (unsigned)(uintptr_t)argument;
    for (unsigned i = 0; i < ITEMS; i++) {
        notes[putter][i].putter = putter;
        notes[putter][i].number = i;
        inbox_put(&inbox, &notes[putter][i].item);
    }
    return NULL;
}

static void loses_nothing_of_several(void **state)
{
    (void)state;
    pthread_t threads[PUTTERS];
    unsigned next[PUTTERS] = {0}, taken = 0;
    for (uintptr_t i = 0; i < PUTTERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, put, (void *)i), 0);
    while (taken < PUTTERS * ITEMS)
        for (struct inbox_item *item = inbox_take(&inbox); item; item = item->next) {
            const struct note *note = (const struct note *)item;
            assert_int_equal(note->number, next[note->putter]++);
            taken++;
        }
    for (unsigned i = 0; i < PUTTERS; i++)
        pthread_join(threads[i], NULL);
    assert_null(inbox_take(&inbox));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_in_order),
        cmocka_unit_test(loses_nothing_of_several),
    };
    return cmocka_run_group_tests_name("inbox", tests, NULL, NULL);
}
