/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the commands `ranvier agent …` have in common: their options, the board's service cells, and
 * the modules and snapshots that go there and back in pieces.
 */
#ifndef RANVIER_AGENT_H
#define RANVIER_AGENT_H

#include "call.h"

#include <cells_interface.h>
#include <gen/json.h>

enum {
    AGENT_ID = 16,
    AGENT_OPERANDS = 2,
    AGENT_NAME = 31, /* characters, as services/cells has them */
    AGENT_NAMESPACE = 15,
    AGENT_FILE_MAX = 256 << 20 /* bytes of a module or a snapshot */
};

/* What the command line says; each command reads those options that it lists. */
struct agent_options {
    bool json, follow, created, delta, module, result, start, wasi, wishes;
    int gateway;          /* port, 0: the usual one */
    const char *name;     /* of the agent; NULL: as the file is called */
    const char *space;    /* namespace; "": the usual one */
    const char *grants;   /* NULL: what the module asks for */
    const char *function; /* with its arguments; NULL: none */
    const char *output;   /* file; NULL: the usual one */
    const char *board;    /* image of the simulated board; NULL: the usual one */
    const char *arguments;
    char environment[96]; /* words NAME=VALUE */
    struct cells_policy policy;
};

/* Each command's own ones are put together of these. */
#define AGENT_JSON                                                                                 \
    {                                                                                              \
        "json", no_argument, NULL, 'j'                                                             \
    }
#define AGENT_SPACE                                                                                \
    {                                                                                              \
        "namespace", required_argument, NULL, 'n'                                                  \
    }
#define AGENT_GRANTS                                                                               \
    {                                                                                              \
        "grants", required_argument, NULL, 'G'                                                     \
    }
#define AGENT_POLICY                                                                               \
    AGENT_GRANTS, {"memory", required_argument, NULL, 'M'},                                        \
        {"fuel", required_argument, NULL, 'F'}, {"battery", required_argument, NULL, 'B'},         \
        {"latency", required_argument, NULL, 'L'}, {"restart", required_argument, NULL, 'R'},      \
        {"architectures", required_argument, NULL, 'A'},                                           \
        {"features", required_argument, NULL, 'T'},                                                \
    {                                                                                              \
        "labels", required_argument, NULL, 'P'                                                     \
    }

#define AGENT_SPACE_HELP "  --namespace N  the agent's namespace (default)\n"
#define AGENT_POLICY_HELP                                                                          \
    "  --grants \"W …\"          what the agent may do: log, send, spawn, input, migrate,\n"     \
    "                          SERVICE.CALL, SERVICE.*\n"                                          \
    "  --memory N[K|M]         bytes that it may have\n"                                           \
    "  --fuel N                units a second\n"                                                   \
    "  --restart WHEN          never, on-failure, always\n"                                        \
    "  --battery N             percent that its node must have\n"                                  \
    "  --latency N             us in which it wants its messages answered\n"                       \
    "  --architectures \"W …\"   preferred, the most first\n"                                    \
    "  --features \"W …\"        that its CPU must have\n"                                       \
    "  --labels \"W …\"          that its node must have\n"

/* Reads the options; COMMAND_OK, or says what is wrong and returns COMMAND_USAGE. */
int agent_options(const struct command *command, int count, char **words, const struct option *list,
                  struct agent_options *options);

/* The next word behind the options, which is not the link; NULL if there is none. A `--` in front
 * of a link's command stays there. */
char *agent_operand(int count, char **words);

/* As call_open, for a board with the service cells. */
int agent_open(struct caller *board, const struct command *command, int port, int count,
               char **words);

/* A command on its way: what the command line says, and the board, which is open. */
struct agent_work {
    const struct command *command;
    struct agent_options options;
    const char *operands[AGENT_OPERANDS];
    uint8_t id[AGENT_ID]; /* of the agent that the first operand names, if it is to name one */
    struct json *json;    /* stdout, an object a line; NULL: text is wanted */
    struct caller board;
};

/* What a command of a board's agents is between its command line and its exit status. */
struct agent_frame {
    const struct option *options;
    size_t operands;
    const char *missing; /* what is asked where there are fewer */
    bool finds;          /* the first is an agent of the board */
    /* NULL, or: COMMAND_OK, or says what is wrong with the options and returns COMMAND_USAGE. */
    int (*check)(const struct command *command, const struct agent_options *options);
    /* What it does with its operands where no link follows them; NULL: one has to. */
    int (*without_board)(struct agent_work *work);
    int (*run)(struct agent_work *work); /* an exit status */
};

