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
#include <platforms/arch/aarch64/aarch64.h>

enum { WINDOWS = 64, KIBIBYTE = 1024 };

struct comparison {
    const struct device *device;
    unsigned cores;
    bool described[WINDOWS]; /* of the board's windows and, from window_count on, its regions */
};

/* Where in `described` a region stands. */
static size_t region_slot(size_t region)
{
    return board.window_count + region;
}

/* True if [base, base + size) begins in the range of the pair. */
static bool holds(uint64_t pair_base, uint64_t pair_size, uintptr_t base)
{
    return base >= pair_base && base - pair_base < pair_size;
}

static void mark(struct comparison *comparison, size_t slot)
{
    if (slot < WINDOWS)
        comparison->described[slot] = true;
}

static void compare_memory(struct comparison *comparison, uint64_t base, uint64_t size)
{
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        if (!holds(base, size, region->base))
            continue;
        mark(comparison, region_slot(i));
        uint64_t there = base + size - region->base;
        uintptr_t end = region->base + region->size;
        if (there < region->size && memory_absent((uintptr_t)(base + size), end))
            log_error(comparison->device->name, "too many spans without memory");
        if (there != region->size)
            profile_differs(comparison->device->name,
                            "%s has %llu KB, the board file gives it %llu KB", region->name,
                            (unsigned long long)(there / KIBIBYTE),
                            (unsigned long long)(region->size / KIBIBYTE));
    }
}

static void compare_windows(struct comparison *comparison, const struct flat_node *node,
                            uint64_t base, uint64_t size)
{
    bool known = false;

    for (size_t i = 0; i < board.window_count; i++) {
        if (holds(base, size, board.windows[i].base)) {
            mark(comparison, i);
            known = true;
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
    if (node->is_cpu) {
        comparison->cores++;
        return;
    }
    for (size_t i = 0; node->is_addressed && i < node->reg_count; i++) {
        uint64_t base, size;
        flat_node_reg(node, i, &base, &size);
        if (node->is_memory)
            compare_memory(comparison, base, size);
        else
            compare_windows(comparison, node, base, size);
    }
}

static void report_no_memory(const struct comparison *comparison,
                             const struct memory_region *region)
{
    const char *name = comparison->device->name;

    profile_differs(name, "no memory at %p, where the board file has %s", (void *)region->base,
                    region->name);
    if (memory_absent(region->base, region->base + region->size))
        log_error(name, "too many spans without memory");
}

static void report_missing(const struct comparison *comparison)
{
    const char *name = comparison->device->name;

    if (comparison->cores != board.cores)
        profile_differs(name, "%u cores are there, the board file has %u", comparison->cores,
                        board.cores);
    for (size_t i = 0; i < board.window_count && i < WINDOWS; i++)
        if (!comparison->described[i])
            profile_differs(name, "nothing at %p, where the board file has registers",
                            (void *)board.windows[i].base);
    for (size_t i = 0; i < board.region_count && region_slot(i) < WINDOWS; i++)
        if (board.regions[i].kind == MEMORY_RAM && !comparison->described[region_slot(i)])
            report_no_memory(comparison, &board.regions[i]);
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
    if (!status)
        report_missing(&comparison);
    return status;
}

const struct driver device_tree_driver = {
    .name = "device-tree",
    .class = "description",
    .init = device_tree_init,
};
