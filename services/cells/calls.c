/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See calls.h. Each finds what the request names, has it done, and fills in the reply.
 */
#include <services/cells/calls.h>

#include <services/cells/dna.h>
#include <services/cells/mailbox.h>
#include <services/cells/migration.h>
#include <services/cells/ranvier.h>

#include <kernel/clock.h>
#include <kernel/format.h>
#include <string.h>

/* A text from one that has the same room. */
#define FILL_TEXT(field, text)                                                                     \
    do {                                                                                           \
        _Static_assert(sizeof(field) == sizeof(text), "both have the same room");                  \
        memcpy(field, text, sizeof(field));                                                        \
    } while (0)

#define FILL_BYTES(field, from)                                                                    \
    do {                                                                                           \
        (field).length = sizeof(from);                                                             \
        memcpy((field).bytes, from, sizeof(from));                                                 \
    } while (0)

static struct cell *cell_of(struct cells *cells, const uint8_t *bytes, uint16_t length)
{
    struct cell_id id;
    if (length != sizeof(id))
        return NULL;
    memcpy(&id, bytes, sizeof(id));
    return cell_find(cells, &id);
}

/* The namespace of that name: who names none means this one. */
static const char *space_of(const char *name)
{
    return *name ? name : "default";
}

/* A text that a request may have: who names none gives none. */
static const char *given(bool some, const char *text)
{
    return some ? text : "";
}

/* On what terms a request restores or receives a snapshot. */
static struct snapshot_terms terms_of(bool has_space, const char *space, bool has_grants,
                                      const char *grants)
{
    return (struct snapshot_terms){space_of(given(has_space, space)), given(has_grants, grants)};
}

#define CELL_OF(request) cell_of(context, (request)->cell.bytes, (request)->cell.length)

/* A blob that has come whole, of that content. */
static enum status whole(struct cells *cells, uint32_t handle, enum cells_content content,
                         struct blob **blob)
{
    *blob = blob_find(cells, handle);
    if (!*blob)
        return ERR_NOT_FOUND;
    return (*blob)->content == content && blob_is_whole(*blob) ? OK : ERR_INVALID;
}

/* --- blobs --- */

static enum status do_upload(void *context, const struct cells_upload_request *request,
                             struct cells_upload_reply *reply)
{
    struct blob *blob;
    if (request->size == 0 || request->hash.length != DNA_HASH)
        return ERR_INVALID;
    reply->known =
        request->content == CELLS_CONTENT_MODULE && dna_find(context, request->hash.bytes);
    if (reply->known)
        return OK;
    enum status status = blob_create(context, request->content, request->size, &blob);
    if (status)
        return status;
    memcpy(blob->hash, request->hash.bytes, sizeof(blob->hash));
    reply->blob = blob->handle;
    return OK;
}

static enum status do_write(void *context, const struct cells_write_request *request)
{
    struct blob *blob = blob_find(context, request->blob);
    if (!blob)
        return ERR_NOT_FOUND;
    return blob_write(blob, request->offset, request->data.bytes, request->data.length);
}

static enum status do_read(void *context, const struct cells_read_request *request,
                           struct cells_read_reply *reply)
{
    const struct blob *blob = blob_find(context, request->blob);
    if (!blob)
        return ERR_NOT_FOUND;
    size_t left = request->offset < blob->written ? blob->written - request->offset : 0;
    reply->data.length =
        (uint16_t)(left < sizeof(reply->data.bytes) ? left : sizeof(reply->data.bytes));
    if (reply->data.length > 0)
        memcpy(reply->data.bytes, blob->bytes + request->offset, reply->data.length);
    return OK;
}

static enum status do_drop(void *context, const struct cells_drop_request *request)
{
    struct blob *blob = blob_find(context, request->blob);
    if (!blob)
        return ERR_NOT_FOUND;
    blob_destroy(context, blob);
    return OK;
}

/* --- modules --- */

