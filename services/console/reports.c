/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Commands that print the generated tables and what became of them.
 */
#include "commands.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/profile.h>
#include <kernel/serial.h>
#include <kernel/stack.h>
#include <kernel/task.h>
#include <string.h>

/* A size as text: "64M", "4K", "100". */
struct size_text {
    char text[24];
};

static struct size_text size_text(uint64_t size)
{
    struct size_text result;
    const char *unit = "";
    if (size && size % (1024 * 1024 * 1024) == 0) {
        size /= 1024 * 1024 * 1024;
        unit = "G";
    } else if (size && size % (1024 * 1024) == 0) {
        size /= 1024 * 1024;
        unit = "M";
    } else if (size && size % 1024 == 0) {
        size /= 1024;
        unit = "K";
    }
    format_text(result.text, sizeof(result.text), "%llu%s", (unsigned long long)size, unit);
    return result;
}

static void print_memory_line(struct console *console)
{
    console_print(console, "memory:       ");
    const char *separator = " ";
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        if (region->kind == MEMORY_RESERVED)
            continue;
        console_print(console, "%s%s %s at %p", separator, size_text(region->size).text,
                      region->name, (void *)region->base);
        separator = ", ";
    }
    console_print(console, "\n");
}

static void print_features(struct console *console, const struct cpu_profile *profile)
{
    console_print(console, "features:     ");
    for (size_t i = 0; i < board.cpu_feature_count; i++)
        if (profile_has((unsigned)i))
            console_print(console, " %s", board.cpu_feature_names[i]);
    console_print(console, "%s\n", profile->features ? "" : " none");
}

static void print_profile(struct console *console)
{
    const struct cpu_profile *profile = arch_cpu_profile();
    const char *separator = " ";
    print_features(console, profile);
    if (profile->vector_bits)
        console_print(console, "vectors:       %u bits\n", profile->vector_bits);
    console_print(console, "caches:       ");
    for (size_t i = 0; i < profile->cache_count; i++) {
        const struct cpu_cache *cache = &profile->caches[i];
        console_print(console, "%sL%u %s %s", separator, (unsigned)cache->level,
                      cache_kind_name(cache->kind), size_text(cache->size).text);
        separator = ", ";
    }
    console_print(console, "%s\n", profile->cache_count ? "" : " none known");
}

static void print_differences(struct console *console)
{
    const char *text = profile_difference(0);
    console_print(console, "differs:       %s\n", text ? text : "nothing, as far as is known");
    for (size_t i = 1; (text = profile_difference(i)); i++)
        console_print(console, "               %s\n", text);
    if (profile_difference_count() > PROFILE_DIFFERENCES)
        console_print(console, "               and %zu more, in the log\n",
                      profile_difference_count() - PROFILE_DIFFERENCES);
}

void report_board(struct console *console, const char *argument)
{
    (void)argument;
    console_print(console, "board:         %s\n", board.name);
    console_print(console, "summary:       %s\n", board.summary);
    console_print(console, "cpu:           %s (%s), found %s\n", board.cpu, board.arch,
                  arch_cpu_name());
    print_profile(console);
    console_print(console, "cores:         %u\n", board.cores);
    print_memory_line(console);
    print_differences(console);
    console_print(console, "configuration: %s\n", board.configuration_hash);
}

void report_devices(struct console *console, const char *argument)
{
    (void)argument;
    console_print(console, "  %-14s %-20s %-22s %s\n", "device", "driver", "class", "state");
    for (size_t i = 0; i < board.device_count; i++) {
        const struct device *device = &board.devices[i];
        console_print(console, "  %-14s %-20s %-22s %s%s", device->name, device->driver->name,
                      device->driver->class, device_is_up(device) ? "up" : "failed",
                      device == board.console ? ", console" : "");
        if (device_is_up(device) && strcmp(device->driver->class, "serial") == 0 &&
            serial(device)->overruns(device))
            console_print(console, ", %lu bytes lost",
                          (unsigned long)serial(device)->overruns(device));
        console_print(console, "\n");
    }
}

void report_services(struct console *console, const char *argument)
{
    (void)argument;
    console_print(console, "  %-14s %8s  %-8s  %s\n", "service", "priority", "state", "summary");
    for (size_t i = 0; i < board.service_count; i++) {
        const struct service *service = &board.services[i];
        console_print(console, "  %-14s %8u  %-8s  %s\n", service->name, service->priority,
                      task_state_name(board.tasks[i].state), service->summary);
    }
}

/* Of all time since entry: what a task ran, in parts of ten thousand. */
static unsigned cpu_share(const struct task_usage *usage)
{
    uint64_t part = clock_now() / 10000;
    return part ? (unsigned)(usage->running / part) : 0;
}

void report_tasks(struct console *console, const char *argument)
{
    (void)argument;
    console_print(console, "  %-14s %8s  %-8s  %-14s %7s  %10s  %s\n", "task", "priority", "state",
                  "parent", "CPU", "longest", "stack used");
    for (const struct task *task = task_first(); task; task = task->next) {
        struct task_usage usage = task_usage(task);
        unsigned share = cpu_share(&usage);
        console_print(console, "  %-14s %8u  %-8s  %-14s %3u.%02u%%  %7llu us  %zu of %zu\n",
                      task->name, (unsigned)task->priority, task_state_name(task->state),
                      task->parent ? task->parent->name : "kernel", share / 100, share % 100,
                      (unsigned long long)(usage.longest / 1000), stack_used(&task->stack),
                      task->stack.size - task->stack.guard);
    }
}

