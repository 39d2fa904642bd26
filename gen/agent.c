/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Agents: a board's `agents:`, WebAssembly modules that are linked into the image and started with
 * it by the service cells, which they ask for. A module is a file of the tree, or it is built from
 * a C file beside which it would be: then it lies in build/agents/, and `ranvier-gen agents` says
 * which are wanted.
 */
#include "agent_grant.h"
#include "file.h"
#include "resource.h"
#include "scalar.h"
#include <errno.h>
#include <sha2.h>
#include <string.h>
#include <unistd.h>

#define BUILT_FOLDER "build/agents"

enum {
    MODULE_MAX = 64 << 20,       /* bytes */
    WASM_PAGE = 65536,           /* bytes of a page of its memory */
    NAME_MAX_LENGTH = 31,        /* services/cells: CELL_NAME */
    NAMESPACE_MAX_LENGTH = 15,   /* CELL_NAMESPACE */
    WORDS_MAX_LENGTH = 95,       /* CELL_TEXT */
    POLICY_WORDS_MAX_LENGTH = 32 /* the texts of cells' policy */
};

/* A reader of a module's bytes; `at` is NULL once they have ended too early. */
struct bytes {
    const uint8_t *at, *end;
};

/* LEB128, unsigned (WebAssembly core 2.0, 5.2.2). */
static uint64_t read_number(struct bytes *bytes)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        if (bytes->at == NULL || bytes->at == bytes->end)
            break;
        uint8_t byte = *bytes->at++;
        number |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return number;
    }
    bytes->at = NULL;
    return 0;
}

/* The bytes of a section of the module; none where it has not that one. The rest is validated where
 * it runs. */
static struct bytes section_find(const uint8_t *module, size_t size, unsigned wanted)
{
    struct bytes bytes = {module + 8, module + size};
    while (bytes.at != NULL && bytes.at < bytes.end) {
        uint8_t section = *bytes.at++;
        uint64_t length = read_number(&bytes);
        if (bytes.at == NULL || length > (uint64_t)(bytes.end - bytes.at))
            break;
        if (section == wanted)
            return (struct bytes){bytes.at, bytes.at + length};
        bytes.at += length;
    }
    return (struct bytes){NULL, NULL};
}

/* Pages that the module's own memory begins with; 0 if it has none. */
static uint64_t memory_pages(const uint8_t *module, size_t size)
{
    enum { MEMORY_SECTION = 5 };
    struct bytes bytes = section_find(module, size, MEMORY_SECTION);
    if (read_number(&bytes) == 0)
        return 0;
    read_number(&bytes); /* whether there is a maximum */
    return read_number(&bytes);
}

static const char *read_name(struct arena *arena, struct bytes *bytes)
{
    uint64_t length = read_number(bytes);
    if (bytes->at == NULL || length > (uint64_t)(bytes->end - bytes->at)) {
        bytes->at = NULL;
        return "";
    }
    const char *name = arena_printf(arena, "%.*s", (int)length, (const char *)bytes->at);
    bytes->at += length;
    return name;
}

/* The functions that the module imports. Other imports end the list: no node has any, and says so.
 */
static const struct module_import *read_imports(struct arena *arena, const uint8_t *module,
                                                size_t size)
{
    enum { IMPORT_SECTION = 2, FUNCTION = 0 };
    struct bytes bytes = section_find(module, size, IMPORT_SECTION);
    const struct module_import *first = NULL, **end = &first;
    for (uint64_t left = read_number(&bytes); bytes.at != NULL && left > 0; left--) {
        struct module_import *import = arena_alloc(arena, sizeof(*import));
        import->module = read_name(arena, &bytes);
        import->name = read_name(arena, &bytes);
        if (bytes.at == NULL || bytes.at == bytes.end || *bytes.at++ != FUNCTION)
            break;
        read_number(&bytes); /* its type */
        if (bytes.at != NULL) {
            *end = import;
            end = &import->next;
        }
    }
    return first;
}

/* Where the module that a board file names is, or is to be built; NULL: nowhere. */
static const char *module_file(struct arena *arena, const char *name, bool *built)
{
    size_t length = strlen(name);
    if (access(name, R_OK) == 0)
        return name;
    if (length < 5 || strcmp(name + length - 5, ".wasm") != 0)
        return NULL;
    const char *source = arena_printf(arena, "%.*s.c", (int)(length - 5), name);
    *built = access(source, R_OK) == 0;
    return *built ? arena_printf(arena, BUILT_FOLDER "/%s", name) : NULL;
}

