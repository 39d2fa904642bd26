/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See device-tree.h.
 */
#include "device-tree.h"
#include "flat_tree.h"

#include <kernel/board.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/profile.h>
#include <kernel/runtime_config.h>
#include <platforms/arch/aarch64/aarch64.h>
#include <string.h>

enum { WINDOWS = 64, RANGES = 16, MEBIBYTE = 1 << 20, FILE_MAX = 65536 };

struct comparison {
    const struct device *device;
    unsigned cores;
    struct memory_range memory[RANGES];
    size_t memory_count;
    struct memory_range file; /* that the loader has put into RAM */
    bool described[WINDOWS];  /* of the board's windows */
};

/* True if [base, base + size) begins in the range of the pair. */
static bool holds(uint64_t pair_base, uint64_t pair_size, uintptr_t base)
{
    return base >= pair_base && base - pair_base < pair_size;
}

/* Keeps a range of RAM for memory_found. */
static void add_memory(struct comparison *comparison, uint64_t base, uint64_t size)
{
    if (comparison->memory_count < RANGES)
        comparison->memory[comparison->memory_count++] = (struct memory_range){base, size};
    else
        log_warning(comparison->device->name, "more than %d ranges of RAM: %p is not looked at",
                    (int)RANGES, (void *)(uintptr_t)base);
}

static void compare_windows(struct comparison *comparison, const struct flat_node *node,
                            uint64_t base, uint64_t size)
{
    bool known = false;

    for (size_t i = 0; i < board.window_count; i++) {
        if (holds(base, size, board.windows[i].base)) {
            known = true;
            if (i < WINDOWS)
                comparison->described[i] = true;
        }
    }
    if (!known)
        log_debug(comparison->device->name, "%s is not in the board file", node->name);
}

static void compare_node(const struct flat_node *node, void *context)
{
    struct comparison *comparison = context;

    if (!node->is_enabled)
        return;
    if (node->depth == 1 && strcmp(node->name, "chosen") == 0 &&
        node->file_end > node->file_start) {
        comparison->file =
            (struct memory_range){node->file_start, node->file_end - node->file_start};
        return;
    }
    if (node->is_cpu) {
        comparison->cores++;
        return;
    }
    for (size_t i = 0; node->is_addressed && i < node->reg_count; i++) {
        uint64_t base, size;
        flat_node_reg(node, i, &base, &size);
        if (node->is_memory)
            add_memory(comparison, base, size);
        else
            compare_windows(comparison, node, base, size);
    }
}

/* Memory and cores that are there and that the board's file does not know; what it asks for in
 * vain, memory_found and profile_check tell. */
static void report_more(const struct comparison *comparison)
{
    const char *name = comparison->device->name;
    uint64_t configured = 0;

    for (size_t i = 0; i < board.region_count; i++)
        configured += board.regions[i].kind == MEMORY_RAM ? board.regions[i].size : 0;
    if (profile.memory > configured)
        profile_differs(name, "%llu MB of RAM are there, the board file has %llu",
                        (unsigned long long)(profile.memory / MEBIBYTE),
                        (unsigned long long)(configured / MEBIBYTE));
    if (profile.cores > board.cores)
        profile_differs(name, "%u cores are there, the board file has %u", profile.cores,
                        board.cores);
}

static void report(const struct comparison *comparison)
{
    const char *name = comparison->device->name;

    memory_found(name, comparison->memory, comparison->memory_count);
    profile.cores = comparison->cores;
    report_more(comparison);
    for (size_t i = 0; i < board.window_count && i < WINDOWS; i++)
        if (!comparison->described[i])
            profile_differs(name, "nothing at %p, where the board file has registers",
                            (void *)board.windows[i].base);
}

static bool is_in_ram(const struct memory_range *range)
{
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        uint64_t offset = range->base - region->base;
        if (region->kind == MEMORY_RAM && range->base >= region->base && offset < region->size &&
            range->size <= region->size - offset)
            return true;
    }
    return false;
}

/* What a loader passes as an initial RAM disk is this board's file of options. No memory has been
 * given to anyone yet. */
static void configure(const struct comparison *comparison)
{
    const struct memory_range *file = &comparison->file;

    if (!file->size)
        return;
    if (file->size > FILE_MAX || !is_in_ram(file))
        log_error(comparison->device->name,
                  "configuration refused: %llu bytes at %p are more than %d, or not in RAM",
                  (unsigned long long)file->size, (void *)(uintptr_t)file->base, (int)FILE_MAX);
    else
        runtime_config_apply(comparison->device->name, (const uint8_t *)(uintptr_t)file->base,
                             (size_t)file->size);
}

static enum status device_tree_init(const struct device *device)
{
    struct comparison comparison = {.device = device};
    struct flat_tree tree;
    size_t size;
    const void *blob = aarch64_device_tree(&size);

    if (!blob) {
        log_debug(device->name, "the loader passes none");
        return OK;
    }
    enum status status = flat_tree_open(&tree, blob, size);
    if (!status)
        status = flat_tree_walk(&tree, compare_node, &comparison);
    if (!status) {
        report(&comparison);
        configure(&comparison);
    }
    return status;
}

const struct driver device_tree_driver = {
    .name = "device-tree",
    .class = "description",
    .init = device_tree_init,
};
