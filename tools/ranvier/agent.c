/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See agent.h.
 */
#include "agent.h"

#include <errno.h>
#include <gen/agent_import.h>
#include <gen/diagnostic.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {                      /* ms */
       NAP = 20,            /* between two looks at a call that runs */
       REST_PATIENCE = 5000 /* that an agent has to come to rest before a call */
};

const char *const agent_states[] = {"created", "running", "suspended", "migrating", "terminated"};
const char *const agent_causes[] = {"none",  "returned", "exited", "trapped",
                                    "ended", "moved",    "failed"};
const char *const agent_restarts[] = {"never", "on-failure", "always", NULL};

/* --- the command line --- */

/* A number with K or M behind it, up to `most`. */
static bool read_size(const char *text, uint64_t most, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 0);
    const unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : 0;
    if (end == text || *text == '-' || errno || *number > most >> shift)
        return false;
    *number <<= shift;
    return end[shift > 0] == '\0';
}

static bool read_text(char *text, size_t size)
{
    const size_t length = strlen(optarg);
    if (length < size)
        memcpy(text, optarg, length + 1);
    return length < size;
}

/* A name, without blanks. */
static bool is_word(const char *text, size_t most)
{
    const size_t length = strlen(text);
    return length > 0 && length <= most && !strpbrk(text, " \t\n");
}

static bool read_restart(enum cells_restart *restart)
{
    for (unsigned i = 0; agent_restarts[i]; i++) {
        if (strcmp(optarg, agent_restarts[i]) == 0) {
            *restart = (enum cells_restart)i;
            return true;
        }
    }
    return false;
}

static bool read_value(int option, struct cells_policy *policy)
{
    uint64_t number = 0;
    bool good = true;
    switch (option) {
    case 'M':
        good = read_size(optarg, UINT32_MAX, &number);
        policy->memory = (uint32_t)number;
        break;
    case 'F':
        good = read_size(optarg, UINT64_MAX, &policy->fuel);
        break;
    case 'B':
        good = read_size(optarg, 100, &number);
        policy->battery = (uint8_t)number;
        break;
    case 'L':
        good = read_size(optarg, UINT32_MAX, &number);
        policy->latency = (uint32_t)number;
        break;
    case 'R':
        good = read_restart(&policy->restart);
        break;
    case 'A':
        good = read_text(policy->architectures, sizeof(policy->architectures));
        break;
    case 'T':
        good = read_text(policy->features, sizeof(policy->features));
        break;
    case 'N':
        good = is_word(optarg, AGENT_NAME);
        break;
    case 'n':
        good = is_word(optarg, AGENT_NAMESPACE);
        break;
    case 'P':
        good = read_text(policy->labels, sizeof(policy->labels));
        break;
    default:
        break;
    }
    return good;
}

/* Adds NAME=VALUE to the environment. */
static bool read_variable(char *environment, size_t size)
{
    const size_t length = strlen(environment);
    if (strchr(optarg, ' ') || !strchr(optarg, '=') || *optarg == '=')
        return false;
    return (size_t)snprintf(environment + length, size - length, "%s%s", length ? " " : "",
                            optarg) < size - length;
}

static void read_flag(int option, struct agent_options *options)
{
    options->json |= option == 'j';
    options->follow |= option == 'f';
    options->created |= option == 'c';
    options->delta |= option == 'd';
    options->module |= option == 'm';
    options->result |= option == 'w';
    options->start |= option == 's';
    options->wasi |= option == 'i';
    options->wishes |= option == 'W';
}

static void read_word(int option, struct agent_options *options)
{
    const char **const words[] = {
        ['N'] = &options->name,     ['n'] = &options->space,  ['G'] = &options->grants,
        ['e'] = &options->function, ['o'] = &options->output, ['b'] = &options->board,
        ['a'] = &options->arguments};
    if ((size_t)option < sizeof(words) / sizeof(words[0]) && words[option])
        *words[option] = optarg;
}

