/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Assertions on the engine. The module "spectest" that scripts import from is made here, as the
 * specification's test harness describes it.
 */
#include "runner.h"
#include <string.h>

#define NAME_SIZE      64
#define SPECTEST_COUNT 13

/* An instance that is not used any more but may be referred to from a shared table. */
struct retired {
    struct retired *next;
    struct wasm_instance *instance;
};

/* A module and its instance; `instance` is NULL where instantiation failed. */
struct unit {
    struct unit *next;
    struct wasm_module *module;
    struct wasm_instance *instance;
    struct retired *retired; /* instances that calls were moved away from */
    bool shares;             /* imports what its functions may stay in: see resolve */
    char name[NAME_SIZE], registered[NAME_SIZE];
};

struct buffer {
    const struct wasm_allocator *allocator;
    uint8_t *bytes;
    size_t size, room;
};

struct spec_runner {
    const struct wasm_allocator *allocator;
    struct wasm_machine *machine;
    struct unit *units; /* newest first: while one is instantiated it is the first */
    struct unit *current;
    struct wasm_extern spectest[SPECTEST_COUNT];
    uint32_t spectest_count;
    union wasm_slot global;
    uint8_t global_type;
    int64_t slice; /* 0: calls run in one go */
    uint32_t most, moves, slots;
    struct buffer before, after;
};

static const struct {
    const char *name, *parameters;
} prints[] = {
    {"print", ""},      {"print_i32", "i"},      {"print_i64", "I"},      {"print_f32", "f"},
    {"print_f64", "F"}, {"print_i32_f32", "if"}, {"print_f64_f64", "FF"},
};

static const char *const others[] = {"global_i32", "global_i64", "global_f32",
                                     "global_f64", "table",      "memory"};

#define PRINT_COUNT (sizeof prints / sizeof *prints)

static enum wasm_host_answer print_nothing(void *context, struct wasm_machine *machine,
                                           union wasm_slot *values)
{
    (void)context, (void)machine, (void)values;
    return WASM_HOST_DONE;
}

static enum status make_spectest(struct spec_runner *runner)
{
    const struct wasm_allocator *allocator = runner->allocator;
    struct wasm_extern *next = runner->spectest;
    enum status status = OK;

    for (size_t i = 0; i < PRINT_COUNT && !status; i++) {
        status = wasm_host_function_create(next, allocator, prints[i].parameters, "", print_nothing,
                                           NULL);
        if (!status)
            next++;
    }
    if (!status && !(status = wasm_host_global_create(next, allocator, WASM_I32, false,
                                                      (union wasm_slot){.u64 = 666})))
        next++;
    if (!status && !(status = wasm_host_global_create(next, allocator, WASM_I64, false,
                                                      (union wasm_slot){.u64 = 666})))
        next++;
    if (!status && !(status = wasm_host_global_create(next, allocator, WASM_F32, false,
                                                      (union wasm_slot){.f32 = 666.6f})))
        next++;
    if (!status && !(status = wasm_host_global_create(next, allocator, WASM_F64, false,
                                                      (union wasm_slot){.f64 = 666.6})))
        next++;
    if (!status && !(status = wasm_host_table_create(next, allocator, WASM_FUNCREF, 10, 20)))
        next++;
    if (!status && !(status = wasm_host_memory_create(next, allocator, 1, 2)))
        next++;
    runner->spectest_count = (uint32_t)(next - runner->spectest);
    return status;
}

enum status spec_runner_create(struct spec_runner **runner, const struct wasm_allocator *allocator,
                               uint32_t stack_slots)
{
    struct spec_runner *made = allocator->resize(allocator->context, NULL, 0, sizeof *made);
    enum status status;

    if (!made)
        return ERR_NO_MEMORY;
    memset(made, 0, sizeof *made);
    made->allocator = made->before.allocator = made->after.allocator = allocator;
    made->slots = stack_slots;
    status = wasm_machine_create(&made->machine, allocator, stack_slots);
    if (!status)
        status = make_spectest(made);
    if (status) {
        spec_runner_destroy(made);
        return status;
    }
    *runner = made;
    return OK;
}

