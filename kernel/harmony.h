/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Harmony: how well each task gets on with the others, and what becomes of one that doesn't. A task
 * that gives the processor up in time is never disturbed. One that runs beyond its limit is found
 * by the timer, logged with its backtrace, and preempted; then every other runnable task goes
 * first.
 *
 *                overrun with a score below 0.3: the share halves, down to the floor
 *   (share 1) -------------------------------------------------------------------------> (parasite)
 *        ^                                                                                   |
 *        +-----------------------------------------------------------------------------------+
 *          score 0.3 or more, each time it has run for a limit: the share doubles, up to 1
 *
 * Scores and shares are CONFIG_HARMONY's and need to know how long each task ran. With
 * CONFIG_PREEMPTION alone a task that overruns is preempted each time, and keeps its share.
 *
 * A parasite that is preempted pauses, so that it runs its share of the time at the most. Nothing
 * is ended: the parent is told, and what it does about it is its own affair.
 *
 * A score is 0.7 cooperation + 0.2 efficiency + 0.1 yield frequency, of what the task did of late:
 *   cooperation      time in runs that it ended itself, of all the time that it ran; every task
 *                    has a credit of a quarter of its limit, so that one overrun condemns nobody
 *   efficiency       the mean of two: wake-ups that were not wasted, of all; memory that its owner
 *                    could still have, of what the board grants it
 *   yield frequency  times it gave the processor up; 1 from eight for each limit's length on
 * A wake-up is wasted if what the task waits for turns out not to be there and it goes on waiting.
 * "Of late" is the running time of HARMONY_WINDOW limits: beyond that, what was is halved.
 */
#ifndef KERNEL_HARMONY_H
#define KERNEL_HARMONY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;
struct task;

enum {
    HARMONY_ONE = 1000,     /* scores and shares are in thousandths */
    HARMONY_PARASITE = 300, /* a score below this is a parasite's */
    HARMONY_WINDOW = 16,    /* limits */
    HARMONY_FREQUENCY = 8,  /* times in a limit that make the full score */
    HARMONY_CREDIT = 4,     /* parts of a limit */
};

/* What a task did since it was spawned. A run is from a switch to it until the next switch. */
struct task_usage {
    uint64_t running; /* ns, interrupts that came meanwhile included; 0 without CONFIG_RUN_TIME */
    uint64_t longest; /* ns; its longest run; likewise */
    uint32_t runs;
    uint32_t yields; /* task_yield */
};

/* What is kept of a task. All fields are harmony.c's. */
struct harmony {
    struct task_usage forgotten; /* of its usage: what is no longer counted */
    uint64_t overrun;            /* ns, of late: in runs beyond the limit */
    uint32_t preemptions;        /* of late */
    uint32_t wasted;             /* wake-ups, of late */
    uint32_t overruns;           /* since it was spawned */
    uint16_t share;              /* of the time that it may run, when it overruns */
    bool doomed;                 /* it is to be preempted at once, and for good */
    bool disturbed;              /* it was preempted or its share is below HARMONY_ONE */
    uint64_t stepped;            /* ns of running, when the share was last changed */
    uint64_t found;              /* ns of a run, when it was found to be an overrun */
    struct channel *report;      /* told of its children; NULL: none */
    uint32_t report_bits;
};

/* As a new task has it. Each field is set: compilers call memset for the rest of an initialiser,
 * which takes longer than all else that task_spawn does. */
static inline void harmony_init(struct harmony *harmony)
{
    harmony->forgotten.running = harmony->forgotten.longest = 0;
    harmony->forgotten.runs = harmony->forgotten.yields = 0;
    harmony->overrun = harmony->stepped = harmony->found = 0;
    harmony->preemptions = harmony->wasted = harmony->overruns = 0;
    harmony->share = HARMONY_ONE;
    harmony->doomed = harmony->disturbed = false;
    harmony->report = NULL;
    harmony->report_bits = 0;
}

/* What a score is made of. */
struct harmony_sample {
    uint64_t running; /* ns */
    uint64_t overrun; /* ns of these, in runs beyond the limit */
    uint64_t limit;   /* ns */
    uint32_t given;   /* times it gave the processor up */
    uint32_t woken;
    uint32_t wasted;  /* of these wake-ups */
    uint64_t held;    /* bytes of memory */
    uint64_t granted; /* bytes that may be held */
};

/* The score, 0 to HARMONY_ONE. A task that did nothing yet is in harmony. Any context. */
unsigned harmony_score(const struct harmony_sample *sample);

/* The share after one step down, for an overrun, not below `floor`, or up. Any context. */
unsigned harmony_share(unsigned share, unsigned floor, bool up);

/* How long a task that ran `ran` ns pauses, so that it runs `share` of the time, in ns. Any
 * context. */
uint64_t harmony_pause(uint64_t ran, unsigned share);

/* The task's score by what it did of late. Needs CONFIG_HARMONY, and so do the next. Any context.
 */
unsigned harmony_of(const struct task *task);

/* The system's: the mean of all that live. Task context. */
unsigned harmony_of_all(void);

/* True while the task is a parasite. Any context. */
bool harmony_is_parasite(const struct task *task);

/* From now on `channel` gets a notification of `bits` whenever a child of the running task becomes
 * a parasite; NULL for no more. Its event `children` is signalled in any case. The channel is
 * borrowed. Task context. */
void harmony_report(struct channel *channel, uint32_t bits);

/* A child of `parent` (NULL: the kernel) that is a parasite: the first, or the one behind `after`.
 * NULL if there is none. Task context. */
struct task *harmony_next_parasite(const struct task *parent, const struct task *after);

/* --- for task.c, with interrupts masked */

/* From now on there may be a task of this limit, in ns. */
void harmony_respect(uint64_t limit);

/* This core leaves the kernel's context for `task`, or `task` is doomed. */
void harmony_watch(const struct task *task);

/* The running task, which is `disturbed`, gives the processor up by itself. */
void harmony_recover(struct task *task);

/* The running task is to be preempted at the end of this interrupt. */
void harmony_preempt_soon(void);

/* The running task is preempted; returns for how long it is to pause, in ns. */
uint64_t harmony_preempt(struct task *task);

#endif
