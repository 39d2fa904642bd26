/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See config_pack.h.
 */
#include "config_pack.h"

#include <errno.h>
#include <gen/command.h>
#include <gen/file.h>
#include <gen/runtime.h>
#include <gen/scalar.h>
#include <inttypes.h>
#include <kernel/cbor.h>
#include <kernel/runtime_file.h>
#include <string.h>

enum {
    HEADER = RUNTIME_FILE_HEADER,
    FILE_MAX = 1 << 16 /* bytes */
};

/* An option that the file gives a value. */
struct choice {
    const struct runtime_option *option;
    uint64_t value;
    struct choice *next; /* as encoded: shorter names first, then by their bytes */
};

struct pack {
    struct session *session;
    const struct runtime_option *options;
    struct choice *choices;
    size_t count;
};

static const struct runtime_option *find_option(const struct pack *pack, const char *name)
{
    const struct runtime_option *option = pack->options;
    while (option != NULL && strcmp(option->name, name) != 0)
        option = option->next;
    return option;
}

static void refuse_name(const struct pack *pack, const struct node *node)
{
    struct diagnostics *diagnostics = &pack->session->diagnostics;
    struct text_list names = {0};
    const char *path = node_path(diagnostics->arena, node);
    for (const struct runtime_option *o = pack->options; o != NULL; o = o->next)
        text_list_add(diagnostics->arena, &names, o->name);
    struct diagnostic *error = diagnostic_error(diagnostics, node->key_at,
                                                "%s: is no option that %s can change at run time",
                                                path, pack->session->board.name);
    suggest(diagnostics, error, path, &names);
}

static uint64_t enum_number(const struct property *property, const char *text)
{
    uint64_t number = 0;
    while (strcmp(property->values.items[number], text) != 0)
        number++;
    return number;
}

static bool comes_before(const char *a, const char *b)
{
    return strlen(a) != strlen(b) ? strlen(a) < strlen(b) : strcmp(a, b) < 0;
}

static void take_value(struct pack *pack, const struct node *node)
{
    struct diagnostics *diagnostics = &pack->session->diagnostics;
    const struct runtime_option *option = find_option(pack, node_path(diagnostics->arena, node));
    struct value value;
    if (option == NULL) {
        refuse_name(pack, node);
        return;
    }
    if (!value_read(diagnostics, option->property, node, &value))
        return;
    if (option->property->type == TYPE_ENUM)
        value.number = enum_number(option->property, value.text);
    if (value.number > runtime_max(option->property)) {
        node_error(diagnostics, node, "%s is more than a file can set", node->text);
        return;
    }
    struct choice *choice = arena_alloc(diagnostics->arena, sizeof(*choice)),
                  **link = &pack->choices;
    *choice = (struct choice){.option = option, .value = value.number};
    while (*link != NULL && comes_before((*link)->option->name, option->name))
        link = &(*link)->next;
    choice->next = *link;
    *link = choice;
    pack->count++;
}

/* Every scalar below the node is a value. */
static void take_values(struct pack *pack, const struct node *node)
{
    if (node->kind == NODE_LIST)
        refuse_name(pack, node);
    else if (node->kind == NODE_SCALAR)
        take_value(pack, node);
    else
        for (const struct node *child = node->first; child != NULL; child = child->next)
            take_values(pack, child);
}

/* The file's own `board:` must be the target; all else are values. */
static void take_file(struct pack *pack, const struct node *root)
{
    struct diagnostics *diagnostics = &pack->session->diagnostics;
    const char *target = pack->session->options->target;
    if (!map_check(diagnostics, root, NULL, 0))
        return;
    for (const struct node *child = root->first; child != NULL; child = child->next) {
        const char *name = NULL;
        if (strcmp(child->key, "board") != 0)
            take_values(pack, child);
        else if (scalar_text(diagnostics, child, &name) && strcmp(name, target) != 0)
            node_error(diagnostics, child, "the file is for %s, not for %s", name, target);
    }
}

static void write_text(struct cbor_writer *writer, const char *text)
{
    cbor_write_head(writer, CBOR_TEXT, strlen(text));
    cbor_write_bytes(writer, text, strlen(text));
}

static void encode(const struct pack *pack, struct cbor_writer *writer)
{
    uint8_t schema[SHA256_DIGEST_LENGTH];
    runtime_schema(&pack->session->board, pack->options, schema);
    cbor_write_head(writer, CBOR_ARRAY, 3);
    write_text(writer, pack->session->board.name);
    cbor_write_head(writer, CBOR_BYTES, sizeof(schema));
    cbor_write_bytes(writer, schema, sizeof(schema));
    cbor_write_head(writer, CBOR_MAP, pack->count);
    for (const struct choice *choice = pack->choices; choice != NULL; choice = choice->next) {
        write_text(writer, choice->option->name);
        if (choice->option->property->type == TYPE_BOOL)
            cbor_write_head(writer, CBOR_SIMPLE, choice->value != 0 ? CBOR_TRUE : CBOR_FALSE);
        else
            cbor_write_head(writer, CBOR_UNSIGNED, choice->value);
    }
}

