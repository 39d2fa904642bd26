/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board as the sum of its resources (resource.h): steps 1 and 3 and model.json are a walk over
 * the table of them.
 */
#include "file.h"
#include "resource.h"
#include "scalar.h"
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#define MODEL_FORMAT 1

/* In the order of reading: what a resource looks at comes before it. */
static const struct resource *const resources[] = {
    &cpu_resource,    &memory_resource, &image_resource,     &storage_resource, &partition_resource,
    &agent_resource,  &device_resource, &interrupt_resource, &pin_resource,     &service_resource,
    &wiring_resource, &config_resource, &runtime_resource,   &source_resource,  &qemu_resource,
};

#define RESOURCE_COUNT (sizeof(resources) / sizeof(resources[0]))

/* What every board file may hold besides the resources' sections. `arch` is the SoC's. */
static const struct key_rule head[] = {{"summary", true}, {"arch", true}};

void board_read(struct arena *arena, struct diagnostics *diagnostics, const struct layered *layered,
                const struct catalog *catalog, struct board *board)
{
    struct key_rule rules[RESOURCE_COUNT + 2];
    size_t count = 0;
    rules[count++] = head[0];
    rules[count++] = head[1];
    for (size_t i = 0; i < RESOURCE_COUNT; i++)
        if (resources[i]->key != NULL)
            rules[count++] = (struct key_rule){resources[i]->key, resources[i]->required};
    *board = (struct board){.arena = arena,
                            .diagnostics = diagnostics,
                            .layered = layered,
                            .catalog = catalog,
                            .name = layered->target,
                            .summary = ""};
    map_check(diagnostics, layered->root, rules, count);
    const struct node *summary = node_get(layered->root, "summary");
    if (summary != NULL)
        scalar_text(diagnostics, summary, &board->summary);
    for (size_t i = 0; i < RESOURCE_COUNT; i++) {
        const char *key = resources[i]->key;
        if (resources[i]->read != NULL)
            resources[i]->read(board, key == NULL ? NULL : node_get(layered->root, key));
    }
}

void board_resolve(struct board *board)
{
    for (size_t i = 0; i < RESOURCE_COUNT; i++)
        if (resources[i]->enable != NULL)
            resources[i]->enable(board);
    /* Devices first: the rest counts on their order and on who they are. */
    device_resource.resolve(board);
    for (size_t i = 0; i < RESOURCE_COUNT; i++)
        if (resources[i] != &device_resource && resources[i]->resolve != NULL)
            resources[i]->resolve(board);
}

static void print_model(const struct board *board, struct json *json, const char *hash)
{
    json_open_object(json, NULL);
    json_number(json, "format", MODEL_FORMAT);
    json_open_object(json, "board");
    json_text(json, "name", board->name);
    if (json->positions)
        json_text(json, "summary", board->summary);
    json_position(json, board->layered->at);
    json_close_object(json);
    json_open_object(json, "soc");
    json_text(json, "name", board->layered->soc);
    if (json->positions)
        json_text(json, "summary", board->layered->soc_summary);
    json_close_object(json);
    if (hash != NULL)
        json_text(json, "configuration_hash", hash);
    for (size_t i = 0; i < RESOURCE_COUNT; i++)
        if (resources[i]->print != NULL)
            resources[i]->print(board, json);
    json_close_object(json);
}

void board_print(const struct board *board, FILE *stream)
{
    char hash[SHA256_DIGEST_STRING_LENGTH];
    struct draft draft;
    draft_open(&draft);
    struct json bare = {.stream = draft.out};
    print_model(board, &bare, NULL);
    draft_close(&draft);
    SHA256Data((const uint8_t *)draft.text, draft.size, hash);
    free(draft.text);
    struct json json = {.stream = stream, .positions = true};
    print_model(board, &json, hash);
}
