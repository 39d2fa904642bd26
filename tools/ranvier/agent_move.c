/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier agent move`: an agent from one board to another, in the two phases of both boards'
 * migration managers (services/cells/migration.h).
 *
 * 1 It runs on one of them at the most: until it has arrived its source can take it back, and it is
 *   ended there before it begins to run at its target.
 * 2 Wherever a move was cut off, the same move made again brings it to its end: an agent that has
 *   left its source is started at its target, one that has not goes on there and is moved anew.
 * 3 Once its source was told to end it, nothing is taken back: an answer that did not come may have
 *   been a yes.
 */
#include "agent.h"
#include "agent_module.h"

#include <errno.h>
#include <inttypes.h>
#include <status_interface.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEQUENCE = 8, SEQUENCE_SIZE = 4 }; /* in a snapshot: services/cells/snapshot.h */

#define AGAIN "`ranvier agent move` with the same words "

/* An agent on its way. */
struct parcel {
    struct caller *source, *target;
    uint8_t id[AGENT_ID];
    struct cells_policy policy;
    char space[AGENT_NAMESPACE + 1], grants[96]; /* what the target is to give it */
    uint32_t leaving, arriving;                  /* migrations, of either board; 0: none */
    uint32_t sequence;                           /* of its snapshots, this one's */
    uint8_t *bytes; /* the snapshot; NULL: a move before this one has sent it */
    size_t size;
};

/* --- what the boards say --- */

static const char *name_of(const struct caller *board)
{
    return board->wire.link.name;
}

/* Whether nobody knows what became of a call: no answer came. */
static bool is_unknown(enum status status)
{
    return status == ERR_CLOSED || status == ERR_TIMEOUT;
}

/* A call that does no harm twice is made again, where the link was lost and may be back by then, or
 * where an answer was. */
static enum status insist(struct caller *board, size_t call, const void *request, void *reply)
{
    const enum status status = agent_call(board, call, request, reply);
    const bool again = status == ERR_CLOSED || (status == ERR_TIMEOUT && !board->wire.lost);
    return again ? agent_call(board, call, request, reply) : status;
}

static enum status look(struct caller *board, const uint8_t id[AGENT_ID],
                        struct cells_inspect_reply *agent)
{
    struct cells_inspect_request request = {.cell = {.length = AGENT_ID}};
    memcpy(request.cell.bytes, id, AGENT_ID);
    return insist(board, CELLS_CALL_INSPECT, &request, agent);
}

/* The board's migration of that agent, one that arrives or one that leaves; *migration is 0 if
 * there is none. */
static enum status find_pending(struct caller *board, const uint8_t id[AGENT_ID], bool arriving,
                                uint32_t *migration)
{
    struct cells_pending_request request = {0};
    struct cells_pending_reply one;
    enum status status;
    *migration = 0;
    while (!(status = insist(board, CELLS_CALL_PENDING, &request, &one)) && !*migration) {
        if (one.arriving == arriving && memcmp(one.cell.bytes, id, AGENT_ID) == 0)
            *migration = one.migration;
        request.index++;
    }
    return status == ERR_NOT_FOUND ? OK : status;
}

/* --- the first phase: there and back --- */

/* Stops the agent and fetches its snapshot. */
static int fetch(struct parcel *parcel)
{
    struct cells_migrate_request request = {.cell = {.length = AGENT_ID}};
    struct cells_migrate_reply taken;
    memcpy(request.cell.bytes, parcel->id, AGENT_ID);
    snprintf(request.target, sizeof(request.target), "%s", name_of(parcel->target));
    const enum status done = agent_call(parcel->source, CELLS_CALL_MIGRATE, &request, &taken);
    if (done)
        return agent_refused(parcel->source, "the agent", parcel->id, done);
    const struct cells_drop_request drop = {taken.blob};
    parcel->leaving = taken.migration;
    parcel->size = taken.size;
    if (taken.size < SEQUENCE + SEQUENCE_SIZE)
        return agent_failed(parcel->source, "the snapshot", ERR_CORRUPT);
    parcel->bytes = malloc(taken.size);
    const int status = parcel->bytes
                           ? agent_download(parcel->source, taken.blob, parcel->bytes, taken.size)
                           : command_fail("%s", strerror(ENOMEM));
    agent_call(parcel->source, CELLS_CALL_DROP, &drop, NULL); /* it was ours */
    for (unsigned i = 0; i < SEQUENCE_SIZE && !status; i++)
        parcel->sequence |= (uint32_t)parcel->bytes[SEQUENCE + i] << 8 * i;
    return status;
}

/* Makes the agent of the snapshot that the target has. */
static enum status receive(struct parcel *parcel, uint32_t blob)
{
    const struct cells_drop_request drop = {blob};
    struct cells_receive_request request = {.blob = blob};
    struct cells_receive_reply made;
    snprintf(request.source, sizeof(request.source), "%s", name_of(parcel->source));
    request.has_namespace = request.has_grants = true;
    snprintf(request.namespace, sizeof(request.namespace), "%s", parcel->space);
    snprintf(request.grants, sizeof(request.grants), "%s", parcel->grants);
    enum status done = agent_call(parcel->target, CELLS_CALL_RECEIVE, &request, &made);
    if (is_unknown(done)) { /* it may be there */
        const enum status found = find_pending(parcel->target, parcel->id, true, &parcel->arriving);
        done = !found && parcel->arriving ? OK : done;
    } else if (!done) {
        parcel->arriving = made.migration;
    }
    if (!parcel->target->wire.lost)
        agent_call(parcel->target, CELLS_CALL_DROP, &drop, NULL); /* it was ours */
    return done;
}

/* Has the target make an agent of it, which does not run yet. */
static int hand_over(struct parcel *parcel)
{
    uint32_t blob;
    uint8_t hash[32];
    agent_hash(parcel->bytes, parcel->size, hash);
    const int status = agent_upload(parcel->target, CELLS_CONTENT_SNAPSHOT, parcel->bytes,
                                    parcel->size, hash, &blob);
    if (status)
        return status;
    const enum status done = receive(parcel, blob);
    if (done == ERR_NOT_FOUND)
        return command_fail("%s: the agent's module is not there; --module FILE.wasm sends it",
                            name_of(parcel->target));
    if (done == ERR_BUSY)
        return command_fail("%s: an agent of that id or name is there already; `ranvier agent "
                            "remove` forgets one that has ended",
                            name_of(parcel->target));
    if (done == ERR_DENIED)
        return agent_denied(parcel->target, parcel->grants);
    if (done == ERR_UNSUPPORTED || done == ERR_INVALID)
        return agent_unfit(parcel->target, &parcel->policy, parcel->grants);
    return done ? agent_no_room(parcel->target, parcel->space, parcel->policy.memory, "the agent",
                                done)
                : COMMAND_OK;
}