static enum status do_deploy(void *context, const struct cells_deploy_request *request,
                             struct cells_deploy_reply *reply)
{
    struct blob *blob;
    struct dna *dna;
    struct wasm_error error;
    uint8_t hash[DNA_HASH];
    enum status status = whole(context, request->blob, CELLS_CONTENT_MODULE, &blob);
    if (status)
        return status;
    dna_hash(blob->bytes, blob->size, hash);
    if (memcmp(hash, blob->hash, sizeof(hash)) != 0)
        return ERR_CORRUPT;
    status = dna_add(context, blob->bytes, blob->size, false, &dna, &error);
    if (status == ERR_NO_MEMORY)
        return status;
    if (status == OK)
        blob->bytes = NULL; /* the module's from now on */
    blob_destroy(context, blob);
    reply->accepted = status == OK;
    reply->offset = status ? error.offset : 0;
    format_text(reply->message, sizeof(reply->message), "%s", status ? error.message : "");
    if (status == OK)
        FILL_BYTES(reply->dna, dna->hash);
    return OK;
}

static enum status do_forget(void *context, const struct cells_forget_request *request)
{
    struct dna *dna =
        request->dna.length == DNA_HASH ? dna_find(context, request->dna.bytes) : NULL;
    return dna ? dna_forget(context, dna) : ERR_NOT_FOUND;
}

static enum status do_module(void *context, const struct cells_module_request *request,
                             struct cells_module_reply *reply)
{
    const struct cells *cells = context;
    const struct dna *dna = cells->dna;
    for (unsigned i = 0; dna && i < request->index; i++)
        dna = dna->next;
    if (!dna)
        return ERR_NOT_FOUND;
    FILL_BYTES(reply->dna, dna->hash);
    reply->size = (uint32_t)dna->size;
    reply->agents = (uint16_t)dna->users;
    reply->baked = dna->baked;
    return OK;
}

static enum status do_manifest(void *context, const struct cells_manifest_request *request,
                               struct cells_manifest_reply *reply)
{
    const struct dna *dna =
        request->dna.length == DNA_HASH ? dna_find(context, request->dna.bytes) : NULL;
    if (!dna)
        return ERR_NOT_FOUND;
    *reply = dna->manifest;
    return OK;
}

/* --- agents --- */

static enum status do_check(void *context, const struct cells_check_request *request,
                            struct cells_check_reply *reply)
{
    const struct cells *cells = context;
    *reply->missing = '\0';
    (void)policy_check(cells, &request->policy, given(request->has_grants, request->grants),
                       reply->missing, sizeof(reply->missing));
    return OK;
}

static enum status do_create(void *context, const struct cells_create_request *request,
                             struct cells_create_reply *reply)
{
    struct cell_id parent;
    struct cell *cell;
    if (request->dna.length != DNA_HASH ||
        (request->has_parent && request->parent.length != sizeof(parent)))
        return ERR_INVALID;
    struct cell_parameters parameters = {
        .dna = dna_find(context, request->dna.bytes),
        .name = request->name,
        .space = space_of(request->namespace),
        .parent = request->has_parent ? &parent : NULL,
        .policy = &request->policy,
        .grants = request->grants,
        .arguments = request->arguments,
        .environment = request->has_environment ? request->environment : NULL,
    };
    if (!parameters.dna)
        return ERR_NOT_FOUND;
    memcpy(&parent, request->parent.bytes, sizeof(parent));
    enum status status = cell_create(context, &parameters, &cell);
    if (status == OK)
        FILL_BYTES(reply->cell, cell->id.bytes);
    return status;
}

static enum status do_start(void *context, const struct cells_start_request *request)
{
    struct cell *cell = CELL_OF(request);
    return cell ? cell_start(cell) : ERR_NOT_FOUND;
}

static enum status do_suspend(void *context, const struct cells_suspend_request *request)
{
    struct cell *cell = CELL_OF(request);
    return cell ? cell_suspend(cell) : ERR_NOT_FOUND;
}

static enum status do_resume(void *context, const struct cells_resume_request *request)
{
    struct cell *cell = CELL_OF(request);
    return cell ? cell_resume(cell) : ERR_NOT_FOUND;
}