/* A call of a service is known to the board; the other grants are the same everywhere. */
static int check_grants(const struct command *command, const char *grants)
{
    char word[sizeof(((struct cells_create_request *)NULL)->grants)];
    if (strlen(grants) >= sizeof(word))
        return command_refuse(command, "more than %zu characters of grants", sizeof(word) - 1);
    for (; *grants; grants += strcspn(grants, " "), grants += strspn(grants, " ")) {
        const size_t length = strcspn(grants, " ");
        if (memchr(grants, '.', length))
            continue;
        snprintf(word, sizeof(word), "%.*s", (int)length, grants);
        size_t i = 0;
        while (i < agent_own_grant_count && strcmp(word, agent_own_grants[i]) != 0)
            i++;
        const char *nearest = nearest_name(word, agent_own_grants, agent_own_grant_count);
        if (i == agent_own_grant_count && length)
            return command_refuse(command, "there is no grant %s; %s%s%s", word,
                                  nearest ? "did you mean "
                                          : "there are input, log, migrate, send, spawn"
                                            " and SERVICE.CALL",
                                  nearest ? nearest : "", nearest ? "?" : "");
    }
    return COMMAND_OK;
}

int agent_options(const struct command *command, int count, char **words, const struct option *list,
                  struct agent_options *options)
{
    *options = (struct agent_options){.space = "", .arguments = ""};
    for (int option; (option = command_option(command, count, words, list)) != -1;) {
        if (option == '?')
            return COMMAND_USAGE;
        if (option == 'g' && !command_number(optarg, 254, &options->gateway))
            return command_refuse(command, "%s is no port", optarg);
        if (!read_value(option, &options->policy))
            return command_refuse(command, "%s is no value for %s", optarg, words[optind - 2]);
        if (option == 'E' && !read_variable(options->environment, sizeof(options->environment)))
            return command_refuse(command, "%s is no NAME=VALUE without blanks, or one too many",
                                  optarg);
        read_flag(option, options);
        read_word(option, options);
    }
    return options->grants ? check_grants(command, options->grants) : COMMAND_OK;
}

char *agent_operand(int count, char **words)
{
    if (optind >= count)
        return NULL;
    char *const operand = words[optind];
    if (optind > 1 && strcmp(words[optind - 1], "--") == 0) {
        words[optind] = words[optind - 1];
        words[optind - 1] = operand;
    }
    optind++;
    return operand;
}

/* --- the board --- */

int agent_open(struct caller *board, const struct command *command, int port, int count,
               char **words)
{
    const struct cells_upload_request nothing = {0}; /* the service refuses it */
    struct cells_upload_reply reply;
    const int opened = call_open(board, command, port, count, words);
    if (opened)
        return opened;
    const enum status status = agent_call(board, CELLS_CALL_UPLOAD, &nothing, &reply);
    if (status == ERR_INVALID)
        return COMMAND_OK;
    if (status == ERR_NOT_FOUND)
        command_fail("%s: it has no agents (the board file's service `cells`)",
                     board->wire.link.name);
    else
        agent_failed(board, "the agents", status);
    call_close(board);
    return COMMAND_FAILED;
}

enum status agent_call(struct caller *board, size_t call, const void *request, void *reply)
{
    return call_service(board, &cells_interface, call, request, reply, CALL_PATIENCE);
}

int agent_failed(const struct caller *board, const char *what, enum status status)
{
    return command_fail("%s: %s: %s", board->wire.link.name, what,
                        status == ERR_NOT_FOUND ? "there is no such thing" : status_text(status));
}

static enum status inspect(struct caller *board, const uint8_t id[AGENT_ID],
                           struct cells_inspect_reply *agent)
{
    struct cells_inspect_request request = {.cell = {.length = AGENT_ID}};
    memcpy(request.cell.bytes, id, AGENT_ID);
    return agent_call(board, CELLS_CALL_INSPECT, &request, agent);
}

int agent_refused(struct caller *board, const char *name, const uint8_t id[AGENT_ID],
                  enum status status)
{
    struct cells_inspect_reply agent;
    if (status != ERR_BUSY || inspect(board, id, &agent))
        return agent_failed(board, name, status);
    return command_fail("%s: %s: it is %s", board->wire.link.name, name, agent_states[agent.state]);
}

