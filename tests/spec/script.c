/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See script.h.
 */
#include "script.h"

#include <services/wasm/reader.h>
#include <string.h>

enum { MAX_VALUES = 32 };

static const uint8_t magic[8] = "ranspec1";

/* X(name): the kinds of commands, numbered as in convert.py. */
#define COMMAND_LIST(X)                                                                            \
    X(module)                                                                                      \
    X(register)                                                                                    \
    X(action)                                                                                      \
    X(assert_return)                                                                               \
    X(assert_trap)                                                                                 \
    X(assert_exhaustion)                                                                           \
    X(assert_uninstantiable)                                                                       \
    X(assert_unlinkable)                                                                           \
    X(assert_invalid)                                                                              \
    X(assert_malformed)                                                                            \
    X(text_refused)                                                                                \
    X(skipped)

enum command_kind {
#define COMMAND_ENUM(name) COMMAND_##name,
    COMMAND_LIST(COMMAND_ENUM)
#undef COMMAND_ENUM
        COMMAND_COUNT
};

static const char *const command_names[] = {
#define COMMAND_NAME(name) #name,
    COMMAND_LIST(COMMAND_NAME)
#undef COMMAND_NAME
};

struct string {
    const char *bytes; /* NULL: none; else terminated */
    uint32_t length;
};

struct values {
    uint32_t count;
    struct spec_value value[MAX_VALUES];
};

struct script {
    const struct spec_host *host;
    struct reader reader;
    const uint8_t *strings;
    uint32_t strings_size;
    unsigned files, failed_files;
};

/* A file of tests while it runs. */
struct file {
    struct script *script;
    struct wasm_allocator allocator; /* the host's, watched */
    bool memory_refused;
    int32_t line; /* of the last command */
    struct spec_runner *runner;
    struct string name;
    struct spec_counts counts;
};

struct command {
    enum command_kind kind;
    int32_t line;
    struct string text;
    struct values expected; /* of assert_return */
};

static struct string read_string(struct script *script)
{
    uint32_t offset = read_u32(&script->reader);
    struct reader reader = {.start = script->strings};
    struct string string = {NULL, 0};

    if (offset >= script->strings_size) {
        reader_fail(&script->reader, "no such string");
        return string;
    }
    if (offset == 0)
        return string;
    reader.cursor = script->strings + offset;
    reader.end = script->strings + script->strings_size;
    string.length = read_u32(&reader);
    string.bytes = (const char *)read_bytes(&reader, string.length);
    if (read_byte(&reader) != 0 || reader.status)
        reader_fail(&script->reader, "damaged string");
    return string;
}

static void read_constant(struct reader *reader, struct spec_value *value)
{
    switch (value->type) {
    case WASM_I32:
        value->value.u64 = (uint32_t)read_i32(reader);
        break;
    case WASM_I64:
        value->value.i64 = read_i64(reader);
        break;
    case WASM_F32:
        value->value.u64 = read_f32_bits(reader);
        break;
    case WASM_F64:
        value->value.u64 = read_f64_bits(reader);
        break;
    case WASM_FUNCREF:
    case WASM_EXTERNREF:
        value->value.u64 = read_u32(reader);
        break;
    default:
        reader_fail(reader, "no such type");
    }
}

static void read_values(struct reader *reader, struct values *values)
{
    values->count = read_u32(reader);
    if (values->count > MAX_VALUES) {
        reader_fail(reader, "more values than this runner has room for");
        values->count = 0;
    }
    for (uint32_t i = 0; i < values->count; i++) {
        uint8_t type = read_byte(reader);

        values->value[i] = (struct spec_value){.type = type & 0x7F};
        if (type & 0x80)
            values->value[i].match = read_byte(reader);
        else
            read_constant(reader, &values->value[i]);
    }
}

/* The host's allocator, which notes that there was no more. */
static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct file *file = context;
    const struct wasm_allocator *allocator = file->script->host->allocator;
    void *resized = allocator->resize(allocator->context, block, old_size, new_size);

    file->memory_refused |= new_size != 0 && !resized;
    return resized;
}

static const char *type_name(enum wasm_type type)
{
    static const char *const numeric[] = {"f64", "f32", "i64", "i32"};

    if (type >= WASM_F64 && type <= WASM_I32)
        return numeric[type - WASM_F64];
    return type == WASM_FUNCREF ? "funcref" : "externref";
}

