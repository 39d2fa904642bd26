/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What may be read, written and executed, from the board's tables alone: RAM and register windows
 * as data, then the image's code and constants as such, then nothing where a stack's guard is, and
 * nothing at address 0. What no table names is not mapped, but for what firmware left to be read.
 * start.S has set CR0.WP, so that read-only holds for the kernel, too.
 */
#include "translation.h"
#include "x86_64.h"

#include <kernel/board.h>
#include <kernel/panic.h>

/* The root; for each 512 GB one; for each GB that has anything one; for each 2 MB that has more
 * than one kind of thing one: the image's (one or two), the first, a few windows, firmware. 96 KB.
 */
enum { TABLES = 24 };

/* CPUID and control register bits. */
enum {
    FEATURES_EXTENDED = 0x80000001,
    FEATURES_STRUCTURED = 7,
    FEATURE_HUGE_PAGES = 1 << 26, /* d of FEATURES_EXTENDED */
    FEATURE_SMEP = 1 << 7,        /* b of FEATURES_STRUCTURED */
    FEATURE_SMAP = 1 << 20,
    FEATURE_UMIP = 1 << 2, /* c of FEATURES_STRUCTURED */

    CR4_UMIP = 1 << 11,
    CR4_SMEP = 1 << 20,
    CR4_SMAP = 1 << 21,
};

static struct translation_table tables[TABLES];
static struct translation translation;

static void map(const char *what, uintptr_t base, size_t size, enum translation_access access)
{
    enum status status = translation_map(&translation, base, size, access);

    if (status)
        panic("mmu: %s at 0x%zx, %zu bytes: %s", what, (size_t)base, size,
              status == ERR_NO_MEMORY ? "out of page tables" : "not whole pages below 128 TB");
}

static void map_regions(void)
{
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        if (region->kind == MEMORY_RESERVED)
            continue;
        map(region->name, region->base, region->size,
            region->kind == MEMORY_RAM ? TRANSLATION_DATA : TRANSLATION_CONSTANT);
    }
}

/* A window smaller than a page, or sharing one with another, maps the whole page. */
static void map_windows(void)
{
    for (size_t i = 0; i < board.window_count; i++) {
        const struct register_window *window = &board.windows[i];
        uintptr_t base = window->base & ~(uintptr_t)(TRANSLATION_PAGE - 1);
        uintptr_t end = window->base + window->size + TRANSLATION_PAGE - 1;
        end &= ~(uintptr_t)(TRANSLATION_PAGE - 1);
        map("register window", base, end - base, TRANSLATION_DEVICE);
    }
}

static void map_image(void)
{
    for (size_t i = 0; i < board.section_count; i++) {
        const struct image_section *section = &board.sections[i];
        if (section->access == ACCESS_DATA)
            continue; /* RAM is data already */
        map(section->name, (uintptr_t)section->start, (size_t)(section->end - section->start),
            section->access == ACCESS_CODE ? TRANSLATION_CODE : TRANSLATION_CONSTANT);
    }
}

static void unmap_guard(const struct stack *stack)
{
    map("stack guard", (uintptr_t)stack->base, stack->guard, TRANSLATION_NONE);
}

static void unmap_guards(void)
{
    for (unsigned core = 0; core < CONFIG_CORES; core++) {
        unmap_guard(&boot_stacks[core]);
        unmap_guard(&interrupt_stacks[core]);
    }
    for (size_t i = 0; i < board.service_count; i++)
        unmap_guard(&board.services[i].stack);
    map("page 0", 0, TRANSLATION_PAGE, TRANSLATION_NONE);
}

/* The CPU neither executes nor touches what were user mode's pages, and tells it nothing. */
static void enable_fences(void)
{
    const struct cpuid features = x86_64_cpuid(FEATURES_STRUCTURED, 0);
    uint64_t cr4;

    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    if (features.b & FEATURE_SMEP)
        cr4 |= CR4_SMEP;
    if (features.b & FEATURE_SMAP)
        cr4 |= CR4_SMAP;
    if (features.c & FEATURE_UMIP)
        cr4 |= CR4_UMIP;
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4) : "memory");
}

void mmu_init(void)
{
    const struct cpuid features = x86_64_cpuid(FEATURES_EXTENDED, 0);

    translation_init(&translation, tables, TABLES, features.d & FEATURE_HUGE_PAGES);
    map_windows();
    map_regions();
    map_image();
    unmap_guards();
    mmu_enable();
}

void mmu_enable(void)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(tables) : "memory");
    enable_fences();
}

/* What becomes mapped was not before, so nothing of it is in a TLB. */
const void *mmu_map_firmware(uint64_t address, size_t size)
{
    uint64_t page = address & ~(uint64_t)(TRANSLATION_PAGE - 1);

    if (address + size < address)
        return NULL;
    for (; page < address + size; page += TRANSLATION_PAGE) {
        if (!translation_has(&translation, page) &&
            translation_map(&translation, page, TRANSLATION_PAGE, TRANSLATION_CONSTANT))
            return NULL;
    }
    return (const void *)(uintptr_t)address;
}