static void print_regions(struct console *console)
{
    static const char *const kinds[] = {
        [MEMORY_RAM] = "ram", [MEMORY_FLASH] = "flash", [MEMORY_RESERVED] = "reserved"};
    console_print(console, "regions\n");
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        console_print(console, "  %-16s %p to %p  %8s  %s\n", region->name, (void *)region->base,
                      (void *)(region->base + region->size - 1), size_text(region->size).text,
                      kinds[region->kind]);
    }
}

static void print_partitions(struct console *console)
{
    static const char *const kinds[] = {
        [PARTITION_IMAGE] = "image",     [PARTITION_KEYS] = "keys", [PARTITION_JOURNAL] = "journal",
        [PARTITION_OBJECTS] = "objects", [PARTITION_BOOT] = "boot", [PARTITION_FREE] = "free"};
    if (board.partition_count)
        console_print(console, "partitions\n");
    for (size_t i = 0; i < board.partition_count; i++) {
        const struct partition *partition = &board.partitions[i];
        console_print(console, "  %-16s %-8s %8s at %-8s  %s\n", partition->name, partition->medium,
                      size_text(partition->size).text, size_text(partition->offset).text,
                      kinds[partition->kind]);
    }
}

static void print_image(struct console *console)
{
    static const char *const accesses[] = {
        [ACCESS_CODE] = "read, execute", [ACCESS_CONSTANT] = "read", [ACCESS_DATA] = "read, write"};
    console_print(console, "image\n");
    for (size_t i = 0; i < board.section_count; i++) {
        const struct image_section *section = &board.sections[i];
        size_t size = (size_t)(section->end - section->start);
        if (size)
            console_print(console, "  %-16s %p to %p  %8s  %s\n", section->name,
                          (const void *)section->start, (const void *)(section->end - 1),
                          size_text(size).text, accesses[section->access]);
    }
}

static void print_stack(struct console *console, const char *name, const struct stack *stack)
{
    size_t size = stack->size - stack->guard;
    size_t used = stack_used(stack);
    console_print(console, "  %-16s %p  %zu of %zu bytes used at most (%zu %%)\n", name,
                  (const void *)(stack->base + stack->guard), used, size, used * 100 / size);
}

static void print_pages(struct console *console)
{
    console_print(console, "pages\n  %zu of %zu free, %s each, the longest run %s, %s\n",
                  memory_pages.free_pages, memory_pages.total_pages,
                  size_text(page_size(&memory_pages)).text,
                  size_text(page_largest_run(&memory_pages)).text,
                  page_check(&memory_pages) ? "DAMAGED: see the log" : "in order");
    if (memory_pages.misuses || memory_pages.overwrites)
        console_print(console, "  %lu wrong frees, %lu pages written after they were freed\n",
                      (unsigned long)memory_pages.misuses, (unsigned long)memory_pages.overwrites);
    console_print(console, "owners\n");
    for (unsigned i = 0; i < memory_pages.owner_count; i++) {
        const struct budget *budget = &memory_pages.budgets[i];
        console_print(console, "  %-16s %8s used, %8s at most", budget->owner,
                      size_text(budget->used).text, size_text(budget->peak).text);
        if (budget->limit != SIZE_MAX)
            console_print(console, ", limit %s, refused %lu times", size_text(budget->limit).text,
                          (unsigned long)budget->refused);
        console_print(console, "\n");
    }
}

void report_memory(struct console *console, const char *argument)
{
    (void)argument;
    print_regions(console);
    print_partitions(console);
    print_image(console);
    print_pages(console);
    console_print(console, "stacks\n");
    print_stack(console, "kernel", &boot_stack);
    print_stack(console, "interrupts", &interrupt_stack);
    for (const struct task *task = task_first(); task; task = task->next)
        print_stack(console, task->name, &task->stack);
}

void report_interrupts(struct console *console, const char *argument)
{
    (void)argument;
    if (!board.interrupt_controller) {
        console_print(console, "this board has no interrupt controller\n");
        return;
    }
    console_print(console, "  %6s  %-7s  %-14s %10s\n", "number", "trigger", "device", "count");
    for (size_t i = 0; i < board.route_count; i++) {
        const struct interrupt_route *route = &board.routes[i];
        console_print(console, "  %6lu  %-7s  %-14s %10lu\n", (unsigned long)route->number,
                      route->trigger == INTERRUPT_EDGE ? "edge" : "level", route->device->name,
                      (unsigned long)interrupt_count(route->number));
    }
    console_print(console, "  spurious: %lu\n", (unsigned long)interrupt_spurious_count());
}

void report_uptime(struct console *console, const char *argument)
{
    (void)argument;
    uint64_t microseconds = clock_now() / 1000;
    console_print(console, "up %llu.%06lu s, %lu log lines dropped\n",
                  (unsigned long long)(microseconds / 1000000),
                  (unsigned long)(microseconds % 1000000), (unsigned long)log_dropped_count());
}

/* True if `name` begins with `prefix`, letters in either case. */
static bool begins_with(const char *name, const char *prefix)
{
    for (; *prefix; name++, prefix++) {
        char letter = *prefix >= 'a' && *prefix <= 'z' ? (char)(*prefix - 'a' + 'A') : *prefix;
        if (*name != letter)
            return false;
    }
    return true;
}

void report_config(struct console *console, const char *argument)
{
    const char *prefix = argument ? argument : "";
    size_t count = 0;
    for (size_t i = 0; i < board.config_count; i++) {
        const struct config_value *value = &board.config[i];
        if (!begins_with(value->name, prefix))
            continue;
        console_print(console, "  %-24s %-16s %s\n", value->name, value->value, value->origin);
        count++;
    }
    if (!count)
        console_print(console, "no symbol begins with \"%s\"\n", prefix);
}