static enum status do_terminate(void *context, const struct cells_terminate_request *request)
{
    struct cell *cell = CELL_OF(request);
    return cell ? cell_terminate(cell) : ERR_NOT_FOUND;
}

static enum status do_remove(void *context, const struct cells_remove_request *request)
{
    struct cell *cell = CELL_OF(request);
    if (!cell)
        return ERR_NOT_FOUND;
    if (cell->state != CELLS_STATE_TERMINATED)
        return ERR_BUSY;
    cell_destroy(cell);
    return OK;
}

static enum status do_find(void *context, const struct cells_find_request *request,
                           struct cells_find_reply *reply)
{
    const struct cell *cell = cell_named(context, space_of(request->namespace), request->name);
    if (!cell)
        return ERR_NOT_FOUND;
    FILL_BYTES(reply->cell, cell->id.bytes);
    return OK;
}

static enum status do_list(void *context, const struct cells_list_request *request,
                           struct cells_list_reply *reply)
{
    const struct cells *cells = context;
    const struct cell *cell = cells->first;
    for (unsigned i = 0; cell && i < request->index; i++)
        cell = cell->next;
    if (!cell)
        return ERR_NOT_FOUND;
    FILL_BYTES(reply->cell, cell->id.bytes);
    FILL_TEXT(reply->name, cell->name);
    FILL_TEXT(reply->namespace, cell->space->name);
    reply->state = cell->state;
    return OK;
}

static uint32_t pages_of(const struct cell *cell)
{
    struct wasm_memory *memory = cell->instance ? wasm_instance_memory(cell->instance) : NULL;
    size_t size = 0;
    if (memory)
        wasm_memory_bytes(memory, &size);
    return (uint32_t)(size / WASM_PAGE_SIZE);
}

static enum status do_inspect(void *context, const struct cells_inspect_request *request,
                              struct cells_inspect_reply *reply)
{
    struct cell *cell = CELL_OF(request);
    if (!cell)
        return ERR_NOT_FOUND;
    FILL_TEXT(reply->name, cell->name);
    FILL_TEXT(reply->namespace, cell->space->name);
    reply->state = cell->state;
    FILL_BYTES(reply->dna, cell->dna_hash);
    reply->has_parent = cell->has_parent;
    if (cell->has_parent)
        FILL_BYTES(reply->parent, cell->parent.bytes);
    reply->memory = cell->memory.own.used;
    reply->pages = pages_of(cell);
    reply->fuel = cell->fuel_used;
    reply->time = host_time(cell);
    reply->restarts = cell->restarts;
    reply->cause = cell->end.cause;
    reply->code = cell->end.code;
    FILL_TEXT(reply->reason, cell->end.reason);
    reply->snapshots = cell->snapshots;
    reply->has_age = cell->base != NULL;
    if (cell->base)
        reply->age = clock_now() - cell->snapshot_time;
    reply->policy = cell->policy;
    FILL_TEXT(reply->grants, cell->grants);
    reply->has_target = ranvier_target(cell, reply->target, sizeof(reply->target));
    return OK;
}

static enum status do_logs(void *context, const struct cells_logs_request *request,
                           struct cells_logs_reply *reply)
{
    const struct cell *cell = CELL_OF(request);
    if (!cell)
        return ERR_NOT_FOUND;
    reply->next = request->offset;
    reply->data.length = (uint16_t)cell_log_read(cell, &reply->next, (char *)reply->data.bytes,
                                                 sizeof(reply->data.bytes));
    return OK;
}

static enum status do_input(void *context, const struct cells_input_request *request)
{
    static const struct cell_id nobody;
    struct cell *cell = CELL_OF(request);
    if (!cell)
        return ERR_NOT_FOUND;
    if (!host_granted(cell, "input"))
        return ERR_DENIED;
    return mailbox_put(cell, &nobody, request->data.bytes, request->data.length, MAILBOX_INPUT);
}

