/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board's `config:` and the values of Kconfig symbols that step 2 made of it.
 */
#include "resource.h"
#include "scalar.h"
#include <inttypes.h>
#include <string.h>

const char *board_config(const struct board *board, const char *name)
{
    const struct config_value *value = board->config;
    while (value != NULL && strcmp(value->name, name) != 0)
        value = value->next;
    return value == NULL ? "n" : value->value;
}

unsigned board_cores(const struct board *board)
{
    uint64_t cores;
    return number_parse(board_config(board, "CORES"), &cores) ? (unsigned)cores : 1;
}

static void config_read(struct board *board, const struct node *section)
{
    if (section == NULL || !map_check(board->diagnostics, section, NULL, 0))
        return;
    board->config_node = node_get(board->layered->root, "config");
    for (const struct node *node = section->first; node != NULL; node = node->next)
        if (node->kind != NODE_SCALAR)
            node_error(board->diagnostics, node, "%s is not a value of a symbol", node_text(node));
}

/* Kconfig cannot say that a number must be a power of two; bindings can. */
static void check_option(struct board *board, const struct binding *owner,
                         const struct option *option)
{
    const struct config_value *value = board->config;
    while (value != NULL && strcmp(value->name, option->name) != 0)
        value = value->next;
    uint64_t number = 0;
    if (value == NULL || !option->power_of_two || !number_parse(value->value, &number) ||
        (number != 0 && (number & (number - 1)) == 0))
        return;
    struct diagnostic *error =
        diagnostic_error(board->diagnostics, value->at.file == NULL ? option->at : value->at,
                         "config.%s: %s is not a power of two", option->name, value->value);
    diagnostic_note(board->diagnostics, error, option->at, "which this option of %s has to be",
                    owner->name);
}

/* The kernel can't run on cores that aren't there. */
static void check_cores(struct board *board)
{
    const struct config_value *value = board->config;
    while (value != NULL && strcmp(value->name, "CORES") != 0)
        value = value->next;
    if (value == NULL || board_cores(board) <= board->cpu.cores)
        return;
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, value->at.file == NULL ? board->cpu.at : value->at,
        "config.CORES: %s cores, of %u that this board has", value->value, board->cpu.cores);
    diagnostic_note(board->diagnostics, error, board->cpu.cores_at, "as `cpu: { cores: %u }` says",
                    board->cpu.cores);
    diagnostic_fix(board->diagnostics, error, "set CORES to %u or less", board->cpu.cores);
}

static void config_resolve(struct board *board)
{
    check_cores(board);
    const struct binding *lists[] = {board->catalog->drivers, board->catalog->services};
    for (size_t i = 0; i < 2; i++)
        for (const struct binding *one = lists[i]; one != NULL; one = one->next)
            for (const struct option *option = one->options; option != NULL; option = option->next)
                check_option(board, one, option);
}

static void config_print(const struct board *board, struct json *json)
{
    json_open_array(json, "config");
    for (const struct config_value *one = board->config; one != NULL; one = one->next) {
        json_open_object(json, NULL);
        json_text(json, "name", one->name);
        json_text(json, "type", option_type_names[one->type]);
        json_text(json, "value", one->value);
        if (json->positions)
            json_text(json, "origin", one->origin);
        json_close_object(json);
    }
    json_close_array(json);
}

const struct resource config_resource = {
    .key = "config", .read = config_read, .resolve = config_resolve, .print = config_print};
