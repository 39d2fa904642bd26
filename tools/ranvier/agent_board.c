/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier agent list|start|suspend|resume|stop|logs|exec|snapshot|restore`: a board's agents.
 */
#include "agent.h"
#include "agent_module.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FOLLOW_NAP = 200 /* ms between two looks at a log */ };

#define DETAILS(own) own "  --json         one object a line\n" CALL_HELP "\n" LINK_HELP
#define AGENT_HELP   "AGENT is a name, or an id in 32 hexadecimal digits.\n\n" AGENT_SPACE_HELP

/* --- list --- */

static void print_row(const struct cells_list_reply *row, struct json *json)
{
    char id[2 * AGENT_ID + 1];
    agent_hex(row->cell.bytes, AGENT_ID, id);
    if (!json) {
        printf("%-32s  %-15s  %-10s  %s\n", id, row->namespace, agent_states[row->state],
               row->name);
        return;
    }
    json_open_object(json, NULL);
    json_text(json, "id", id);
    json_text(json, "namespace", row->namespace);
    json_text(json, "state", agent_states[row->state]);
    json_text(json, "name", row->name);
    json_close_object(json);
}

static int list_agents(struct agent_work *work)
{
    struct cells_list_request request = {0};
    struct cells_list_reply row;
    enum status found;
    if (!work->json)
        printf("%-32s  %-15s  %-10s  %s\n", "id", "namespace", "state", "name");
    while ((found = agent_call(&work->board, CELLS_CALL_LIST, &request, &row)) == OK) {
        print_row(&row, work->json);
        request.index++;
    }
    return found == ERR_NOT_FOUND ? COMMAND_OK : agent_failed(&work->board, "the agents", found);
}

static int run_list(const struct command *self, int count, char **words)
{
    static const struct option list[] = {AGENT_JSON, CALL_OPTION, {0}};
    static const struct agent_frame frame = {.options = list, .run = list_agents};
    return agent_run(self, count, words, &frame);
}

/* --- room --- */

static void print_room(const struct cells_room_reply *room, struct json *json)
{
    if (!json) {
        printf("room for about %u agents of 64 KiB\nnamespace      %u agents, %" PRIu64
               " bytes\nboard          %" PRIu64 " bytes, %" PRIu64 " in one piece\n",
               room->fit, room->agents, room->quota, room->memory, room->largest);
        return;
    }
    json_open_object(json, NULL);
    json_number(json, "fit", room->fit);
    json_number(json, "agents", room->agents);
    json_number(json, "quota", room->quota);
    json_number(json, "memory", room->memory);
    json_number(json, "largest", room->largest);
    json_close_object(json);
}

static int tell_room(struct agent_work *work)
{
    struct cells_room_request request = {0};
    struct cells_room_reply room;
    snprintf(request.namespace, sizeof(request.namespace), "%s", work->options.space);
    const enum status done = agent_call(&work->board, CELLS_CALL_ROOM, &request, &room);
    if (done)
        return agent_failed(&work->board, "the room", done);
    print_room(&room, work->json);
    return COMMAND_OK;
}

static int run_room(const struct command *self, int count, char **words)
{
    static const struct option list[] = {AGENT_JSON, AGENT_SPACE, CALL_OPTION, {0}};
    static const struct agent_frame frame = {.options = list, .run = tell_room};
    return agent_run(self, count, words, &frame);
}

/* --- start, suspend, resume, stop, remove --- */

static int change(struct agent_work *work)
{
    static const struct {
        const char *name;
        size_t call;
    } changes[] = {{"agent start", CELLS_CALL_START},
                   {"agent suspend", CELLS_CALL_SUSPEND},
                   {"agent resume", CELLS_CALL_RESUME},
                   {"agent stop", CELLS_CALL_TERMINATE},
                   {"agent remove", CELLS_CALL_REMOVE}};
    struct cells_start_request request = {.cell = {.length = AGENT_ID}}; /* as all these */
    size_t i = 0;
    memcpy(request.cell.bytes, work->id, AGENT_ID);
    while (strcmp(changes[i].name, work->command->name) != 0)
        i++;
    const enum status done = agent_call(&work->board, changes[i].call, &request, NULL);
    if (done)
        return agent_refused(&work->board, work->operands[0], work->id, done);
    if (work->json)
        agent_print_id(&work->options, work->id);
    return COMMAND_OK;
}

static int run_change(const struct command *self, int count, char **words)
{
    static const struct option list[] = {AGENT_JSON, AGENT_SPACE, CALL_OPTION, {0}};
    static const struct agent_frame frame = {
        .options = list, .operands = 1, .missing = "which agent?", .finds = true, .run = change};
    return agent_run(self, count, words, &frame);
}

/* --- logs, exec --- */

static int print_log(struct agent_work *work)
{
    struct agent_log log = {.json = work->options.json};
    int status;
    while (!(status = agent_print_log(&work->board, work->id, &log)) && work->options.follow)
        usleep(FOLLOW_NAP * 1000);
    agent_end_log(&log);
    return status;
}

static int run_logs(const struct command *self, int count, char **words)
{
    static const struct option list[] = {
        {"follow", no_argument, NULL, 'f'}, AGENT_JSON, AGENT_SPACE, CALL_OPTION, {0}};
    static const struct agent_frame frame = {
        .options = list, .operands = 1, .missing = "which agent?", .finds = true, .run = print_log};
    return agent_run(self, count, words, &frame);
}

static int check_exec(const struct command *self, const struct agent_options *options)
{
    return options->start && options->result ? command_refuse(self, "--start or --result, not both")
                                             : COMMAND_OK;
}

static int execute(struct agent_work *work)
{
    const char *function = work->options.result ? NULL : work->operands[1];
    return work->options.start ? agent_begin(&work->board, work->id, function, work->options.json)
                               : agent_exec(&work->board, work->id, function, work->json, NULL);
}

static int run_exec(const struct command *self, int count, char **words)
{
    static const struct option list[] = {{"start", no_argument, NULL, 's'},
                                         {"result", no_argument, NULL, 'w'},
                                         AGENT_JSON,
                                         AGENT_SPACE,
                                         CALL_OPTION,
                                         {0}};
    static const struct agent_frame frame = {.options = list,
                                             .operands = 2,
                                             .missing = "which agent, which function?",
                                             .finds = true,
                                             .check = check_exec,
                                             .run = execute};
    return agent_run(self, count, words, &frame);
}

/* --- snapshot, restore --- */

static int fetch(struct agent_work *work)
{
    struct caller *const board = &work->board;
    const char *const path = work->operands[1];
    struct cells_snapshot_request request = {.cell = {.length = AGENT_ID},
                                             .delta = work->options.delta};
    struct cells_snapshot_reply taken;
    memcpy(request.cell.bytes, work->id, AGENT_ID);
    const enum status done = agent_call(board, CELLS_CALL_SNAPSHOT, &request, &taken);
    if (done)
        return agent_failed(board, "the snapshot", done);
    const struct cells_drop_request drop = {taken.blob};
    uint8_t *bytes = malloc(taken.size);
    int status = bytes ? agent_download(board, taken.blob, bytes, taken.size)
                       : command_fail("%s", strerror(ENOMEM));
    agent_call(board, CELLS_CALL_DROP, &drop, NULL); /* it was ours; a lost board has none */
    if (!status && !agent_write_file(path, bytes, taken.size))
        status = COMMAND_FAILED;
    if (!status && work->json) {
        json_open_object(work->json, NULL);
        json_text(work->json, "file", path);
        json_number(work->json, "size", taken.size);
        json_close_object(work->json);
    }
    free(bytes);
    return status;
}

static int run_snapshot(const struct command *self, int count, char **words)
{
    static const struct option list[] = {
        {"delta", no_argument, NULL, 'd'}, AGENT_JSON, AGENT_SPACE, CALL_OPTION, {0}};
    static const struct agent_frame frame = {.options = list,
                                             .operands = 2,
                                             .missing = "which agent, to which file?",
                                             .finds = true,
                                             .run = fetch};
    return agent_run(self, count, words, &frame);
}

/* What the snapshot that has come says of itself, and whether it is what is wanted: a delta, or
 * whole. COMMAND_OK or told. */
static int verify(struct caller *board, const struct agent_options *options, uint32_t blob,
                  struct cells_verify_reply *snapshot)
{
    const struct cells_verify_request request = {blob};
    const enum status done = agent_call(board, CELLS_CALL_VERIFY, &request, snapshot);
    if (done == ERR_UNSUPPORTED)
        return command_fail("%s: the snapshot is of a version that the board does not know",
                            board->wire.link.name);
    if (done)
        return agent_failed(board, "the snapshot", done);
    if (snapshot->delta == options->delta)
        return COMMAND_OK;
    return command_fail(snapshot->delta
                            ? "%s: the snapshot is a delta; --delta brings its agent up "
                              "to it"
                            : "%s: the snapshot is whole: no --delta with it",
                        board->wire.link.name);
}

/* Brings an agent up to a delta, or makes one, in the namespace that is named, with the grants that
 * are, or else with those that its module asks for. */
static enum status bring_back(struct caller *board, const struct agent_options *options,
                              const struct cells_verify_reply *snapshot,
                              struct cells_restore_request *request,
                              struct cells_restore_reply *made)
{
    const struct cells_update_request update = {request->blob};
    struct cells_manifest_request wanted = {.dna = {.length = sizeof(wanted.dna.bytes)}};
    struct cells_manifest_reply manifest;
    if (options->delta)
        return agent_call(board, CELLS_CALL_UPDATE, &update, made); /* as restore's reply */
    memcpy(wanted.dna.bytes, snapshot->dna.bytes, sizeof(wanted.dna.bytes));
    const enum status status = agent_call(board, CELLS_CALL_MANIFEST, &wanted, &manifest);
    if (status)
        return status;
    request->has_namespace = request->has_grants = true;
    snprintf(request->namespace, sizeof(request->namespace), "%s", options->space);
    snprintf(request->grants, sizeof(request->grants), "%s",
             options->grants ? options->grants : manifest.grants);
    return agent_call(board, CELLS_CALL_RESTORE, request, made);
}

/* Makes the agent of the blob that has come: its id. */
static int restore(struct caller *board, const struct agent_options *options, uint32_t blob)
{
    static const struct cells_policy any;
    struct cells_restore_request request = {.blob = blob};
    const struct cells_drop_request drop = {blob};
    struct cells_restore_reply made;
    struct cells_verify_reply snapshot;
    const int status = verify(board, options, blob, &snapshot);
    const enum status done = status ? OK : bring_back(board, options, &snapshot, &request, &made);
    agent_call(board, CELLS_CALL_DROP, &drop, NULL); /* it was ours; a lost board has none */
    if (status)
        return status;
    if (done == ERR_DENIED)
        return agent_denied(board, request.grants);
    if ((done == ERR_UNSUPPORTED || done == ERR_INVALID) && !options->delta)
        return agent_unfit(board, &any, request.grants);
    if (done == ERR_NOT_FOUND && options->delta)
        return command_fail("%s: the delta's agent is not there", board->wire.link.name);
    if (done == ERR_NOT_FOUND)
        return command_fail("%s: the snapshot's module is not there; deploy it with `ranvier "
                            "agent deploy --module`",
                            board->wire.link.name);
    if (done == ERR_BUSY)
        return command_fail(options->delta
                                ? "%s: the delta's agent is not suspended where it was taken from"
                                : "%s: the snapshot's agent, or one of its name, is there already",
                            board->wire.link.name);
    if (done)
        return agent_no_room(board, options->space, 0, "the snapshot", done);
    agent_print_id(options, made.cell.bytes);
    return COMMAND_OK;
}

