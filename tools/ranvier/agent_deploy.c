/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier agent deploy`, `run` and `inspect`: a module becomes an agent of a board; of the
 * simulated board, for as long as it runs; and what an agent or a module is.
 */
#include "agent.h"
#include "agent_module.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUN_NAP = 20 /* ms between two looks at an agent that runs */ };

/* --- deploy --- */

/* Sends the module, and has it checked: its hash. */
static int keep_module(struct caller *board, const char *path, const uint8_t *module, size_t size,
                       uint8_t hash[32])
{
    struct cells_deploy_request request;
    struct cells_deploy_reply reply;
    agent_hash(module, size, hash);
    int status = agent_upload(board, CELLS_CONTENT_MODULE, module, size, hash, &request.blob);
    if (status || !request.blob)
        return status;
    const enum status done = agent_call(board, CELLS_CALL_DEPLOY, &request, &reply);
    if (done)
        return agent_failed(board, path, done);
    if (!reply.accepted)
        return agent_module_refused(path, reply.offset, reply.message);
    return COMMAND_OK;
}

/* The agent's name: as its file is called, without `.wasm`. */
static void name_after(char *name, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *dot = strstr(base, ".wasm");
    snprintf(name, size, "%.*s", dot ? (int)(dot - base) : (int)strlen(base), base);
}

static int create(struct caller *board, const struct agent_options *options, const char *path,
                  const struct cells_manifest_reply *manifest, const char *grants,
                  const uint8_t hash[32], uint8_t id[AGENT_ID])
{
    struct cells_create_request request = {.dna = {.length = 32}, .policy = options->policy};
    struct cells_create_reply made;
    if (strlen(options->arguments) >= sizeof(request.arguments))
        return command_fail("%s: more than %zu characters of arguments", path,
                            sizeof(request.arguments) - 1);
    memcpy(request.dna.bytes, hash, 32);
    if (options->name)
        snprintf(request.name, sizeof(request.name), "%s", options->name);
    else
        name_after(request.name, sizeof(request.name), path);
    snprintf(request.namespace, sizeof(request.namespace), "%s", options->space);
    snprintf(request.grants, sizeof(request.grants), "%s", grants);
    snprintf(request.arguments, sizeof(request.arguments), "%s", options->arguments);
    request.has_environment = *options->environment != '\0';
    snprintf(request.environment, sizeof(request.environment), "%s", options->environment);
    const enum status status = agent_call(board, CELLS_CALL_CREATE, &request, &made);
    if (status == ERR_BUSY)
        return command_fail("%s: there is an agent %s already; --name gives this one another",
                            board->wire.link.name, request.name);
    if (status == ERR_UNSUPPORTED) {
        manifest_complete(manifest, &request.policy);
        return agent_unfit(board, &request.policy, request.grants);
    }
    if (status)
        return agent_no_room(board, options->space, options->policy.memory, path, status);
    memcpy(id, made.cell.bytes, AGENT_ID);
    return COMMAND_OK;
}

/* Forgets an agent that was not started. */
static void forget(struct caller *board, const uint8_t id[AGENT_ID])
{
    struct cells_terminate_request end = {.cell = {.length = AGENT_ID}};
    struct cells_remove_request gone = {.cell = {.length = AGENT_ID}};
    memcpy(end.cell.bytes, id, AGENT_ID);
    memcpy(gone.cell.bytes, id, AGENT_ID);
    if (agent_call(board, CELLS_CALL_TERMINATE, &end, NULL) == OK)
        agent_call(board, CELLS_CALL_REMOVE, &gone, NULL);
}

/* Starts it. Why it does not start is in its log; it is not left there then. */
static int start(struct caller *board, const struct agent_options *options, const char *path,
                 const char *grants, const uint8_t id[AGENT_ID])
{
    struct cells_start_request request = {.cell = {.length = AGENT_ID}};
    struct agent_log log = {.json = options->json};
    memcpy(request.cell.bytes, id, AGENT_ID);
    const enum status status = agent_call(board, CELLS_CALL_START, &request, NULL);
    if (status == OK)
        return COMMAND_OK;
    agent_print_log(board, id, &log);
    agent_end_log(&log);
    forget(board, id);
    if (status == ERR_DENIED)
        return agent_denied(board, grants);
    return agent_no_room(board, options->space, options->policy.memory, path, status);
}

int agent_deploy(struct caller *board, const struct agent_options *options, const char *path,
                 uint8_t id[AGENT_ID])
{
    struct cells_manifest_reply manifest;
    uint8_t hash[32];
    size_t size;
    uint8_t *module = agent_read_file(path, &size);
    if (!module)
        return COMMAND_FAILED;
    int status = COMMAND_FAILED;
    if (agent_module_check(path, module, size) && manifest_read(module, size, &manifest) == OK)
        status = keep_module(board, path, module, size, hash);
    free(module);
    if (status || options->module)
        return status;
    const char *const grants = options->grants ? options->grants : manifest.grants;
    status = create(board, options, path, &manifest, grants, hash, id);
    /* A function is called without `_start` having run: exec starts the agent itself. */
    if (!status && !options->created && !options->function)
        status = start(board, options, path, grants, id);
    return status;
}

static int deploy(struct agent_work *work)
{
    const int status = agent_deploy(&work->board, &work->options, work->operands[0], work->id);
    if (!status && !work->options.module)
        agent_print_id(&work->options, work->id);
    return status;
}

static int run_deploy(const struct command *self, int count, char **words)
{
    static const struct option list[] = {{"name", required_argument, NULL, 'N'},
                                         {"arguments", required_argument, NULL, 'a'},
                                         {"env", required_argument, NULL, 'E'},
                                         {"created", no_argument, NULL, 'c'},
                                         {"module", no_argument, NULL, 'm'},
                                         AGENT_POLICY,
                                         AGENT_SPACE,
                                         AGENT_JSON,
                                         CALL_OPTION,
                                         {0}};
    static const struct agent_frame frame = {
        .options = list, .operands = 1, .missing = "which module?", .run = deploy};
    return agent_run(self, count, words, &frame);
}

/* --- run --- */

/* The image of the simulated board: beside this program, as make builds both. */
static const char *simulated(const struct agent_options *options)
{
    static char path[4096];
    if (options->board)
        return options->board;
    const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[length > 0 ? length : 0] = '\0';
    for (unsigned up = 0; up < 2 && strrchr(path, '/'); up++)
        *strrchr(path, '/') = '\0';
    strncat(path, "/mux-sim/ranvier.elf", sizeof(path) - strlen(path) - 1);
    return path;
}

/* Waits until the agent has ended, or is at rest, and prints what it logs. */
static int follow(struct caller *board, const uint8_t id[AGENT_ID], struct agent_log *log)
{
    struct cells_inspect_request request = {.cell = {.length = AGENT_ID}};
    struct cells_inspect_reply agent;
    memcpy(request.cell.bytes, id, AGENT_ID);
    for (;;) {
        const enum status status = agent_call(board, CELLS_CALL_INSPECT, &request, &agent);
        if (status)
            return agent_failed(board, "the agent", status);
        if (agent_print_log(board, id, log))
            return COMMAND_FAILED;
        if (agent.state == CELLS_STATE_TERMINATED)
            break;
        usleep(RUN_NAP * 1000);
    }
    agent_end_log(log);
    if (agent.cause == CELLS_CAUSE_EXITED)
        return (int)agent.code;
    return agent.cause == CELLS_CAUSE_RETURNED ? COMMAND_OK
                                               : command_fail("%s: %s", agent.name, agent.reason);
}

/* What follows the module's name, as one text. */
static bool join(int count, char **words, char *text, size_t size)
{
    size_t length = 0;
    *text = '\0';
    for (int i = 0; i < count && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s", i ? " " : "", words[i]);
    return length < size;
}

static int run_on(const struct command *self, const struct agent_options *options, char *image,
                  const char *path)
{
    static struct caller board;
    char name[] = "run", separator[] = "--", *words[] = {name, separator, image, NULL};
    struct json json = {.stream = stdout, .compact = true};
    struct agent_log log = {.json = options->json};
    uint8_t id[AGENT_ID];
    optind = 2; /* behind the separator, as after getopt_long */
    int status = agent_open(&board, self, 0, 3, words);
    if (status)
        return status;
    status = agent_deploy(&board, options, path, id);
    if (!status && options->function)
        status = agent_exec(&board, id, options->function, options->json ? &json : NULL, &log);
    else if (!status)
        status = follow(&board, id, &log);
    call_close(&board);
    return status;
}

static int run_run(const struct command *self, int count, char **words)
{
    static const struct option list[] = {{"exec", required_argument, NULL, 'e'},
                                         {"board", required_argument, NULL, 'b'},
                                         {"env", required_argument, NULL, 'E'},
                                         AGENT_POLICY,
                                         AGENT_JSON,
                                         {0}};
    struct agent_options options;
    char arguments[96], image[4096];
    int status = agent_options(self, count, words, list, &options);
    if (status)
        return status;
    if (optind >= count)
        return command_refuse(self, "which module?");
    const char *path = words[optind];
    if (!join(count - optind - 1, words + optind + 1, arguments, sizeof(arguments)))
        return command_fail("%s: more than 95 characters of arguments", path);
    options.arguments = arguments;
    snprintf(image, sizeof(image), "%s", simulated(&options));
    if (access(image, X_OK))
        return command_fail("%s: there is no simulated board; `make TARGET=mux-sim` builds it, "
                            "--board names another",
                            image);
    return run_on(self, &options, image, path);
}

/* --- inspect --- */

static void print_counts(struct json *json, const struct cells_inspect_reply *agent)
{
    if (json) {
        json_number(json, "memory", agent->memory);
        json_number(json, "pages", agent->pages);
        json_number(json, "fuel", agent->fuel);
        json_number(json, "time", agent->time);
        json_number(json, "restarts", agent->restarts);
        json_number(json, "snapshots", agent->snapshots);
        if (agent->has_age)
            json_number(json, "age", agent->age);
        return;
    }
    printf("memory         %" PRIu64 " bytes, %" PRIu32 " pages of 64 KiB\n", agent->memory,
           agent->pages);
    printf("fuel used      %" PRIu64 "\ntime           %.3f s\n", agent->fuel,
           (double)agent->time / 1e9);
    printf("restarts       %" PRIu32 "\nsnapshots      %" PRIu32, agent->restarts,
           agent->snapshots);
    if (agent->has_age)
        printf(", the last %.3f s ago", (double)agent->age / 1e9);
    putchar('\n');
}

static void print_agent(struct json *json, const struct cells_inspect_reply *agent)
{
    char dna[65], parent[2 * AGENT_ID + 1];
    agent_hex(agent->dna.bytes, 32, dna);
    agent_hex(agent->parent.bytes, AGENT_ID, parent);
    if (json) {
        json_open_object(json, NULL);
        json_text(json, "name", agent->name);
        json_text(json, "namespace", agent->namespace);
        json_text(json, "state", agent_states[agent->state]);
        json_text(json, "dna", dna);
        if (agent->has_parent)
            json_text(json, "parent", parent);
        json_text(json, "cause", agent_causes[agent->cause]);
        json_number(json, "code", agent->code);
        json_text(json, "reason", agent->reason);
        if (agent->has_target)
            json_text(json, "target", agent->target);
    } else {
        printf("agent          %s in %s, %s\ndna            %s\n", agent->name, agent->namespace,
               agent_states[agent->state], dna);
        if (agent->has_parent)
            printf("parent         %s\n", parent);
        if (agent->cause)
            printf("ended          %s: %s\n", agent_causes[agent->cause], agent->reason);
        if (agent->has_target)
            printf("asks to move   %s\n", *agent->target ? agent->target : "anywhere");
    }
    print_counts(json, agent);
    agent_print_policy(json, &agent->policy, agent->grants);
    if (json)
        json_close_object(json);
}

static int inspect_agent(struct agent_work *work)
{
    struct cells_inspect_request request = {.cell = {.length = AGENT_ID}};
    struct cells_inspect_reply agent;
    memcpy(request.cell.bytes, work->id, AGENT_ID);
    const enum status done = agent_call(&work->board, CELLS_CALL_INSPECT, &request, &agent);
    if (done)
        return agent_failed(&work->board, work->operands[0], done);
    print_agent(work->json, &agent);
    return COMMAND_OK;
}

static int inspect_file(struct agent_work *work)
{
    const char *path = work->operands[0];
    size_t size;
    uint8_t *module = agent_read_file(path, &size);
    const int status = module ? agent_module_print(path, module, size, work->json) : COMMAND_FAILED;
    free(module);
    return status;
}

static int run_inspect(const struct command *self, int count, char **words)
{
    static const struct option list[] = {AGENT_JSON, AGENT_SPACE, CALL_OPTION, {0}};
    static const struct agent_frame frame = {.options = list,
                                             .operands = 1,
                                             .missing = "which agent, or which file?",
                                             .finds = true,
                                             .without_board = inspect_file,
                                             .run = inspect_agent};
    return agent_run(self, count, words, &frame);
}

const struct command agent_deploy_command = {
    .name = "agent deploy",
    .usage = "[OPTION]… FILE.wasm LINK",
    .summary = "make an agent of a module on a board, and start it",
    .details =
        "Prints the agent's id. What the module asks for in its policy section counts where "
        "no option says otherwise.\n\n"
        "  --name N       the agent's (as the file's)\n"
        "  --arguments \"W …\"       its arguments\n"
        "  --env NAME=VALUE         a variable of its environment; may be repeated\n"
        "  --created      don't start it\n"
        "  --module       only leave the module there, for a snapshot\n"
        "  --json         one object\n" AGENT_SPACE_HELP AGENT_POLICY_HELP CALL_HELP "\n" LINK_HELP,
    .run = run_deploy,
};
const struct command agent_run_command = {
    .name = "agent run",
    .usage = "[OPTION]… FILE.wasm [[--] ARGUMENT…]",
    .summary = "run an agent here, on the simulated board",
    .details = "Its output is printed; exit status: as the agent's, 1 if it was trapped.\n\n"
               "  --exec \"FUNCTION [NUMBER]…\"  call a function, print its results, and end\n"
               "  --env NAME=VALUE  a variable of its environment; may be repeated\n"
               "  --board IMAGE  another image of a simulated board than build/mux-sim's\n"
               "  --json         results as an object\n" AGENT_POLICY_HELP,
    .run = run_run,
};
const struct command agent_inspect_command = {
    .name = "agent inspect",
    .usage = "[OPTION]… FILE.wasm | AGENT LINK",
    .summary = "what a module, or an agent of a board, is",
    .details = "  --json         one object\n" AGENT_SPACE_HELP CALL_HELP "\n" LINK_HELP,
    .run = run_inspect,
};
