/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Time and deadlines. Armed alarms form a leftist heap (C. Crane, 1972): binary, every parent
 * before its children, every left child's rank at least the right one's, so that the way down to
 * the right, which merging walks, is never longer than log2(n + 1). The timer device is programmed
 * for the root only, and only when the root changes. Invariant: with interrupts masked, the
 * programmed deadline is the root's, or CLOCK_NEVER. Each core has its own heap and timer.
 */
#include <kernel/clock.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/core.h>

struct heap {
    struct alarm *first; /* the root */
    uint32_t armings;
};

static struct heap heaps[CONFIG_CORES];

static struct heap *here(void)
{
    return &heaps[core_current()];
}

static bool timer_is_up(void)
{
    return board.timer && device_is_up(board.timer);
}

static void program_timer(const struct heap *heap)
{
    if (timer_is_up())
        timer_device(board.timer)
            ->set_deadline(board.timer, heap->first ? heap->first->deadline : CLOCK_NEVER);
}

uint64_t clock_now(void)
{
    return timer_is_up() ? timer_device(board.timer)->now(board.timer) : 0;
}

uint64_t clock_length(uint64_t ticks)
{
    return timer_is_up() ? timer_device(board.timer)->length(board.timer, ticks) : 0;
}

static bool comes_before(const struct alarm *a, const struct alarm *b)
{
    if (a->deadline != b->deadline)
        return a->deadline < b->deadline;
    return (int32_t)(a->order - b->order) < 0;
}

static unsigned rank(const struct alarm *alarm)
{
    return alarm ? alarm->rank : 0;
}

/* Restores the ranks of `alarm`, whose children's may have changed. Returns whether its own did. */
static bool settle(struct alarm *alarm)
{
    if (rank(alarm->left) < rank(alarm->right)) {
        struct alarm *left = alarm->left;
        alarm->left = alarm->right;
        alarm->right = left;
    }
    unsigned before = alarm->rank;
    alarm->rank = (uint8_t)(rank(alarm->right) + 1);
    return alarm->rank != before;
}

/* Makes one heap of `a` and `b` at `*link`, which is a child of `parent` or the root: down along
 * the right children of both, then up again over every node met, and on while ranks change. */
static void merge(struct alarm **link, struct alarm *parent, struct alarm *a, struct alarm *b)
{
    struct alarm *above = parent;
    while (a && b) {
        if (comes_before(b, a)) {
            struct alarm *swapped = a;
            a = b;
            b = swapped;
        }
        *link = a;
        a->parent = parent;
        parent = a;
        link = &a->right;
        a = a->right;
    }
    *link = a ? a : b;
    if (*link)
        (*link)->parent = parent;
    while (parent != above) {
        settle(parent);
        parent = parent->parent;
    }
    while (parent && settle(parent))
        parent = parent->parent;
}

/* Takes an armed alarm out of the heap; the timer is left as it is. */
static void take_out(struct heap *heap, struct alarm *alarm)
{
    struct alarm *parent = alarm->parent;
    struct alarm **link = &heap->first;
    if (parent)
        link = parent->left == alarm ? &parent->left : &parent->right;
    merge(link, parent, alarm->left, alarm->right);
    alarm->armed = false;
}

void clock_arm(struct alarm *alarm, void (*expire)(struct alarm *alarm), uint64_t deadline)
{
    bool enabled = arch_interrupts_disable();
    struct heap *heap = here();
    alarm->deadline = deadline;
    alarm->expire = expire;
    alarm->left = alarm->right = alarm->parent = NULL;
    alarm->order = heap->armings++;
    alarm->rank = 1;
    alarm->armed = true;
    merge(&heap->first, NULL, heap->first, alarm);
    if (heap->first == alarm)
        program_timer(heap);
    arch_interrupts_restore(enabled);
}

void clock_disarm(struct alarm *alarm)
{
    bool enabled = arch_interrupts_disable();
    if (alarm->armed) {
        struct heap *heap = here();
        bool first = heap->first == alarm;
        take_out(heap, alarm);
        if (first)
            program_timer(heap);
    }
    arch_interrupts_restore(enabled);
}

/* The alarm after `alarm` in preorder; NULL after the last. Who has no left child has none. */
static struct alarm *next(const struct alarm *alarm)
{
    if (alarm->left)
        return alarm->left;
    for (const struct alarm *above = alarm->parent; above; above = above->parent) {
        if (alarm == above->left && above->right)
            return above->right;
        alarm = above;
    }
    return NULL;
}

void clock_disarm_all(bool (*belongs)(const void *address, const void *owner), const void *owner)
{
    bool enabled = arch_interrupts_disable();
    struct alarm *alarm = here()->first;
    while (alarm) {
        if (belongs(alarm, owner)) {
            clock_disarm(alarm);
            alarm = here()->first; /* the heap is another now */
        } else {
            alarm = next(alarm);
        }
    }
    arch_interrupts_restore(enabled);
}

void clock_interrupt(void)
{
    bool enabled = arch_interrupts_disable();
    struct heap *heap = here();
    uint64_t now = clock_now();
    while (heap->first && heap->first->deadline <= now) {
        struct alarm *due = heap->first;
        take_out(heap, due);
        due->expire(due);
    }
    program_timer(heap);
    arch_interrupts_restore(enabled);
}
