/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Partitions: a board's `partitions:`, which divide its media (medium.c). Each lies on one medium,
 * on whole blocks, and none overlaps another. An image that runs from flash must lie in a partition
 * for images where the flash has any partitions; whether it fits is known to the linker only, which
 * is told the limit (link.ld).
 */
#include "resource.h"
#include "scalar.h"
#include <inttypes.h>
#include <string.h>

const char *const partition_kind_names[] = {
    [PARTITION_IMAGE] = "image",     [PARTITION_KEYS] = "keys", [PARTITION_JOURNAL] = "journal",
    [PARTITION_OBJECTS] = "objects", [PARTITION_BOOT] = "boot", [PARTITION_BLOCKS] = "blocks",
    [PARTITION_OPTIONS] = "options", [PARTITION_FREE] = "free"};

static bool read_kind(struct board *board, const struct node *node, struct partition *partition)
{
    struct text_list names = {0};
    const char *text = NULL;
    for (size_t i = 0; i <= PARTITION_FREE; i++)
        text_list_add(board->arena, &names, partition_kind_names[i]);
    if (node == NULL || !scalar_choice(board->diagnostics, node, &names, &text))
        return false;
    while (strcmp(partition_kind_names[partition->kind], text) != 0)
        partition->kind++;
    return true;
}

static bool read_medium(struct board *board, const struct node *node, struct partition *partition)
{
    const char *name = NULL;
    if (node == NULL || !scalar_text(board->diagnostics, node, &name))
        return false;
    struct text_list names = {0};
    for (struct medium *medium = board->media; medium != NULL; medium = medium->next) {
        text_list_add(board->arena, &names, medium->name);
        if (strcmp(medium->name, name) == 0)
            partition->medium = medium;
    }
    if (partition->medium != NULL)
        return true;
    struct diagnostic *error = node_error(
        board->diagnostics, node, "%s is neither a flash of `memory:` nor in `storage:`", name);
    suggest(board->diagnostics, error, name, &names);
    return false;
}

static void check_block(struct board *board, const struct partition *partition,
                        const struct node *node, uint64_t offset, const char *what)
{
    const struct medium *medium = partition->medium;
    uint64_t size = 0, start = medium_block(medium, offset, &size);
    if (start == offset)
        return;
    struct arena *arena = board->arena;
    struct diagnostic *error = node_error(
        board->diagnostics, node, "the partition %s inside a block of %s", what, medium->name);
    diagnostic_note(board->diagnostics, error, medium->at, "its block is %s to %s",
                    size_text(arena, start), size_text(arena, start + size));
    diagnostic_fix(board->diagnostics, error, "a partition is made of whole blocks");
}

/* Whether the partition lies on its medium, with errors where it does not. */
static bool check_extent(struct board *board, const struct partition *partition,
                         const struct node *node)
{
    const struct medium *medium = partition->medium;
    const struct node *size = node_get(node, "size"), *offset = node_get(node, "offset");
    if (partition->size == 0) {
        node_error(board->diagnostics, size, "a partition of no bytes");
        return false;
    }
    if (partition->offset < medium->size && partition->size <= medium->size - partition->offset) {
        check_block(board, partition, offset, partition->offset, "begins");
        check_block(board, partition, size, partition->offset + partition->size, "ends");
        return true;
    }
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, partition->at, "partitions.%s: %s from %s on goes beyond %s",
        partition->name, size_text(board->arena, partition->size),
        size_text(board->arena, partition->offset), medium->name);
    diagnostic_note(board->diagnostics, error, medium->at, "which has %s",
                    size_text(board->arena, medium->size));
    return false;
}

static void partition_add(struct board *board, struct partition *partition)
{
    struct partition **link = &board->partitions;
    for (const struct medium *medium = board->media; medium != partition->medium;
         medium = medium->next)
        while (*link != NULL && (*link)->medium == medium)
            link = &(*link)->next;
    while (*link != NULL && (*link)->medium == partition->medium &&
           (*link)->offset <= partition->offset)
        link = &(*link)->next;
    partition->next = *link;
    *link = partition;
}

