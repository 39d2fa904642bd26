/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Tasks on every core that do everything with each other at random. Each kind of work checks what
 * it must find; at the end one line tells how much was done and what was wrong.
 */
#ifndef STRESS_H
#define STRESS_H

#include <kernel/board.h>
#include <kernel/capability.h>
#include <kernel/task.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stress_config.h>

enum {
    STRESS_STACK = CONFIG_ARCH_HOST ? 65536 : 8192,
    STRESS_SERVERS = 3,
    STRESS_SENDERS = 6,
    STRESS_PAIRS = 2,
    STRESS_PARENTS = 3,
    STRESS_CHILDREN = 3, /* of each parent, at a time */
    STRESS_IDLERS = 2,
    STRESS_HOGS = 2,
    STRESS_HOG_LIMIT = 1000000, /* ns */
    STRESS_WORKERS = STRESS_SERVERS + STRESS_SENDERS + 2 * STRESS_PAIRS + STRESS_PARENTS +
                     STRESS_IDLERS + STRESS_HOGS,
    STRESS_SLOTS = 12,
};

/* A task with what it needs. */
struct stress_task {
    struct task task;
    struct capability_holder holder;
    struct capability_slot slots[STRESS_SLOTS];
    uint32_t random;
    unsigned number; /* of its kind */
};

/* What was done, and wrong. */
struct stress_counts {
    atomic_uint messages, calls, signals, children, sleeps, moves, pages, cancelled, timeouts;
    atomic_uint preempted;
    atomic_uint errors;
};
extern struct stress_counts stress_counts;
extern atomic_bool stress_over; /* everybody is to come to an end */

enum status stress_main(const struct service *service);

/* stress.c: notes that something is wrong; the first few are logged. */
void stress_expect(bool holds, const char *what, unsigned long found, unsigned long wanted);

/* A number below `limit`, from the task's own sequence. */
unsigned stress_random(struct stress_task *self, unsigned limit);

/* A deadline that has come, comes soon or never comes. */
uint64_t stress_deadline(struct stress_task *self);

/* Lets the others run for a while, or goes to another core. */
void stress_wander(struct stress_task *self);

/* messages.c */
void stress_channels_init(void);
/* At the end: what was sent is what was received, and every capability was moved or kept. */
void stress_channels_check(const struct stress_task senders[]);
void stress_server(void *argument);
void stress_sender(void *argument);

/* tasks.c */
void stress_pairs_init(void);
void stress_pair(void *argument);
void stress_parent(void *argument);
void stress_idler(void *argument);
void stress_hog(void *argument);
void stress_child(void *argument);

#endif