static void print_value(const struct file *file, enum wasm_type type, enum spec_match match,
                        const union wasm_slot *value)
{
    static const char *const matches[] = {"", "nan:canonical", "nan:arithmetic", "any"};
    void (*print)(const char *format, ...) = file->script->host->print;
    bool wide = type != WASM_I32 && type != WASM_F32;

    print(" %s ", type_name(type));
    if (match != SPEC_EXACT)
        print("%s", matches[match & 3]);
    else
        print("0x%llx", (unsigned long long)(wide ? value->u64 : value->u32));
}

static void print_expected(const struct file *file, const struct command *command)
{
    if (command->kind != COMMAND_assert_return) {
        file->script->host->print(" %s", command->text.bytes ? command->text.bytes : "success");
        return;
    }
    for (uint32_t i = 0; i < command->expected.count; i++) {
        const struct spec_value *value = &command->expected.value[i];

        print_value(file, value->type, value->match, &value->value);
    }
}

static void print_outcome(const struct file *file, const struct spec_outcome *outcome)
{
    void (*print)(const char *format, ...) = file->script->host->print;

    if (outcome->status)
        print(" %s (%s)", outcome->message ? outcome->message : "", status_name(outcome->status));
    else if (outcome->trap)
        print(" %s", wasm_trap_text(outcome->trap));
    else if (!outcome->results)
        print(" success");
    for (uint32_t i = 0; !outcome->status && !outcome->trap && i < outcome->result_count; i++)
        print_value(file, outcome->result_types[i], SPEC_EXACT, &outcome->results[i]);
}

static bool is_assertion(const struct command *command)
{
    return command->kind > COMMAND_action;
}

static void skip(struct file *file, const struct command *command, const char *why)
{
    file->counts.skipped += is_assertion(command);
    file->script->host->print("# skipped: %s.wast:%d: %s: %s\n", file->name.bytes,
                              (int)command->line, command_names[command->kind], why);
}

/* Modules, registrations and actions count only when they fail: they are no assertions. */
static void report(struct file *file, const struct command *command, bool passed,
                   const struct spec_outcome *outcome)
{
    void (*print)(const char *format, ...) = file->script->host->print;

    if (passed) {
        file->counts.passed += is_assertion(command);
    } else if (file->memory_refused) {
        skip(file, command, "more memory than there is");
    } else {
        file->counts.failed++;
        print("# %s.wast:%d: %s: expected", file->name.bytes, (int)command->line,
              command_names[command->kind]);
        print_expected(file, command);
        print("; came");
        print_outcome(file, outcome);
        print("\n");
    }
}

static struct spec_outcome load(struct file *file, const struct command *command)
{
    bool to_be_used = command->kind == COMMAND_module;
    struct reader *reader = &file->script->reader;
    uint32_t size = read_u32(reader);
    const uint8_t *bytes = read_bytes(reader, size);

    if (!bytes)
        return (struct spec_outcome){.status = ERR_CORRUPT, .message = "no module"};
    return spec_module(file->runner, to_be_used ? command->text.bytes : NULL, bytes, size,
                       to_be_used);
}

static struct spec_outcome act(struct file *file, struct command *command)
{
    struct reader *reader = &file->script->reader;
    bool is_get = read_byte(reader);
    struct string module = read_string(file->script), field = read_string(file->script);
    struct values arguments;

    read_values(reader, &arguments);
    if (command->kind == COMMAND_assert_return)
        read_values(reader, &command->expected);
    if (reader->status)
        return (struct spec_outcome){.status = ERR_CORRUPT, .message = "no action"};
    if (is_get)
        return spec_get(file->runner, module.bytes, field.bytes, field.length);
    return spec_invoke(file->runner, module.bytes, field.bytes, field.length, arguments.value,
                       arguments.count);
}

/* The expected text may say more than ours ("uninitialized element 2"). */
static bool trapped(const struct command *command, const struct spec_outcome *outcome)
{
    const char *text = wasm_trap_text(outcome->trap);

    return !outcome->status && outcome->trap && command->text.bytes &&
           strncmp(command->text.bytes, text, strlen(text)) == 0;
}

/* Whether what came is what the command expects. */
static bool is_right(const struct command *command, const struct spec_outcome *outcome)
{
    switch (command->kind) {
    case COMMAND_assert_return:
        return !outcome->status && !outcome->trap &&
               spec_results_match(outcome, command->expected.value, command->expected.count);
    case COMMAND_assert_trap:
    case COMMAND_assert_exhaustion:
    case COMMAND_assert_uninstantiable:
        return trapped(command, outcome);
    case COMMAND_assert_unlinkable:
        return outcome->status == ERR_NOT_FOUND || outcome->status == ERR_DENIED;
    case COMMAND_assert_invalid:
    case COMMAND_assert_malformed:
        return outcome->status == ERR_CORRUPT || outcome->status == ERR_UNSUPPORTED;
    default:
        return !outcome->status && !outcome->trap;
    }
}