/* Has the target forget an agent that waits there, where its source has it still. */
static enum status forget_arrival(struct parcel *parcel)
{
    enum status status = find_pending(parcel->target, parcel->id, true, &parcel->arriving);
    const struct cells_cancel_request cancel = {parcel->arriving};
    if (!status && parcel->arriving)
        status = agent_call(parcel->target, CELLS_CALL_CANCEL, &cancel, NULL);
    parcel->arriving = 0;
    return status == ERR_NOT_FOUND ? OK : status;
}

/* Lets the agent go on where it was, if it was stopped there. */
static enum status release(struct parcel *parcel)
{
    enum status status = find_pending(parcel->source, parcel->id, false, &parcel->leaving);
    const struct cells_cancel_request cancel = {parcel->leaving};
    if (!status && parcel->leaving)
        status = insist(parcel->source, CELLS_CALL_CANCEL, &cancel, NULL);
    parcel->leaving = 0;
    return status == ERR_NOT_FOUND ? OK : status;
}

/* It stays; if it had asked to be moved, it is told that it was not. */
static void take_back(struct parcel *parcel)
{
    struct cells_refuse_request refuse = {.cell = {.length = AGENT_ID}};
    memcpy(refuse.cell.bytes, parcel->id, AGENT_ID);
    if (release(parcel))
        command_fail("%s: nothing answers, and the agent may be stopped there; " AGAIN
                     "moves it, `ranvier call cells cancel` lets it go on",
                     name_of(parcel->source));
    agent_call(parcel->source, CELLS_CALL_REFUSE, &refuse, NULL); /* most have not asked */
    if (!parcel->target->wire.lost) /* or it may wait there, which the next move notices */
        forget_arrival(parcel);
}

/* --- the second phase: only forward --- */

/* Whether a source that has ended its agent for a move has done so for this one: it has taken no
 * younger snapshot, so that nowhere is a younger agent. COMMAND_OK or told. */
static int check_last(const struct parcel *parcel, const struct cells_inspect_reply *left)
{
    if (left->snapshots == parcel->sequence)
        return COMMAND_OK;
    return command_fail("%s: the agent that waits there is not the last that there was at %s; "
                        "`ranvier call cells complete migration=%" PRIu32 "` starts it",
                        name_of(parcel->target), name_of(parcel->source), parcel->arriving);
}

