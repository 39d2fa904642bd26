/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Commands that print the generated tables and what became of them.
 */
#include "commands.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/core.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/profile.h>
#include <kernel/serial.h>
#include <kernel/service.h>
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

static void print_memory_line(struct shell *shell)
{
    shell_print(shell, "memory:       ");
    const char *separator = " ";
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        if (region->kind == MEMORY_RESERVED)
            continue;
        shell_print(shell, "%s%s %s at %p", separator, size_text(region->size).text, region->name,
                    (void *)region->base);
        separator = ", ";
    }
    shell_print(shell, " configured");
    if (profile.memory)
        shell_print(shell, ", %s found", size_text(profile.memory).text);
    shell_print(shell, "\n");
}

static void print_features(struct shell *shell)
{
    shell_print(shell, "features:     ");
    for (size_t i = 0; i < board.cpu_feature_count; i++)
        if (profile_has((unsigned)i))
            shell_print(shell, " %s", board.cpu_feature_names[i]);
    shell_print(shell, "%s\n", profile.features ? "" : " none");
}

static void print_profile(struct shell *shell)
{
    const char *separator = " ";
    shell_print(shell, "version:       %s\n", profile.version);
    print_features(shell);
    if (profile.vector_bits)
        shell_print(shell, "vectors:       %u bits\n", profile.vector_bits);
    shell_print(shell, "caches:       ");
    for (size_t i = 0; i < profile.cache_count; i++) {
        const struct cpu_cache *cache = &profile.caches[i];
        shell_print(shell, "%sL%u %s %s", separator, (unsigned)cache->level,
                    cache_kind_name(cache->kind), size_text(cache->size).text);
        separator = ", ";
    }
    shell_print(shell, "%s\n", profile.cache_count ? "" : " none known");
    shell_print(shell, "cores:         %u configured", board.cores);
    if (profile.cores)
        shell_print(shell, ", %u found", profile.cores);
    if (CONFIG_CORES > 1)
        shell_print(shell, ", %d run", __builtin_popcount(core_mask()));
    shell_print(shell, "\n");
}

static void print_differences(struct shell *shell)
{
    const char *text = profile_difference(0);
    shell_print(shell, "differs:       %s\n", text ? text : "nothing, as far as is known");
    for (size_t i = 1; (text = profile_difference(i)); i++)
        shell_print(shell, "               %s\n", text);
    if (profile_difference_count() > PROFILE_DIFFERENCES)
        shell_print(shell, "               and %zu more, in the log\n",
                    profile_difference_count() - PROFILE_DIFFERENCES);
}

void report_board(struct shell *shell, const char *argument)
{
    (void)argument;
    shell_print(shell, "board:         %s\n", board.name);
    shell_print(shell, "summary:       %s\n", board.summary);
    shell_print(shell, "cpu:           %s (%s), found %s\n", board.cpu, board.arch,
                arch_cpu_name());
    print_profile(shell);
    print_memory_line(shell);
    print_differences(shell);
    shell_print(shell, "configuration: %s\n", board.configuration_hash);
}

void report_devices(struct shell *shell, const char *argument)
{
    (void)argument;
    shell_print(shell, "  %-14s %-20s %-22s %s\n", "device", "driver", "class", "state");
    for (size_t i = 0; i < board.device_count; i++) {
        const struct device *device = &board.devices[i];
        shell_print(shell, "  %-14s %-20s %-22s %s%s", device->name, device->driver->name,
                    device->driver->class, device_is_up(device) ? "up" : "failed",
                    device == board.console ? ", console" : "");
        if (device_is_up(device) && strcmp(device->driver->class, "serial") == 0 &&
            serial(device)->overruns(device))
            shell_print(shell, ", %lu bytes lost", (unsigned long)serial(device)->overruns(device));
        shell_print(shell, "\n");
    }
}

