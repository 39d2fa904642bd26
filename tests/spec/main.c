/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * spec-runner [-m SLICE] FOLDER...: runs the specification's tests, converted to JSON and modules,
 * of each folder, and prints what passed by file and in all. Exit status 0 when nothing failed, 1
 * when something did, 2 for what cannot be read.
 *
 * With -m every call is stopped after each SLICE units of fuel and moved, through its written
 * state, to a fresh instance, at most MOVES times.
 *
 * Modules in text form are not the engine's: they are given to wat2wasm (Debian's wabt), and pass
 * when it or the engine refuses them; without wat2wasm they are skipped.
 */
#define _POSIX_C_SOURCE 200809L
#include "runner.h"
#include <dirent.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define STACK_SLOTS 65536
#define MAX_VALUES  32
#define MOVES       100

struct counts {
    unsigned passed, failed, skipped, moves;
};

/* Files read for a script: modules borrow their bytes. */
struct file {
    struct file *next;
    size_t size;
    uint8_t bytes[];
};

struct script {
    struct spec_runner *runner;
    const char *folder, *name;
    struct file *files;
    struct counts counts;
};

static void *host_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context, (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

static const struct wasm_allocator host_allocator = {host_resize, NULL};

/* Reads a file of the script's folder; NULL and a message when it cannot. */
static struct file *read_file(struct script *script, const char *folder, const char *name)
{
    char path[4096];
    struct file *file = NULL;
    long size;
    FILE *stream;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    stream = fopen(path, "rb");
    if (!stream || fseek(stream, 0, SEEK_END) || (size = ftell(stream)) < 0 ||
        fseek(stream, 0, SEEK_SET)) {
        perror(path);
        goto out;
    }
    file = malloc(sizeof *file + (size_t)size + 1);
    if (!file)
        goto out;
    file->size = fread(file->bytes, 1, (size_t)size, stream);
    file->bytes[file->size] = 0;
    file->next = script->files;
    script->files = file;
out:
    if (stream)
        fclose(stream);
    return file;
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void value_read(const json_t *json, struct spec_value *value)
{
    static const struct {
        const char *name;
        enum wasm_type type;
    } types[] = {{"i32", WASM_I32}, {"i64", WASM_I64},         {"f32", WASM_F32},
                 {"f64", WASM_F64}, {"funcref", WASM_FUNCREF}, {"externref", WASM_EXTERNREF}};
    const char *type = text_of(json, "type"), *text = text_of(json, "value");
    bool reference;

    *value = (struct spec_value){.match = SPEC_EXACT};
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, type) == 0)
            value->type = types[i].type;
    }
    reference = value->type == WASM_FUNCREF || value->type == WASM_EXTERNREF;
    if (!text)
        value->match = SPEC_ANY_REFERENCE;
    else if (strcmp(text, "nan:canonical") == 0)
        value->match = SPEC_NAN_CANONICAL;
    else if (strcmp(text, "nan:arithmetic") == 0)
        value->match = SPEC_NAN_ARITHMETIC;
    else if (strcmp(text, "null") != 0)
        value->value.u64 = strtoull(text, NULL, 10) + reference;
}

static uint32_t values_read(const json_t *list, struct spec_value *values)
{
    uint32_t count = (uint32_t)json_array_size(list);

    if (count > MAX_VALUES)
        count = MAX_VALUES;
    for (uint32_t i = 0; i < count; i++)
        value_read(json_array_get(list, i), &values[i]);
    return count;
}

static struct spec_outcome action(struct script *script, const json_t *command)
{
    const json_t *json = json_object_get(command, "action");
    const json_t *field = json_object_get(json, "field");
    const char *type = text_of(json, "type"), *module = text_of(json, "module");
    struct spec_value arguments[MAX_VALUES] = {0};

    values_read(json_object_get(json, "args"), arguments);
    if (type && strcmp(type, "get") == 0)
        return spec_get(script->runner, module, json_string_value(field),
                        json_string_length(field));
    return spec_invoke(script->runner, module, json_string_value(field), json_string_length(field),
                       arguments);
}

/* Runs wat2wasm on a file; the result goes to `output`. -1 where there is no wat2wasm, else whether
 * it accepted the text. */
static int text_accepted(const char *folder, const char *name, const char *output)
{
    char path[4096];
    char *arguments[] = {"wat2wasm", path, "-o", (char *)(uintptr_t)output, NULL};
    posix_spawn_file_actions_t quiet;
    int status, error;
    pid_t child;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", 1, 0);
    error = posix_spawnp(&child, arguments[0], &quiet, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&quiet);
    if (error || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 127)
        return -1;
    return WEXITSTATUS(status) == 0;
}

/* 1 refused, 0 accepted, -1 not known. */
static int text_refused(struct script *script, const char *name)
{
    char folder[] = "/tmp/spec-XXXXXX", output[64];
    int accepted, refused = -1;
    struct file *file;

    if (!mkdtemp(folder))
        return -1;
    snprintf(output, sizeof output, "%s/out.wasm", folder);
    accepted = text_accepted(script->folder, name, output);
    if (accepted == 0)
        refused = 1;
    if (accepted == 1 && (file = read_file(script, folder, "out.wasm")))
        refused = spec_module(script->runner, NULL, file->bytes, file->size).status != OK;
    unlink(output);
    rmdir(folder);
    return refused;
}

static struct spec_outcome load(struct script *script, const json_t *command)
{
    const char *filename = text_of(command, "filename");
    struct file *file = filename ? read_file(script, script->folder, filename) : NULL;

