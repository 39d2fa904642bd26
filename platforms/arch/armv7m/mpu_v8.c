/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Memory protection by the Armv8-M MPU (PMSAv8; Armv8-M ARM, DDI 0553, B11 and D1.2). A region is
 * any range of 32-byte units, and two that overlap are a fault where they do: a guard is not a
 * region but the gap between two. The RAM that holds the stacks is three of them:
 *
 *   | RAM ... | interrupt stack's guard | ... | running stack's guard | ... RAM |
 *   `-region 2                          `-region 0                    `-region 1
 *
 * context.S moves the running stack's gap by writing the end of region 0 and the start of region 1,
 * which MPU_RNR, left at 0, makes two stores. This needs the interrupt stack below all others,
 * where link.ld puts it. PSPLIM stops a frame that would step over the guard, and is the only limit
 * of a stack in other RAM.
 */
#include <platforms/arch/armv7m/armv7m.h>

#if __ARM_ARCH >= 8

#include <kernel/board.h>
#include <kernel/panic.h>
#include <platforms/arch/armv7m/mpu.h>

/* What a region allows: bits of RBAR, and the memory type, an index into MAIR. */
struct access {
    uint32_t rbar;
    uint32_t attribute;
};

#define RBAR_EXECUTE_NEVER (1u << 0)
#define RBAR_READ_ONLY     (2u << 1) /* privileged code only */
#define RLAR_ENABLE        (1u << 0)

/* MAIR0: flash write-through, RAM write-back, devices nGnRE (D1.2.174). */
enum { ATTRIBUTE_FLASH, ATTRIBUTE_RAM, ATTRIBUTE_DEVICE };
#define MAIR0_VALUE (0xaau | 0xffu << 8 | 0x04u << 16)

enum { REGION_BELOW_GUARD, REGION_ABOVE_GUARD, REGION_FIRST_OTHER, UNIT = 32 };

#define STACK_UNIT (uintptr_t)8 /* of PSPLIM */

/* The code's region ends at a whole KiB, before which link.ld puts no constants: code in a KiB of
 * more than one region is run by QEMU an instruction at a time, and memcpy is at the end. */
#define CODE_UNIT (uintptr_t)1024

static const struct access code = {RBAR_READ_ONLY, ATTRIBUTE_FLASH};
static const struct access constant = {RBAR_READ_ONLY | RBAR_EXECUTE_NEVER, ATTRIBUTE_FLASH};
static const struct access data = {RBAR_EXECUTE_NEVER, ATTRIBUTE_RAM};
static const struct access device = {RBAR_EXECUTE_NEVER, ATTRIBUTE_DEVICE};

static uint32_t region_count;

/* Where a guard can be: the part of the RAM with the board's stacks that regions 0 and 1 share. */
static uintptr_t guarded_start, guarded_end;

static uint32_t rbar(uintptr_t base, const struct access *access)
{
    return ((uint32_t)base & ~(uint32_t)(UNIT - 1)) | access->rbar;
}

static uint32_t rlar(uintptr_t end, const struct access *access)
{
    return (((uint32_t)end - 1) & ~(uint32_t)(UNIT - 1)) | access->attribute << 1 | RLAR_ENABLE;
}

static void set(uint32_t number, uintptr_t base, uintptr_t end, const struct access *access)
{
    MPU_RNR = number;
    MPU_RBAR = rbar(base, access);
    MPU_RLAR = rlar(end, access);
}

static void add(uintptr_t base, uintptr_t end, const struct access *access)
{
    uint32_t limit = (MPU_TYPE >> 8) & 0xff;
    if (base >= end)
        return;
    if (region_count == limit)
        panic("the MPU has %u regions, this board needs more", (unsigned)limit);
    set(region_count++, base, end, access);
}

/* A flash region: the image's code is executable, what lies around it is not. */
static void add_flash(const struct memory_region *region)
{
    uintptr_t start = region->base == 0 ? NULL_PAGE : region->base;
    for (size_t i = 0; i < board.section_count; i++) {
        const struct image_section *section = &board.sections[i];
        uintptr_t code_start = (uintptr_t)section->start;
        if (section->access != ACCESS_CODE || code_start - region->base >= region->size)
            continue;
        if (code_start < start)
            code_start = start;
        add(start, code_start, &constant);
        start = ((uintptr_t)section->end + CODE_UNIT - 1) & ~(uintptr_t)(CODE_UNIT - 1);
        add(code_start, start, &code);
    }
    add(start, region->base + region->size, &constant);
}

static void add_ram(const struct memory_region *region)
{
    uintptr_t end = region->base + region->size;
    uintptr_t interrupt_guard = (uintptr_t)interrupt_stacks[0].base;
    uintptr_t guard = (uintptr_t)boot_stacks[0].base;
    if (guard - region->base >= region->size) {
        add(region->base, end, &data);
        return;
    }
    if (interrupt_guard - region->base >= region->size || interrupt_guard > guard)
        panic("the interrupt stack is not the lowest");
    add(region->base, interrupt_guard, &data);
    set(REGION_BELOW_GUARD, interrupt_guard + interrupt_stacks[0].guard, guard, &data);
    set(REGION_ABOVE_GUARD, guard + boot_stacks[0].guard, end, &data);
    guarded_start = interrupt_guard + interrupt_stacks[0].guard;
    guarded_end = end;
}

static void add_memory(void)
{
    for (size_t i = 0; i < board.region_count; i++) {
        if (board.regions[i].kind == MEMORY_FLASH)
            add_flash(&board.regions[i]);
        else if (board.regions[i].kind == MEMORY_RAM)
            add_ram(&board.regions[i]);
    }
}

/* One region for devices whose windows touch; windows are sorted. */
static void add_devices(void)
{
    size_t i = 0;
    while (i < board.window_count) {
        uintptr_t start = board.windows[i].base;
        uintptr_t end = start + board.windows[i].size;
        for (i++; i < board.window_count && board.windows[i].base <= end; i++)
            if (board.windows[i].base + board.windows[i].size > end)
                end = board.windows[i].base + board.windows[i].size;
        add(start, end, &device);
    }
}

void mpu_init(void)
{
    region_count = REGION_FIRST_OTHER;
    MPU_MAIR0 = MAIR0_VALUE;
    add_memory();
    add_devices();
    MPU_RNR = REGION_BELOW_GUARD;
    MPU_CTRL = MPU_CTRL_ENABLE;
    armv7m_synchronise();
    __asm__ volatile("msr psplim, %0" ::"r"(boot_stacks[0].base + boot_stacks[0].guard));
}

/* A stack that lies elsewhere has PSPLIM only; the gap is where it is at boot then. */
void mpu_guard_set(struct arch_context *context, uintptr_t base)
{
    uintptr_t guard = boot_stacks[0].guard;
    bool guarded = base > guarded_start && base + guard < guarded_end;
    uintptr_t gap = guarded ? base : (uintptr_t)boot_stacks[0].base;
    context->guard = rlar(gap, &data);
    context->guard_end = rbar(gap + guard, &data);
    context->stack_limit = (uint32_t)((base + guard + STACK_UNIT - 1) & ~(STACK_UNIT - 1));
}

#endif
