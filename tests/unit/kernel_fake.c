/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The fake board and architecture.
 */
#include "kernel_fake.h"

#include <kernel/arch.h>
#include <kernel/budget.h>
#include <kernel/clock.h>
#include <kernel/panic.h>
#include <kernel/power.h>
#include <kernel/profile.h>
#include <kernel/serial.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct fake fake;

static bool devices_up[FAKE_COUNT];
static uint32_t counts[FAKE_INTERRUPTS];

static enum status fake_init(const struct device *device)
{
    unsigned i = (unsigned)(device - board.devices);
    fake.init_order[fake.init_count++] = i;
    return fake.init_status[i];
}

static void fake_interrupt(const struct device *device)
{
    fake.handled[device - board.devices]++;
}

static uint64_t timer_now(const struct device *device)
{
    (void)device;
    return fake.now;
}

/* A tick takes two nanoseconds, and the counter is close to its end when the test begins. */
static uintptr_t timer_ticks(const struct device *device)
{
    (void)device;
    return (uintptr_t)(fake.now / FAKE_TICK) - 100;
}

static uint64_t timer_length(const struct device *device, uint64_t ticks)
{
    (void)device;
    return ticks * FAKE_TICK;
}

static void timer_set_deadline(const struct device *device, uint64_t deadline)
{
    (void)device;
    fake.deadline = deadline;
    fake.programmed++;
}

static enum status controller_enable(const struct device *device, unsigned number,
                                     enum interrupt_trigger trigger)
{
    (void)device;
    if (number >= FAKE_INTERRUPTS)
        return ERR_INVALID;
    fake.enabled |= UINT32_C(1) << number;
    fake.triggers[number] = trigger;
    return OK;
}

static void controller_disable(const struct device *device, unsigned number)
{
    (void)device;
    if (number < 32)
        fake.enabled &= ~(UINT32_C(1) << number);
}

static void controller_handle(const struct device *device)
{
    fake.handled[device - board.devices]++;
}

static void capture(const uint8_t *data, size_t size)
{
    if (size > sizeof(fake_output) - 1 - fake.output_length)
        size = sizeof(fake_output) - 1 - fake.output_length;
    if (size)
        memcpy(fake_output + fake.output_length, data, size);
    fake.output_length += size;
    fake_output[fake.output_length] = '\0';
}

static size_t serial_write(const struct device *device, const uint8_t *data, size_t size)
{
    (void)device;
    size_t taken = size < fake.room ? size : fake.room;
    if (fake.room != SIZE_MAX)
        fake.room -= taken;
    capture(data, taken);
    fake.polled = false;
    return taken;
}

static size_t serial_read(const struct device *device, uint8_t *data, size_t size)
{
    (void)device;
    (void)data;
    (void)size;
    return 0;
}

static void serial_listen(const struct device *device, struct event *receivable,
                          struct event *writable)
{
    (void)device;
    (void)receivable;
    fake.writable = writable;
}

static void serial_write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    (void)device;
    capture(data, size);
    fake.polled = true;
}

static uint32_t serial_overruns(const struct device *device)
{
    (void)device;
    return 3;
}

static void power_device_off(const struct device *device, int status)
{
    (void)device;
    fake.off_status = status;
    if (!fake.power_fails && !(fake.nobody_listens && status))
        fake.on_end(FAKE_OFF);
}

static void power_device_reset(const struct device *device)
{
    (void)device;
    fake.resets++;
    if (!fake.power_fails)
        fake.on_end(FAKE_RESET);
}

static const struct timer_operations timer_operations = {timer_now, timer_ticks, timer_length,
                                                         timer_set_deadline};
static const struct interrupt_controller_operations controller_operations = {
    .enable = controller_enable, .disable = controller_disable, .handle = controller_handle};
static const struct serial_operations serial_operations = {serial_write, serial_read, serial_listen,
                                                           serial_write_polled, serial_overruns};
static const struct power_operations power_operations = {.off = power_device_off,
                                                         .reset = power_device_reset};
static const struct power_operations no_power_operations = {.off = NULL};

static const struct driver drivers[FAKE_COUNT] = {
    [FAKE_TIMER] = {"fake-timer", "timer", fake_init, fake_interrupt, &timer_operations, NULL},
    [FAKE_CONTROLLER] = {"fake-controller", "interrupt-controller", fake_init, NULL,
                         &controller_operations, NULL},
    [FAKE_UART] = {"fake-uart", "serial", fake_init, fake_interrupt, &serial_operations, NULL},
    [FAKE_MUTE] = {"fake-mute", "power", fake_init, fake_interrupt, &no_power_operations, NULL},
    [FAKE_POWER] = {"fake-power", "power", fake_init, NULL, &power_operations, NULL},
};

