/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Memory protection by the Armv7-M MPU (PMSAv7). Where regions overlap the highest number decides
 * (Armv7-M ARM, B3.5.3), so the broad ones come first. The budget is eight, on every such core:
 *
 *   each flash region        read            the null page, if mapped       no access
 *   each RAM region          read, write     the interrupt stack's guard    no access
 *   the devices, 1 or 2      read, write     the running stack's guard      no access
 *   the image's code         read, execute
 *
 * which is seven for a board with one flash and one RAM and leaves one to fence a service's data.
 * The running stack's guard is the last; MPU_RNR stays at it, so that context.S moves it with one
 * store.
 */
#include <platforms/arch/armv7m/armv7m.h>

#if __ARM_ARCH == 7

#include <kernel/board.h>
#include <kernel/panic.h>
#include <platforms/arch/armv7m/mpu.h>
#include <platforms/arch/armv7m/mpu_region.h>

static uint32_t region_count;

static void add(const struct mpu_region *region, enum mpu_access access)
{
    uint32_t limit = (MPU_TYPE >> 8) & 0xff;
    if (region_count == limit)
        panic("the MPU has %u regions, this board needs more", (unsigned)limit);
    MPU_RNR = region_count++;
    MPU_RBAR = mpu_region_rbar(region);
    MPU_RASR = mpu_region_rasr(region, access);
}

static void add_span(uintptr_t base, size_t size, enum mpu_access access)
{
    const struct register_window window = {base, size};
    const struct mpu_region region = mpu_region_cover(&window, 1);
    add(&region, access);
}

static void add_memory(void)
{
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        if (region->kind == MEMORY_FLASH)
            add_span(region->base, region->size, MPU_CONSTANT);
        else if (region->kind == MEMORY_RAM)
            add_span(region->base, region->size, MPU_DATA);
    }
}

static void add_devices(void)
{
    struct mpu_region regions[2];
    size_t limit = board.region_count > 2 ? 1 : 2; /* the budget */
    size_t count = mpu_region_cover_all(board.windows, board.window_count, regions, limit);
    for (size_t i = 0; i < count; i++)
        add(&regions[i], MPU_DEVICE);
}

static void add_code(void)
{
    for (size_t i = 0; i < board.section_count; i++) {
        const struct image_section *section = &board.sections[i];
        if (section->access == ACCESS_CODE)
            add_span((uintptr_t)section->start, (size_t)(section->end - section->start), MPU_CODE);
    }
}

static void add_null_page(void)
{
    for (size_t i = 0; i < board.region_count; i++)
        if (board.regions[i].base == 0)
            add_span(0, NULL_PAGE, MPU_NO_ACCESS);
}

void mpu_init(void)
{
    region_count = 0;
    add_memory();
    add_devices();
    add_code();
    add_null_page();
    add_span((uintptr_t)interrupt_stacks[0].base, interrupt_stacks[0].guard, MPU_NO_ACCESS);
    add_span((uintptr_t)boot_stacks[0].base, boot_stacks[0].guard, MPU_NO_ACCESS);
    MPU_CTRL = MPU_CTRL_ENABLE;
    armv7m_synchronise();
}

void mpu_guard_set(struct arch_context *context, uintptr_t base)
{
    context->guard = (uint32_t)base; /* RBAR; aligned to the guard's size by link.ld */
}

#endif
