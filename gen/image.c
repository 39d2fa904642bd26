/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The image: a board's `image:`, the regions that hold its code and data, and whether what is known
 * before linking fits there. A board without an image section runs as a process.
 */
#include "resource.h"
#include "scalar.h"
#include <string.h>

static struct region *first_region(const struct board *board, enum region_kind kind)
{
    struct region *region = board->regions;
    while (region != NULL && region->kind != kind)
        region = region->next;
    return region;
}

/* image.data: the region for data where it is not to be the lowest of kind ram. */
static void data_read(struct board *board, const struct node *node)
{
    struct text_list names = {0};
    const char *name = NULL;
    for (const struct region *one = board->regions; one != NULL; one = one->next)
        if (one->kind == REGION_RAM)
            text_list_add(board->arena, &names, one->name);
    if (!scalar_choice(board->diagnostics, node, &names, &name))
        return;
    board->image.data = board->regions;
    while (strcmp(board->image.data->name, name) != 0)
        board->image.data = board->image.data->next;
}

static void image_read(struct board *board, const struct node *section)
{
    static const struct key_rule rules[] = {{"formats", true}, {"offset", false}, {"data", false}};
    static const char *formats[] = {"bin"};
    static const struct text_list known = {formats, 1};
    struct image *image = &board->image;
    image->data = first_region(board, REGION_RAM);
    if (image->data == NULL && node_get(board->layered->root, "memory") != NULL) {
        struct diagnostic *error =
            node_error(board->diagnostics, node_get(board->layered->root, "memory"),
                       "there is no region of kind ram");
        diagnostic_fix(board->diagnostics, error, "add one, or correct the kind of one");
    }
    if (section == NULL || !map_check(board->diagnostics, section, rules, 3))
        return;
    image->at = section->key_at;
    const struct node *data = node_get(section, "data");
    if (data != NULL)
        data_read(board, data);
    image->code = first_region(board, REGION_FLASH);
    if (image->code == NULL)
        image->code = image->data;
    const struct node *list = node_get(section, "formats"), *offset = node_get(section, "offset");
    const char *unused = NULL;
    if (list != NULL && scalar_texts(board->diagnostics, list, &image->formats))
        for (const struct node *item = list->first; item != NULL; item = item->next)
            scalar_choice(board->diagnostics, item, &known, &unused);
    if (offset == NULL || !scalar_size(board->diagnostics, offset, &image->offset))
        return;
    if (image->offset % board->arch.page != 0)
        node_error(board->diagnostics, offset, "%s is not a multiple of %s, a page", offset->text,
                   size_text(board->arena, board->arch.page));
    if (image->code != NULL && image->offset >= image->code->size) {
        struct diagnostic *error =
            node_error(board->diagnostics, offset, "%s is beyond the region %s", offset->text,
                       image->code->name);
        diagnostic_note(board->diagnostics, error, image->code->at, "which has %s",
                        size_text(board->arena, image->code->size));
    }
}

/* What the kernel's own stacks take, which are symbols of the menu. */
static uint64_t kernel_stacks(const struct board *board)
{
    static const char *const symbols[] = {"BOOT_STACK", "INTERRUPT_STACK"};
    uint64_t total = 0;
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        uint64_t size = 0;
        if (number_parse(board_config(board, symbols[i]), &size))
            total += (size + board->arch.guard) * board_cores(board);
    }
    return total;
}

/* The stacks, with their guards, must leave room for the rest. */
static void image_resolve(struct board *board)
{
    const struct image *image = &board->image;
    uint64_t before = image->code == image->data ? image->offset : 0;
    if (image->data == NULL || before >= image->data->size)
        return;
    uint64_t room = image->data->size - before;
    uint64_t total = kernel_stacks(board);
    const struct service *largest = NULL;
    for (const struct service *one = board->services; one != NULL; one = one->next) {
        if (!one->enabled)
            continue;
        uint64_t size = one->stack + board->arch.guard;
        total = size < one->stack || total + size < total ? UINT64_MAX : total + size;
        if (largest == NULL || one->stack > largest->stack)
            largest = one;
    }
    if (total < room || largest == NULL)
        return;
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, image->data->at, "memory.%s: the stacks need %s of %s",
        image->data->name, size_text(board->arena, total), size_text(board->arena, room));
    diagnostic_note(board->diagnostics, error, largest->at, "the largest is that of %s: %s",
                    largest->name, size_text(board->arena, largest->stack));
    diagnostic_fix(board->diagnostics, error, "give services.%s a smaller `stack:`", largest->name);
}

static void image_print(const struct board *board, struct json *json)
{
    const struct image *image = &board->image;
    if (image->code == NULL) {
        json_null(json, "image");
        return;
    }
    json_open_object(json, "image");
    texts_print(json, "formats", &image->formats);
    json_text(json, "code", image->code->name);
    json_text(json, "data", image->data->name);
    json_number(json, "base", image->code->base + image->offset);
    json_number(json, "offset", image->offset);
    json_position(json, image->at);
    json_close_object(json);
}

const struct resource image_resource = {
    .key = "image", .read = image_read, .resolve = image_resolve, .print = image_print};