static const struct device devices[FAKE_COUNT] = {
    [FAKE_TIMER] = {.name = "timer", .driver = &drivers[FAKE_TIMER]},
    [FAKE_CONTROLLER] = {.name = "gic", .driver = &drivers[FAKE_CONTROLLER]},
    [FAKE_UART] = {.name = "uart0", .driver = &drivers[FAKE_UART]},
    [FAKE_MUTE] = {.name = "mute", .driver = &drivers[FAKE_MUTE]},
    [FAKE_POWER] = {.name = "power", .driver = &drivers[FAKE_POWER]},
};

/* Interrupt 1 is shared; 9 is more than the controller has; 6 belongs to a device without a
 * handler. */
static const struct interrupt_route routes[] = {
    {0, INTERRUPT_LEVEL, &devices[FAKE_TIMER]}, {1, INTERRUPT_EDGE, &devices[FAKE_UART]},
    {1, INTERRUPT_EDGE, &devices[FAKE_MUTE]},   {6, INTERRUPT_LEVEL, &devices[FAKE_POWER]},
    {9, INTERRUPT_LEVEL, &devices[FAKE_UART]},
};
static const uint16_t route_index[FAKE_INTERRUPTS] = {0, 1, 5, 5, 5, 5, 3, 5};

static const struct memory_region regions[] = {
    {"flash", 0x08000000, 0x100000, MEMORY_FLASH},
    {"ram", 0x20000000, 0x18000, MEMORY_RAM},
};

static const struct memory_span free_ram[] = {{fake_ram, fake_ram + sizeof(fake_ram)}};
static struct budget budgets[] = {{.owner = "kernel", .limit = SIZE_MAX}};

static const struct config_value config[] = {
    {"LOG_LEVEL", "2", "default"},
    {"MAX_TASKS", "64", "configs/fake.yaml:3"},
};

static const char *const cpu_feature_names[] = {"ink", "colour", "grid", "smell"};

const struct board board = {
    .name = "fake",
    .summary = "A board for tests",
    .arch = "none",
    .cpu = "paper",
    .cpu_feature_names = cpu_feature_names,
    .cpu_feature_count = 4,
    .cpu_features = 1 << 1 | 1 << 2 | 1 << 3,
    .cores = 2,
    .configuration_hash = "c0ffee",
    .regions = regions,
    .region_count = sizeof(regions) / sizeof(regions[0]),
    .memory_page = 256,
    .free = free_ram,
    .free_count = 1,
    .budgets = budgets,
    .devices = devices,
    .device_count = FAKE_COUNT,
    .devices_up = devices_up,
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .interrupt_counts = counts,
    .route_index = route_index,
    .interrupt_limit = FAKE_INTERRUPTS,
    .config = config,
    .config_count = sizeof(config) / sizeof(config[0]),
    .interrupt_controller = &devices[FAKE_CONTROLLER],
    .timer = &devices[FAKE_TIMER],
    .console = &devices[FAKE_UART],
};

void fake_reset(void)
{
    fake = (struct fake){.deadline = CLOCK_NEVER, .room = SIZE_MAX, .off_status = -1};
    fake_output[0] = '\0';
    memset(counts, 0, sizeof(counts));
    for (size_t i = 0; i < FAKE_COUNT; i++)
        devices_up[i] = true;
}

void fake_all_down(void)
{
    memset(devices_up, 0, sizeof(devices_up));
}

/* For tests that do without kernel/panic.c. */
__attribute__((weak, format(printf, 1, 2))) noreturn void panic(const char *format, ...)
{
    fail_msg("unexpected panic: %s", format);
    __builtin_unreachable();
}

bool arch_interrupts_disable(void)
{
    bool enabled = fake.interrupts_enabled;
    fake.interrupts_enabled = false;
    return enabled;
}

void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        fake.interrupts_enabled = true;
}

void arch_idle(void)
{
    if (fake.idle)
        fake.idle();
}

bool arch_in_interrupt(void)
{
    return fake.in_interrupt;
}

unsigned arch_backtrace(uintptr_t *addresses, unsigned limit)
{
    for (unsigned i = 0; i < 2 && i < limit; i++)
        addresses[i] = 0x1000 + i;
    return limit < 2 ? limit : 2;
}

unsigned arch_interrupted_backtrace(uintptr_t *addresses, unsigned limit)
{
    return arch_backtrace(addresses, limit);
}

unsigned arch_fault_backtrace(const struct fault *fault, uintptr_t *addresses, unsigned limit)
{
    (void)fault;
    return arch_backtrace(addresses, limit);
}

void arch_provoke_fault(enum arch_fault_kind kind)
{
    (void)kind;
}

const char *arch_cpu_name(void)
{
    return "Paper r1p0";
}

const struct profile fake_profile = {
    .version = "Paper-1",
    .features = 1 << 0 | 1 << 2,
    .vector_bits = 256,
    .caches = {{32768, 64, 1, CACHE_DATA}, {1048576, 64, 2, CACHE_UNIFIED}},
    .cache_count = 2,
    .cores = 2,
};

void arch_memory_settle(const void *start, size_t size)
{
    (void)start;
    (void)size;
}

noreturn void arch_halt(void)
{
    fake.on_end(FAKE_HALT);
    __builtin_unreachable();
}