static void unit_destroy(struct spec_runner *runner, struct unit *unit)
{
    const struct wasm_allocator *allocator = runner->allocator;

    while (unit->retired) {
        struct retired *retired = unit->retired;

        unit->retired = retired->next;
        wasm_instance_destroy(retired->instance);
        allocator->resize(allocator->context, retired, sizeof *retired, 0);
    }
    wasm_instance_destroy(unit->instance);
    wasm_module_destroy(unit->module);
    allocator->resize(allocator->context, unit, sizeof *unit, 0);
}

/* Frees the units that no command can reach any more, neither by name nor through a table. */
static void release_unreachable(struct spec_runner *runner)
{
    struct unit **link = &runner->units;

    while (*link) {
        struct unit *unit = *link;

        if (unit == runner->current || unit->name[0] || unit->registered[0] || unit->shares) {
            link = &unit->next;
        } else {
            *link = unit->next;
            unit_destroy(runner, unit);
        }
    }
}

void spec_runner_destroy(struct spec_runner *runner)
{
    const struct wasm_allocator *allocator = runner->allocator;

    while (runner->units) {
        struct unit *unit = runner->units;

        runner->units = unit->next;
        unit_destroy(runner, unit);
    }
    allocator->resize(allocator->context, runner->before.bytes, runner->before.room, 0);
    allocator->resize(allocator->context, runner->after.bytes, runner->after.room, 0);
    for (uint32_t i = 0; i < runner->spectest_count; i++)
        wasm_extern_destroy(&runner->spectest[i]);
    wasm_machine_destroy(runner->machine);
    allocator->resize(allocator->context, runner, sizeof *runner, 0);
}

void spec_runner_move(struct spec_runner *runner, int64_t slice, uint32_t most)
{
    runner->slice = slice;
    runner->most = most;
}

uint32_t spec_runner_moves(const struct spec_runner *runner)
{
    return runner->moves;
}

static bool text_is(const char *text, const char *name, size_t length)
{
    return strlen(text) == length && memcmp(text, name, length) == 0;
}

/* spectest's functions and globals take no reference: whatever else a unit imports may lead to its
 * functions when nothing else does any more. */
static bool resolve(void *context, const struct wasm_import_request *request,
                    struct wasm_extern *found)
{
    struct spec_runner *runner = context;

    runner->units->shares |= !text_is("spectest", request->module, request->module_length) ||
                             request->kind == WASM_TABLE;
    if (text_is("spectest", request->module, request->module_length)) {
        for (size_t i = 0; i < PRINT_COUNT; i++) {
            if (text_is(prints[i].name, request->name, request->name_length)) {
                *found = runner->spectest[i];
                return true;
            }
        }
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            if (text_is(others[i], request->name, request->name_length)) {
                *found = runner->spectest[PRINT_COUNT + i];
                return true;
            }
        }
    }
    for (struct unit *unit = runner->units; unit; unit = unit->next) {
        if (unit->registered[0] && unit->instance &&
            text_is(unit->registered, request->module, request->module_length))
            return wasm_instance_export(unit->instance, request->name, request->name_length, found);
    }
    return false;
}

static enum status buffer_add(void *context, const void *bytes, size_t size)
{
    struct buffer *buffer = context;

    if (buffer->room - buffer->size < size) {
        size_t room = 2 * (buffer->size + size);
        uint8_t *grown = buffer->allocator->resize(buffer->allocator->context, buffer->bytes,
                                                   buffer->room, room);

        if (!grown)
            return ERR_NO_MEMORY;
        buffer->bytes = grown;
        buffer->room = room;
    }
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
    return OK;
}

/* Makes an instance and a machine that go on where the runner's stand, and checks that these would
 * write down the same. */
static enum status move_to(struct spec_runner *runner, const struct unit *unit,
                           struct wasm_instance **instance, struct wasm_machine **machine)
{
    struct wasm_error error;
    enum status status;
    bool pending;

