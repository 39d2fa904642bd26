/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The machine: a call is prepared, handlers run until one of them stops, the outcome is read.
 *
 *        call            run: halt               call
 *   idle ----> prepared ----------> done, trapped ----> prepared
 *                 |  ^--- run ---- out of fuel
 *                 +----- run ----> pending ---- finish, run ---> ...
 */
#include <services/wasm/handlers.h>

void machine_load(struct wasm_machine *machine, struct wasm_instance *instance)
{
    struct wasm_memory *memory = instance ? instance->memory : NULL;

    machine->instance = instance;
    machine->code = instance ? instance->module->code : NULL;
    machine->types = instance ? instance->module->types : NULL;
    machine->globals = instance ? instance->globals : NULL;
    machine->memory = memory ? memory->bytes : NULL;
    machine->memory_size = memory ? (size_t)memory->pages * WASM_PAGE_SIZE : 0;
    for (unsigned i = 0; i < 4; i++)
        machine->beyond[i] = machine->memory_size ? machine->memory_size - (1u << i) + 1 : 0;
}

enum status wasm_machine_create(struct wasm_machine **machine,
                                const struct wasm_allocator *allocator, uint32_t slots)
{
    struct wasm_machine *made = array_create(allocator, 1, sizeof *made);

    *machine = NULL;
    if (!made)
        return ERR_NO_MEMORY;
    memset(made, 0, sizeof *made);
    made->allocator = allocator;
    made->slots = slots;
    made->stack = array_create(allocator, slots, sizeof *made->stack);
    if (!made->stack) {
        array_destroy(allocator, made, 1, sizeof *made);
        return ERR_NO_MEMORY;
    }
    made->end = made->stack + slots;
    made->entry[0].handler = op_call_entry;
    made->entry[1].handler = op_halt;
    made->cross[1].handler = op_cross_return;
    made->pc = &made->entry[1];
    made->fp = made->stack;
    *machine = made;
    return OK;
}

void wasm_machine_destroy(struct wasm_machine *machine)
{
    if (!machine)
        return;
    array_destroy(machine->allocator, machine->stack, machine->slots, sizeof *machine->stack);
    array_destroy(machine->allocator, machine, 1, sizeof *machine);
}

enum status wasm_machine_call(struct wasm_machine *machine, struct wasm_function *function,
                              const union wasm_slot *arguments)
{
    const struct wasm_func_type *type = function->type;

    if (type->parameter_count > machine->slots || type->result_count > machine->slots)
        return ERR_LIMIT;
    if (type->parameter_count)
        memcpy(machine->stack, arguments, type->parameter_count * sizeof *arguments);
    machine->callee = machine->entered = function;
    machine->run = WASM_DONE;
    machine_load(machine, function->instance);
    machine->pc = &machine->entry[0];
    machine->fp = machine->stack;
    machine->trap = WASM_TRAP_NONE;
    return OK;
}

/* Runs handlers until one stops. On Arm they may change registers that a function has to keep
 * (flags.mk, handlers.h): this one keeps them. */
static __attribute__((noinline)) void run_handlers(struct wasm_machine *m)
{
    m->running = true;
#if WASM_ACCUMULATORS && WASM_TAIL_CALLS
    m->pc->handler(m->pc, m->fp, m->memory, m, 0, m->fuel, 0, 0);
#elif WASM_TAIL_CALLS && defined(__arm__)
    fuel_count kept = FUEL; /* what the register has for the caller */
    LOAD_FUEL();
    m->pc->handler(m->pc, m->fp, m->memory, m);
    __asm__ volatile("" ::: "r4", "r5", "r6"); /* nor is `kept` in one of these */
    FUEL = kept;
#elif WASM_TAIL_CALLS
    m->pc->handler(m->pc, m->fp, m->memory, m);
#elif WASM_ACCUMULATORS
    while (m->running)
        m->pc->handler(m->pc, m->fp, m->memory, m, m->r, m->fuel, m->s, m->d);
#else
    while (m->running)
        m->pc->handler(m->pc, m->fp, m->memory, m);
#endif
}

enum wasm_run wasm_machine_run(struct wasm_machine *machine, int64_t *fuel)
{
    if (machine->instance)
        machine_load(machine, machine->instance);
    do {
        fuel_count portion = (fuel_count)(*fuel < FUEL_COUNT_MAX ? *fuel : FUEL_COUNT_MAX);

        machine->fuel = portion;
        run_handlers(machine);
        *fuel -= (int64_t)portion - machine->fuel;
    } while (machine->run == WASM_OUT_OF_FUEL && *fuel > 0);
    return machine->run;
}

const union wasm_slot *wasm_machine_results(const struct wasm_machine *machine)
{
    return machine->stack;
}

void wasm_machine_finish(struct wasm_machine *machine, const union wasm_slot *results)
{
    uint32_t count = machine->pending_results;

    if (count)
        memcpy(machine->fp + machine->pc->lhs, results, count * sizeof *results);
    machine->pc++;
    machine->run = WASM_OUT_OF_FUEL;
}

uint32_t wasm_machine_pending_results(const struct wasm_machine *machine)
{
    return machine->pending_results;
}

bool machine_locate(const struct wasm_instance *instance, const struct instruction *pc,
                    uint32_t *function, uint32_t *instruction)
{
    const struct wasm_module *module = instance ? instance->module : NULL;

    for (uint32_t i = 0; module && i < module->function_count; i++) {
        const struct instruction *code = module->code[i];

        if (code && pc >= code && pc < code + module->functions[i].code_size) {
            *function = i;
            *instruction = (uint32_t)(pc - code);
            return true;
        }
    }
    return false;
}

void wasm_machine_trap(const struct wasm_machine *machine, struct wasm_trap_report *report)
{
    uint32_t instruction;

    *report = (struct wasm_trap_report){.trap = machine->trap};
    if (!machine->instance)
        return;
    report->module = machine->instance->module;
    if (!machine_locate(machine->instance, machine->pc, &report->function, &instruction)) {
        report->function = machine->entered->index;
        return;
    }
    report->offset =
        (uint32_t)(report->module->functions[report->function].body - report->module->bytes);
    function_offset(report->module, report->function, instruction, &report->offset);
}

struct wasm_instance *wasm_machine_instance(const struct wasm_machine *machine)
{
    return machine->instance;
}

struct wasm_memory *wasm_machine_memory(const struct wasm_machine *machine)
{
    return machine->instance ? machine->instance->memory : NULL;
}
