/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From the architecture's start code to the scheduler: devices, interrupts, cores, services.
 */
#include <kernel/boot.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/core.h>
#include <kernel/last_panic.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/profile.h>
#include <kernel/service.h>
#include <kernel/stack.h>
#include <kernel/task.h>
#include <kernel/version.h>
#include <kernel/watchdog.h>
#include <string.h>

enum { BOOT_MARGIN = 512 }; /* bytes of the boot stack, a multiple of the word */

/* The kernel's own stacks: this core's boot stack below what its callers use, and a margin for this
 * call.
 */
static void paint_stacks(const uint8_t *frame)
{
    for (unsigned core = 0; core < CONFIG_CORES; core++) {
        stack_paint(&interrupt_stacks[core], NULL);
        stack_paint(&boot_stacks[core], core == 0 ? frame - BOOT_MARGIN : NULL);
    }
}

static void start_class(const char *class)
{
    for (size_t i = 0; i < board.device_count; i++)
        if (strcmp(board.devices[i].driver->class, class) == 0)
            device_ensure(&board.devices[i]);
}

noreturn void kernel_main(void)
{
    paint_stacks(__builtin_frame_address(0));
    start_class("description"); /* memory that is not there must not be given out */
    start_class("configuration");
    memory_init();
    device_init_all();
    interrupt_enable_all();
    if (CONFIG_PANIC_KEPT)
        last_panic_find();
    log_info("boot", "Ranvier " RANVIER_VERSION " on %s, %s", board.name, arch_cpu_name());
    profile_check();
    if (CONFIG_CORES > 1)
        core_start_all();
    services_start();
    watchdog_start();
    task_run();
}
