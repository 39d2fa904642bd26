/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Scores, and an alarm for each core that finds runs beyond their limits. It is armed when the core
 * leaves the kernel's context and comes when the limit of the task that runs then may be reached,
 * or as soon as the shortest limit is over if that is earlier, so that it is in time whoever runs:
 * a switch between tasks has nothing to do with it, but to one that is to end. A CPU that falls
 * idle leaves it as it is, since arming takes longer than the rest of a wake-up: it comes at most
 * once while nothing runs. The decision about an overrun falls in its interrupt, on the interrupt
 * stack; what is left for the task's own stack is the switch.
 */
#include <kernel/harmony.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/budget.h>
#include <kernel/clock.h>
#include <kernel/core.h>
#include <kernel/log.h>
#include <kernel/task.h>

enum {
    FLOOR = CONFIG_HARMONY_FLOOR * HARMONY_ONE / 100,
    BACKTRACE_LIMIT = 8,
};

/* What a core has of its own. */
struct watch {
    struct alarm alarm;     /* when the running task's limit is reached, or earlier */
    uint64_t shortest;      /* as it was when that was armed */
    const struct task *hog; /* a task that is to be preempted if it is still in the run */
    uintptr_t hog_run;      /* which one */
    uintptr_t seen_run;     /* without CONFIG_RUN_TIME: the one that the alarm last met, */
    uint64_t seen;          /* ns: and when it met it first */
};

static struct watch watches[CONFIG_CORES];
static uint64_t shortest = CLOCK_NEVER; /* limit of all tasks, in ns */

static struct watch *here(void)
{
    return &watches[core_current()];
}

/* `part` of `whole` in thousandths; all of it if there is nothing. */
static unsigned ratio(uint64_t part, uint64_t whole)
{
    if (part >= whole)
        return HARMONY_ONE;
    while (whole >> 32) {
        whole >>= 1;
        part >>= 1;
    }
    return (unsigned)(part * HARMONY_ONE / whole);
}

/* What is left of `whole` without `part`, likewise. */
static unsigned rest(uint64_t part, uint64_t whole)
{
    return ratio(part < whole ? whole - part : 0, whole);
}

unsigned harmony_score(const struct harmony_sample *sample)
{
    unsigned cooperation = rest(sample->overrun, sample->running + sample->limit / HARMONY_CREDIT);
    unsigned efficiency =
        (rest(sample->wasted, sample->woken) + rest(sample->held, sample->granted)) / 2;
    unsigned frequency = ratio(sample->given * sample->limit / HARMONY_FREQUENCY, sample->running);
    return (7 * cooperation + 2 * efficiency + frequency) / 10;
}

unsigned harmony_share(unsigned share, unsigned floor, bool up)
{
    if (up)
        return share < HARMONY_ONE / 2 ? share * 2 : HARMONY_ONE;
    return share / 2 > floor ? share / 2 : floor;
}

uint64_t harmony_pause(uint64_t ran, unsigned share)
{
    return ran * (HARMONY_ONE - share) / share;
}

/* Forgets half of what was until the rest is of late. */
static void forget(struct harmony *harmony, const struct task_usage *usage, uint64_t window)
{
    struct task_usage *forgotten = &harmony->forgotten;
    while (usage->running - forgotten->running > window) {
        forgotten->running += (usage->running - forgotten->running) / 2;
        forgotten->runs += (usage->runs - forgotten->runs) / 2;
        forgotten->yields += (usage->yields - forgotten->yields) / 2;
        harmony->overrun /= 2;
        harmony->preemptions /= 2;
        harmony->wasted /= 2;
    }
}

/* What the service that `task` belongs to may hold of memory, or the kernel. */
static const struct budget *budget_of(const struct task *task)
{
    for (; task; task = task->parent)
        for (size_t i = 0; i < board.service_count; i++)
            if (task == &board.tasks[i])
                return &board.budgets[i + 1];
    return &board.budgets[0];
}

unsigned harmony_of(const struct task *task)
{
    bool enabled = arch_interrupts_disable();
    struct harmony harmony = task->harmony;
    struct task_usage usage = task_usage(task);
    forget(&harmony, &usage, task->limit * HARMONY_WINDOW);
    uint32_t given = usage.runs - harmony.forgotten.runs - harmony.preemptions;
    const struct budget *budget = budget_of(task);
    const struct harmony_sample sample = {
        .running = usage.running - harmony.forgotten.running,
        .overrun = harmony.overrun,
        .limit = task->limit,
        .given = given,
        .woken = given - (usage.yields - harmony.forgotten.yields),
        .wasted = harmony.wasted,
        .held = budget->used,
        .granted = budget->limit,
    };
    arch_interrupts_restore(enabled);
    return harmony_score(&sample);
}

unsigned harmony_of_all(void)
{
    unsigned sum = 0, count = 0;
    for (const struct task *task = task_first(); task; task = task->next) {
        if (task->state == TASK_EXITED)
            continue;
        sum += harmony_of(task);
        count++;
    }
    return count ? sum / count : HARMONY_ONE;
}

bool harmony_is_parasite(const struct task *task)
{
    return CONFIG_HARMONY && task->harmony.share < HARMONY_ONE && task->state != TASK_EXITED;
}

