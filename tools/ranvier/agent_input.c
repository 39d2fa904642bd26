/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier agent input`: what an agent reads as its standard input.
 */
#include "agent.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A piece came to an agent that does not run. One that has ended before the end of its input has
 * missed nothing. */
static int not_read(struct caller *board, const struct cells_input_request *piece)
{
    struct cells_inspect_request request = {.cell = {.length = AGENT_ID}};
    struct cells_inspect_reply agent;
    memcpy(request.cell.bytes, piece->cell.bytes, AGENT_ID);
    const bool ended = agent_call(board, CELLS_CALL_INSPECT, &request, &agent) == OK &&
                       agent.state == CELLS_STATE_TERMINATED;
    if (ended && piece->data.length == 0)
        return COMMAND_OK;
    return command_fail("%s: the agent %s, and reads nothing", board->wire.link.name,
                        ended ? "has ended" : "was not started");
}

/* Sends a piece, as soon as there is room for it. */
static int send_piece(struct caller *board, const struct cells_input_request *piece)
{
    enum { NAP = 20 /* ms */ };
    enum status done;
    while ((done = agent_call(board, CELLS_CALL_INPUT, piece, NULL)) == ERR_WOULD_BLOCK)
        usleep(NAP * 1000);
    if (done == ERR_DENIED)
        return command_fail("%s: the agent is not granted input", board->wire.link.name);
    if (done == ERR_CLOSED)
        return not_read(board, piece);
    return done ? agent_failed(board, "the agent's input", done) : COMMAND_OK;
}

/* Everything that standard input has; an empty piece is its end. */
static int send_input(struct agent_work *work)
{
    struct cells_input_request piece = {.cell = {.length = AGENT_ID}};
    uint64_t sent = 0;
    ssize_t length;
    memcpy(piece.cell.bytes, work->id, AGENT_ID);
    do {
        length = read(STDIN_FILENO, piece.data.bytes, sizeof(piece.data.bytes));
        if (length < 0)
            return command_fail("standard input: %s", strerror(errno));
        piece.data.length = (uint16_t)length;
        if (send_piece(&work->board, &piece))
            return COMMAND_FAILED;
        sent += piece.data.length;
    } while (length > 0);
    if (work->json) {
        json_open_object(work->json, NULL);
        json_number(work->json, "bytes", sent);
        json_close_object(work->json);
    }
    return COMMAND_OK;
}

static int run_input(const struct command *self, int count, char **words)
{
    static const struct option list[] = {AGENT_SPACE, AGENT_JSON, CALL_OPTION, {0}};
    static const struct agent_frame frame = {.options = list,
                                             .operands = 1,
                                             .missing = "which agent?",
                                             .finds = true,
                                             .run = send_input};
    return agent_run(self, count, words, &frame);
}

const struct command agent_input_command = {
    .name = "agent input",
    .usage = "[OPTION]… AGENT LINK",
    .summary = "send standard input to an agent that is granted input",
    .details = "  --json         how many bytes it was, as an object\n" AGENT_SPACE_HELP CALL_HELP
               "\n" LINK_HELP,
    .run = run_input,
};
