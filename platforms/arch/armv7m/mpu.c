/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Memory protection by the Armv7-M MPU. The default map is off (PRIVDEFENA 0), so that what no
 * region covers is a fault, and where regions overlap the highest number decides (Armv7-M ARM,
 * B3.5.3): the broad ones come first. The budget is eight, on every core with this MPU:
 *
 *   1 a flash region      read                  4 the image's code      read and execute
 *   1 a RAM region        read and write        1 null page             none, if 0 is in a region
 *   1 or 2 for devices    read and write        1 interrupt stack guard none
 *   1 the running stack's guard, none: the last; context.S moves it with the stack
 *
 * which leaves at least one to fence a service's data. Nothing but the code is executable. The null
 * page holds the vector table on boards with flash at 0: fetching a vector always uses the default
 * map (B3.5.1), so it may be out of reach. HFNMIENA is 0: HardFault can report whatever the MPU
 * holds.
 */
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/panic.h>
#include <platforms/arch/armv7m/armv7m.h>
#include <platforms/arch/armv7m/mpu_region.h>

enum { CTRL_ENABLE = 1 };

/* What is left in arch_context_init for the first pop of context.S. */
struct initial_frame {
#ifdef __ARM_FP
    uint32_t r2, fpscr;
    uint64_t d8_to_d15[8];
#endif
    uint32_t r3, entry, argument, r6_to_r11[6], lr;
};
_Static_assert(sizeof(struct initial_frame) % 8 == 0, "AAPCS32 6.2.1.2: sp is a multiple of 8");
_Static_assert(offsetof(struct arch_context, stack_pointer) == 0 &&
                   offsetof(struct arch_context, guard) == 4,
               "context.S knows these");

/* From context.S. */
void context_begin(void);

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
    size_t count = mpu_region_cover_all(board.windows, board.window_count, regions, 2);
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
    add_span((uintptr_t)interrupt_stack.base, interrupt_stack.guard, MPU_NO_ACCESS);
    add_span((uintptr_t)boot_stack.base, boot_stack.guard, MPU_NO_ACCESS);
    MPU_CTRL = CTRL_ENABLE;
    armv7m_synchronise();
}

void arch_context_init(struct arch_context *context, void *stack, size_t size,
                       void (*entry)(void *argument), void *argument)
{
    uintptr_t top = ((uintptr_t)stack + size) & ~(uintptr_t)7;
    struct initial_frame *frame = (struct initial_frame *)(top - sizeof(*frame));
    *frame = (struct initial_frame){
        .entry = (uint32_t)(uintptr_t)entry,
        .argument = (uint32_t)(uintptr_t)argument,
        .lr = (uint32_t)(uintptr_t)context_begin,
    };
    context->stack_pointer = (uint32_t)(uintptr_t)frame;
    context->guard = (uint32_t)(uintptr_t)stack; /* aligned to the guard's size by link.ld */
}