static enum status do_exec(void *context, const struct cells_exec_request *request)
{
    struct cell *cell = CELL_OF(request);
    if (!cell)
        return ERR_NOT_FOUND;
    return cell_exec(cell, request->function, request->arguments.items, request->arguments.count);
}

static enum status do_result(void *context, const struct cells_result_request *request,
                             struct cells_result_reply *reply)
{
    const struct cell *cell = CELL_OF(request);
    if (!cell)
        return ERR_NOT_FOUND;
    if (!cell->has_results)
        return cell->stage == STAGE_EXEC ? ERR_WOULD_BLOCK : ERR_NOT_FOUND;
    reply->results.count = cell->result_count;
    memcpy(reply->results.items, cell->results, sizeof(cell->results));
    return OK;
}

/* --- snapshots and migrations --- */

static enum status do_snapshot(void *context, const struct cells_snapshot_request *request,
                               struct cells_snapshot_reply *reply)
{
    struct cell *cell = CELL_OF(request);
    struct blob *blob;
    if (!cell)
        return ERR_NOT_FOUND;
    enum status status = snapshot_take(cell, request->delta, &blob);
    if (status)
        return status;
    reply->blob = blob->handle;
    reply->size = (uint32_t)blob->size;
    return OK;
}

static enum status do_verify(void *context, const struct cells_verify_request *request,
                             struct cells_verify_reply *reply)
{
    struct blob *blob;
    struct snapshot_info info;
    enum status status = whole(context, request->blob, CELLS_CONTENT_SNAPSHOT, &blob);
    if (status == OK)
        status = snapshot_verify(blob->bytes, blob->size, &info);
    if (status)
        return status;
    FILL_BYTES(reply->cell, info.id.bytes);
    FILL_BYTES(reply->dna, info.dna);
    reply->sequence = info.sequence;
    reply->delta = info.delta;
    reply->size = info.body_size;
    return OK;
}

static enum status do_restore(void *context, const struct cells_restore_request *request,
                              struct cells_restore_reply *reply)
{
    const struct snapshot_terms terms =
        terms_of(request->has_namespace, request->namespace, request->has_grants, request->grants);
    struct blob *blob;
    struct cell *cell;
    enum status status = whole(context, request->blob, CELLS_CONTENT_SNAPSHOT, &blob);
    if (status == OK)
        status = snapshot_restore(context, blob->bytes, blob->size, &terms, CELLS_STATE_SUSPENDED,
                                  &cell);
    if (status == OK)
        FILL_BYTES(reply->cell, cell->id.bytes);
    return status;
}

static enum status do_update(void *context, const struct cells_update_request *request,
                             struct cells_update_reply *reply)
{
    struct blob *blob;
    struct cell *cell;
    enum status status = whole(context, request->blob, CELLS_CONTENT_SNAPSHOT, &blob);
    if (status == OK)
        status = snapshot_update(context, blob->bytes, blob->size, &cell);
    if (status == OK)
        FILL_BYTES(reply->cell, cell->id.bytes);
    return status;
}

static enum status do_migrate(void *context, const struct cells_migrate_request *request,
                              struct cells_migrate_reply *reply)
{
    struct cell *cell = CELL_OF(request);
    struct migration *migration;
    struct blob *blob;
    if (!cell)
        return ERR_NOT_FOUND;
    enum status status =
        migration_initiate(cell, request->target, request->delta, &migration, &blob);
    if (status)
        return status;
    reply->migration = migration->handle;
    reply->blob = blob->handle;
    reply->size = (uint32_t)blob->size;
    return OK;
}

static enum status do_refuse(void *context, const struct cells_refuse_request *request)
{
    struct cell *cell = CELL_OF(request);
    return cell ? ranvier_refuse(cell) : ERR_NOT_FOUND;
}

static enum status do_receive(void *context, const struct cells_receive_request *request,
                              struct cells_receive_reply *reply)
{
    const struct snapshot_terms terms =
        terms_of(request->has_namespace, request->namespace, request->has_grants, request->grants);
    struct migration *migration;
    struct blob *blob;
    enum status status = whole(context, request->blob, CELLS_CONTENT_SNAPSHOT, &blob);
    if (status == OK)
        status = migration_receive(context, blob->bytes, blob->size, request->source, &terms,
                                   &migration);
    if (status)
        return status;
    reply->migration = migration->handle;
    FILL_BYTES(reply->cell, migration->cell.bytes);
    return OK;
}

