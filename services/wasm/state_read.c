/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reads a canonical state back. The bytes may come from anyone: a frame must stand at a safepoint
 * of its function, its values must have the types that the safepoint demands, a called function
 * must be the one that its caller calls, and everything must fit. Values that this engine keeps
 * only in a local or in the code must agree with these.
 */
#include <services/wasm/body.h>
#include <services/wasm/state.h>
#include <string.h>

struct state_reader {
    struct reader reader; /* must be first */
    struct wasm_machine *machine;
    struct wasm_instance *instance;
    const struct wasm_instance *base; /* has the memory that is not in the state; NULL: zero */
    struct scratch locals;
    union wasm_slot *fp;              /* of the frame being read */
    const struct instruction *caller; /* the instruction that called it */
    struct safepoint at;              /* where the frame stands, once found */
    uint32_t function, offset;
    uint8_t position;
    bool found;
};

static void refuse(struct state_reader *r)
{
    reader_fail(&r->reader, "not a state of this module");
}

static uint64_t get_number(struct state_reader *r, uint32_t size)
{
    const uint8_t *bytes = read_bytes(&r->reader, size);
    uint64_t number = 0;

    for (uint32_t i = 0; bytes && i < size; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

static uint32_t get_u32(struct state_reader *r)
{
    return (uint32_t)get_number(r, 4);
}

/* A value of a type, as this engine keeps it. */
static union wasm_slot get_value(struct state_reader *r, uint8_t type)
{
    uint64_t number = get_number(r, 8);
    union wasm_slot slot = {.u64 = number};

    switch (type) {
    case WASM_I32:
    case WASM_F32:
        if (number > UINT32_MAX)
            refuse(r);
        break;
    case WASM_FUNCREF:
        if (number > r->instance->module->function_count) {
            refuse(r);
            slot.u64 = 0;
        } else if (number > 0) {
            slot.u64 = (uintptr_t)r->instance->functions[number - 1];
        }
        break;
    case WASM_EXTERNREF:
        if (number > (uint64_t)UINT32_MAX + 1 || number > UINTPTR_MAX)
            refuse(r);
        break;
    default:
        break;
    }
    return slot;
}

static bool same_value(uint8_t type, union wasm_slot a, union wasm_slot b)
{
    return type == WASM_I32 || type == WASM_F32 ? a.u32 == b.u32 : a.u64 == b.u64;
}

static void get_locals(struct state_reader *r)
{
    const struct wasm_module *module = r->instance->module;
    const struct module_function *function = &module->functions[r->function];
    const struct wasm_func_type *type = &module->types[function->type];
    struct reader body = {module->bytes, function->body, function->end, OK, NULL};
    uint32_t count;

    locals_read(&body, module, type, &r->locals, &count);
    if (body.status)
        reader_fail_at(&r->reader, r->reader.cursor, body.status, "out of memory");
    if (get_u32(r) != count)
        refuse(r);
    for (uint32_t i = 0; i < count && !r->reader.status; i++)
        r->fp[local_slot(type, i)] = get_value(r, ((uint8_t *)r->locals.entries)[i]);
}

/* Called for what is at the frame's offset: fills the frame. */
static void get_frame_at(void *context, const struct safepoint *safepoint,
                         const struct operand_place *operands, uint32_t count)
{
    struct state_reader *r = context;

    if (r->found || !position_matches(safepoint, r->position))
        return;
    r->found = true;
    r->at = *safepoint;
    get_locals(r);
    count = position_operands(safepoint, r->position, count);
    if (get_u32(r) != count)
        refuse(r);
    for (uint32_t i = 0; i < count && !r->reader.status; i++) {
        uint8_t type = (uint8_t)get_number(r, 1);
        union wasm_slot value = get_value(r, type);
        union wasm_slot known = {.u64 = operands[i].bits};

        if (type != operands[i].type) {
            refuse(r);
            return;
        }
        if (!operands[i].constant && !operands[i].local) {
            r->fp[operands[i].slot] = value;
            continue;
        }
        if (operands[i].local)
            known = r->fp[operands[i].slot];
        if (!same_value(type, value, known))
            refuse(r);
    }
}

/* Whether the function may be what the caller's call calls; the outermost is the entry. */
static bool callee_matches(const struct state_reader *r, uint32_t entry, bool outermost)
{
    const struct wasm_module *module = r->instance->module;

    if (outermost)
        return r->function == entry;
    if (r->at.callee != UINT32_MAX)
        return r->function == r->at.callee;
    return func_type_equal(&module->types[module->functions[r->function].type], r->at.type);
}

static void get_frame(struct state_reader *r, uint32_t entry, bool outermost)
{
    const struct wasm_module *module = r->instance->module;
    const struct instruction *code;
    enum status status;

    r->function = get_u32(r);
    r->offset = get_u32(r);
    r->position = (uint8_t)get_number(r, 1);
    if (r->reader.status)
        return;
    if (r->function >= module->function_count || r->function < module->imported_functions ||
        r->position >= POSITION_COUNT || !callee_matches(r, entry, outermost)) {
        refuse(r);
        return;
    }
    code = module->code[r->function];
    if (r->machine->end - r->fp < code->imm) {
        reader_fail_at(&r->reader, r->reader.cursor, ERR_LIMIT, "the stack is too small");
        return;
    }
    r->found = false;
    status = function_safepoints(module, r->function, r->offset, false, get_frame_at, r);
    if (status)
        reader_fail_at(&r->reader, r->reader.cursor, status, "out of memory");
    if (!r->found)
        refuse(r);
    if (r->reader.status)
        return;
    r->fp[code->lhs].u64 = (uintptr_t)r->caller;
    r->machine->pc = r->caller = code + r->at.instruction;
    r->machine->fp = r->fp;
}

/* Frames from the outermost: all but the innermost are within a call, and where a host call is
 * pending that one is, too. */
static void get_frames(struct state_reader *r, uint32_t entry, uint32_t count, bool pending)
{
    r->fp = r->machine->stack;
    r->caller = &r->machine->entry[0];
    for (uint32_t i = 0; i < count && !r->reader.status; i++) {
        get_frame(r, entry, i == 0);
        if (r->reader.status)
            return;
        if ((r->position == IN_CALL) != (i + 1 < count || pending))
            refuse(r);
        else if (r->position == IN_CALL)
            r->fp += r->caller->lhs;
    }
    if (pending && !r->reader.status) {
        /* Only a host function can be what the innermost frame waits for. */
        if (r->at.callee != UINT32_MAX &&
            (r->at.callee >= r->instance->module->imported_functions ||
             r->instance->functions[r->at.callee]->instance))
            refuse(r);
        else
            r->machine->pending_results = r->at.type->result_count;
    }
}

static void get_prepared(struct state_reader *r, uint32_t entry)
{
    const struct wasm_func_type *type = r->instance->functions[entry]->type;

    if (type->parameter_count > r->machine->slots || type->result_count > r->machine->slots)
        reader_fail_at(&r->reader, r->reader.cursor, ERR_LIMIT, "the stack is too small");
    for (uint32_t i = 0; i < type->parameter_count && !r->reader.status; i++)
        r->machine->stack[i] = get_value(r, type->parameters[i]);
    r->machine->pc = &r->machine->entry[0];
    r->machine->fp = r->machine->stack;
}

static void get_machine(struct state_reader *r, bool *pending)
{
    struct wasm_machine *m = r->machine;
    uint32_t phase = (uint32_t)get_number(r, 1), entry = get_u32(r), count = get_u32(r);
    bool frames = phase == PHASE_RUNNING || phase == PHASE_PENDING;

    *pending = phase == PHASE_PENDING;
    if (r->reader.status)
        return;
    if (phase >= PHASE_COUNT || frames != (count > 0) ||
        (phase != PHASE_IDLE && entry >= r->instance->module->function_count)) {
        refuse(r);
        return;
    }
    m->trap = WASM_TRAP_NONE;
    m->run = WASM_DONE;
    m->pc = &m->entry[1];
    m->fp = m->stack;
    if (phase == PHASE_IDLE)
        return;
    m->callee = m->entered = r->instance->functions[entry];
    if (phase == PHASE_PREPARED)
        get_prepared(r, entry);
    else
        get_frames(r, entry, count, *pending);
    if (frames)
        m->run = *pending ? WASM_PENDING : WASM_OUT_OF_FUEL;
}

static void get_globals(struct state_reader *r)
{
    for (uint32_t i = 0; i < r->instance->module->global_count && !r->reader.status; i++) {
        struct wasm_global *global = r->instance->globals[i];

        if (global->is_mutable)
            global->value = get_value(r, global->type);
    }
}

static void get_tables(struct state_reader *r)
{
    uint32_t count = r->instance->module->table_count;

    if (get_u32(r) != count)
        refuse(r);
    for (uint32_t i = 0; i < count && !r->reader.status; i++) {
        struct wasm_table *table = r->instance->tables[i];
        uint32_t size = get_u32(r);

        if (size < table->size || (uint64_t)size * 8 > (size_t)(r->reader.end - r->reader.cursor))
            refuse(r);
        else if (size > table->maximum)
            reader_fail_at(&r->reader, r->reader.cursor, ERR_LIMIT, "the table is too large");
        else if (table_grow(table, size - table->size, 0) == UINT32_MAX)
            reader_fail_at(&r->reader, r->reader.cursor, ERR_NO_MEMORY, "out of memory");
        for (uint32_t n = 0; n < size && !r->reader.status; n++)
            table->entries[n] = (uintptr_t)get_value(r, table->type).u64;
    }
}

static void get_blocks(struct state_reader *r, uint8_t *memory, uint32_t pages)
{
    uint32_t blocks = pages * (WASM_PAGE_SIZE / STATE_BLOCK), next = 0;

    while (!r->reader.status) {
        uint32_t block = get_u32(r);
        const uint8_t *bytes;

        if (r->reader.status || block == STATE_BLOCKS_END)
            return;
        if (block < next || block >= blocks) {
            refuse(r);
            return;
        }
        bytes = read_bytes(&r->reader, STATE_BLOCK);
        if (bytes)
            memcpy(memory + (size_t)block * STATE_BLOCK, bytes, STATE_BLOCK);
        next = block + 1;
    }
}

static void get_memory(struct state_reader *r)
{
    struct wasm_memory *memory = r->instance->memory;
    const struct wasm_memory *base = r->base ? r->base->memory : NULL;
    uint32_t pages = get_u32(r), before = memory ? memory->pages : 0;

    if (r->reader.status)
        return;
    if (pages < before || (base && pages < base->pages) || (!memory && pages > 0)) {
        refuse(r);
        return;
    }
    if (memory && pages > memory->maximum) {
        reader_fail_at(&r->reader, r->reader.cursor, ERR_LIMIT, "the memory is too large");
        return;
    }
    if (pages > before && memory_grow(memory, pages - before) == UINT32_MAX) {
        reader_fail_at(&r->reader, r->reader.cursor, ERR_NO_MEMORY, "out of memory");
        return;
    }
    if (before > 0)
        memset(memory->bytes, 0, (size_t)before * WASM_PAGE_SIZE);
    if (base && base->pages > 0)
        memcpy(memory->bytes, base->bytes, (size_t)base->pages * WASM_PAGE_SIZE);
    get_blocks(r, pages ? memory->bytes : NULL, pages);
}

static void get_dropped(struct state_reader *r, uint8_t *dropped, uint32_t count)
{
    if (get_u32(r) != count)
        refuse(r);
    for (uint32_t i = 0; i < count && !r->reader.status; i++) {
        dropped[i] = (uint8_t)get_number(r, 1);
        if (dropped[i] > 1)
            refuse(r);
    }
}

enum status wasm_state_read_upon(struct wasm_machine *machine, struct wasm_instance *instance,
                                 const struct wasm_instance *base, const uint8_t *bytes,
                                 size_t size, bool *pending)
{
    struct state_reader r = {.reader = {bytes, bytes, bytes + size, OK, NULL},
                             .machine = machine,
                             .instance = instance,
                             .base = base,
                             .locals = {.allocator = instance->allocator}};

    *pending = false;
    if (get_u32(&r) != (base ? STATE_MAGIC_SOME : STATE_MAGIC) || get_u32(&r) != STATE_VERSION)
        refuse(&r);
    get_machine(&r, pending);
    get_globals(&r);
    get_tables(&r);
    get_memory(&r);
    get_dropped(&r, instance->dropped_elements, instance->module->element_count);
    get_dropped(&r, instance->dropped_data, instance->module->data_count);
    if (!r.reader.status && r.reader.cursor != r.reader.end)
        refuse(&r);
    machine_load(machine, instance);
    scratch_release(&r.locals, 1);
    if (r.reader.status) { /* nothing of a refused call can be run */
        machine->pc = &machine->entry[1];
        machine->fp = machine->stack;
        machine->run = WASM_DONE;
    }
    return r.reader.status;
}

enum status wasm_state_read(struct wasm_machine *machine, struct wasm_instance *instance,
                            const uint8_t *bytes, size_t size, bool *pending)
{
    return wasm_state_read_upon(machine, instance, NULL, bytes, size, pending);
}
