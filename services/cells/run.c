/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * How agents share the CPU: one after the other, each for as much fuel as lasts about a slice, no
 * more than its own and its namespace's allowance. One whose call that waited has its answer
 * overtakes those that only go on, but one of them at a time. What became of a slice is handled
 * here: the agent goes on, waits, begins its next stage, or ends.
 */
#include <services/cells/binding.h>
#include <services/cells/cell.h>
#include <services/cells/service_call.h>

#include <kernel/clock.h>
#include <kernel/format.h>
#include <string.h>

enum { PORTION_FIRST = 1000, PORTION_MIN = 64, PORTION_MAX = 1 << 30 /* units of fuel */ };

/* When the cell can run: now or earlier, a time, or CLOCK_NEVER. */
static uint64_t ready_at(const struct cell *cell)
{
    if (cell->state == CELLS_STATE_CREATED && cell->restarting)
        return cell->deadline;
    if (cell->state != CELLS_STATE_RUNNING || cell->stage == STAGE_IDLE)
        return CLOCK_NEVER;
    uint64_t at = allowance_ready(&cell->fuel), shared = allowance_ready(&cell->space->fuel);
    at = at > shared ? at : shared;
    return cell->waiting && !cell->woken && cell->deadline > at ? cell->deadline : at;
}

/* --- ends --- */

/* A line of its own, whatever the agent has begun. */
static void log_line(struct cell *cell, const char *text)
{
    if (cell->log_line > 0)
        host_log(cell, "\n", 1);
    host_log(cell, text, strlen(text));
    host_log(cell, "\n", 1);
}

static void end_trapped(struct cell *cell)
{
    struct wasm_trap_report report;
    char text[CELL_TEXT + 1];
    uint32_t length = 0;
    wasm_machine_trap(cell->machine, &report);
    if (report.trap == WASM_TRAP_NONE) /* a poll failed: the machine did not run */
        report.trap = WASM_TRAP_HOST;
    const char *name =
        report.module ? wasm_function_name(report.module, report.function, &length) : NULL;
    if (length > CELL_NAME)
        length = CELL_NAME;
    format_text(text, sizeof(text), "%s in function %u%s%.*s at 0x%x", wasm_trap_text(report.trap),
                (unsigned)report.function, length ? " " : "", (int)length, name ? name : "",
                (unsigned)report.offset);
    log_line(cell, text);
    cell_end(cell, CELLS_CAUSE_TRAPPED, text);
}

static void end_exited(struct cell *cell)
{
    char text[CELL_TEXT + 1];
    format_text(text, sizeof(text), "it exited with %u", (unsigned)cell->exit_code);
    cell_end(cell, CELLS_CAUSE_EXITED, text);
}

static void end_failed(struct cell *cell)
{
    if (cell->exiting)
        end_exited(cell);
    else
        end_trapped(cell);
}

/* --- exec --- */

static void keep_results(struct cell *cell)
{
    const union wasm_slot *results = wasm_machine_results(cell->machine);
    for (uint16_t i = 0; i < cell->result_count; i++)
        cell->results[i] = cell->result_types[i] == WASM_I32 || cell->result_types[i] == WASM_F32
                               ? results[i].u32
                               : results[i].u64;
    cell->has_results = true;
}

static bool is_number(uint8_t type)
{
    return type == WASM_I32 || type == WASM_I64 || type == WASM_F32 || type == WASM_F64;
}

/* Whether exec can call such a function; notes the types of its results. */
static bool takes(struct cell *cell, const struct wasm_func_type *type, size_t given)
{
    uint32_t count, results;
    const uint8_t *types = wasm_type_parameters(type, &count);
    const uint8_t *result_types = wasm_type_results(type, &results);
    bool good = count == given && count <= CELL_VALUES && results <= CELL_VALUES;
    for (uint32_t i = 0; good && i < count; i++)
        good = is_number(types[i]);
    for (uint32_t i = 0; good && i < results; i++) {
        good = is_number(result_types[i]);
        cell->result_types[i] = result_types[i];
    }
    cell->result_count = good ? (uint16_t)results : 0;
    return good;
}

enum status cell_exec(struct cell *cell, const char *function, const uint64_t *arguments,
                      size_t count)
{
    union wasm_slot values[CELL_VALUES];
    struct wasm_extern found;
    if (cell->state == CELLS_STATE_CREATED) {
        cell->called = true;
        enum status status = cell_start(cell);
        if (status)
            return status;
    }
    if (cell->state != CELLS_STATE_RUNNING || cell->stage != STAGE_IDLE)
        return ERR_BUSY;
    if (!wasm_instance_export(cell->instance, function, strlen(function), &found) ||
        found.kind != WASM_FUNCTION)
        return ERR_NOT_FOUND;
    cell->has_results = false;
    if (!takes(cell, wasm_function_type(found.function), count))
        return ERR_INVALID;
    for (size_t i = 0; i < count; i++)
        values[i].u64 = arguments[i];
    enum status status = wasm_machine_call(cell->machine, found.function, values);
    if (status == OK)
        cell->stage = STAGE_EXEC;
    return status;
}