static int check_restore(const struct command *self, const struct agent_options *options)
{
    return options->delta && (options->grants || *options->space)
               ? command_refuse(self, "--delta leaves the agent its grants and its namespace: no "
                                      "--grants or --namespace with it")
               : COMMAND_OK;
}

static int send_and_restore(struct agent_work *work)
{
    uint8_t hash[32];
    uint32_t blob;
    size_t size;
    uint8_t *bytes = agent_read_file(work->operands[0], &size);
    if (!bytes)
        return COMMAND_FAILED;
    agent_hash(bytes, size, hash);
    int status = agent_upload(&work->board, CELLS_CONTENT_SNAPSHOT, bytes, size, hash, &blob);
    if (!status)
        status = restore(&work->board, &work->options, blob);
    free(bytes);
    return status;
}

static int run_restore(const struct command *self, int count, char **words)
{
    static const struct option list[] = {
        {"delta", no_argument, NULL, 'd'}, AGENT_GRANTS, AGENT_SPACE, AGENT_JSON, CALL_OPTION, {0}};
    static const struct agent_frame frame = {.options = list,
                                             .operands = 1,
                                             .missing = "which file?",
                                             .check = check_restore,
                                             .run = send_and_restore};
    return agent_run(self, count, words, &frame);
}

const struct command agent_list_command = {
    .name = "agent list",
    .usage = "[OPTION]… LINK",
    .summary = "a board's agents",
    .details = DETAILS(""),
    .run = run_list,
};
const struct command agent_room_command = {
    .name = "agent room",
    .usage = "[OPTION]… LINK",
    .summary = "how many more agents fit on a board",
    .details = DETAILS(
        "What the namespace may still have, and what the board has left.\n" AGENT_SPACE_HELP),
    .run = run_room,
};
#define CHANGE(word, what)                                                                         \
    const struct command agent_##word##_command = {                                                \
        .name = "agent " #word,                                                                    \
        .usage = "[OPTION]… AGENT LINK",                                                           \
        .summary = what,                                                                           \
        .details = DETAILS(AGENT_HELP),                                                            \
        .run = run_change,                                                                         \
    }