static bool has_moved(const struct cells_inspect_reply *agent)
{
    return agent->state == CELLS_STATE_TERMINATED && agent->cause == CELLS_CAUSE_MOVED;
}

/* Ends the agent at its source. */
static int leave(struct parcel *parcel)
{
    const struct cells_complete_request request = {parcel->leaving};
    struct cells_inspect_reply agent;
    enum status done = insist(parcel->source, CELLS_CALL_COMPLETE, &request, NULL);
    if (!done)
        return COMMAND_OK;
    if (done != ERR_NOT_FOUND || look(parcel->source, parcel->id, &agent))
        return command_fail("%s: nothing answers, and the agent may have ended there or not; it "
                            "waits at %s; " AGAIN "brings it to an end",
                            name_of(parcel->source), name_of(parcel->target));
    if (has_moved(&agent)) /* it was ended by the call whose answer did not come */
        return check_last(parcel, &agent);
    forget_arrival(parcel);
    return command_fail("%s: the agent is %s, somebody else has ended its move",
                        name_of(parcel->source), agent_states[agent.state]);
}

/* The agent has left, and its target may have lost it: what was sent is kept in a file. */
static void keep(const struct parcel *parcel)
{
    char path[2 * AGENT_ID + sizeof(".snapshot")];
    agent_hex(parcel->id, AGENT_ID, path);
    strcat(path, ".snapshot");
    if (parcel->bytes && agent_write_file(path, parcel->bytes, parcel->size))
        command_fail("should it be lost there, `ranvier agent restore --namespace %s --grants "
                     "\"%s\" %s LINK` brings it back",
                     parcel->space, parcel->grants, path);
}

/* Starts it at its target. */
static int arrive(struct parcel *parcel)
{
    const struct cells_complete_request request = {parcel->arriving};
    struct cells_inspect_reply agent;
    enum status done = insist(parcel->target, CELLS_CALL_COMPLETE, &request, NULL);
    if (done == ERR_NOT_FOUND && !look(parcel->target, parcel->id, &agent))
        done = OK; /* it was started by the call whose answer did not come */
    if (!done)
        return COMMAND_OK;
    if (is_unknown(done))
        command_fail("%s: nothing answers; the agent has left %s and waits there; " AGAIN
                     "starts it",
                     name_of(parcel->target), name_of(parcel->source));
    else
        agent_failed(parcel->target, "the agent that arrives", done);
    keep(parcel);
    return COMMAND_FAILED;
}

/* --- the whole --- */

/* What is left of a move that was cut off before the agent had left: none of it. */
static int clear(struct parcel *parcel)
{
    enum status status = release(parcel);
    if (status)
        return agent_failed(parcel->source, "the agent", status);
    status = forget_arrival(parcel);
    return status ? agent_failed(parcel->target, "the agent that waits there", status) : COMMAND_OK;
}

/* It has ended at its source: with one that waits at the target a move was cut off. */
static int resume(struct parcel *parcel, const struct cells_inspect_reply *left)
{
    struct cells_inspect_reply waits;
    if (!parcel->arriving || !has_moved(left))
        return command_fail("%s: the agent has ended there: %s", name_of(parcel->source),
                            left->reason);
    const enum status done = look(parcel->target, parcel->id, &waits);
    if (done)
        return agent_failed(parcel->target, "the agent", done);
    parcel->sequence = waits.snapshots;
    const int status = check_last(parcel, left);
    return status ? status : arrive(parcel);
}

static int move(struct parcel *parcel, struct agent_options *options)
{
    struct cells_inspect_reply agent;
    enum status done = look(parcel->source, parcel->id, &agent);
    if (done)
        return agent_failed(parcel->source, "the agent", done);
    done = find_pending(parcel->target, parcel->id, true, &parcel->arriving);
    if (done)
        return agent_failed(parcel->target, "the agents", done);
    parcel->policy = agent.policy;
    snprintf(parcel->space, sizeof(parcel->space), "%s",
             *options->space ? options->space : agent.namespace);
    snprintf(parcel->grants, sizeof(parcel->grants), "%s",
             options->grants ? options->grants : agent.grants);
    if (agent.state == CELLS_STATE_TERMINATED)
        return resume(parcel, &agent);
    int status = clear(parcel);
    if (!status && options->output) {
        options->module = true;
        status = agent_deploy(parcel->target, options, options->output, NULL);
    }
    if (status)
        return status;
    status = fetch(parcel);
    if (!status)
        status = hand_over(parcel);
    if (status) {
        take_back(parcel);
        return status;
    }
    status = leave(parcel);
    return status ? status : arrive(parcel);
}

