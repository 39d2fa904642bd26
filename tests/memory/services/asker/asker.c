/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See asker.h.
 */
#include "asker.h"

#include <cells_interface.h>
#include <kernel/clock.h>
#include <kernel/log.h>
#include <kernel/task.h>
#include <string.h>
#include <tests/unit/cells_agent.h>

enum { PIECE = 384, PAUSE = 1000000 /* ns */ };

static const uint64_t patience = 20 * NANOSECONDS_PER_SECOND;

/* The SHA-256 of cells_agent. */
static const uint8_t hash[32] = {
    0x93, 0xc3, 0x27, 0xa0, 0xdb, 0xed, 0x0b, 0x4c, 0x8b, 0xeb, 0xbd, 0xb5, 0x02, 0x9a, 0x97, 0x9c,
    0xe3, 0x71, 0xe8, 0xd6, 0x26, 0xcf, 0x34, 0x16, 0x42, 0xee, 0xf0, 0xdf, 0xd0, 0x87, 0x57, 0x73,
};

static struct capability_holder *holder;
static struct capability cells;
static uint8_t agent[16]; /* its id */

/* One allocation fails in a run: a call that got no memory gets it the second time. */
static bool once_more(enum status status, unsigned *times)
{
    return status == ERR_NO_MEMORY && ++*times == 1;
}

#define ASK(status, call, ...)                                                                     \
    do {                                                                                           \
        unsigned times_ = 0;                                                                       \
        do {                                                                                       \
            status = cells_##call(holder, cells, __VA_ARGS__, clock_now() + patience);             \
        } while (once_more(status, &times_));                                                      \
        if (status) {                                                                              \
            log_error("asker", "%s: %s", #call, status_text(status));                              \
            return status;                                                                         \
        }                                                                                          \
    } while (0)

#define FILL(field, from) (memcpy((field).bytes, from, sizeof(from)), (field).length = sizeof(from))

static enum status write_all(uint32_t blob)
{
    enum status status;
    for (uint32_t at = 0; at < sizeof(cells_agent); at += PIECE) {
        const size_t left = sizeof(cells_agent) - at;
        struct cells_write_request request = {.blob = blob, .offset = at};
        request.data.length = (uint16_t)(left < PIECE ? left : PIECE);
        memcpy(request.data.bytes, cells_agent + at, request.data.length);
        ASK(status, write, &request);
    }
    return OK;
}

static enum status deploy(void)
{
    struct cells_upload_request upload = {.content = CELLS_CONTENT_MODULE,
                                          .size = sizeof(cells_agent)};
    struct cells_upload_reply blob;
    struct cells_deploy_reply deployed;
    enum status status;
    FILL(upload.hash, hash);
    ASK(status, upload, &upload, &blob);
    status = write_all(blob.blob);
    if (status)
        return status;
    const struct cells_deploy_request request = {.blob = blob.blob};
    ASK(status, deploy, &request, &deployed);
    return deployed.accepted ? OK : ERR_CORRUPT;
}

static enum status create(void)
{
    static struct cells_create_request request = {
        .name = "asked", .namespace = "asker", .grants = "log", .arguments = "one two"};
    struct cells_create_reply reply;
    enum status status;
    FILL(request.dna, hash);
    ASK(status, create, &request, &reply);
    memcpy(agent, reply.cell.bytes, sizeof(agent));
    return OK;
}

/* Has the agent run a function to its end. */
static enum status execute(const char *function, unsigned arguments)
{
    struct cells_exec_request request = {.arguments = {arguments, {1000}}};
    struct cells_result_request which;
    struct cells_result_reply reply;
    enum status status;
    strcpy(request.function, function);
    FILL(request.cell, agent);
    ASK(status, exec, &request);
    FILL(which.cell, agent);
    do {
        task_sleep_until(clock_now() + PAUSE);
        status = cells_result(holder, cells, &which, &reply, clock_now() + patience);
    } while (status == ERR_WOULD_BLOCK);
    if (status)
        log_error("asker", "%s: %s", function, status_text(status));
    return status;
}

static enum status drop(uint32_t blob)
{
    const struct cells_drop_request request = {.blob = blob};
    enum status status;
    ASK(status, drop, &request);
    return status;
}

static enum status end(void)
{
    struct cells_terminate_request terminate;
    struct cells_remove_request remove;
    enum status status;
    FILL(terminate.cell, agent);
    FILL(remove.cell, agent);
    ASK(status, terminate, &terminate);
    ASK(status, remove, &remove);
    return status;
}

/* Takes a snapshot, ends the agent and makes it anew of that. */
static enum status restore(void)
{
    struct cells_snapshot_request request = {.delta = false};
    struct cells_snapshot_reply taken;
    struct cells_restore_reply restored;
    struct cells_resume_request resume;
    enum status status;
    FILL(request.cell, agent);
    ASK(status, snapshot, &request, &taken);
    status = end();
    if (status)
        return status;
    const struct cells_restore_request restore = {.blob = taken.blob,
                                                  .has_grants = true,
                                                  .grants = "log",
                                                  .has_namespace = true,
                                                  .namespace = "asker"};
    ASK(status, restore, &restore, &restored);
    FILL(resume.cell, agent);
    ASK(status, resume, &resume);
    return drop(taken.blob);
}

/* Moves the agent from this node to itself: what leaves ends, and what has arrived goes on. */
static enum status move(void)
{
    struct cells_migrate_request request = {.target = "sim", .delta = false};
    struct cells_migrate_reply leaving;
    struct cells_receive_reply arriving;
    struct cells_remove_request remove;
    enum status status;
    FILL(request.cell, agent);
    ASK(status, migrate, &request, &leaving);
    const struct cells_complete_request left = {.migration = leaving.migration};
    ASK(status, complete, &left);
    FILL(remove.cell, agent);
    ASK(status, remove, &remove);
    const struct cells_receive_request receive = {.blob = leaving.blob,
                                                  .source = "sim",
                                                  .has_grants = true,
                                                  .grants = "log",
                                                  .has_namespace = true,
                                                  .namespace = "asker"};
    ASK(status, receive, &receive, &arriving);
    const struct cells_complete_request arrived = {.migration = arriving.migration};
    ASK(status, complete, &arrived);
    return drop(leaving.blob);
}

static enum status forget(void)
{
    struct cells_forget_request request;
    enum status status;
    FILL(request.dna, hash);
    ASK(status, forget, &request);
    return status;
}

static enum status walk(void)
{
    enum status status = deploy();
    if (!status)
        status = create();
    if (!status)
        status = execute("count", 1);
    if (!status)
        status = execute("grow", 0);
    if (!status)
        status = restore();
    if (!status)
        status = move();
    if (!status)
        status = execute("count", 1);
    if (!status)
        status = end();
    return status ? status : forget();
}

enum status asker_main(const struct service *service)
{
    holder = service->holder;
    enum status status = cells_connect(holder, clock_now() + patience, &cells);
    if (!status)
        status = walk();
    if (status)
        return status;
    log_info("asker", "has had all");
    return task_sleep_until(CLOCK_NEVER);
}