CHANGE(start, "start an agent that was created");
CHANGE(suspend, "stop an agent where it is");
CHANGE(resume, "let a suspended agent go on");
CHANGE(stop, "end an agent; its log can still be read");
CHANGE(remove, "forget an agent that has ended");
const struct command agent_logs_command = {
    .name = "agent logs",
    .usage = "[OPTION]… AGENT LINK",
    .summary = "print an agent's log",
    .details = DETAILS(AGENT_HELP "  --follow       go on as it grows\n"),
    .run = run_logs,
};
const struct command agent_exec_command = {
    .name = "agent exec",
    .usage = "[OPTION]… AGENT \"FUNCTION [NUMBER]…\" LINK",
    .summary = "call a function of an agent and print its results",
    .details = DETAILS("Numbers are integers, 1.5 for an f64, 1.5f for an f32; results are printed "
                       "as bits.\n" AGENT_HELP "  --start        do not wait for the results\n"
                       "  --result       only the results of what was called already\n"),
    .run = run_exec,
};
const struct command agent_snapshot_command = {
    .name = "agent snapshot",
    .usage = "[OPTION]… AGENT FILE LINK",
    .summary = "write an agent's whole state to a file",
    .details = DETAILS(AGENT_HELP "  --delta        only what changed since the last\n"),
    .run = run_snapshot,
};
const struct command agent_restore_command = {
    .name = "agent restore",
    .usage = "[OPTION]… FILE LINK",
    .summary = "make a suspended agent of a snapshot",
    .details =
        DETAILS("Where it belongs and what it may do is what you say, not what it was and "
                "might where it\ncomes from.\n\n"
                "  --grants \"W …\"  what it may do (what its module asks for)\n" AGENT_SPACE_HELP
                "  --delta        upon the suspended agent that it is a delta of\n"),
    .run = run_restore,
};