static int move_one(struct parcel *parcel, struct agent_options *options)
{
    parcel->leaving = parcel->arriving = parcel->sequence = 0;
    parcel->bytes = NULL;
    const int status = move(parcel, options);
    free(parcel->bytes);
    if (!status)
        agent_print_id(options, parcel->id);
    return status;
}

/* --- what agents wish --- */

/* Whether the agent in that place, of the namespace if one is named, asks to be moved anywhere, or
 * to the node of that name. */
static enum status wish(struct parcel *parcel, const char *space, uint16_t place, const char *node,
                        bool *wishes)
{
    const struct cells_list_request request = {place};
    struct cells_list_reply row;
    struct cells_inspect_reply agent;
    enum status status = insist(parcel->source, CELLS_CALL_LIST, &request, &row);
    if (status)
        return status;
    memcpy(parcel->id, row.cell.bytes, AGENT_ID);
    status = look(parcel->source, parcel->id, &agent);
    *wishes = !status && agent.has_target && agent.state == CELLS_STATE_RUNNING &&
              (!*space || strcmp(agent.namespace, space) == 0) &&
              (!*agent.target || strcmp(agent.target, node) == 0);
    return status;
}

/* Moves all that ask for it. One that cannot be is told, and the others are tried. */
static int move_wishers(struct parcel *parcel, struct agent_options *options)
{
    struct status_node_reply node;
    enum status status = call_service(parcel->target, &status_interface, STATUS_CALL_NODE, NULL,
                                      &node, CALL_PATIENCE);
    if (status)
        return agent_failed(parcel->target, "the service status, for the node's name", status);
    int moved = COMMAND_OK;
    bool wishes;
    for (uint16_t place = 0; !(status = wish(parcel, options->space, place, node.board, &wishes));
         place++)
        if (wishes && move_one(parcel, options))
            moved = COMMAND_FAILED;
    return status == ERR_NOT_FOUND ? moved : agent_failed(parcel->source, "the agents", status);
}

/* --- the command --- */

/* Opens the board that one word names. */
static int open_link(struct caller *board, const struct command *self, int gateway, char *link)
{
    char *words[] = {link, link, NULL};
    optind = 1; /* the link, as behind the options of a command line */
    return agent_open(board, self, gateway, 2, words);
}

/* `name` NULL: what wishes to. */
static int move_between(struct parcel *parcel, struct agent_options *options, const char *name)
{
    if (!name)
        return move_wishers(parcel, options);
    const int status = agent_find(parcel->source, options, name, parcel->id);
    return status ? status : move_one(parcel, options);
}

static int run_move(const struct command *self, int count, char **words)
{
    static const struct option list[] = {{"module", required_argument, NULL, 'o'},
                                         {"wishes", no_argument, NULL, 'W'},
                                         AGENT_GRANTS,
                                         AGENT_SPACE,
                                         AGENT_JSON,
                                         CALL_OPTION,
                                         {0}};
    static struct caller source, target;
    struct agent_options options;
    struct parcel parcel = {.source = &source, .target = &target};
    int status = agent_options(self, count, words, list, &options);
    if (status)
        return status;
    char *const name = options.wishes ? NULL : agent_operand(count, words);
    char *const from = agent_operand(count, words), *const to = agent_operand(count, words);
    if (!to)
        return command_refuse(self, options.wishes ? "from which link to which?"
                                                   : "which agent, from which link to which?");
    if (strcmp(from, to) == 0)
        return command_refuse(self, "it is there already: name two links");
    if ((status = open_link(&source, self, options.gateway, from)))
        return status;
    if (!(status = open_link(&target, self, options.gateway, to))) {
        status = move_between(&parcel, &options, name);
        call_close(&target);
    }
    call_close(&source);
    return status;
}

const struct command agent_move_command = {
    .name = "agent move",
    .usage = "[OPTION]… AGENT | --wishes LINK LINK",
    .summary = "move an agent from one board to another",
    .details =
        "The agent goes on at the second where the first has stopped it, or, if that "
        "fails, at the first; suspended, if it was.\nPrints its id. A move that was cut off "
        "is brought to its end by the same command.\n\n"
        "  --wishes       all agents that ask to be moved there, or anywhere\n"
        "  --module FILE  its module, for a board that has it not\n"
        "  --grants \"W …\"  what it may do there (what it may where it is)\n"
        "  --json         one object\n"
        "  --namespace N  the agent's namespace, here and there (default); with --wishes: of it "
        "only\n" CALL_HELP "\n" LINK_HELP,
    .run = run_move,
};