int agent_unfit(struct caller *board, const struct cells_policy *policy, const char *grants)
{
    struct cells_check_request request = {.policy = *policy, .has_grants = true};
    struct cells_check_reply reply;
    snprintf(request.grants, sizeof(request.grants), "%s", grants);
    const enum status status = agent_call(board, CELLS_CALL_CHECK, &request, &reply);
    return command_fail("%s: the agent asks for what is not there: %s", board->wire.link.name,
                        status || !*reply.missing ? "its log says what" : reply.missing);
}

int agent_denied(const struct caller *board, const char *grants)
{
    return command_fail("%s: the agent imports what is not there or, with the grants \"%s\", not "
                        "granted: the log says what; --grants gives others",
                        board->wire.link.name, grants);
}

int agent_no_room(struct caller *board, const char *space, uint32_t memory, const char *what,
                  enum status status)
{
    struct cells_room_request request = {0};
    struct cells_room_reply room;
    snprintf(request.namespace, sizeof(request.namespace), "%s", space);
    if ((status != ERR_LIMIT && status != ERR_NO_MEMORY) ||
        agent_call(board, CELLS_CALL_ROOM, &request, &room))
        return agent_failed(board, what, status);
    if (status == ERR_LIMIT && room.agents > 0 && memory && memory <= room.quota)
        return command_fail("%s: %s: it needs more than the %" PRIu32
                            " bytes that its policy allows",
                            board->wire.link.name, what, memory);
    return command_fail("%s: %s: %s: its namespace has room for %u agents and %" PRIu64
                        " bytes, the board for %" PRIu64 " bytes, %" PRIu64 " in one piece",
                        board->wire.link.name, what, status_text(status), room.agents, room.quota,
                        room.memory, room.largest);
}