static enum status do_complete(void *context, const struct cells_complete_request *request)
{
    struct migration *migration = migration_find(context, request->migration);
    return migration ? migration_complete(context, migration) : ERR_NOT_FOUND;
}

static enum status do_cancel(void *context, const struct cells_cancel_request *request)
{
    struct migration *migration = migration_find(context, request->migration);
    return migration ? migration_cancel(context, migration) : ERR_NOT_FOUND;
}

static enum status do_pending(void *context, const struct cells_pending_request *request,
                              struct cells_pending_reply *reply)
{
    const struct cells *cells = context;
    const struct migration *migration = cells->migrations;
    for (unsigned i = 0; migration && i < request->index; i++)
        migration = migration->next;
    if (!migration)
        return ERR_NOT_FOUND;
    reply->migration = migration->handle;
    FILL_BYTES(reply->cell, migration->cell.bytes);
    reply->arriving = migration->arriving;
    FILL_TEXT(reply->peer, migration->peer);
    reply->since = migration->since;
    return OK;
}

/* --- namespaces --- */

static enum status do_quota(void *context, const struct cells_quota_request *request)
{
    struct namespace *space;
    enum status status = cells_namespace(context, request->namespace, &space);
    if (status)
        return status;
    if (request->memory < space->memory.used || request->memory > SIZE_MAX)
        return ERR_LIMIT;
    space->memory.limit = (size_t)request->memory;
    space->cell_limit = request->agents;
    space->fuel.rate = request->fuel;
    return OK;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* An agent takes its page, its stack and its record; what its module needs besides is not known. */
static enum status do_room(void *context, const struct cells_room_request *request,
                           struct cells_room_reply *reply)
{
    enum { EACH = WASM_PAGE_SIZE + CONFIG_CELLS_STACK * sizeof(union wasm_slot) };
    const struct cells *cells = context;
    struct page_pool *pool = cells->is.pool;
    const struct budget *own = &pool->budgets[cells->is.owner];
    struct namespace *space;
    enum status status = cells_namespace(context, space_of(request->namespace), &space);
    if (status)
        return status;
    const size_t record = sizeof(struct cell) + CONFIG_CELLS_LOG + page_size(pool);
    reply->agents = space->cells < space->cell_limit ? space->cell_limit - space->cells : 0;
    reply->quota = space->memory.limit - space->memory.used;
    reply->memory = least(own->limit - own->used, pool->free_pages * page_size(pool));
    reply->largest = least(reply->memory, page_largest_run(pool));
    reply->fit = reply->largest < WASM_PAGE_SIZE
                     ? 0
                     : (uint16_t)least(reply->agents,
                                       least(reply->quota / EACH, reply->memory / (EACH + record)));
    return OK;
}

const struct cells_server cells_calls_server = {
    .upload = do_upload,
    .write = do_write,
    .read = do_read,
    .drop = do_drop,
    .deploy = do_deploy,
    .forget = do_forget,
    .module = do_module,
    .create = do_create,
    .start = do_start,
    .suspend = do_suspend,
    .resume = do_resume,
    .terminate = do_terminate,
    .remove = do_remove,
    .find = do_find,
    .list = do_list,
    .inspect = do_inspect,
    .logs = do_logs,
    .input = do_input,
    .exec = do_exec,
    .result = do_result,
    .snapshot = do_snapshot,
    .verify = do_verify,
    .restore = do_restore,
    .update = do_update,
    .migrate = do_migrate,
    .refuse = do_refuse,
    .receive = do_receive,
    .complete = do_complete,
    .cancel = do_cancel,
    .pending = do_pending,
    .quota = do_quota,
    .room = do_room,
    .manifest = do_manifest,
    .check = do_check,
};