/* Reads the command line, opens the board, finds the agent, runs the command and closes the board.
 * The command's exit status, or that of what failed before, which is told. */
int agent_run(const struct command *command, int count, char **words,
              const struct agent_frame *frame);

/* A call of the board's cells; what fails is not told. */
enum status agent_call(struct caller *board, size_t call, const void *request, void *reply);

/* Finds the agent of that name, or of an id in 32 hexadecimal digits. COMMAND_OK or told. */
int agent_find(struct caller *board, const struct agent_options *options, const char *name,
               uint8_t id[AGENT_ID]);

/* Says that something failed at the board; COMMAND_FAILED. */
int agent_failed(const struct caller *board, const char *what, enum status status);

/* Says why an agent did not do what it was told: one that is in another state says in which.
 * COMMAND_FAILED. */
int agent_refused(struct caller *board, const char *name, const uint8_t id[AGENT_ID],
                  enum status status);

/* Says what the board's node lacks of what a policy asks for or grants name. COMMAND_FAILED. */
int agent_unfit(struct caller *board, const struct cells_policy *policy, const char *grants);

/* Says that an agent which comes with these grants imports more than them, and that the log, the
 * agent's or the board's, says what. COMMAND_FAILED. */
int agent_denied(const struct caller *board, const char *grants);

/* Says what is short for an agent in that namespace, whose policy is those bytes of memory (0:
 * any), if anything is; else as agent_failed. COMMAND_FAILED. */
int agent_no_room(struct caller *board, const char *space, uint32_t memory, const char *what,
                  enum status status);

/* Sends a module or a snapshot, with its progress on a terminal. `hash` is the SHA-256 of the
 * bytes. *blob is 0 if the board knows the module. COMMAND_OK or told. */
int agent_upload(struct caller *board, enum cells_content content, const uint8_t *bytes,
                 size_t size, const uint8_t hash[32], uint32_t *blob);

/* Fetches a snapshot that was taken into `bytes`. COMMAND_OK or told. */
int agent_download(struct caller *board, uint32_t blob, uint8_t *bytes, size_t size);

/* How far an agent's log was printed; zero, but for `json`, at its beginning. */
struct agent_log {
    bool json; /* each line as an object */
    uint64_t offset;
    char line[256]; /* of which the end has not come yet */
    size_t length;
};

/* Prints what came to the agent's log since, to stdout. COMMAND_OK or told. */
int agent_print_log(struct caller *board, const uint8_t id[AGENT_ID], struct agent_log *log);

/* Prints what came of a line without its end: no more is read. */
void agent_end_log(struct agent_log *log);

/* Begins the call of a function ("name 1 2.5f -3") of an agent, once that is at rest. What an agent
 * that does not start says in its log is printed, as objects if `json`. COMMAND_OK or told. */
int agent_begin(struct caller *board, const uint8_t id[AGENT_ID], const char *function, bool json);

/* Calls a function (NULL: one was called already) of an agent, waits until it has returned, and
 * prints its results; what it logs meanwhile too, if `log` isn't NULL. COMMAND_OK or told. */
int agent_exec(struct caller *board, const uint8_t id[AGENT_ID], const char *function,
               struct json *json, struct agent_log *log);

/* Deploys a module's file and makes an agent of it; its id comes back. COMMAND_OK or told. */
int agent_deploy(struct caller *board, const struct agent_options *options, const char *path,
                 uint8_t id[AGENT_ID]);

/* The whole file, to be freed by the caller; NULL: told. */
uint8_t *agent_read_file(const char *path, size_t *size);

/* Bytes as hexadecimal digits, in `text` of 2 * size + 1. */
const char *agent_hex(const uint8_t *bytes, size_t size, char *text);

/* A line of text, or an object with it. */
void agent_print_text(const struct agent_options *options, const char *key, const char *text);

/* An agent's id so. */
void agent_print_id(const struct agent_options *options, const uint8_t id[AGENT_ID]);

/* Policy and grants as text or as members of the object that is open. */
void agent_print_policy(struct json *json, const struct cells_policy *policy, const char *grants);

/* Names of enumerations' values. */
extern const char *const agent_states[], *const agent_causes[], *const agent_restarts[];

#endif
