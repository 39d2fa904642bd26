/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier agent input`: what an agent reads as its standard input.
 */
#include "agent.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

const struct command agent_input_command = {
    .name = "agent input",
    .usage = "[OPTION]… AGENT LINK",
    .summary = "send standard input to an agent that is granted input",
    .details = "  --json         how many bytes it was, as an object\n" AGENT_SPACE_HELP CALL_HELP
               "\n" LINK_HELP,
    .run = run_input,
};
