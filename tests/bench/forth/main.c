/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Measures a turn of a loop, a call of a word and the interpretation of a line, the best of a
 * hundred each; and what a fork takes beside one copy of all that the task has. Ends with 1 where
 * one is slower than its limit.
 */
#include <services/forth/forth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void write_out(void *context, const char *text, size_t length)
{
    (void)context;
    fwrite(text, 1, length, stderr);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void line(struct forth *f, const char *text)
{
    uint32_t fuel = UINT32_MAX;

    if (forth_line(f, text, strlen(text)) || forth_run(f, &fuel) != FORTH_DONE) {
        fprintf(stderr, "bench-forth: failed: %s\n", text);
        exit(2);
    }
}

/* Short runs, so that some are not disturbed on a machine that does other things, too. */
enum { RUNS = 100 };

/* Nanoseconds for one of `count` that running a line `times` times makes, the best of a hundred. */
static double best(struct forth *f, const char *text, unsigned times, double count)
{
    double least = 0;

    for (unsigned run = 0; run < RUNS; run++) {
        double start = now(), taken;

        for (unsigned i = 0; i < times; i++)
            line(f, text);
        taken = (now() - start) / count;
        if (!run || taken < least)
            least = taken;
    }
    return least;
}

static int report(const char *what, double measured, double limit)
{
    printf("%-44s %7.1f ns  limit %6.1f ns%s\n", what, measured, limit,
           measured > limit ? "  TOO SLOW" : "");
    return measured > limit;
}

/* Nanoseconds of a fork of `f` and of a copy of its whole memory, the best of many each. */
static void time_forks(const struct forth *f, const void *memory, size_t size,
                       const struct forth_host *host, double *fork, double *copy)
{
    void *child = malloc(size);
    struct forth *none;

    if (!child)
        exit(2);
    *fork = *copy = 1e9;
    for (unsigned run = 0; run < 2000; run++) {
        double start = now(), taken;

        if (forth_fork(&none, child, size, f, host))
            exit(2);
        taken = now() - start;
        *fork = taken < *fork ? taken : *fork;
        start = now();
        memcpy(child, memory, size);
        __asm__ volatile("" : : "r"(child) : "memory");
        taken = now() - start;
        *copy = taken < *copy ? taken : *copy;
    }
    free(child);
}

int main(void)
{
    const struct forth_host host = {.write = write_out};
    size_t size = forth_memory(&forth_sizes_default, &host);
    void *memory = malloc(size);
    struct forth *f;
    double loop, empty, fork, copy;
    int slow = 0;

    if (!memory || forth_create(&f, memory, size, &forth_sizes_default, &host))
        return 2;
    line(f, ": turns 0 200000 0 do 1 + loop drop ;");
    line(f, ": square dup * drop ;  : calls 200000 0 do i square loop ;");
    line(f, ": nothing 200000 0 do i drop loop ;");
    loop = best(f, "turns", 1, 2e5);
    empty = best(f, "nothing", 1, 2e5);
    slow |= report("a turn of do 1 + loop", loop, 14.6);
    slow |= report("a call of a word that does dup * drop", best(f, "calls", 1, 2e5) - empty, 27);
    slow |= report("the line 2 2 + drop", best(f, "2 2 + drop", 5000, 5e3), 630);
    time_forks(f, memory, size, &host, &fork, &copy);
    printf("%-44s %7.1f ns, %.1f times a copy of its %zu bytes, limit 3.0%s\n", "a fork", fork,
           fork / copy, size, fork > 3 * copy ? "  TOO SLOW" : "");
    slow |= fork > 3 * copy;
    free(memory);
    return slow;
}
