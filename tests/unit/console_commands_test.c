/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/console/commands.c services/console/reports.c kernel/interrupt.c kernel/power.c
// link: kernel/task.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c kernel/profile.c tests/unit/kernel_fake.c
// link: services/console/node.c kernel/interface.c kernel/interface_call.c kernel/cbor.c
// link: kernel/registry.c kernel/channel.c kernel/capability.c build/sim/gen/status_interface.c
// link: kernel/memory.c kernel/page.c kernel/page_check.c kernel/budget.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S
/*
 * The console's commands on the fake board: what each prints, and what is said to a wrong line.
 */
#include "kernel_fake.h"

#include <kernel/interrupt.h>
#include <kernel/memory.h>
#include <kernel/panic.h>
#include <kernel/task.h>
#include <services/console/commands.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The kernel's own stacks, of which `mem` tells the use. */
static uint8_t stack_memory[2][1024] __attribute__((aligned(8)));
const struct stack boot_stack = {stack_memory[0], sizeof(stack_memory[0]), 24};
const struct stack interrupt_stack = {stack_memory[1], sizeof(stack_memory[1]), 24};

static char printed[8192];
static jmp_buf ended;
static char panicked[128];

void console_print(struct console *console, const char *format, ...)
{
    (void)console;
    va_list arguments;
    size_t length = strlen(printed);
    va_start(arguments, format);
    vsnprintf(printed + length, sizeof(printed) - length, format, arguments);
    va_end(arguments);
}

/* Nothing here is asked by a task, so no call is made. */
struct capability_holder *console_holder(const struct console *console)
{
    (void)console;
    return NULL;
}

noreturn void panic(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(panicked, sizeof(panicked), format, arguments);
    va_end(arguments);
    longjmp(ended, FAKE_HALT + 1);
}

static void end_run(enum fake_end end)
{
    longjmp(ended, (int)end);
}

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake.on_end = end_run;
    panicked[0] = '\0';
    return 0;
}

/* Runs the line; returns what it printed. */
static const char *run(const char *line)
{
    char copy[256];
    snprintf(copy, sizeof(copy), "%s", line);
    printed[0] = '\0';
    command_run(NULL, copy);
    return printed;
}

/* Runs a line that ends the run; returns how. */
static int run_to_end(const char *line)
{
    int how = setjmp(ended);
    if (how == 0)
        run(line);
    return how;
}

static void wrong_lines_are_explained(void **state)
{
    (void)state;
    assert_string_equal(run(""), "");
    assert_string_equal(run("  \t "), "");
    assert_string_equal(run("bord"), "no command \"bord\": did you mean board?\n");
    assert_string_equal(run("pwoeroff"), "no command \"pwoeroff\": did you mean poweroff?\n");
    assert_string_equal(run("ser"), "no command \"ser\": did you mean services?\n");
    assert_string_equal(run("frobnicate-everything-now"),
                        "no command \"frobnicate-everything-now\": help lists them\n");
    assert_string_equal(run("board now"), "usage: board\n");
    assert_string_equal(run("config LOG x"), "usage: config [PREFIX]\n");
    assert_string_equal(run("panic loudly"), "panic: no kind \"loudly\": null, write-code, "
                                             "execute-data or stack-overflow\n");
}

static void help_has_a_line_for_each_command(void **state)
{
    (void)state;
    const char *text = run("  help  ");
    const char *name;
    for (size_t i = 0; (name = command_name(i)); i++) {
        char start[32];
        snprintf(start, sizeof(start), "  %s ", name);
        text = strstr(text, start);
        assert_non_null(text);
    }
}

static void board_tells_what_it_is(void **state)
{
    (void)state;
    assert_string_equal(run("board"),
                        "board:         fake\n"
                        "summary:       A board for tests\n"
                        "cpu:           paper (none), found Paper r1p0\n"
                        "features:      ink grid\n"
                        "vectors:       256 bits\n"
                        "caches:        L1 data 32K, L2 unified 1M\n"
                        "cores:         1\n"
                        "memory:        1M flash at 0x8000000, 96K ram at 0x20000000\n"
                        "differs:       nothing, as far as is known\n"
                        "configuration: c0ffee\n");
}

static void devices_tell_their_state(void **state)
{
    (void)state;
    board.devices_up[FAKE_MUTE] = false;
    const char *text = run("devices");
    assert_non_null(
        strstr(text, "  timer          fake-timer           timer                  up\n"));
    assert_non_null(strstr(text, " up, console, 3 bytes lost\n"));
    assert_non_null(
        strstr(text, "  mute           fake-mute            power                  failed\n"));
}

static void services_may_be_none(void **state)
{
    (void)state;
    assert_string_equal(run("services"), "  service        priority  state     summary\n");
}

