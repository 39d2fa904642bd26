/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From an interrupt's number to its handlers: board.route_index gives the first route of a number
 * in constant time, and routes of one number stand together.
 */
#include <kernel/interrupt.h>

#include <kernel/board.h>
#include <kernel/log.h>

static uint32_t spurious;

static void enable(const struct interrupt_route *route)
{
    if (!device_is_up(board.interrupt_controller) || !device_is_up(route->device))
        return;
    enum status status = interrupt_controller(board.interrupt_controller)
                             ->enable(board.interrupt_controller, route->number, route->trigger);
    if (status)
        log_error(route->device->name, "interrupt %u: %s", (unsigned)route->number,
                  status_text(status));
}

void interrupt_enable_all(void)
{
    for (size_t i = 0; i < board.route_count; i++)
        enable(&board.routes[i]);
}

void interrupt_enable_core(void)
{
    for (size_t i = 0; i < board.route_count; i++)
        if (board.routes[i].device == board.timer)
            enable(&board.routes[i]);
}

void interrupt_handle(void)
{
    interrupt_controller(board.interrupt_controller)->handle(board.interrupt_controller);
}

/* Every core counts its timer's under one number. */
static void count(uint32_t *counter)
{
    if (CONFIG_CORES > 1)
        __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
    else
        ++*counter;
}

void interrupt_dispatch(unsigned number)
{
    if (number < board.interrupt_limit)
        count(&board.interrupt_counts[number]);

    bool handled = false;
    size_t i = number < board.interrupt_limit ? board.route_index[number] : board.route_count;
    for (; i < board.route_count && board.routes[i].number == number; i++) {
        const struct device *device = board.routes[i].device;
        if (!device_is_up(device) || !device->driver->interrupt)
            continue;
        device->driver->interrupt(device);
        handled = true;
    }
    if (!handled) {
        count(&spurious);
        interrupt_controller(board.interrupt_controller)
            ->disable(board.interrupt_controller, number);
    }
}

uint32_t interrupt_count(unsigned number)
{
    return number < board.interrupt_limit ? board.interrupt_counts[number] : 0;
}

uint32_t interrupt_spurious_count(void)
{
    return spurious;
}
