/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier agent move`: an agent from one board to another, in the two phases of both boards'
 * migration managers (services/cells/migration.h). It runs on one of them at the most: until it has
 * arrived its source can take it back, and it is ended there before it begins to run at its target.
 * `ranvier agent input`: what an agent reads as its standard input.
 */
#include "agent.h"
#include "agent_module.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Opens the board that one word names. */
static int open_link(struct caller *board, const struct command *self, int gateway, char *link)
{
    char *words[] = {link, link, NULL};
    optind = 1; /* the link, as behind the options of a command line */
    return agent_open(board, self, gateway, 2, words);
}

/* --- move --- */

/* A snapshot on its way. */
struct parcel {
    struct caller *source, *target;
    uint8_t id[AGENT_ID];
    uint32_t leaving, arriving; /* migrations, of either board */
    uint8_t *bytes;
    size_t size;
};

/* Stops the agent and fetches its snapshot. */
static int fetch(struct parcel *parcel)
{
    struct cells_migrate_request request = {.cell = {.length = AGENT_ID}};
    struct cells_migrate_reply taken;
    memcpy(request.cell.bytes, parcel->id, AGENT_ID);
    snprintf(request.target, sizeof(request.target), "%s", parcel->target->wire.link.name);
    const enum status done = agent_call(parcel->source, CELLS_CALL_MIGRATE, &request, &taken);
    if (done)
        return agent_failed(parcel->source, "the agent", done);
    const struct cells_drop_request drop = {taken.blob};
    parcel->leaving = taken.migration;
    parcel->size = taken.size;
    parcel->bytes = malloc(taken.size);
    const int status = parcel->bytes
                           ? agent_download(parcel->source, taken.blob, parcel->bytes, taken.size)
                           : command_fail("%s", strerror(ENOMEM));
    agent_call(parcel->source, CELLS_CALL_DROP, &drop, NULL); /* it was ours */
    return status;
}

/* Has the target make an agent of it, which does not run yet. */
static int hand_over(struct parcel *parcel)
{
    struct cells_receive_request request;
    struct cells_receive_reply made;
    uint8_t hash[32];
    agent_hash(parcel->bytes, parcel->size, hash);
    const int status = agent_upload(parcel->target, CELLS_CONTENT_SNAPSHOT, parcel->bytes,
                                    parcel->size, hash, &request.blob);
    if (status)
        return status;
    const struct cells_drop_request drop = {request.blob};
    snprintf(request.source, sizeof(request.source), "%s", parcel->source->wire.link.name);
    const enum status done = agent_call(parcel->target, CELLS_CALL_RECEIVE, &request, &made);
    agent_call(parcel->target, CELLS_CALL_DROP, &drop, NULL); /* it was ours */
    if (done == ERR_NOT_FOUND)
        return command_fail("%s: the agent's module is not there; --module FILE.wasm sends it",
                            parcel->target->wire.link.name);
    if (done)
        return agent_failed(parcel->target, "the agent", done);
    parcel->arriving = made.migration;
    return COMMAND_OK;
}

/* Lets the agent go on where it was; if it had asked to be moved, it is told that it was not. */
static void take_back(struct parcel *parcel)
{
    const struct cells_cancel_request cancel = {parcel->leaving};
    struct cells_refuse_request refuse = {.cell = {.length = AGENT_ID}};
    memcpy(refuse.cell.bytes, parcel->id, AGENT_ID);
    const enum status done = agent_call(parcel->source, CELLS_CALL_CANCEL, &cancel, NULL);
    if (done)
        agent_failed(parcel->source, "the agent is not taken back", done);
    agent_call(parcel->source, CELLS_CALL_REFUSE, &refuse, NULL); /* most have not asked */
}

/* Ends it at its source, then starts it at its target. */
static int conclude(struct parcel *parcel)
{
    const struct cells_complete_request leave = {parcel->leaving}, arrive = {parcel->arriving};
    enum status done = agent_call(parcel->source, CELLS_CALL_COMPLETE, &leave, NULL);
    if (done)
        return agent_failed(parcel->source, "the agent that leaves", done);
    done = agent_call(parcel->target, CELLS_CALL_COMPLETE, &arrive, NULL);
    return done ? agent_failed(parcel->target, "the agent that arrives", done) : COMMAND_OK;
}

static int move(struct parcel *parcel, struct agent_options *options, const char *name)
{
    int status = agent_find(parcel->source, options, name, parcel->id);
    if (!status && options->output) {
        options->module = true;
        status = agent_deploy(parcel->target, options, options->output, NULL);
    }
    if (status)
        return status;
    status = fetch(parcel);
    if (!status)
        status = hand_over(parcel);
    if (status && parcel->leaving)
        take_back(parcel);
    return status ? status : conclude(parcel);
}

static int run_move(const struct command *self, int count, char **words)
{
    static const struct option list[] = {
        {"module", required_argument, NULL, 'o'}, AGENT_SPACE, AGENT_JSON, CALL_OPTION, {0}};
    static struct caller source, target;
    struct agent_options options;
    struct parcel parcel = {.source = &source, .target = &target};
    int status = agent_options(self, count, words, list, &options);
    if (status)
        return status;
    char *const name = agent_operand(count, words), *const from = agent_operand(count, words);
    char *const to = agent_operand(count, words);
    if (!to)
        return command_refuse(self, "which agent, from which link to which?");
    if ((status = open_link(&source, self, options.gateway, from)))
        return status;
    if (!(status = open_link(&target, self, options.gateway, to))) {
        status = move(&parcel, &options, name);
        call_close(&target);
    }
    call_close(&source);
    free(parcel.bytes);
    if (!status)
        agent_print_id(&options, parcel.id);
    return status;
}

/* --- input --- */

/* Sends a piece, as soon as there is room for it. */
static int send_piece(struct caller *board, const struct cells_input_request *piece)
{
    enum { NAP = 20 /* ms */ };
    enum status done;
    while ((done = agent_call(board, CELLS_CALL_INPUT, piece, NULL)) == ERR_WOULD_BLOCK)
        usleep(NAP * 1000);
    if (done == ERR_DENIED)
        return command_fail("%s: the agent is not granted input", board->wire.link.name);
    return done ? agent_failed(board, "the agent's input", done) : COMMAND_OK;
}

static int run_input(const struct command *self, int count, char **words)
{
    static const struct option list[] = {AGENT_SPACE, AGENT_JSON, CALL_OPTION, {0}};
    static struct caller board;
    struct agent_options options;
    struct cells_input_request piece = {.cell = {.length = AGENT_ID}};
    int status = agent_options(self, count, words, list, &options);
    if (status)
        return status;
    const char *name = agent_operand(count, words);
    if (!name)
        return command_refuse(self, "which agent?");
    if ((status = agent_open(&board, self, options.gateway, count, words)))
        return status;
    status = agent_find(&board, &options, name, piece.cell.bytes);
    ssize_t length = 1;
    uint64_t sent = 0;
    while (!status && length > 0) { /* the last piece is empty: its end */
        length = read(STDIN_FILENO, piece.data.bytes, sizeof(piece.data.bytes));
        piece.data.length = (uint16_t)(length > 0 ? length : 0);
        status = length < 0 ? command_fail("standard input: %s", strerror(errno))
                            : send_piece(&board, &piece);
        sent += piece.data.length;
    }
    call_close(&board);
    if (!status && options.json) {
        struct json json = {.stream = stdout, .compact = true};
        json_open_object(&json, NULL);
        json_number(&json, "bytes", sent);
        json_close_object(&json);
    }
    return status;
}

const struct command agent_move_command = {
    .name = "agent move",
    .usage = "[OPTION]… AGENT LINK LINK",
    .summary = "move an agent from one board to another",
    .details = "The agent goes on at the second where the first has stopped it, or, if that "
               "fails, at the first.\nPrints its id.\n\n"
               "  --module FILE  its module, for a board that has it not\n"
               "  --json         one object\n" AGENT_SPACE_HELP CALL_HELP "\n" LINK_HELP,
    .run = run_move,
};
const struct command agent_input_command = {
    .name = "agent input",
    .usage = "[OPTION]… AGENT LINK",
    .summary = "send standard input to an agent that is granted input",
    .details = "  --json         how many bytes it was, as an object\n" AGENT_SPACE_HELP CALL_HELP
               "\n" LINK_HELP,
    .run = run_input,
};