static void partitions_read(struct board *board, const struct node *section)
{
    static const struct key_rule rules[] = {
        {"medium", true}, {"kind", true}, {"offset", true}, {"size", true}};
    if (section == NULL || !map_check(board->diagnostics, section, NULL, 0))
        return;
    for (const struct node *node = section->first; node != NULL; node = node->next) {
        struct partition *partition = arena_alloc(board->arena, sizeof(*partition));
        partition->name = node->key;
        partition->at = node->key_at;
        if (!name_check(board->diagnostics, node, NAME_THING) ||
            !map_check(board->diagnostics, node, rules, 4))
            continue;
        const struct node *offset = node_get(node, "offset"), *size = node_get(node, "size");
        bool good = read_medium(board, node_get(node, "medium"), partition);
        good &= read_kind(board, node_get(node, "kind"), partition);
        good &= offset != NULL && scalar_size(board->diagnostics, offset, &partition->offset);
        good &= size != NULL && scalar_size(board->diagnostics, size, &partition->size);
        if (good && check_extent(board, partition, node))
            partition_add(board, partition);
    }
}

static void report_overlap(struct board *board, const struct partition *low,
                           const struct partition *high)
{
    bool low_later = position_is_later(board->layered, low->at, high->at);
    const struct partition *one = low_later ? low : high, *other = low_later ? high : low;
    struct arena *arena = board->arena;
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, one->at, "partitions.%s: %s to %s of %s overlaps partitions.%s",
        one->name, size_text(arena, one->offset), size_text(arena, one->offset + one->size),
        one->medium->name, other->name);
    diagnostic_note(board->diagnostics, error, other->at, "partitions.%s is %s to %s", other->name,
                    size_text(arena, other->offset), size_text(arena, other->offset + other->size));
    diagnostic_fix(
        board->diagnostics, error,
        "move or shrink one of the two: `make TARGET=%s explain KEY=partitions` shows them all",
        board->name);
}

/* The image runs where it lies: at the start of a partition that is for images. */
static void check_image(struct board *board)
{
    const struct image *image = &board->image;
    const struct partition *partition = board->partitions;
    while (partition != NULL &&
           (partition->medium->region == NULL || partition->medium->region != image->code))
        partition = partition->next;
    if (partition == NULL)
        return;
    const struct medium *medium = partition->medium;
    for (; partition != NULL && partition->medium == medium; partition = partition->next)
        if (partition->kind == PARTITION_IMAGE && partition->offset == image->offset)
            return;
    struct diagnostic *error =
        diagnostic_error(board->diagnostics, image->at,
                         "image: it begins at %s of %s, where no partition of kind image begins",
                         size_text(board->arena, image->offset), medium->name);
    for (partition = board->partitions; partition != NULL; partition = partition->next)
        if (partition->medium == medium && partition->offset <= image->offset &&
            image->offset - partition->offset < partition->size)
            diagnostic_note(board->diagnostics, error, partition->at,
                            "partitions.%s, of kind %s, lies there", partition->name,
                            partition_kind_names[partition->kind]);
    diagnostic_fix(board->diagnostics, error,
                   "set image.offset to the offset of such a partition, or move one there");
}

static void partitions_resolve(struct board *board)
{
    const struct partition *reach = board->partitions; /* that which ends last on its medium */
    for (const struct partition *one = reach; one != NULL; one = one->next) {
        if (one->medium != reach->medium) {
            reach = one;
            continue;
        }
        if (one != reach && one->offset < reach->offset + reach->size)
            report_overlap(board, reach, one);
        if (one->offset + one->size > reach->offset + reach->size)
            reach = one;
    }
    check_image(board);
}

static void partitions_print(const struct board *board, struct json *json)
{
    json_open_array(json, "partitions");
    for (const struct partition *one = board->partitions; one != NULL; one = one->next) {
        json_open_object(json, NULL);
        json_text(json, "name", one->name);
        json_text(json, "kind", partition_kind_names[one->kind]);
        json_text(json, "medium", one->medium->name);
        json_number(json, "offset", one->offset);
        json_number(json, "size", one->size);
        json_position(json, one->at);
        json_close_object(json);
    }
    json_close_array(json);
}

const struct resource partition_resource = {.key = "partitions",
                                            .read = partitions_read,
                                            .resolve = partitions_resolve,
                                            .print = partitions_print};