static void put_little_endian(uint8_t *bytes, uint32_t number)
{
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
}

static void write_file(const struct pack *pack, const char *path)
{
    struct diagnostics *diagnostics = &pack->session->diagnostics;
    uint8_t *file = arena_alloc(diagnostics->arena, FILE_MAX);
    struct cbor_writer writer = {.bytes = file + HEADER, .capacity = FILE_MAX - HEADER};
    encode(pack, &writer);
    if (writer.length > writer.capacity) {
        diagnostic_error(diagnostics, (struct position){.file = path}, "more than %d bytes",
                         FILE_MAX);
        return;
    }
    memcpy(file, RUNTIME_FILE_MAGIC, 4);
    put_little_endian(file + 4, (uint32_t)writer.length);
    put_little_endian(file + 8, runtime_file_crc(file + HEADER, writer.length));
    if (!file_write(path, file, HEADER + writer.length))
        diagnostic_error(diagnostics, (struct position){.file = path}, "cannot be written: %s",
                         strerror(errno));
}

static void tell_choice(struct json *json, const struct choice *choice)
{
    const struct property *property = choice->option->property;
    if (property->type == TYPE_BOOL)
        json_bool(json, choice->option->name, choice->value != 0);
    else if (property->type == TYPE_ENUM)
        json_text(json, choice->option->name, property->values.items[choice->value]);
    else
        json_number(json, choice->option->name, choice->value);
}

static void tell(const struct pack *pack, const char *path, struct json *json)
{
    json_open_object(json, NULL);
    json_text(json, "board", pack->session->board.name);
    json_text(json, "file", path);
    json_open_object(json, "options");
    for (const struct choice *choice = pack->choices; choice != NULL; choice = choice->next)
        tell_choice(json, choice);
    json_close_object(json);
    json_close_object(json);
}

/* Where a programmer writes the file, on a board that reads it from its flash. */
static void tell_flash(const struct pack *pack, const char *path)
{
    const struct partition *one = pack->session->board.partitions;
    for (; one != NULL; one = one->next)
        if (one->kind == PARTITION_OPTIONS && one->medium->region != NULL)
            printf("partitions.%s begins at %#" PRIx64 ": st-flash --reset write %s %#" PRIx64 "\n",
                   one->name, one->medium->region->base + one->offset, path,
                   one->medium->region->base + one->offset);
}

/* Takes the board through the steps, as its image was. */
static void read_board(struct pack *pack)
{
    struct session *session = pack->session;
    if (!session_read(session) || !kconfig_choose(&session->board, &session->inputs,
                                                  session->options->build, &session->kconfig))
        return;
    board_resolve(&session->board);
    pack->options = runtime_options(&session->board);
    if (session->diagnostics.error_count == 0 && pack->options == NULL)
        diagnostic_error(&session->diagnostics, session->layered.at,
                         "%s has no device that loads a configuration", session->options->target);
}

static int pack_file(const struct options *options, const char *input, const char *output,
                     struct json *json)
{
    struct session session;
    session_open(&session, options);
    struct pack pack = {.session = &session};
    struct node *root = NULL;
    read_board(&pack);
    if (session.diagnostics.error_count == 0)
        root = yaml_read(&session.arena, &session.diagnostics, input);
    if (root != NULL)
        take_file(&pack, root);
    if (session.diagnostics.error_count == 0)
        write_file(&pack, output);
    if (session.diagnostics.error_count == 0 && json)
        tell(&pack, output, json);
    else if (session.diagnostics.error_count == 0)
        tell_flash(&pack, output);
    return session_close(&session, 0);
}

int config_pack(const char *target, const char *const *overlays, size_t overlay_count,
                const char *input, const char *output, struct json *json)
{
    struct arena arena;
    struct options options = {.command = "config pack", .target = target};
    arena_init(&arena);
    for (size_t i = 0; i < overlay_count; i++)
        text_list_add(&arena, &options.overlays, overlays[i]);
    options.build = arena_printf(&arena, "build/%s", target);
    int status = target_check(&arena, target);
    if (status == 0)
        status = overlays_check(&arena, &options.overlays);
    if (status == 0)
        status = pack_file(&options, input, output, json);
    arena_free(&arena);
    return status;
}