    if (!file)
        return (struct spec_outcome){.status = ERR_NOT_FOUND, .message = "no such file"};
    return spec_module(script->runner, text_of(command, "name"), file->bytes, file->size);
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* The expected text may say more than ours ("uninitialized element 2"). */
static bool trapped(const struct spec_outcome *outcome, const char *text)
{
    return !outcome->status && outcome->trap && text &&
           begins_with(text, wasm_trap_text(outcome->trap));
}

static bool refused_as(const struct spec_outcome *outcome, const char *type)
{
    if (strcmp(type, "assert_unlinkable") == 0)
        return outcome->status == ERR_NOT_FOUND || outcome->status == ERR_DENIED;
    return outcome->status == ERR_CORRUPT || outcome->status == ERR_UNSUPPORTED;
}

static void report(struct script *script, const json_t *command, bool passed,
                   const struct spec_outcome *outcome)
{
    if (passed) {
        script->counts.passed++;
        return;
    }
    script->counts.failed++;
    fprintf(stderr, "%s:%lld: %s: %s; %s, %s\n", script->name,
            (long long)json_integer_value(json_object_get(command, "line")),
            text_of(command, "type"), text_of(command, "text") ? text_of(command, "text") : "",
            outcome->status ? outcome->message : "ran", wasm_trap_text(outcome->trap));
}

static void assert_refused(struct script *script, const json_t *command, const char *type)
{
    const char *form = text_of(command, "module_type");
    struct spec_outcome outcome = {.status = OK};
    int refused;

    if (form && strcmp(form, "text") == 0) {
        refused = text_refused(script, text_of(command, "filename"));
        if (refused < 0)
            script->counts.skipped++;
        else
            report(script, command, refused, &outcome);
        return;
    }
    outcome = load(script, command);
    report(script, command, refused_as(&outcome, type), &outcome);
}

/* Modules, registrations and actions count only when they fail: they are no assertions. */
static void run_command(struct script *script, const json_t *command)
{
    const char *type = text_of(command, "type"), *text = text_of(command, "text");
    struct spec_value expected[MAX_VALUES];
    struct spec_outcome outcome = {.status = OK};

    if (strcmp(type, "module") == 0 || strcmp(type, "action") == 0) {
        outcome = type[0] == 'm' ? load(script, command) : action(script, command);
        if (outcome.status || outcome.trap)
            report(script, command, false, &outcome);
    } else if (strcmp(type, "register") == 0) {
        if (!spec_register(script->runner, text_of(command, "name"), text_of(command, "as")))
            report(script, command, false, &outcome);
    } else if (strcmp(type, "assert_return") == 0) {
        uint32_t count = values_read(json_object_get(command, "expected"), expected);

        outcome = action(script, command);
        report(script, command,
               !outcome.status && !outcome.trap && spec_results_match(&outcome, expected, count),
               &outcome);
    } else if (strcmp(type, "assert_trap") == 0 || strcmp(type, "assert_exhaustion") == 0) {
        outcome = action(script, command);
        report(script, command, trapped(&outcome, text), &outcome);
    } else if (strcmp(type, "assert_uninstantiable") == 0) {
        outcome = load(script, command);
        report(script, command, trapped(&outcome, text), &outcome);
    } else {
        assert_refused(script, command, type);
    }
}

/* Runs one script; false when it cannot be read. */
static bool run_script(const char *folder, const char *name, int64_t slice, struct counts *total)
{
    struct script script = {.folder = folder, .name = name};
    struct file *file = read_file(&script, folder, name);
    json_t *json = NULL;
    json_error_t error;
    bool done = false;
    const json_t *commands;

    if (file)
        json = json_loadb((const char *)file->bytes, file->size, JSON_ALLOW_NUL, &error);
    if (file && !json)
        fprintf(stderr, "%s:%d: %s\n", name, error.line, error.text);
    if (!json || spec_runner_create(&script.runner, &host_allocator, STACK_SLOTS))
        goto out;
    spec_runner_move(script.runner, slice, MOVES);
    commands = json_object_get(json, "commands");
    for (size_t i = 0; i < json_array_size(commands); i++)
        run_command(&script, json_array_get(commands, i));
    total->moves += spec_runner_moves(script.runner);
    spec_runner_destroy(script.runner);
    printf("%-32s %6u passed, %u failed, %u skipped\n", name, script.counts.passed,
           script.counts.failed, script.counts.skipped);
    total->passed += script.counts.passed;
    total->failed += script.counts.failed;
    total->skipped += script.counts.skipped;
    done = true;
out:
    json_decref(json);
    while (script.files) {
        struct file *next = script.files->next;

        free(script.files);
        script.files = next;
    }
    return done;
}

static int is_script(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static bool run_folder(const char *folder, int64_t slice, struct counts *total)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_script, alphasort);
    bool readable = count > 0;

    if (count <= 0)
        fprintf(stderr, "%s: no scripts (*.json) here\n", folder);
    for (int i = 0; i < count; i++) {
        readable &= run_script(folder, entries[i]->d_name, slice, total);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return readable;
}

int main(int argc, char **argv)
{
    struct counts total = {0};
    bool readable = true;
    int64_t slice = 0;
    int option;

    while ((option = getopt(argc, argv, "m:")) == 'm')
        slice = strtoll(optarg, NULL, 10);
    if (option != -1 || optind == argc || slice < 0) {
        fprintf(stderr, "usage: %s [-m SLICE] FOLDER...\n", argv[0]);
        return 2;
    }
    for (int i = optind; i < argc; i++)
        readable &= run_folder(argv[i], slice, &total);
    if (slice)
        printf("calls moved to a fresh instance %u times\n", total.moves);
    printf("%u passed, %u failed, %u skipped\n", total.passed, total.failed, total.skipped);
    return !readable ? 2 : total.failed ? 1 : 0;
}