static struct spec_outcome carry_out(struct file *file, struct command *command)
{
    struct spec_outcome outcome = {.status = OK};
    struct string as;

    switch (command->kind) {
    case COMMAND_register:
        as = read_string(file->script);
        if (!as.bytes || !spec_register(file->runner, command->text.bytes, as.bytes))
            outcome = (struct spec_outcome){.status = ERR_NOT_FOUND, .message = "no such module"};
        return outcome;
    case COMMAND_text_refused:
        file->counts.text++;
        return outcome;
    case COMMAND_action:
    case COMMAND_assert_return:
    case COMMAND_assert_trap:
    case COMMAND_assert_exhaustion:
        return act(file, command);
    default:
        return load(file, command);
    }
}

static void run_command(struct file *file)
{
    struct reader *reader = &file->script->reader;
    struct command command = {.kind = read_byte(reader)};
    struct spec_outcome outcome;

    command.line = file->line += read_i32(reader);
    command.text = read_string(file->script);
    if (command.kind >= COMMAND_COUNT)
        reader_fail(reader, "no such command");
    if (reader->status)
        return;
    if (command.kind == COMMAND_skipped) {
        skip(file, &command, command.text.bytes);
        return;
    }
    outcome = carry_out(file, &command);
    if (!reader->status)
        report(file, &command, is_right(&command, &outcome), &outcome);
}

static void add(struct spec_counts *total, const struct spec_counts *counts)
{
    total->passed += counts->passed;
    total->failed += counts->failed;
    total->skipped += counts->skipped;
    total->text += counts->text;
    total->moves += counts->moves;
}

static void run_commands(struct file *file, const uint8_t *end)
{
    const struct spec_host *host = file->script->host;
    struct reader *reader = &file->script->reader;

    while (reader->cursor < end && !reader->status) {
        run_command(file);
        if (host->command_done)
            host->command_done();
    }
}

static void run_file(struct script *script, struct spec_counts *total)
{
    const struct spec_host *host = script->host;
    struct file file = {.script = script, .allocator = {resize, &file}};
    uint32_t size;
    enum status status;

    file.name = read_string(script);
    size = read_u32(&script->reader);
    if (size > (size_t)(script->reader.end - script->reader.cursor))
        reader_fail(&script->reader, "a file beyond the end");
    if (script->reader.status)
        return;
    status = spec_runner_create(&file.runner, &file.allocator, host->stack_slots);
    if (status) {
        reader_fail_at(&script->reader, script->reader.cursor, status, "no memory for a runner");
        return;
    }
    spec_runner_move(file.runner, host->slice, host->most);
    run_commands(&file, script->reader.cursor + size);
    file.counts.moves = spec_runner_moves(file.runner);
    spec_runner_destroy(file.runner);
    if (host->file_done)
        host->file_done();
    host->print("%sok %u - %s: %u passed, %u failed, %u skipped\n",
                file.counts.failed ? "not " : "", ++script->files, file.name.bytes,
                file.counts.passed, file.counts.failed, file.counts.skipped);
    add(total, &file.counts);
}

enum status spec_script_run(const uint8_t *bytes, size_t size, const struct spec_host *host,
                            struct spec_counts *total)
{
    struct wasm_error error = {0, ""};
    struct script script = {
        .host = host,
        .reader = {.start = bytes, .cursor = bytes, .end = bytes + size, .error = &error}};
    const uint8_t *start = read_bytes(&script.reader, sizeof magic);

    if (start && memcmp(start, magic, sizeof magic) != 0)
        reader_fail(&script.reader, "no script");
    script.strings_size = read_u32(&script.reader);
    script.strings = read_bytes(&script.reader, script.strings_size);
    while (!script.reader.status && script.reader.cursor != script.reader.end)
        run_file(&script, total);
    if (script.reader.status)
        host->print("# the script at %u: %s\n", (unsigned)error.offset, error.message);
    host->print("1..%u\n", script.files);
    if (total->text)
        host->print("# of those passed %u are in text form: wat2wasm refused them\n", total->text);
    if (host->slice)
        host->print("# calls moved to a fresh instance %u times\n", total->moves);
    host->print("# %u passed, %u failed, %u skipped\n", total->passed, total->failed,
                total->skipped);
    return script.reader.status;
}