static bool read_id(const char *text, uint8_t id[AGENT_ID])
{
    if (strlen(text) != 2 * AGENT_ID || strspn(text, "0123456789abcdefABCDEF") != 2 * AGENT_ID)
        return false;
    for (unsigned i = 0; i < AGENT_ID; i++) {
        const char byte[] = {text[2 * i], text[2 * i + 1], '\0'};
        id[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return true;
}

int agent_find(struct caller *board, const struct agent_options *options, const char *name,
               uint8_t id[AGENT_ID])
{
    struct cells_find_request request = {0};
    struct cells_find_reply reply;
    if (read_id(name, id))
        return COMMAND_OK;
    if (strlen(name) > AGENT_NAME)
        return command_fail("%s: a name has at most %d characters", name, AGENT_NAME);
    snprintf(request.name, sizeof(request.name), "%s", name);
    snprintf(request.namespace, sizeof(request.namespace), "%s", options->space);
    const enum status status = agent_call(board, CELLS_CALL_FIND, &request, &reply);
    if (status == ERR_NOT_FOUND)
        return command_fail("%s: there is no agent %s; see `ranvier agent list`",
                            board->wire.link.name, name);
    if (status)
        return agent_failed(board, "the agents", status);
    memcpy(id, reply.cell.bytes, AGENT_ID);
    return COMMAND_OK;
}

/* --- the frame of a command --- */

static int read_operands(struct agent_work *work, const struct agent_frame *frame, int count,
                         char **words)
{
    const size_t operands = frame->operands - work->options.result; /* then no function is named */
    for (size_t i = 0; i < operands; i++) {
        work->operands[i] = agent_operand(count, words);
        if (!work->operands[i])
            return command_refuse(work->command, "%s", frame->missing);
    }
    return COMMAND_OK;
}

static int run_on_board(struct agent_work *work, const struct agent_frame *frame, int count,
                        char **words)
{
    int status = agent_open(&work->board, work->command, work->options.gateway, count, words);
    if (status)
        return status;
    if (frame->finds)
        status = agent_find(&work->board, &work->options, work->operands[0], work->id);
    if (!status)
        status = frame->run(work);
    call_close(&work->board);
    return status;
}

int agent_run(const struct command *command, int count, char **words,
              const struct agent_frame *frame)
{
    static struct agent_work work;
    struct json json = {.stream = stdout, .compact = true};
    work.command = command;
    int status = agent_options(command, count, words, frame->options, &work.options);
    if (!status && frame->check)
        status = frame->check(command, &work.options);
    if (!status)
        status = read_operands(&work, frame, count, words);
    if (status)
        return status;
    work.json = work.options.json ? &json : NULL;
    return frame->without_board && optind == count ? frame->without_board(&work)
                                                   : run_on_board(&work, frame, count, words);
}

/* --- bytes that go there and back --- */

static void show_progress(const char *what, size_t done, size_t size)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%s %zu of %zu bytes%s", what, done, size, done < size ? "" : "\n");
}

int agent_upload(struct caller *board, enum cells_content content, const uint8_t *bytes,
                 size_t size, const uint8_t hash[32], uint32_t *blob)
{
    struct cells_upload_request upload = {.content = content, .size = (uint32_t)size};
    struct cells_upload_reply place;
    struct cells_write_request piece;
    upload.hash.length = sizeof(upload.hash.bytes);
    memcpy(upload.hash.bytes, hash, sizeof(upload.hash.bytes));
    enum status status = agent_call(board, CELLS_CALL_UPLOAD, &upload, &place);
    if (status)
        return agent_failed(board, "the upload", status);
    *blob = place.known ? 0 : place.blob;
    piece.blob = place.blob;
    for (size_t at = 0; !place.known && at < size; at += piece.data.length) {
        const size_t left = size - at, most = sizeof(piece.data.bytes);
        piece.offset = (uint32_t)at;
        piece.data.length = (uint16_t)(left < most ? left : most);
        memcpy(piece.data.bytes, bytes + at, piece.data.length);
        status = agent_call(board, CELLS_CALL_WRITE, &piece, NULL);
        if (status)
            return agent_failed(board, "the upload", status);
        show_progress("sent", at + piece.data.length, size);
    }
    return COMMAND_OK;
}

int agent_download(struct caller *board, uint32_t blob, uint8_t *bytes, size_t size)
{
    struct cells_read_request request = {.blob = blob};
    struct cells_read_reply reply;
    for (size_t at = 0; at < size; at += reply.data.length) {
        request.offset = (uint32_t)at;
        const enum status status = agent_call(board, CELLS_CALL_READ, &request, &reply);
        if (status)
            return agent_failed(board, "the snapshot", status);
        if (reply.data.length == 0 || reply.data.length > size - at)
            return agent_failed(board, "the snapshot", ERR_CORRUPT);
        memcpy(bytes + at, reply.data.bytes, reply.data.length);
        show_progress("got", at + reply.data.length, size);
    }
    return COMMAND_OK;
}

void agent_end_log(struct agent_log *log)
{
    struct json json = {.stream = stdout, .compact = true};
    if (log->length == 0)
        return;
    log->line[log->length] = '\0';
    json_open_object(&json, NULL);
    json_text(&json, "log", log->line);
    json_close_object(&json);
    log->length = 0;
}

/* Bytes of a line are collected, so that no character is cut; NUL and line end are left out. */
static void print_log(struct agent_log *log, const uint8_t *bytes, size_t size)
{
    if (!log->json) {
        fwrite(bytes, 1, size, stdout);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] && bytes[i] != '\n')
            log->line[log->length++] = (char)bytes[i];
        if (bytes[i] == '\n' || log->length == sizeof(log->line) - 1)
            agent_end_log(log);
    }
}

int agent_print_log(struct caller *board, const uint8_t id[AGENT_ID], struct agent_log *log)
{
    struct cells_logs_request request = {.cell = {.length = AGENT_ID}, .offset = log->offset};
    struct cells_logs_reply reply;
    memcpy(request.cell.bytes, id, AGENT_ID);
    do {
        const enum status status = agent_call(board, CELLS_CALL_LOGS, &request, &reply);
        if (status)
            return agent_failed(board, "the agent's log", status);
        if (reply.data.length && reply.next <= log->offset)
            return agent_failed(board, "the agent's log", ERR_CORRUPT);
        print_log(log, reply.data.bytes, reply.data.length);
        request.offset = log->offset = reply.next;
    } while (reply.data.length == sizeof(reply.data.bytes));
    if (fflush(stdout))
        return command_fail("the log cannot be written: %s", strerror(errno));
    return COMMAND_OK;
}

/* --- exec --- */