    runner->before.size = runner->after.size = 0;
    status = wasm_state_write(runner->machine, unit->instance, buffer_add, &runner->before);
    if (!status)
        status = wasm_machine_create(machine, runner->allocator, runner->slots);
    if (!status)
        status = wasm_instance_create(instance, unit->module, runner->allocator,
                                      &wasm_limits_default, resolve, runner, &error);
    if (!status)
        status = wasm_state_read(*machine, *instance, runner->before.bytes, runner->before.size,
                                 &pending);
    if (!status)
        status = wasm_state_write(*machine, *instance, buffer_add, &runner->after);
    if (!status && (runner->before.size != runner->after.size ||
                    memcmp(runner->before.bytes, runner->after.bytes, runner->after.size) != 0))
        status = ERR_CORRUPT;
    return status;
}

/* Moves the stopped call. What cannot be moved by design stays, that is no failure. */
static enum status move(struct spec_runner *runner)
{
    const struct wasm_allocator *allocator = runner->allocator;
    struct wasm_instance *instance = NULL;
    struct wasm_machine *machine = NULL;
    struct retired *retired;
    struct unit *unit = runner->units;
    enum status status;

    while (unit && unit->instance != wasm_machine_instance(runner->machine))
        unit = unit->next;
    if (!unit || unit->registered[0])
        return OK;
    retired = allocator->resize(allocator->context, NULL, 0, sizeof *retired);
    status = retired ? move_to(runner, unit, &instance, &machine) : ERR_NO_MEMORY;
    if (status) {
        wasm_machine_destroy(machine);
        wasm_instance_destroy(instance);
        if (retired)
            allocator->resize(allocator->context, retired, sizeof *retired, 0);
        return status == ERR_UNSUPPORTED ? OK : status;
    }
    wasm_machine_destroy(runner->machine);
    runner->machine = machine;
    *retired = (struct retired){unit->retired, unit->instance};
    unit->retired = retired;
    unit->instance = instance;
    runner->moves++;
    return OK;
}

/* Runs what was prepared, in one go or in slices. */
static enum wasm_trap run(struct spec_runner *runner)
{
    struct wasm_trap_report report;
    uint32_t stops = 0;
    enum wasm_run how;

    do {
        int64_t fuel = runner->slice && stops++ < runner->most ? runner->slice : INT64_MAX;

        how = wasm_machine_run(runner->machine, &fuel);
        if (how == WASM_OUT_OF_FUEL && move(runner))
            return WASM_TRAP_HOST;
    } while (how == WASM_OUT_OF_FUEL);
    if (how == WASM_DONE)
        return WASM_TRAP_NONE;
    wasm_machine_trap(runner->machine, &report);
    return report.trap;
}

static void instantiate(struct spec_runner *runner, struct unit *unit, struct spec_outcome *outcome)
{
    struct wasm_function *start;
    struct wasm_error error;

    outcome->status = wasm_instance_create(&unit->instance, unit->module, runner->allocator,
                                           &wasm_limits_default, resolve, runner, &error);
    outcome->message = error.message;
    if (outcome->status)
        return;
    outcome->trap = wasm_instance_initialise(unit->instance);
    if (outcome->trap || !wasm_instance_start(unit->instance, &start))
        return;
    outcome->status = wasm_machine_call(runner->machine, start, NULL);
    if (!outcome->status)
        outcome->trap = run(runner);
}

struct spec_outcome spec_module(struct spec_runner *runner, const char *name, const uint8_t *bytes,
                                size_t size, bool to_be_used)
{
    struct spec_outcome outcome = {.status = ERR_NO_MEMORY, .message = "no memory for a unit"};
    struct wasm_error error;
    struct unit *unit =
        runner->allocator->resize(runner->allocator->context, NULL, 0, sizeof *unit);
    bool usable;

    if (!unit)
        goto out;
    memset(unit, 0, sizeof *unit);
    unit->next = runner->units;
    runner->units = unit;
    outcome.status = wasm_module_load(&unit->module, runner->allocator, &wasm_limits_default, bytes,
                                      size, &error);
    outcome.message = error.message;
    if (!outcome.status)
        instantiate(runner, unit, &outcome);
out:
    usable = !outcome.status && !outcome.trap;
    if (usable && name)
        strncpy(unit->name, name, NAME_SIZE - 1);
    if (to_be_used)
        runner->current = usable ? unit : NULL;
    release_unreachable(runner);
    return outcome;
}