void report_services(struct shell *shell, const char *argument)
{
    (void)argument;
    shell_print(shell, "  %-14s %8s  %-8s  %8s  %-18s  %s\n", "service", "priority", "state",
                "restarts", "last end", "summary");
    for (size_t i = 0; i < board.service_count; i++) {
        const struct service *service = &board.services[i];
        const struct service_life *life = service->life;
        shell_print(shell, "  %-14s %8u  %-8s  %8lu  %-18s  %s\n", service->name, service->priority,
                    task_state_name(task_state(&board.tasks[i])), (unsigned long)life->restarts,
                    status_text(life->status), service->summary);
    }
}

/* Of all time since entry: what a task ran, in parts of ten thousand. */
static unsigned cpu_share(const struct task_usage *usage)
{
    uint64_t part = clock_now() / 10000;
    return part ? (unsigned)(usage->running / part) : 0;
}

struct share_text share_text(unsigned share)
{
    struct share_text result = {"-"};
    if (CONFIG_RUN_TIME)
        format_text(result.text, sizeof(result.text), "%u.%02u%%", share / 100, share % 100);
    return result;
}

void report_tasks(struct shell *shell, const char *argument)
{
    (void)argument;
    shell_print(shell, "  %-14s %s%8s  %-8s  %-14s %7s  %10s  %s\n", "task",
                CONFIG_CORES > 1 ? "core  " : "", "priority", "state", "parent", "CPU", "longest",
                "stack used");
    for (const struct task *task = task_first(); task; task = task->next) {
        struct task_usage usage = task_usage(task);
        char longest[24] = "-";
        if (CONFIG_RUN_TIME)
            format_text(longest, sizeof(longest), "%llu us",
                        (unsigned long long)(usage.longest / 1000));
        shell_print(shell, "  %-14s ", task->name);
        if (CONFIG_CORES > 1)
            shell_print(shell, "%4u  ", task_core(task));
        shell_print(shell, "%8u  %-8s  %-14s %7s  %10s  %zu of %zu\n", (unsigned)task->priority,
                    task_state_name(task_state(task)), task->parent ? task->parent->name : "kernel",
                    share_text(cpu_share(&usage)).text, longest, stack_used(&task->stack),
                    task->stack.size - task->stack.guard);
    }
}

static void print_regions(struct shell *shell)
{
    static const char *const kinds[] = {
        [MEMORY_RAM] = "ram", [MEMORY_FLASH] = "flash", [MEMORY_RESERVED] = "reserved"};
    shell_print(shell, "regions\n");
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        shell_print(shell, "  %-16s %p to %p  %8s  %s\n", region->name, (void *)region->base,
                    (void *)(region->base + region->size - 1), size_text(region->size).text,
                    kinds[region->kind]);
    }
}

static void print_partitions(struct shell *shell)
{
    static const char *const kinds[] = {
        [PARTITION_IMAGE] = "image",     [PARTITION_KEYS] = "keys", [PARTITION_JOURNAL] = "journal",
        [PARTITION_OBJECTS] = "objects", [PARTITION_BOOT] = "boot", [PARTITION_BLOCKS] = "blocks",
        [PARTITION_OPTIONS] = "options", [PARTITION_FREE] = "free"};
    if (board.partition_count)
        shell_print(shell, "partitions\n");
    for (size_t i = 0; i < board.partition_count; i++) {
        const struct partition *partition = &board.partitions[i];
        shell_print(shell, "  %-16s %-8s %8s at %-8s  %s\n", partition->name, partition->medium,
                    size_text(partition->size).text, size_text(partition->offset).text,
                    kinds[partition->kind]);
    }
}

static void print_image(struct shell *shell)
{
    static const char *const accesses[] = {
        [ACCESS_CODE] = "read, execute", [ACCESS_CONSTANT] = "read", [ACCESS_DATA] = "read, write"};
    shell_print(shell, "image\n");
    for (size_t i = 0; i < board.section_count; i++) {
        const struct image_section *section = &board.sections[i];
        size_t size = (size_t)(section->end - section->start);
        if (size)
            shell_print(shell, "  %-16s %p to %p  %8s  %s\n", section->name,
                        (const void *)section->start, (const void *)(section->end - 1),
                        size_text(size).text, accesses[section->access]);
    }
}