/* --- slices --- */

static void stage_done(struct cell *cell)
{
    switch ((enum cell_stage)cell->stage) {
    case STAGE_START:
        cell_begin(cell, STAGE_ENTRY);
        break;
    case STAGE_ENTRY:
        if (cell_is_command(cell))
            cell_end(cell, CELLS_CAUSE_RETURNED, "it returned");
        else
            cell->stage = STAGE_IDLE;
        break;
    case STAGE_EXEC:
        keep_results(cell);
        cell->stage = STAGE_IDLE;
        break;
    default:
        break;
    }
}

/* The next portion, after one of `taken` units took `elapsed` ns. */
static void adapt(struct cell *cell, int64_t taken, uint64_t elapsed)
{
    uint64_t slice = cell->cells->is.slice;
    if (elapsed > slice && cell->portion > PORTION_MIN)
        cell->portion /= 2;
    else if (elapsed < slice / 2 && taken >= cell->portion && cell->portion < PORTION_MAX)
        cell->portion *= 2;
}

/* Runs the agent on `granted` units. */
static void run_slice(struct cell *cell, uint64_t now, int64_t granted)
{
    int64_t fuel = granted;
    enum wasm_run how = wasm_machine_run(cell->machine, &fuel);
    int64_t taken = granted - fuel;
    allowance_take(&cell->fuel, taken);
    allowance_take(&cell->space->fuel, taken);
    cell->fuel_used += (uint64_t)taken;
    cell->is_at_snapshot = false;
    adapt(cell, taken, clock_now() - now);
    if (how == WASM_DONE)
        stage_done(cell);
    else if (how == WASM_TRAPPED)
        end_failed(cell);
}

/* How much of a portion it may have now. */
static int64_t granted_to(struct cell *cell, uint64_t now)
{
    if (cell->portion == 0)
        cell->portion = PORTION_FIRST;
    return allowance_get(&cell->space->fuel, now, allowance_get(&cell->fuel, now, cell->portion));
}

/* A cell that is ready: starts anew, is asked for its pending call's answer, or runs. */
static void run_cell(struct cell *cell, uint64_t now)
{
    if (cell->state == CELLS_STATE_CREATED) {
        enum status status = cell_start(cell);
        if (status)
            cell_end(cell, CELLS_CAUSE_FAILED, status_text(status));
        return;
    }
    int64_t granted = granted_to(cell, now);
    if (granted == 0)
        return;
    enum wasm_host_answer answer = cell->waiting ? binding_poll(cell) : WASM_HOST_DONE;
    if (answer == WASM_HOST_FAILED)
        end_failed(cell);
    else if (answer == WASM_HOST_DONE)
        run_slice(cell, now, granted);
}

/* Whether it is ready because what it waited for is there; one that has yielded has its turn. */
static bool is_woken(const struct cell *cell)
{
    return cell->waiting && cell->deadline > 0;
}

/* Who runs now: whose turn it is, or before that, every second time, one that was woken; NULL if
 * nobody can before `soonest`. */
static struct cell *choose(struct cells *cells, uint64_t now, uint64_t *soonest)
{
    struct cell *begin = cells->next ? cells->next : cells->first, *cell = begin;
    struct cell *turn = NULL, *woken = NULL;
    *soonest = CLOCK_NEVER;
    while (cell && !woken) {
        const uint64_t at = ready_at(cell);
        if (at <= now && !turn)
            turn = cell;
        if (at <= now && is_woken(cell) && !cells->overtaken)
            woken = cell;
        *soonest = at < *soonest ? at : *soonest;
        cell = cell->next ? cell->next : cells->first;
        if (cell == begin)
            break;
    }
    cells->overtaken = woken && woken != turn;
    if (turn && !cells->overtaken)
        cells->next = turn->next;
    return woken ? woken : turn;
}

uint64_t cells_run(struct cells *cells)
{
    uint64_t now = clock_now(), soonest;
    struct cell *cell = choose(cells, now, &soonest);
    if (!cell)
        return soonest;
    run_cell(cell, now);
    return 0;
}

void cells_woken(struct cells *cells, uint32_t bits)
{
    if (cells->callers)
        callers_proceed(cells->callers);
    for (struct cell *cell = cells->first; cell; cell = cell->next)
        if (bits >> cell->number % 32 & 1)
            host_wake(cell);
}
