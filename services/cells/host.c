/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See host.h and binding.h.
 */
#include <services/cells/host.h>

#include <services/cells/binding.h>
#include <services/cells/random.h>
#include <services/cells/service_call.h>
#include <services/cells/words.h>

#include <kernel/channel.h>
#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <string.h>

/* --- imports --- */

static bool text_is(const char *text, const char *bytes, uint32_t length)
{
    return strlen(text) == length && memcmp(text, bytes, length) == 0;
}

/* The family that the request names; NULL where there is none. */
static const struct host_module *family_find(const struct wasm_import_request *request)
{
    for (size_t i = 0; i < host_module_count; i++)
        if (text_is(host_modules[i].name, request->module, request->module_length))
            return &host_modules[i];
    return NULL;
}

/* The agent calls. What it passes is kept for polls. */
static enum wasm_host_answer enter_host(void *context, struct wasm_machine *machine,
                                        union wasm_slot *values)
{
    struct host_binding *binding = context;
    struct cell *cell = binding->cell;
    size_t count = strlen(binding->import->parameters);
    (void)machine;
    if (cell->in_checkpoint && binding->import->waiting)
        return WASM_HOST_FAILED;
    if (count > HOST_ARGUMENTS_MAX)
        count = HOST_ARGUMENTS_MAX;
    memcpy(cell->pending_arguments, values, count * sizeof(*values));
    cell->pending = binding;
    return binding->import->call(cell, values);
}

static void refuse(struct cell *cell, const struct wasm_import_request *request, const char *why,
                   const char *grant)
{
    char text[CELL_TEXT + 1];
    size_t length =
        format_text(text, sizeof(text), "import %.*s.%.*s: %s%s\n", (int)request->module_length,
                    request->module, (int)request->name_length, request->name, why, grant);
    host_log(cell, text, length < sizeof(text) ? length : sizeof(text) - 1);
}

/* What the request names, in the binding; NULL, or why it is refused, to which the grant of an
 * import in the binding belongs. */
static const char *look_up(const struct cell *cell, const struct wasm_import_request *request,
                           struct host_binding *binding)
{
    if (request->kind != WASM_FUNCTION)
        return "only functions can be imported";
    const struct host_module *family = family_find(request);
    if (!family)
        return service_import(cell, request, binding);
    const struct host_import *import = family->imports, *end = import + *family->count;
    while (import < end && !words_have(import->name, request->name, request->name_length))
        import++;
    if (import == end)
        return "this node has no such function";
    binding->import = import;
    const bool granted = !import->grant || host_granted(cell, import->grant);
    return granted ? NULL : "not granted; its grant is ";
}

bool binding_resolve(void *context, const struct wasm_import_request *request,
                     struct wasm_extern *found)
{
    struct cell *cell = context;
    struct host_binding made = {.next = cell->bindings, .cell = cell, .index = cell->binding_count};
    const char *why = look_up(cell, request, &made);
    struct host_binding *binding =
        why ? NULL : cell_memory_resize(&cell->memory, NULL, 0, sizeof(*binding));
    if (binding) {
        *binding = made;
        if (wasm_host_function_create(&binding->function, &cell->memory.allocator,
                                      made.import->parameters, made.import->results, enter_host,
                                      binding) == OK) {
            cell->bindings = binding;
            cell->binding_count++;
            *found = binding->function;
            return true;
        }
        cell_memory_resize(&cell->memory, binding, sizeof(*binding), 0);
    }
    refuse(cell, request, why ? why : "no memory for it",
           why && made.import ? made.import->grant : "");
    return false;
}

struct host_binding *binding_find(const struct cell *cell, uint32_t index)
{
    struct host_binding *binding = cell->bindings;
    while (binding && binding->index != index)
        binding = binding->next;
    return binding;
}

void bindings_free(struct cell *cell)
{
    while (cell->bindings) {
        struct host_binding *binding = cell->bindings;
        cell->bindings = binding->next;
        wasm_extern_destroy(&binding->function);
        cell_memory_resize(&cell->memory, binding, sizeof(*binding), 0);
    }
    for (size_t i = 0; i < CELL_FAMILIES; i++) {
        if (cell->data[i])
            cell_memory_resize(&cell->memory, cell->data[i], cell->data_size[i], 0);
        cell->data[i] = NULL;
    }
    cell->binding_count = 0;
    cell->pending = NULL;
}

/* --- calls that wait --- */