static void print_stack(struct shell *shell, const char *name, const struct stack *stack)
{
    size_t size = stack->size - stack->guard;
    size_t used = stack_used(stack);
    shell_print(shell, "  %-16s %p  %zu of %zu bytes used at most (%zu %%)\n", name,
                (const void *)(stack->base + stack->guard), used, size, used * 100 / size);
}

static void print_pages(struct shell *shell)
{
    shell_print(shell, "pages\n  %zu of %zu free, %s each, the longest run %s, %s\n",
                memory_pages.free_pages, memory_pages.total_pages,
                size_text(page_size(&memory_pages)).text,
                size_text(page_largest_run(&memory_pages)).text,
                page_check(&memory_pages) ? "DAMAGED: see the log" : "in order");
    if (memory_pages.misuses || memory_pages.overwrites)
        shell_print(shell, "  %lu wrong frees, %lu pages written after they were freed\n",
                    (unsigned long)memory_pages.misuses, (unsigned long)memory_pages.overwrites);
    shell_print(shell, "owners\n");
    for (unsigned i = 0; i < memory_pages.owner_count; i++) {
        const struct budget *budget = &memory_pages.budgets[i];
        shell_print(shell, "  %-16s %8s used, %8s at most", budget->owner,
                    size_text(budget->used).text, size_text(budget->peak).text);
        if (budget->limit != SIZE_MAX)
            shell_print(shell, ", limit %s, refused %lu times", size_text(budget->limit).text,
                        (unsigned long)budget->refused);
        shell_print(shell, "\n");
    }
}

void report_memory(struct shell *shell, const char *argument)
{
    (void)argument;
    print_regions(shell);
    print_partitions(shell);
    print_image(shell);
    print_pages(shell);
    shell_print(shell, "stacks\n");
    for (unsigned core = 0; core < CONFIG_CORES; core++) {
        print_stack(shell, "kernel", &boot_stacks[core]);
        print_stack(shell, "interrupts", &interrupt_stacks[core]);
    }
    for (const struct task *task = task_first(); task; task = task->next)
        print_stack(shell, task->name, &task->stack);
}

void report_interrupts(struct shell *shell, const char *argument)
{
    (void)argument;
    for (unsigned core = 0; CONFIG_CORES > 1 && core < CONFIG_CORES; core++)
        shell_print(shell, "core %u was interrupted by others %lu times\n", core,
                    (unsigned long)core_signal_count(core));
    if (!board.interrupt_controller) {
        shell_print(shell, "this board has no interrupt controller\n");
        return;
    }
    shell_print(shell, "  %6s  %-7s  %-14s %10s\n", "number", "trigger", "device", "count");
    for (size_t i = 0; i < board.route_count; i++) {
        const struct interrupt_route *route = &board.routes[i];
        shell_print(shell, "  %6lu  %-7s  %-14s %10lu\n", (unsigned long)route->number,
                    route->trigger == INTERRUPT_EDGE ? "edge" : "level", route->device->name,
                    (unsigned long)interrupt_count(route->number));
    }
    shell_print(shell, "  spurious: %lu\n", (unsigned long)interrupt_spurious_count());
}

void report_uptime(struct shell *shell, const char *argument)
{
    (void)argument;
    uint64_t microseconds = clock_now() / 1000;
    shell_print(shell, "up %llu.%06lu s, %lu log records dropped\n",
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

void report_config(struct shell *shell, const char *argument)
{
    const char *prefix = argument ? argument : "";
    size_t count = 0;
    for (size_t i = 0; i < board.config_count; i++) {
        const struct config_value *value = &board.config[i];
        if (!begins_with(value->name, prefix))
            continue;
        shell_print(shell, "  %-24s %-16s %s\n", value->name, value->value, value->origin);
        count++;
    }
    if (!count)
        shell_print(shell, "no symbol begins with \"%s\"\n", prefix);
}
