/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What agents cost: creating one, naming its module, and each step of a snapshot of one with 64 KiB
 * of memory, of which all or one block of 4 KiB was written to. A snapshot here has a SHA-256 and
 * is compressed; the figures beside are those that mielin-cells claims for the step of that name.
 */
#include "bench.h"

#include <services/cells/features.h>
#include <services/cells/migration.h>
#include <services/cells/snapshot_format.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tests/unit/cells_agent.h>
#include <tests/unit/kernel_fake.h>
#include <time.h>

enum { RAM = 16 << 20, PAGE = 4096, BATCH = 20, TURNS = 15, KILOBYTES = 64 };

static uint8_t ram[2][RAM] __attribute__((aligned(65536)));
static struct page_pool pools[2];
static struct budget budgets[2][2];
static struct cells nodes[2];
static uint8_t text[KILOBYTES * 1024];
static uint8_t state[128 * 1024];
static size_t state_size;

static struct cell *agent;
static struct blob *blob;

void must(bool condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "bench: %s failed\n", what);
        exit(1);
    }
}

static struct dna *begin(unsigned i)
{
    const struct cells_parameters parameters = {.pool = &pools[i],
                                                .owner = 1,
                                                .labels = "",
                                                .node = "bench",
                                                .quota = SIZE_MAX,
                                                .cell_limit = 1000,
                                                .slice = 1000000};
    struct wasm_error error;
    struct dna *dna;
    for (unsigned n = 0; n < 2; n++)
        budgets[i][n] = (struct budget){.owner = "bench", .limit = SIZE_MAX};
    page_pool_init(&pools[i], PAGE, budgets[i], 2);
    must(!page_pool_add(&pools[i], (uintptr_t)ram[i], (uintptr_t)ram[i] + RAM), "page_pool_add");
    cells_init(&nodes[i], &parameters);
    must(!dna_add(&nodes[i], cells_agent, sizeof(cells_agent), true, &dna, &error), "dna_add");
    return dna;
}

static struct cell *create(void)
{
    static const struct cells_policy policy;
    const struct cell_parameters parameters = {.dna = nodes[0].dna,
                                               .name = "",
                                               .space = "default",
                                               .policy = &policy,
                                               .grants = "log",
                                               .arguments = ""};
    struct cell *cell;
    must(!cell_create(&nodes[0], &parameters, &cell), "cell_create");
    return cell;
}

static void destroy(struct cell *cell)
{
    cell_terminate(cell);
    cell_destroy(cell);
}

/* An agent that has counted, in the middle of counting again. */
static void prepare(uint32_t turns)
{
    const uint64_t first = turns, second = 1000;
    if (agent)
        destroy(agent);
    agent = create();
    must(!cell_exec(agent, "count", &first, 1), "cell_exec");
    while (cells_run(&nodes[0]) == 0)
        continue;
    must(!cell_exec(agent, "count", &second, 1), "cell_exec");
    agent->portion = 10;
    cells_run(&nodes[0]);
    cell_suspend(agent);
    if (blob)
        blob_destroy(&nodes[0], blob);
    must(!snapshot_take(agent, false, &blob), "snapshot_take");
}

static enum status keep(void *context, const void *bytes, size_t size)
{
    (void)context;
    if (size > sizeof(state) - state_size)
        return ERR_LIMIT;
    memcpy(state + state_size, bytes, size);
    state_size += size;
    return OK;
}

/* The features are this machine's, not those of the tests' board. */
static bool by_instructions;

bool feature_has(const char *word, size_t length)
{
    (void)word, (void)length;
    return by_instructions;
}

static bool cpu_hashes(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("sha") && __builtin_cpu_supports("ssse3");
#else
    return false;
#endif
}

/* --- the rows */

static void create_and_end(void)
{
    destroy(create());
}

static void create_start_and_end(void)
{
    struct cell *cell = create();
    must(!cell_start(cell), "cell_start");
    destroy(cell);
}

static void hash(void)
{
    uint8_t digest[DNA_HASH];
    dna_hash(text, sizeof(text), digest);
}

static void capture(void)
{
    state_size = 0;
    must(!wasm_state_write(agent->machine, agent->instance, keep, NULL), "wasm_state_write");
}

static void take(void)
{
    struct blob *made;
    must(!snapshot_take(agent, false, &made), "snapshot_take");
    blob_destroy(&nodes[0], made);
}

static void take_delta(void)
{
    struct blob *made;
    must(!snapshot_take(agent, true, &made), "snapshot_take");
    blob_destroy(&nodes[0], made);
}