/* An argument as bits: an integer, 1.5 for an f64, 1.5f for an f32. */
static bool read_argument(const char *word, uint64_t *bits)
{
    char *end;
    errno = 0;
    *bits = *word == '-' ? (uint64_t)strtoll(word, &end, 0) : strtoull(word, &end, 0);
    if (end > word && *end == '\0')
        return errno == 0;
    const double number = strtod(word, &end);
    if (end == word)
        return false;
    if (strcmp(end, "f") == 0) {
        const float single = (float)number;
        uint32_t half;
        memcpy(&half, &single, sizeof(half));
        *bits = half;
        return true;
    }
    memcpy(bits, &number, sizeof(number));
    return *end == '\0';
}

static bool read_call(const char *text, struct cells_exec_request *request)
{
    char copy[256], *rest = NULL;
    if (strlen(text) >= sizeof(copy))
        return false;
    snprintf(copy, sizeof(copy), "%s", text);
    const char *word = strtok_r(copy, " ", &rest);
    if (!word || strlen(word) >= sizeof(request->function))
        return false;
    snprintf(request->function, sizeof(request->function), "%s", word);
    while ((word = strtok_r(NULL, " ", &rest))) {
        const uint16_t place = request->arguments.count;
        if (place == sizeof(request->arguments.items) / sizeof(request->arguments.items[0]) ||
            !read_argument(word, &request->arguments.items[place]))
            return false;
        request->arguments.count++;
    }
    return true;
}

static void print_results(const struct cells_result_reply *reply, struct json *json)
{
    if (json) {
        json_open_object(json, NULL);
        json_open_array(json, "results");
    }
    for (uint16_t i = 0; i < reply->results.count; i++) {
        if (json)
            json_number(json, NULL, reply->results.items[i]);
        else
            printf("%" PRIu64 "\n", reply->results.items[i]);
    }
    if (json) {
        json_close_array(json);
        json_close_object(json);
    }
}

/* Why there is no result: the agent has ended. */
static int ended(struct caller *board, const uint8_t id[AGENT_ID])
{
    struct cells_inspect_reply agent;
    const enum status status = inspect(board, id, &agent);
    return status ? agent_failed(board, "the agent", status)
                  : command_fail("%s: %s", agent.name, agent.reason);
}

/* An agent that does not start: its log says which import was refused. */
static int refused(struct caller *board, const uint8_t id[AGENT_ID], bool json)
{
    struct agent_log log = {.json = json};
    agent_print_log(board, id, &log);
    agent_end_log(&log);
    return command_fail(
        "the agent does not start: its log says why; --grants gives others as it is "
        "deployed");
}

/* Begins a call once the agent is at rest. ERR_BUSY: it did not come to rest, or can't in *state.
 */
static enum status exec_at_rest(struct caller *board, const struct cells_exec_request *request,
                                enum cells_state *state)
{
    const int64_t end = wire_now() + REST_PATIENCE;
    struct cells_inspect_reply agent;
    enum status status;
    *state = CELLS_STATE_RUNNING;
    while ((status = agent_call(board, CELLS_CALL_EXEC, request, NULL)) == ERR_BUSY &&
           wire_now() < end) {
        status = inspect(board, request->cell.bytes, &agent);
        if (status)
            return status;
        *state = agent.state;
        if (agent.state != CELLS_STATE_RUNNING && agent.state != CELLS_STATE_CREATED)
            return ERR_BUSY;
        usleep(NAP * 1000);
    }
    return status;
}

int agent_begin(struct caller *board, const uint8_t id[AGENT_ID], const char *function, bool json)
{
    struct cells_exec_request request = {.cell = {.length = AGENT_ID}};
    enum cells_state state;
    if (!read_call(function, &request))
        return command_fail("%s: no function with up to 8 numbers behind it", function);
    memcpy(request.cell.bytes, id, AGENT_ID);
    const enum status status = exec_at_rest(board, &request, &state);
    if (status == ERR_INVALID)
        return command_fail("%s: the function takes other arguments", function);
    if (status == ERR_BUSY)
        return command_fail("%s: the agent is %s", function,
                            state == CELLS_STATE_SUSPENDED
                                ? "suspended; `ranvier agent resume` lets it go on"
                            : state == CELLS_STATE_RUNNING ? "not at rest"
                                                           : agent_states[state]);
    if (status == ERR_NOT_FOUND)
        return command_fail("%s: the agent exports no such function", request.function);
    if (status == ERR_DENIED)
        return refused(board, id, json);
    return status ? agent_failed(board, request.function, status) : COMMAND_OK;
}