enum wasm_host_answer host_wait(struct cell *cell, uint64_t deadline)
{
    cell->waiting = true;
    cell->deadline = deadline;
    return WASM_HOST_PENDING;
}

uint64_t host_deadline(const struct cell *cell)
{
    return cell->deadline;
}

void host_wake(struct cell *cell)
{
    if (cell->waiting)
        cell->woken = true;
}

void host_wake_later(struct cells *cells, uint32_t number)
{
    if (cells->wake)
        channel_notify(cells->wake, UINT32_C(1) << number % 32);
}

enum wasm_host_answer host_yield(struct cell *cell)
{
    return host_wait(cell, 0);
}

static void go_on(struct cell *cell, const union wasm_slot *results)
{
    cell->waiting = cell->woken = cell->moved = false;
    wasm_machine_finish(cell->machine, results);
}

enum wasm_host_answer binding_poll(struct cell *cell)
{
    const struct host_waiting *waiting = cell->pending->import->waiting;
    union wasm_slot values[HOST_ARGUMENTS_MAX] = {{.u64 = 0}};
    enum wasm_host_answer answer = WASM_HOST_DONE;
    cell->woken = false;
    if (cell->moved) {
        values[0] = *waiting->migrated;
    } else if (waiting->poll) {
        memcpy(values, cell->pending_arguments, sizeof(values));
        answer = waiting->poll(cell, values);
    }
    if (answer == WASM_HOST_DONE)
        go_on(cell, values);
    return answer;
}

/* --- what host functions may do --- */

void *host_bytes(struct cell *cell, uint32_t at, uint32_t size)
{
    struct wasm_memory *memory = wasm_machine_memory(cell->machine);
    size_t have = 0;
    uint8_t *bytes = memory ? wasm_memory_bytes(memory, &have) : NULL;
    return bytes && at <= have && size <= have - at ? bytes + at : NULL;
}

void *host_array(struct cell *cell, uint32_t at, uint32_t count, uint32_t size)
{
    uint64_t bytes = (uint64_t)count * size;
    return bytes <= UINT32_MAX ? host_bytes(cell, at, (uint32_t)bytes) : NULL;
}

void *host_data(struct cell *cell, size_t family, size_t size)
{
    if (family >= CELL_FAMILIES)
        return NULL;
    if (!cell->data[family]) {
        cell->data[family] = cell_memory_resize(&cell->memory, NULL, 0, size);
        cell->data_size[family] = (uint32_t)size;
        if (cell->data[family])
            memset(cell->data[family], 0, size);
    }
    return cell->data[family];
}

bool host_granted(const struct cell *cell, const char *grant)
{
    return words_have(cell->grants, grant, strlen(grant));
}

uint64_t host_time(const struct cell *cell)
{
    return clock_now() + (uint64_t)cell->clock_offset;
}

void host_random(struct cell *cell, void *bytes, size_t size)
{
    random_warn(cell->cells);
    random_draw(cell->cells, bytes, size);
}

enum wasm_host_answer host_exit(struct cell *cell, uint32_t code)
{
    cell->exiting = true;
    cell->exit_code = code;
    return WASM_HOST_FAILED;
}

/* --- the log --- */

/* The last line, for the board's log. */
static void tell_line(const struct cell *cell)
{
    char line[80];
    size_t length = cell->log_line < sizeof(line) ? cell->log_line : sizeof(line) - 1;
    for (size_t i = 0; i < length; i++)
        line[i] = cell->log[(cell->log_end - cell->log_line + i) % CONFIG_CELLS_LOG];
    line[length] = '\0';
    log_info("agent", "%s: %s", cell->name, line);
}

void host_log(struct cell *cell, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n' && cell->log_line > 0)
            tell_line(cell);
        cell->log[cell->log_end++ % CONFIG_CELLS_LOG] = text[i];
        if (text[i] == '\n')
            cell->log_line = 0;
        else if (cell->log_line < CONFIG_CELLS_LOG)
            cell->log_line++;
    }
}

size_t cell_log_read(const struct cell *cell, uint64_t *offset, char *text, size_t size)
{
    uint64_t oldest = cell->log_end > CONFIG_CELLS_LOG ? cell->log_end - CONFIG_CELLS_LOG : 0;
    size_t length = 0;
    if (*offset < oldest)
        *offset = oldest;
    while (length < size && *offset < cell->log_end)
        text[length++] = cell->log[(*offset)++ % CONFIG_CELLS_LOG];
    return length;
}