static void verify(void)
{
    struct snapshot_info info;
    must(!snapshot_verify(blob->bytes, blob->size, &info), "snapshot_verify");
}

static void unpack(void)
{
    struct snapshot_info info;
    uint8_t *body;
    must(!snapshot_verify(blob->bytes, blob->size, &info) &&
             !snapshot_unpack(&nodes[1], blob->bytes, blob->size, &info, &body),
         "snapshot_unpack");
    cell_memory_resize(&nodes[1].memory, body, info.body_size, 0);
}

static void restore(void)
{
    const struct snapshot_terms terms = {"default", "log"};
    struct cell *cell;
    must(
        !snapshot_restore(&nodes[1], blob->bytes, blob->size, &terms, CELLS_STATE_SUSPENDED, &cell),
        "snapshot_restore");
    destroy(cell);
}

double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* The best of some turns, in us. */
static void measure(const char *what, void (*run)(void), unsigned parts, const char *beside)
{
    double best = 1e9;
    for (unsigned turn = 0; turn < TURNS; turn++) {
        double start = now();
        for (unsigned i = 0; i < BATCH; i++)
            run();
        double each = (now() - start) / BATCH / parts;
        best = each < best ? each : best;
    }
    printf("  %-52s %9.2f us   %s\n", what, best, beside);
}

static void measure_snapshots(const char *what)
{
    char row[80];
    printf("a snapshot of 64 KiB, %s: %zu bytes\n", what, blob->size);
    snprintf(row, sizeof(row), "snapshot: capture the state");
    measure(row, capture, 1, "10 claimed");
    measure("snapshot and serialise: capture, compress, hash", take, 1, "15 claimed");
    measure("a delta in which nothing has changed", take_delta, 1, "");
    measure("verify its hash", verify, 1, "");
    measure("deserialise: verify, decompress", unpack, 1, "5 claimed");
    measure("deserialise, make a cell and restore its state", restore, 1, "6 claimed");
}

/* The best time of an agent's work beside another's `offence`, in us, portion by portion. */
static double work_beside(const char *offence)
{
    const uint64_t turns = 20000;
    double best = 1e9;
    for (unsigned turn = 0; turn < TURNS; turn++) {
        struct cell *offender = create(), *worker = create();
        must(!offence || !cell_exec(offender, offence, NULL, 0), "cell_exec");
        must(!cell_exec(worker, "count", &turns, 1), "cell_exec");
        double start = now(), taken;
        while (!worker->has_results)
            cells_run(&nodes[0]);
        taken = now() - start;
        best = taken < best ? taken : best;
        cell_terminate(offender);
        cell_destroy(offender);
        destroy(worker);
    }
    return best;
}

/* An agent's latency beside bad neighbours, against that alone: at most twice, and some noise. */
static void measure_neighbours(void)
{
    static const char *const offences[] = {"spin", "grow", "fault", "deep", "beyond"};
    uint64_t slice = nodes[0].is.slice;
    double alone;
    nodes[0].is.slice = 0; /* portions stay as they are: this clock stands still */
    alone = work_beside(NULL);
    printf("an agent's work alone %35s %9.2f us\n", "", alone);
    for (size_t i = 0; i < sizeof(offences) / sizeof(*offences); i++) {
        double ratio = work_beside(offences[i]) / alone;
        printf("  beside one that runs %-31s %9.2f times 2.00 at most\n", offences[i], ratio);
        must(ratio < 2.2, "isolation");
    }
    nodes[0].is.slice = slice;
}

int main(void)
{
    fake_reset();
    begin(0);
    begin(1);
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (uint8_t)(i * 7);
    printf("%-56s%s\n", "agents", "beside: mielin-cells");
    measure("agent create, and end", create_and_end, 1, "1 claimed");
    measure("agent create with its instance of 64 KiB, and end", create_start_and_end, 1, "");
    printf("  %-52s %9zu bytes  64 claimed\n", "an agent's record, without its log",
           sizeof(struct cell));
    measure("DNA hash, a KiB, portable", hash, KILOBYTES, "0.5 claimed");
    by_instructions = cpu_hashes();
    if (by_instructions)
        measure("DNA hash, a KiB, by the CPU's instructions", hash, KILOBYTES, "0.5 claimed");
    measure_calls();
    measure_neighbours();
    prepare(1);
    measure_snapshots("one block written to");
    prepare(8192);
    measure_snapshots("all written to, with what looks like noise");
    return 0;
}