void harmony_report(struct channel *channel, uint32_t bits)
{
    bool enabled = arch_interrupts_disable();
    task_current()->harmony.report = channel;
    task_current()->harmony.report_bits = bits;
    arch_interrupts_restore(enabled);
}

struct task *harmony_next_parasite(const struct task *parent, const struct task *after)
{
    struct task *task = after ? after->next : task_first();
    while (task && (task->parent != parent || !harmony_is_parasite(task)))
        task = task->next;
    return task;
}

/* Logs the 1st, 2nd, 4th, 8th … overrun of a task. */
static void log_overrun(const struct task *task, uint64_t ran)
{
    uint32_t count = task->harmony.overruns;
    if (count & (count - 1))
        return;
    uintptr_t addresses[BACKTRACE_LIMIT];
    unsigned found = arch_interrupted_backtrace(addresses, BACKTRACE_LIMIT);
    log_warning(task->name, "ran for %s%lu us without yielding and is preempted, %lu times now, at",
                CONFIG_RUN_TIME ? "" : "at least ", (unsigned long)(ran / 1000),
                (unsigned long)count);
    for (unsigned i = 0; i < found; i++)
        log_warning(task->name, "  #%u %p", i, (void *)addresses[i]);
}

/* What an overrun of `ran` ns means for the score, and that for the share. */
static void judge_overrun(struct task *task, uint64_t ran)
{
    struct harmony *harmony = &task->harmony;
    struct task_usage usage = task_usage(task);
    harmony->overrun += ran;
    harmony->found = ran;
    harmony->preemptions++;
    forget(harmony, &usage, task->limit * HARMONY_WINDOW);
    if (harmony_of(task) >= HARMONY_PARASITE)
        return;
    bool was_parasite = harmony_is_parasite(task);
    harmony->share = (uint16_t)harmony_share(harmony->share, FLOOR, false);
    harmony->disturbed = true;
    harmony->stepped = usage.running;
    if (!was_parasite) {
        log_warning(task->name, "is a parasite: may run for %u %% of the time",
                    (unsigned)harmony->share * 100 / HARMONY_ONE);
        task_tell_parent(task);
    }
}

static void count_overrun(struct task *task, uint64_t ran)
{
    task->harmony.overruns++;
    log_overrun(task, ran);
    if (CONFIG_HARMONY)
        judge_overrun(task, ran);
}

/* How long it may run, ns. */
static uint64_t limit_of(const struct task *task)
{
    return task->harmony.doomed ? 0 : task->limit;
}

/* What the running task's run has taken until now, in ns; without CONFIG_RUN_TIME since it was met
 * here first. */
static uint64_t run_length(const struct task *task)
{
    if (CONFIG_RUN_TIME)
        return clock_length(clock_ticks() - task->run);
    struct watch *watch = here();
    const uint64_t now = clock_now();
    if (watch->seen_run != task->run)
        watch->seen = now;
    watch->seen_run = task->run;
    return now - watch->seen;
}

static void check_limit(struct alarm *alarm)
{
    struct task *task = task_current();
    if (!task)
        return;
    uint64_t ran = run_length(task), left = shortest;
    if (ran >= limit_of(task)) {
        if (!task_preemption_is_due() && !task->harmony.doomed)
            count_overrun(task, ran);
        harmony_preempt_soon();
    } else if (task->limit - ran < left) {
        left = task->limit - ran;
    }
    clock_arm(alarm, check_limit, clock_now() + left);
}

void harmony_respect(uint64_t limit)
{
    if (limit >= shortest)
        return;
    shortest = limit;
    if (task_current())
        harmony_watch(task_current());
}

void harmony_watch(const struct task *task)
{
    struct watch *watch = here();
    bool doomed = task->harmony.doomed;
    if (watch->alarm.armed && watch->shortest == shortest && !doomed)
        return;
    clock_disarm(&watch->alarm);
    watch->shortest = shortest;
    clock_arm(&watch->alarm, check_limit, clock_now() + (doomed ? 0 : shortest));
}

void harmony_preempt_soon(void)
{
    struct watch *watch = here();
    watch->hog = task_current();
    watch->hog_run = watch->hog->run;
}

void harmony_recover(struct task *task)
{
    struct harmony *harmony = &task->harmony;
    harmony->disturbed = harmony->share < HARMONY_ONE;
    if (!harmony->disturbed)
        return;
    uint64_t running = task_usage(task).running;
    if (running - harmony->stepped < task->limit || harmony_of(task) < HARMONY_PARASITE)
        return;
    harmony->share = (uint16_t)harmony_share(harmony->share, FLOOR, true);
    harmony->stepped = running;
}

bool task_preemption_is_due(void)
{
    const struct watch *watch = here();
    return watch->hog && watch->hog == task_current() && watch->hog_run == watch->hog->run;
}

uint64_t harmony_preempt(struct task *task)
{
    here()->hog = NULL;
    struct harmony *harmony = &task->harmony;
    harmony->disturbed = true;
    if (!CONFIG_HARMONY)
        return 0;
    uint64_t ran = run_length(task);
    harmony->overrun += ran - harmony->found; /* what it took until now is the task's too */
    return harmony_pause(ran, harmony->share);
}
