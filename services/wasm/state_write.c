/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Writes the canonical state. Frames are found from the innermost outwards and written from the
 * outermost inwards; what is where in a frame is found by translating its function once more.
 */
#include <services/wasm/body.h>
#include <services/wasm/state.h>
#include <string.h>

/* A frame of the running call. */
struct place {
    const struct instruction *pc;
    union wasm_slot *fp;
};

struct writer {
    const struct wasm_machine *machine;
    const struct wasm_instance *instance;
    wasm_block_wanted *wanted; /* NULL: all blocks that are not zero */
    wasm_write *write;
    void *context;
    enum status status; /* the first that is not OK */
    struct scratch places;
    struct scratch locals;
    uint32_t place_count;
    /* of the frame being written */
    const struct place *frame;
    uint32_t function, instruction;
    uint8_t position;
    bool written;
};

static void put(struct writer *w, const void *bytes, size_t size)
{
    if (!w->status && size > 0)
        w->status = w->write(w->context, bytes, size);
}

static void put_number(struct writer *w, uint64_t number, uint32_t size)
{
    uint8_t bytes[8];

    for (uint32_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    put(w, bytes, size);
}

static void fail(struct writer *w, enum status status)
{
    if (!w->status)
        w->status = status;
}

/* A function's index here; other instances' functions have none. */
static uint32_t function_index(struct writer *w, const struct wasm_function *function)
{
    const struct wasm_instance *instance = w->instance;

    if (function->instance == instance)
        return function->index;
    for (uint32_t i = 0; i < instance->module->imported_functions; i++) {
        if (instance->functions[i] == function)
            return i;
    }
    fail(w, ERR_UNSUPPORTED);
    return 0;
}

static uint64_t value_of(struct writer *w, uint8_t type, union wasm_slot slot)
{
    switch (type) {
    case WASM_I32:
    case WASM_F32:
        return slot.u32;
    case WASM_FUNCREF:
        if (slot.u64 == 0)
            return 0;
        return (uint64_t)function_index(w, (const struct wasm_function *)(uintptr_t)slot.u64) + 1;
    default:
        return slot.u64;
    }
}

static void put_locals(struct writer *w)
{
    const struct wasm_module *module = w->instance->module;
    const struct module_function *function = &module->functions[w->function];
    const struct wasm_func_type *type = &module->types[function->type];
    struct reader reader = {module->bytes, function->body, function->end, OK, NULL};
    uint32_t count;

    locals_read(&reader, module, type, &w->locals, &count);
    fail(w, reader.status);
    put_number(w, count, 4);
    for (uint32_t i = 0; i < count; i++)
        put_number(
            w, value_of(w, ((uint8_t *)w->locals.entries)[i], w->frame->fp[local_slot(type, i)]),
            8);
}

/* Called for what is at the frame's instruction: writes the frame. */
static void put_frame_at(void *context, const struct safepoint *safepoint,
                         const struct operand_place *operands, uint32_t count)
{
    struct writer *w = context;

    if (w->written || (w->position == IN_CALL && !safepoint->call))
        return;
    if (w->position != IN_CALL)
        w->position = safepoint->call ? AT_CALL : AT_LOOP;
    w->written = true;
    put_number(w, w->function, 4);
    put_number(w, safepoint->offset, 4);
    put_number(w, w->position, 1);
    put_locals(w);
    count = position_operands(safepoint, w->position, count);
    put_number(w, count, 4);
    for (uint32_t i = 0; i < count; i++) {
        union wasm_slot slot = {.u64 = operands[i].bits};

        if (!operands[i].constant)
            slot = w->frame->fp[operands[i].slot];
        put_number(w, operands[i].type, 1);
        put_number(w, value_of(w, operands[i].type, slot), 8);
    }
}

static void put_frame(struct writer *w, const struct place *frame, uint8_t position)
{
    enum status status;

    w->frame = frame;
    w->position = position;
    w->written = false;
    if (!machine_locate(w->instance, frame->pc, &w->function, &w->instruction)) {
        fail(w, ERR_UNSUPPORTED);
        return;
    }
    status = function_safepoints(w->instance->module, w->function, w->instruction, true,
                                 put_frame_at, w);
    fail(w, status ? status : w->written ? OK : ERR_INVALID);
}

/* Lists the frames, from the innermost. */
static void find_frames(struct writer *w)
{
    const struct wasm_machine *m = w->machine;
    const struct wasm_module *module = w->instance->module;
    struct place place = {m->pc, m->fp};

    while (place.pc != &m->entry[0]) {
        uint32_t function, instruction, header;

        if (!machine_locate(w->instance, place.pc, &function, &instruction)) {
            fail(w, ERR_UNSUPPORTED);
            return;
        }
        if (!scratch_reserve(&w->places, w->place_count + 1, sizeof place)) {
            fail(w, ERR_NO_MEMORY);
            return;
        }
        ((struct place *)w->places.entries)[w->place_count++] = place;
        header = module->types[module->functions[function].type].parameter_count;
        place.pc = (const struct instruction *)(uintptr_t)place.fp[header].u64;
        place.fp -= place.pc->lhs;
    }
}

static enum state_phase phase_of(const struct wasm_machine *m)
{
    if (m->pc == &m->entry[0])
        return m->run == WASM_PENDING ? PHASE_PENDING : PHASE_PREPARED;
    if (m->pc == &m->entry[1] || m->run == WASM_TRAPPED)
        return PHASE_IDLE;
    return m->run == WASM_PENDING ? PHASE_PENDING : PHASE_RUNNING;
}

static void put_machine(struct writer *w)
{
    const struct wasm_machine *m = w->machine;
    enum state_phase phase = phase_of(m);

    if (phase == PHASE_RUNNING || phase == PHASE_PENDING)
        find_frames(w);
    if (phase == PHASE_PENDING && w->place_count == 0)
        fail(w, ERR_UNSUPPORTED);
    put_number(w, phase, 1);
    put_number(w, phase == PHASE_IDLE ? 0 : function_index(w, m->entered), 4);
    put_number(w, w->place_count, 4);
    for (uint32_t i = 0; phase == PHASE_PREPARED && i < m->entered->type->parameter_count; i++)
        put_number(w, value_of(w, m->entered->type->parameters[i], m->fp[i]), 8);
    for (uint32_t i = w->place_count; i > 0 && !w->status; i--)
        put_frame(w, (const struct place *)w->places.entries + (i - 1),
                  i > 1 || phase == PHASE_PENDING ? IN_CALL : AT_LOOP);
}

static void put_globals(struct writer *w)
{
    for (uint32_t i = 0; i < w->instance->module->global_count; i++) {
        const struct wasm_global *global = w->instance->globals[i];

        if (global->is_mutable)
            put_number(w, value_of(w, global->type, global->value), 8);
    }
}

static void put_tables(struct writer *w)
{
    uint32_t count = w->instance->module->table_count;

    put_number(w, count, 4);
    for (uint32_t i = 0; i < count; i++) {
        const struct wasm_table *table = w->instance->tables[i];

        put_number(w, table->size, 4);
        for (uint32_t n = 0; n < table->size && !w->status; n++)
            put_number(w, value_of(w, table->type, (union wasm_slot){.u64 = table->entries[n]}), 8);
    }
}

static bool is_zero(const uint8_t *block)
{
    return block[0] == 0 && memcmp(block, block + 1, STATE_BLOCK - 1) == 0;
}

static void put_memory(struct writer *w)
{
    const struct wasm_memory *memory = w->instance->memory;
    uint32_t pages = memory ? memory->pages : 0;

    put_number(w, pages, 4);
    for (uint32_t i = 0; i < pages * (WASM_PAGE_SIZE / STATE_BLOCK) && !w->status; i++) {
        const uint8_t *block = memory->bytes + (size_t)i * STATE_BLOCK;

        if (w->wanted ? !w->wanted(w->context, i, block) : is_zero(block))
            continue;
        put_number(w, i, 4);
        put(w, block, STATE_BLOCK);
    }
    put_number(w, STATE_BLOCKS_END, 4);
}

enum status wasm_state_write_some(const struct wasm_machine *machine,
                                  const struct wasm_instance *instance, wasm_block_wanted *wanted,
                                  wasm_write *write, void *context)
{
    const struct wasm_module *module = instance->module;
    struct writer w = {.machine = machine,
                       .instance = instance,
                       .wanted = wanted,
                       .write = write,
                       .context = context,
                       .places = {.allocator = instance->allocator},
                       .locals = {.allocator = instance->allocator}};

    put_number(&w, wanted ? STATE_MAGIC_SOME : STATE_MAGIC, 4);
    put_number(&w, STATE_VERSION, 4);
    put_machine(&w);
    put_globals(&w);
    put_tables(&w);
    put_memory(&w);
    put_number(&w, module->element_count, 4);
    put(&w, instance->dropped_elements, module->element_count);
    put_number(&w, module->data_count, 4);
    put(&w, instance->dropped_data, module->data_count);
    scratch_release(&w.places, sizeof(struct place));
    scratch_release(&w.locals, 1);
    return w.status;
}

enum status wasm_state_write(const struct wasm_machine *machine,
                             const struct wasm_instance *instance, wasm_write *write, void *context)
{
    return wasm_state_write_some(machine, instance, NULL, write, context);
}