static void read_module(struct board *board, const struct node *node, struct agent *agent)
{
    static const uint8_t magic[8] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    const char *name = NULL;
    if (!scalar_text(board->diagnostics, node, &name))
        return;
    agent->file = module_file(board->arena, name, &agent->built);
    if (agent->file == NULL) {
        struct diagnostic *error =
            node_error(board->diagnostics, node, "there is no file %s", name);
        diagnostic_fix(board->diagnostics, error,
                       "name a module, or one that a C file beside it can be built into");
        return;
    }
    const uint8_t *module =
        (const uint8_t *)file_read(board->arena, agent->file, MODULE_MAX, &agent->size);
    if (module == NULL) {
        node_error(board->diagnostics, node, "%s: %s", agent->file, strerror(errno));
        return;
    }
    if (agent->size < sizeof(magic) || memcmp(module, magic, sizeof(magic)) != 0) {
        node_error(board->diagnostics, node, "%s is no WebAssembly module of version 1",
                   agent->file);
        return;
    }
    char hash[SHA256_DIGEST_STRING_LENGTH];
    SHA256Data(module, agent->size, hash);
    agent->hash = arena_printf(board->arena, "%s", hash);
    agent->pages = memory_pages(module, agent->size);
    agent->imports = read_imports(board->arena, module, agent->size);
}

/* A list of words as one text with blanks between them, of at most `limit` bytes. */
static const char *read_words(struct board *board, const struct node *map, const char *key,
                              size_t limit)
{
    const struct node *node = node_get(map, key);
    struct text_list words = {0};
    const char *text = "";
    if (node == NULL || !scalar_texts(board->diagnostics, node, &words))
        return text;
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        if (strchr(item->text, ' ') != NULL || *item->text == '\0')
            node_error(board->diagnostics, item, "\"%s\" is not one word", item->text);
        text = arena_printf(board->arena, "%s%s%s", text, *text == '\0' ? "" : " ", item->text);
    }
    if (strlen(text) > limit)
        node_error(board->diagnostics, node, "the words have more than %zu characters", limit);
    return text;
}

/* A map of names and values as words NAME=VALUE. */
static const char *read_environment(struct board *board, const struct node *map)
{
    const struct node *node = node_get(map, "environment");
    const char *text = "", *value = NULL;
    if (node == NULL || !map_check(board->diagnostics, node, NULL, 0))
        return text;
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        if (!scalar_text(board->diagnostics, item, &value))
            continue;
        if (strpbrk(item->key, " =") != NULL || strchr(value, ' ') != NULL)
            node_error(board->diagnostics, item, "\"%s=%s\" is not one word", item->key, value);
        text = arena_printf(board->arena, "%s%s%s=%s", text, *text == '\0' ? "" : " ", item->key,
                            value);
    }
    if (strlen(text) > WORDS_MAX_LENGTH)
        node_error(board->diagnostics, node, "the words have more than %d characters",
                   WORDS_MAX_LENGTH);
    return text;
}

static void check_length(struct board *board, const struct node *node, const char *text,
                         size_t limit)
{
    if (strlen(text) > limit)
        node_error(board->diagnostics, node, "%s has more than %zu characters", text, limit);
}

static void read_policy(struct board *board, const struct node *map, struct agent *agent)
{
    static const char *const restarts[] = {"never", "on-failure", "always"};
    const struct text_list choices = {(const char **)restarts, 3};
    const struct node *memory = node_get(map, "memory"), *fuel = node_get(map, "fuel");
    const struct node *battery = node_get(map, "battery"), *latency = node_get(map, "latency");
    const struct node *restart = node_get(map, "restart");
    agent->restart = "never";
    if (memory != NULL)
        scalar_size(board->diagnostics, memory, &agent->memory);
    if (fuel != NULL)
        scalar_number(board->diagnostics, fuel, 0, UINT64_MAX, &agent->fuel);
    if (battery != NULL)
        scalar_number(board->diagnostics, battery, 0, 100, &agent->battery);
    if (latency != NULL)
        scalar_time(board->diagnostics, latency, &agent->latency);
    if (restart != NULL)
        scalar_choice(board->diagnostics, restart, &choices, &agent->restart);
    agent->architectures = read_words(board, map, "architectures", POLICY_WORDS_MAX_LENGTH);
    agent->features = read_words(board, map, "features", POLICY_WORDS_MAX_LENGTH);
    agent->labels = read_words(board, map, "labels", POLICY_WORDS_MAX_LENGTH);
}

