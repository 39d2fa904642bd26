/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The first C code: what must be so before the kernel may run, in the order in which each step
 * needs the one before.
 */
#include "aarch64.h"
#include "translation.h"

#include <kernel/board.h>
#include <kernel/boot.h>
#include <string.h>

enum {
    TREE_LIMIT = 32 * 1024,
    /* Header of a flattened device tree (Devicetree Specification 0.4, 5.2), big endian. */
    TREE_HEADER = 40,
    TREE_STRUCTURE = 8,
    TREE_STRINGS = 12,
    TREE_STRINGS_SIZE = 32,
    TREE_STRUCTURE_SIZE = 36,
};

#define TREE_MAGIC UINT32_C(0xd00dfeed)

/* The device tree lies in RAM that the kernel is to give out, so what it needs of it is copied. */
static _Alignas(uint64_t) uint8_t device_tree[TREE_LIMIT];
static size_t device_tree_size;

static uint32_t word(const uint8_t *tree, size_t offset)
{
    const uint8_t *bytes = tree + offset;
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Bytes from `address` to the end of the RAM that it is in; 0 if it is in none. */
static size_t readable_from(uintptr_t address)
{
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        if (region->kind == MEMORY_RAM && address >= region->base &&
            address - region->base < region->size)
            return region->size - (address - region->base);
    }
    return 0;
}

/* Keeps the tree up to the end of its last block: loaders leave much room behind it. Page 0, where
 * some pass other things, is not mapped. */
static void keep_device_tree(uintptr_t address)
{
    const uint8_t *tree = (const uint8_t *)address;
    size_t readable = readable_from(address);

    if (address < TRANSLATION_PAGE || address % sizeof(uint64_t) || readable < TREE_HEADER ||
        word(tree, 0) != TREE_MAGIC)
        return;
    uint64_t structure = (uint64_t)word(tree, TREE_STRUCTURE) + word(tree, TREE_STRUCTURE_SIZE);
    uint64_t strings = (uint64_t)word(tree, TREE_STRINGS) + word(tree, TREE_STRINGS_SIZE);
    uint64_t size = structure > strings ? structure : strings;
    if (size < TREE_HEADER || size > TREE_LIMIT || size > readable)
        return;
    memcpy(device_tree, tree, size);
    device_tree_size = size;
}

const void *aarch64_device_tree(size_t *size)
{
    *size = device_tree_size;
    return device_tree_size ? device_tree : NULL;
}

noreturn void aarch64_boot(uintptr_t tree, uint64_t counter, unsigned level)
{
    aarch64_counter_set_entry(counter);
    mmu_init();
    keep_device_tree(tree);
    features_init(level);
    kernel_main();
}
