/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From the architecture's start code to the scheduler: devices, interrupts, services.
 */
#include <kernel/boot.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/capability.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/panic.h>
#include <kernel/profile.h>
#include <kernel/registry.h>
#include <kernel/stack.h>
#include <kernel/task.h>
#include <kernel/version.h>
#include <string.h>

enum { BOOT_MARGIN = 512 }; /* bytes of the boot stack, a multiple of the word */

/* A service's task; what the service holds when it ends is taken back. */
static void service_begin(void *argument)
{
    const struct service *service = argument;
    service->main(service);
    registry_unbind(service->holder);
    capability_holder_clear(service->holder);
    size_t pages = page_free_all(&memory_pages, memory_owner(service));
    log_info(service->name, "ended, %zu pages taken back", pages);
}

static void start_services(void)
{
    for (size_t i = 0; i < board.service_count; i++) {
        const struct service *service = &board.services[i];
        const struct task_parameters parameters = {
            .name = service->name,
            .stack = service->stack,
            .priority = service->priority,
            .entry = service_begin,
            .argument = (void *)service,
        };
        struct capability_holder *holder = service->holder;
        capability_holder_init(holder, holder->slots, holder->count);
        enum status status = task_spawn(&board.tasks[i], &parameters);
        if (status)
            panic("service %s does not start: %s", service->name, status_text(status));
    }
}

/* The kernel's own stacks: the boot stack below what its callers use, and a margin for this call.
 */
static void paint_stacks(const uint8_t *frame)
{
    stack_paint(&interrupt_stack, NULL);
    stack_paint(&boot_stack, frame - BOOT_MARGIN);
}

/* Asks first what the loader says of the board: memory that is not there must not be given out. */
static void ask_loader(void)
{
    for (size_t i = 0; i < board.device_count; i++)
        if (strcmp(board.devices[i].driver->class, "description") == 0)
            device_ensure(&board.devices[i]);
}

noreturn void kernel_main(void)
{
    paint_stacks(__builtin_frame_address(0));
    ask_loader();
    memory_init();
    device_init_all();
    interrupt_enable_all();
    log_info("boot", "Ranvier " RANVIER_VERSION " on %s, %s", board.name, arch_cpu_name());
    profile_check();
    start_services();
    task_run();
}