/* The module's memory must fit into what the agent may have, and that into the board's RAM. */
static void check_memory(struct board *board, const struct node *map, const struct agent *agent)
{
    const struct node *node = node_get(map, "memory");
    struct arena *arena = board->arena;
    uint64_t wanted = agent->pages * WASM_PAGE, most = 0;
    for (const struct region *region = board->regions; region != NULL; region = region->next)
        if (region->kind == REGION_RAM && region->size > most)
            most = region->size;
    if (agent->memory > 0 && agent->memory < wanted)
        node_error(board->diagnostics, node, "%s is less than the %s that %s begins with",
                   size_text(arena, agent->memory), size_text(arena, wanted), agent->file);
    if (agent->memory > UINT32_MAX)
        node_error(board->diagnostics, node, "%s is more than an agent can have",
                   size_text(arena, agent->memory));
    else if (agent->memory > most || wanted > most)
        diagnostic_error(board->diagnostics, agent->at,
                         "agents.%s: it wants %s, more than any RAM of this board", agent->name,
                         size_text(arena, agent->memory > wanted ? agent->memory : wanted));
}

static void read_agent(struct board *board, const struct node *map, struct agent *agent)
{
    const struct node *wasm = node_get(map, "wasm"), *space = node_get(map, "namespace");
    const struct node *start = node_get(map, "start");
    agent->space = "default";
    agent->start = true;
    check_length(board, map, agent->name, NAME_MAX_LENGTH);
    if (wasm != NULL)
        read_module(board, wasm, agent);
    if (space != NULL && scalar_text(board->diagnostics, space, &agent->space))
        check_length(board, space, agent->space, NAMESPACE_MAX_LENGTH);
    if (start != NULL)
        scalar_bool(board->diagnostics, start, &agent->start);
    agent->grants = read_words(board, map, "grants", WORDS_MAX_LENGTH);
    agent->grants_node = *agent->grants == '\0' ? NULL : node_get(map, "grants");
    agent->environment = read_environment(board, map);
    agent->arguments = read_words(board, map, "arguments", WORDS_MAX_LENGTH);
    read_policy(board, map, agent);
    if (agent->hash != NULL)
        check_memory(board, map, agent);
}

static void agents_read(struct board *board, const struct node *section)
{
    static const struct key_rule rules[] = {
        {"wasm", true},       {"namespace", false},  {"start", false},         {"grants", false},
        {"arguments", false}, {"memory", false},     {"fuel", false},          {"battery", false},
        {"latency", false},   {"restart", false},    {"architectures", false}, {"features", false},
        {"labels", false},    {"environment", false}};
    struct agent **end = &board->agents;
    if (section == NULL || !map_check(board->diagnostics, section, NULL, 0))
        return;
    for (const struct node *node = section->first; node != NULL; node = node->next) {
        struct agent *agent = arena_alloc(board->arena, sizeof(*agent));
        agent->name = node->key;
        agent->at = node->key_at;
        if (!name_check(board->diagnostics, node, NAME_THING) ||
            !map_check(board->diagnostics, node, rules, sizeof(rules) / sizeof(rules[0])))
            continue;
        read_agent(board, node, agent);
        *end = agent;
        end = &agent->next;
    }
}

static void agents_print(const struct board *board, struct json *json)
{
    json_open_array(json, "agents");
    for (const struct agent *one = board->agents; one != NULL; one = one->next) {
        json_open_object(json, NULL);
        json_text(json, "name", one->name);
        json_text(json, "file", one->file);
        json_number(json, "size", one->size);
        json_text(json, "hash", one->hash);
        json_number(json, "pages", one->pages);
        json_text(json, "namespace", one->space);
        json_text(json, "grants", one->grants);
        json_text(json, "arguments", one->arguments);
        json_text(json, "environment", one->environment);
        json_bool(json, "start", one->start);
        json_number(json, "memory", one->memory);
        json_number(json, "fuel", one->fuel);
        json_number(json, "battery", one->battery);
        json_number(json, "latency", one->latency);
        json_text(json, "restart", one->restart);
        json_text(json, "architectures", one->architectures);
        json_text(json, "features", one->features);
        json_text(json, "labels", one->labels);
        json_position(json, one->at);
        json_close_object(json);
    }
    json_close_array(json);
}

const struct resource agent_resource = {
    .key = "agents", .read = agents_read, .resolve = agents_check_grants, .print = agents_print};