static struct unit *find_unit(struct spec_runner *runner, const char *name)
{
    if (!name)
        return runner->current;
    for (struct unit *unit = runner->units; unit; unit = unit->next) {
        if (strncmp(unit->name, name, NAME_SIZE - 1) == 0)
            return unit;
    }
    return NULL;
}

bool spec_register(struct spec_runner *runner, const char *name, const char *as)
{
    struct unit *unit = find_unit(runner, name);

    if (!unit || strlen(as) >= NAME_SIZE)
        return false;
    strcpy(unit->registered, as);
    return true;
}

static bool find_export(struct spec_runner *runner, const char *name, const char *field,
                        size_t field_length, enum wasm_kind kind, struct wasm_extern *found)
{
    struct unit *unit = find_unit(runner, name);

    return unit && unit->instance &&
           wasm_instance_export(unit->instance, field, field_length, found) && found->kind == kind;
}

struct spec_outcome spec_invoke(struct spec_runner *runner, const char *name, const char *field,
                                size_t field_length, const struct spec_value *arguments,
                                uint32_t argument_count)
{
    struct spec_outcome outcome = {.status = ERR_NOT_FOUND, .message = "no such function"};
    const struct wasm_func_type *type;
    union wasm_slot values[32];
    struct wasm_extern found;
    uint32_t count;

    if (!find_export(runner, name, field, field_length, WASM_FUNCTION, &found))
        return outcome;
    type = wasm_function_type(found.function);
    wasm_type_parameters(type, &count);
    if (count != argument_count || count > sizeof values / sizeof *values) {
        outcome.message = "arguments of another number";
        return outcome;
    }
    for (uint32_t i = 0; i < count; i++)
        values[i] = arguments[i].value;
    outcome.status = wasm_machine_call(runner->machine, found.function, values);
    if (outcome.status)
        return outcome;
    outcome.trap = run(runner);
    outcome.result_types = wasm_type_results(type, &outcome.result_count);
    outcome.results = wasm_machine_results(runner->machine);
    return outcome;
}

struct spec_outcome spec_get(struct spec_runner *runner, const char *name, const char *field,
                             size_t field_length)
{
    struct spec_outcome outcome = {.status = ERR_NOT_FOUND, .message = "no such global"};
    struct wasm_extern found;
    enum wasm_type type;

    if (!find_export(runner, name, field, field_length, WASM_GLOBAL, &found))
        return outcome;
    runner->global = wasm_global_get(found.global, &type);
    runner->global_type = (uint8_t)type;
    return (struct spec_outcome){.status = OK,
                                 .result_count = 1,
                                 .result_types = &runner->global_type,
                                 .results = &runner->global};
}

/* A canonical NaN has only the top bit of the fraction set; an arithmetic one has at least that. */
static bool nan_matches(const struct spec_value *expected, const union wasm_slot *actual)
{
    bool exactly = expected->match == SPEC_NAN_CANONICAL;

    if (expected->type == WASM_F32) {
        uint32_t magnitude = actual->u32 & 0x7FFFFFFFu;

        return exactly ? magnitude == 0x7FC00000u : (magnitude & 0x7FC00000u) == 0x7FC00000u;
    } else {
        uint64_t magnitude = actual->u64 & 0x7FFFFFFFFFFFFFFFu;

        return exactly ? magnitude == 0x7FF8000000000000u
                       : (magnitude & 0x7FF8000000000000u) == 0x7FF8000000000000u;
    }
}

static bool value_matches(const struct spec_value *expected, const union wasm_slot *actual)
{
    if (expected->match == SPEC_NAN_CANONICAL || expected->match == SPEC_NAN_ARITHMETIC)
        return nan_matches(expected, actual);
    if (expected->match == SPEC_ANY_REFERENCE)
        return actual->u64 != 0;
    if (expected->type == WASM_I32 || expected->type == WASM_F32)
        return actual->u32 == expected->value.u32;
    return actual->u64 == expected->value.u64;
}

bool spec_results_match(const struct spec_outcome *outcome, const struct spec_value *expected,
                        uint32_t count)
{
    if (outcome->result_count != count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (outcome->result_types[i] != expected[i].type ||
            !value_matches(&expected[i], &outcome->results[i]))
            return false;
    }
    return true;
}
