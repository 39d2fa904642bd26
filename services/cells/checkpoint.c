/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See checkpoint.h. The hook's machine stands in for the agent's while it runs, so that host
 * functions know whose memory they are called with, and the call that the agent waits in, if it
 * does, is put back behind it.
 */
#include <services/cells/checkpoint.h>

#include <services/cells/binding.h>

#include <kernel/format.h>
#include <string.h>

/* Runs the hook on `machine`; why it failed, or NULL. */
static const char *run(struct cell *cell, struct wasm_machine *machine,
                       struct wasm_function *function)
{
    struct wasm_trap_report report;
    int64_t fuel = CHECKPOINT_FUEL;
    if (wasm_machine_call(machine, function, NULL))
        return status_text(ERR_LIMIT);
    const enum wasm_run how = wasm_machine_run(machine, &fuel);
    const int64_t taken = CHECKPOINT_FUEL - fuel;
    allowance_take(&cell->fuel, taken);
    allowance_take(&cell->space->fuel, taken);
    cell->fuel_used += (uint64_t)taken;
    if (how == WASM_DONE)
        return NULL;
    if (how != WASM_TRAPPED)
        return "it takes too long";
    wasm_machine_trap(machine, &report);
    return wasm_trap_text(report.trap);
}

void checkpoint_call(struct cell *cell)
{
    struct wasm_extern hook;
    struct wasm_machine *machine;
    union wasm_slot arguments[HOST_ARGUMENTS_MAX];
    if (cell->stage == STAGE_START || !cell_entry(cell, "ranvier_checkpoint", &hook))
        return;
    struct wasm_machine *const own = cell->machine;
    struct host_binding *const pending = cell->pending;
    memcpy(arguments, cell->pending_arguments, sizeof(arguments));
    const char *why = status_text(ERR_NO_MEMORY);
    if (wasm_machine_create(&machine, &cell->memory.allocator, CHECKPOINT_STACK) == OK) {
        cell->is_at_snapshot = false;
        cell->in_checkpoint = true;
        cell->machine = machine;
        why = run(cell, machine, hook.function);
        cell->machine = own;
        cell->in_checkpoint = cell->exiting = false;
        wasm_machine_destroy(machine);
    }
    cell->pending = pending;
    memcpy(cell->pending_arguments, arguments, sizeof(arguments));
    if (why) {
        char text[CELL_TEXT + 1];
        format_text(text, sizeof(text), "ranvier_checkpoint failed: %s\n", why);
        host_log(cell, text, strlen(text));
    }
}
