/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What may be read, written and executed, from the board's tables alone: RAM and register windows
 * as data, then the image's code and constants as such, then nothing where a stack's guard is, and
 * nothing at address 0. What no table names is not mapped. Writable is never executable; SCTLR.WXN
 * holds that even against a mistake in here.
 */
#include "aarch64.h"
#include "translation.h"

#include <kernel/board.h>
#include <kernel/panic.h>

/* The root; one for each GB that has anything; one for each 2 MB that has more than one kind of
 * thing: the image's (one or two), a few windows of devices. 64 KB. */
enum { TABLES = 16 };

static struct translation_table tables[TABLES];

extern uint8_t __data_start[], __data_end[];

#define MAIR_DEVICE_nGnRnE UINT64_C(0x00)
#define MAIR_NORMAL        UINT64_C(0xff) /* write-back, read- and write-allocate, both levels */

#define TCR_T0SZ(bits) ((uint64_t)(64 - (bits)))
#define TCR_WALK_CACHE (UINT64_C(1) << 8 | UINT64_C(1) << 10) /* IRGN0, ORGN0: write-back */
#define TCR_WALK_SHARE (UINT64_C(3) << 12)                    /* SH0: inner */
#define TCR_NO_TTBR1   (UINT64_C(1) << 23)                    /* EPD1 */
#define TCR_T1SZ       (UINT64_C(25) << 16)
#define TCR_TG1_4K     (UINT64_C(2) << 30)
#define TCR_IPS_SHIFT  32

#define SCTLR_ONES        UINT64_C(0x30d00800) /* always 1 in Armv8.0, harmless values later */
#define SCTLR_MMU         (UINT64_C(1) << 0)
#define SCTLR_CACHE       (UINT64_C(1) << 2)
#define SCTLR_STACK_CHECK (UINT64_C(3) << 3) /* SA, SA0: sp is a multiple of 16 */
#define SCTLR_INSTRUCTION (UINT64_C(1) << 12)
#define SCTLR_WXN         (UINT64_C(1) << 19)

/* The first mapping that failed; reported once the MMU is on, because the C library and so the
 * report use accesses that are not aligned, which need normal memory. */
static struct {
    enum status status;
    const char *what;
    uintptr_t base;
    size_t size;
} failure;

static void map(struct translation *translation, const char *what, uintptr_t base, size_t size,
                enum translation_access access)
{
    enum status status = translation_map(translation, base, size, access);

    if (status && !failure.status) {
        failure.status = status;
        failure.what = what;
        failure.base = base;
        failure.size = size;
    }
}

static void map_regions(struct translation *translation)
{
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        if (region->kind == MEMORY_RESERVED)
            continue;
        map(translation, region->name, region->base, region->size,
            region->kind == MEMORY_RAM ? TRANSLATION_DATA : TRANSLATION_CONSTANT);
    }
}

/* A window smaller than a page, or sharing one with another, maps the whole page. */
static void map_windows(struct translation *translation)
{
    for (size_t i = 0; i < board.window_count; i++) {
        const struct register_window *window = &board.windows[i];
        uintptr_t base = window->base & ~(uintptr_t)(TRANSLATION_PAGE - 1);
        uintptr_t end = window->base + window->size + TRANSLATION_PAGE - 1;
        end &= ~(uintptr_t)(TRANSLATION_PAGE - 1);
        map(translation, "register window", base, end - base, TRANSLATION_DEVICE);
    }
}

static void map_image(struct translation *translation)
{
    for (size_t i = 0; i < board.section_count; i++) {
        const struct image_section *section = &board.sections[i];
        if (section->access == ACCESS_DATA)
            continue; /* RAM is data already */
        map(translation, section->name, (uintptr_t)section->start,
            (size_t)(section->end - section->start),
            section->access == ACCESS_CODE ? TRANSLATION_CODE : TRANSLATION_CONSTANT);
    }
}

static void unmap_guard(struct translation *translation, const struct stack *stack)
{
    map(translation, "stack guard", (uintptr_t)stack->base, stack->guard, TRANSLATION_NONE);
}

static void unmap_guards(struct translation *translation)
{
    for (unsigned core = 0; core < CONFIG_CORES; core++) {
        unmap_guard(translation, &boot_stacks[core]);
        unmap_guard(translation, &interrupt_stacks[core]);
    }
    for (size_t i = 0; i < board.service_count; i++)
        unmap_guard(translation, &board.services[i].stack);
    map(translation, "page 0", 0, TRANSLATION_PAGE, TRANSLATION_NONE);
}

/* What was written so far went past the caches to memory; stale lines there must not hide it. */
static void discard_stale_lines(void)
{
    /* CTR_EL0.DminLine: log2 of the smallest data cache line in words */
    uintptr_t line = (uintptr_t)4 << (READ_SYSTEM_REGISTER(ctr_el0) >> 16 & 15);

    for (uintptr_t at = (uintptr_t)__data_start; at < (uintptr_t)__data_end; at += line)
        __asm__ volatile("dc ivac, %0" : : "r"(at) : "memory");
    __asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tic iallu\n\tdsb sy\n\tisb" : : : "memory");
}

struct aarch64_translation aarch64_translation;

static void enable(void)
{
    uint64_t physical = READ_SYSTEM_REGISTER(id_aa64mmfr0_el1) & 15; /* PARange */

    if (physical > 5)
        physical = 5; /* 48 bits: more needs larger descriptors */
    aarch64_translation = (struct aarch64_translation){
        .mair = MAIR_DEVICE_nGnRnE << 8 * TRANSLATION_MEMORY_DEVICE |
                MAIR_NORMAL << 8 * TRANSLATION_MEMORY_NORMAL,
        .tcr = TCR_T0SZ(TRANSLATION_ADDRESS_BITS) | TCR_WALK_CACHE | TCR_WALK_SHARE | TCR_NO_TTBR1 |
               TCR_T1SZ | TCR_TG1_4K | physical << TCR_IPS_SHIFT,
        .ttbr0 = (uintptr_t)tables,
        .sctlr = SCTLR_ONES | SCTLR_MMU | SCTLR_CACHE | SCTLR_STACK_CHECK | SCTLR_INSTRUCTION |
                 SCTLR_WXN,
    };
    WRITE_SYSTEM_REGISTER(mair_el1, aarch64_translation.mair);
    WRITE_SYSTEM_REGISTER(tcr_el1, aarch64_translation.tcr);
    WRITE_SYSTEM_REGISTER(ttbr0_el1, aarch64_translation.ttbr0);
    instruction_barrier();
    WRITE_SYSTEM_REGISTER(sctlr_el1, aarch64_translation.sctlr);
    instruction_barrier();
}

void mmu_init(void)
{
    struct translation translation;

    translation_init(&translation, tables, TABLES);
    map_windows(&translation); /* first, so that a failure of the rest can be told */
    map_regions(&translation);
    map_image(&translation);
    unmap_guards(&translation);
    discard_stale_lines();
    enable();
    if (failure.status)
        panic("mmu: %s at 0x%zx, %zu bytes: %s", failure.what, (size_t)failure.base, failure.size,
              failure.status == ERR_NO_MEMORY ? "out of translation tables"
                                              : "not whole pages below 512 GB");
}