static void memory_shows_regions_and_stacks(void **state)
{
    (void)state;
    memset(stack_memory, 0, sizeof(stack_memory));
    const char *text = run("mem");
    assert_non_null(strstr(text, "  ram              0x20000000 to 0x20017fff       96K  ram\n"));
    assert_non_null(strstr(text, "  1000 of 1000 bytes used at most (100 %)\n"));
}

static void memory_shows_pages_and_owners(void **state)
{
    (void)state;
    void *run_of_two;
    memory_init();
    assert_int_equal(page_allocate(&memory_pages, MEMORY_KERNEL, 1, &run_of_two), OK);
    const char *text = run("mem");
    assert_non_null(
        strstr(text, "pages\n  61 of 63 free, 256 each, the longest run 8K, in order\n"));
    assert_non_null(strstr(text, "  kernel                512 used,      512 at most\n"));
    assert_null(strstr(text, "wrong frees"));
    assert_int_equal(page_free(&memory_pages, run_of_two, 1), OK);
    assert_int_equal(page_free(&memory_pages, run_of_two, 1), ERR_INVALID);
    memory_pages.total_pages++;
    text = run("mem");
    assert_non_null(strstr(text, ", DAMAGED: see the log\n  1 wrong frees, "));
}

static void interrupts_show_counts(void **state)
{
    (void)state;
    interrupt_dispatch(1);
    const char *text = run("irq");
    assert_non_null(strstr(text, "       0  level    timer                   0\n"));
    assert_non_null(strstr(text, "       1  edge     uart0                   1\n"));
    assert_non_null(strstr(text, "       1  edge     mute                    1\n"));
    assert_non_null(strstr(text, "  spurious: 0\n"));
}

static void do_nothing(void *argument)
{
    (void)argument;
}

static void tasks_tells_state_and_stack(void **state)
{
    (void)state;
    static struct task task;
    static uint8_t stack[4096] __attribute__((aligned(16)));
    const struct task_parameters parameters = {
        .name = "quiet", .stack = {stack, sizeof(stack), 96}, .priority = 11, .entry = do_nothing};
    assert_int_equal(task_spawn(&task, &parameters), OK);
    assert_non_null(strstr(run("tasks"), "  quiet                11  ready     kernel           0.00%        0 us  "));
    assert_non_null(strstr(printed, " of 4000\n"));
}

static void uptime_is_in_microseconds(void **state)
{
    (void)state;
    fake.now = UINT64_C(86400000001234);
    assert_string_equal(run("uptime"), "up 86400.000001 s, 0 log lines dropped\n");
}

static void config_filters_by_prefix(void **state)
{
    (void)state;
    assert_non_null(strstr(run("config"), "LOG_LEVEL"));
    assert_non_null(strstr(run("config"), "MAX_TASKS"));
    assert_string_equal(run("config max"),
                        "  MAX_TASKS                64               configs/fake.yaml:3\n");
    assert_string_equal(run("config MAXI"), "no symbol begins with \"MAXI\"\n");
    assert_string_equal(run("config MAX_TASKS_AND_MORE"),
                        "no symbol begins with \"MAX_TASKS_AND_MORE\"\n");
}

static void some_commands_end_the_run(void **state)
{
    (void)state;
    assert_int_equal(run_to_end("poweroff"), FAKE_OFF);
    assert_int_equal(fake.off_status, 0);
    assert_int_equal(run_to_end("reboot"), FAKE_RESET);
    assert_int_equal(run_to_end("panic"), FAKE_HALT + 1);
    assert_string_equal(panicked, "asked for at the console");
    assert_int_equal(run_to_end("panic write-code"), FAKE_HALT + 1);
    assert_string_equal(panicked,
                        "write-code was not caught: this board does not protect against it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(wrong_lines_are_explained, setup),
        cmocka_unit_test_setup(help_has_a_line_for_each_command, setup),
        cmocka_unit_test_setup(board_tells_what_it_is, setup),
        cmocka_unit_test_setup(devices_tell_their_state, setup),
        cmocka_unit_test_setup(services_may_be_none, setup),
        cmocka_unit_test_setup(memory_shows_regions_and_stacks, setup),
        cmocka_unit_test_setup(memory_shows_pages_and_owners, setup),
        cmocka_unit_test_setup(interrupts_show_counts, setup),
        cmocka_unit_test_setup(tasks_tells_state_and_stack, setup),
        cmocka_unit_test_setup(uptime_is_in_microseconds, setup),
        cmocka_unit_test_setup(config_filters_by_prefix, setup),
        cmocka_unit_test_setup(some_commands_end_the_run, setup),
    };
    return cmocka_run_group_tests_name("console commands", tests, NULL, NULL);
}
