/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * How QEMU plays the board: its `qemu:`. It says nothing about the image and is not in its hash.
 */
#include "resource.h"
#include "scalar.h"
#include <string.h>

static void read_memory(struct board *board, const struct node *node)
{
    struct text_list names = {0};
    const char *name = NULL;
    for (const struct region *region = board->regions; region != NULL; region = region->next)
        text_list_add(board->arena, &names, region->name);
    if (!scalar_choice(board->diagnostics, node, &names, &name))
        return;
    board->qemu.memory = board->regions;
    while (strcmp(board->qemu.memory->name, name) != 0)
        board->qemu.memory = board->qemu.memory->next;
}

static void qemu_read(struct board *board, const struct node *section)
{
    static const struct key_rule rules[] = {
        {"machine", true}, {"cpu", false}, {"memory", false}, {"arguments", false}};
    if (section == NULL || !map_check(board->diagnostics, section, rules, 4))
        return;
    struct qemu *qemu = &board->qemu;
    qemu->present = true;
    const struct node *machine = node_get(section, "machine"), *cpu = node_get(section, "cpu");
    const struct node *memory = node_get(section, "memory");
    const struct node *arguments = node_get(section, "arguments");
    if (machine != NULL)
        scalar_text(board->diagnostics, machine, &qemu->machine);
    if (cpu != NULL)
        scalar_text(board->diagnostics, cpu, &qemu->cpu);
    if (memory != NULL)
        read_memory(board, memory);
    if (arguments != NULL)
        scalar_texts(board->diagnostics, arguments, &qemu->arguments);
    if (board->layered->arch != NULL && board->arch.emulator == NULL)
        node_error(board->diagnostics, section, "the architecture %s has no emulator",
                   board->arch.name);
}

static void qemu_print(const struct board *board, struct json *json)
{
    const struct qemu *qemu = &board->qemu;
    if (!json->positions)
        return;
    if (!qemu->present) {
        json_null(json, "qemu");
        return;
    }
    json_open_object(json, "qemu");
    json_text(json, "binary", board->arch.emulator);
    json_text(json, "machine", qemu->machine);
    json_text(json, "cpu", qemu->cpu);
    if (qemu->memory == NULL)
        json_null(json, "memory");
    else
        json_number(json, "memory", qemu->memory->size);
    texts_print(json, "arguments", &qemu->arguments);
    json_close_object(json);
}

const struct resource qemu_resource = {.key = "qemu", .read = qemu_read, .print = qemu_print};