int agent_exec(struct caller *board, const uint8_t id[AGENT_ID], const char *function,
               struct json *json, struct agent_log *log)
{
    struct cells_result_request wanted = {.cell = {.length = AGENT_ID}};
    struct cells_result_reply results;
    enum status status;
    if (function && agent_begin(board, id, function, json != NULL))
        return COMMAND_FAILED;
    memcpy(wanted.cell.bytes, id, AGENT_ID);
    do {
        status = agent_call(board, CELLS_CALL_RESULT, &wanted, &results);
        if (log && agent_print_log(board, id, log))
            return COMMAND_FAILED;
        if (status == ERR_WOULD_BLOCK)
            usleep(NAP * 1000);
    } while (status == ERR_WOULD_BLOCK);
    if (log)
        agent_end_log(log);
    if (status == ERR_NOT_FOUND)
        return ended(board, id);
    if (status)
        return agent_failed(board, "the result", status);
    print_results(&results, json);
    return COMMAND_OK;
}

/* --- files and text --- */

uint8_t *agent_read_file(const char *path, size_t *size)
{
    struct stat about;
    uint8_t *bytes = NULL;
    FILE *file = fopen(path, "rb");
    bool good = file && fstat(fileno(file), &about) == 0;
    if (good && (about.st_size <= 0 || about.st_size > AGENT_FILE_MAX)) {
        command_fail("%s: %s", path, about.st_size ? "too large" : "the file is empty");
        fclose(file);
        return NULL;
    }
    if (good) {
        *size = (size_t)about.st_size;
        bytes = malloc(*size);
        good = bytes && fread(bytes, 1, *size, file) == *size;
    }
    if (!good) {
        command_fail("%s: %s", path, strerror(errno));
        free(bytes);
        bytes = NULL;
    }
    if (file)
        fclose(file);
    return bytes;
}

const char *agent_hex(const uint8_t *bytes, size_t size, char *text)
{
    for (size_t i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}

void agent_print_text(const struct agent_options *options, const char *key, const char *text)
{
    struct json json = {.stream = stdout, .compact = true};
    if (!options->json) {
        puts(text);
        return;
    }
    json_open_object(&json, NULL);
    json_text(&json, key, text);
    json_close_object(&json);
}

void agent_print_id(const struct agent_options *options, const uint8_t id[AGENT_ID])
{
    char text[2 * AGENT_ID + 1];
    agent_print_text(options, "id", agent_hex(id, AGENT_ID, text));
}

static void print_policy_json(struct json *json, const struct cells_policy *policy,
                              const char *grants)
{
    json_open_object(json, "policy");
    json_number(json, "memory", policy->memory);
    json_number(json, "fuel", policy->fuel);
    json_number(json, "battery", policy->battery);
    json_number(json, "latency", policy->latency);
    json_text(json, "restart", agent_restarts[policy->restart]);
    json_text(json, "architectures", policy->architectures);
    json_text(json, "features", policy->features);
    json_text(json, "labels", policy->labels);
    json_close_object(json);
    json_text(json, "grants", grants);
}

void agent_print_policy(struct json *json, const struct cells_policy *policy, const char *grants)
{
    if (json) {
        print_policy_json(json, policy, grants);
        return;
    }
    printf("grants         %s\nrestart        %s\n", grants, agent_restarts[policy->restart]);
    if (policy->memory)
        printf("memory at most %" PRIu32 " bytes\n", policy->memory);
    if (policy->fuel)
        printf("fuel           %" PRIu64 " a second\n", policy->fuel);
    if (policy->battery)
        printf("battery        %u percent at least\n", policy->battery);
    if (policy->latency)
        printf("latency        %" PRIu32 " us at most\n", policy->latency);
    if (*policy->architectures)
        printf("architectures  %s\n", policy->architectures);
    if (*policy->features)
        printf("features       %s\n", policy->features);
    if (*policy->labels)
        printf("labels         %s\n", policy->labels);
}
