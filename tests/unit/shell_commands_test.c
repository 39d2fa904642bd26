/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/forth/*.c
// link: services/shell/commands.c services/shell/reports.c services/shell/log_report.c
// link: kernel/last_panic.c
// link: services/shell/date.c kernel/clock_real.c
// link: kernel/interrupt.c kernel/power.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/task*.c kernel/clock.c kernel/event.c
// link: services/shell/harmony.c kernel/watchdog.c
// link: kernel/stack.c kernel/status.c kernel/profile.c tests/unit/kernel_fake.c
// link: tests/unit/fake_memory.c
// link: services/shell/node.c kernel/interface.c kernel/interface_call.c kernel/cbor.c
// link: kernel/span.c
// link: kernel/registry.c kernel/channel.c kernel/capability.c build/sim/gen/status_interface.c
// link: kernel/memory.c kernel/page.c kernel/page_check.c kernel/budget.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S kernel/harmony.c
// link: tests/unit/host_stack.c
/*
 * The shell's commands on the fake board: what each prints, and what is said to a wrong line.
 */
#include "kernel_fake.h"

#include <kernel/interrupt.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/panic.h>
#include <kernel/profile.h>
#include <kernel/task.h>
#include <services/shell/calls.h>
#include <services/shell/commands.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The kernel's own stacks, of which `mem` tells the use. */
static uint8_t stack_memory[2][1024] __attribute__((aligned(8)));
const struct stack boot_stacks[] = {{stack_memory[0], sizeof(stack_memory[0]), 24}};
const struct stack interrupt_stacks[] = {{stack_memory[1], sizeof(stack_memory[1]), 24}};

static char printed[8192];
static jmp_buf ended;
static char panicked[128];

void shell_print(struct shell *shell, const char *format, ...)
{
    (void)shell;
    va_list arguments;
    size_t length = strlen(printed);
    va_start(arguments, format);
    vsnprintf(printed + length, sizeof(printed) - length, format, arguments);
    va_end(arguments);
}

/* One call of a service that nobody makes here. */
static const struct shell_call call = {.stack = "( n -- m )", .summary = "Does nothing"};
static const struct forth_host_word call_words[] = {{"none::call", NULL, 0, 0, &call}};
const struct forth_host_words shell_calls = {call_words, 1};
const struct forth_host_words shell_enums = {NULL, 0};

/* It draws pages for somebody who looks at them: tests/boot. */
void report_top(struct shell *shell, const char *argument)
{
    (void)shell;
    (void)argument;
}

/* It listens at the keyboard mux: tests/boot. */
void report_keys(struct shell *shell, const char *argument)
{
    (void)shell;
    (void)argument;
}

static void write_nothing(void *context, const char *text, size_t length)
{
    (void)context;
    (void)text;
    (void)length;
}

static const struct forth_host_words command_table = {command_words, COMMAND_COUNT};
static const struct forth_host_words *const tables[] = {&command_table};
static const struct forth_host host = {.write = write_nothing, .words = tables, .word_tables = 1};
static struct forth *forth;
static void *forth_memory_block;

/* Nothing here is asked by a task, so no call is made. */
struct capability_holder *shell_holder(const struct shell *shell)
{
    (void)shell;
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
    profile = fake_profile;
    fake.on_end = end_run;
    size_t size = forth_memory(&forth_sizes_default, &host);
    forth_memory_block = realloc(forth_memory_block, size);
    assert_int_equal(forth_create(&forth, forth_memory_block, size, &forth_sizes_default, &host),
                     OK);
    panicked[0] = '\0';
    return 0;
}

/* Runs the line; returns what it printed. */
static const char *run(const char *line)
{
    uint32_t fuel = 1000;
    printed[0] = '\0';
    assert_int_equal(forth_line(forth, line, strlen(line)), OK);
    assert_int_equal(forth_run(forth, &fuel), FORTH_DONE);
    return printed;
}

/* What is said to a word that nobody knows. */
static const char *suggest(const char *word)
{
    printed[0] = '\0';
    command_suggest(NULL, word);
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

static void wrong_words_are_explained(void **state)
{
    (void)state;
    assert_string_equal(run(""), "");
    assert_string_equal(run("  \t "), "");
    assert_string_equal(suggest("bord"), "no word \"bord\": did you mean board?\n");
    assert_string_equal(suggest("pwoeroff"), "no word \"pwoeroff\": did you mean poweroff?\n");
    assert_string_equal(suggest("ser"), "no word \"ser\": did you mean services?\n");
    assert_string_equal(
        suggest("frobnicate-everything-now"),
        "no word \"frobnicate-everything-now\": help lists commands, words lists all\n");
    assert_string_equal(run("panic loudly"), "no kind \"loudly\" of fault: null, "
                                             "write-code, execute-data or stack-overflow\n");
}

static void commands_are_words(void **state)
{
    (void)state;
    fake.now = UINT64_C(1234000);
    assert_string_equal(run(": twice uptime UPTIME ; twice"),
                        "up 0.001234 s, 0 log records dropped\n"
                        "up 0.001234 s, 0 log records dropped\n");
    assert_string_equal(run("config max uptime"),
                        "  MAX_TASKS                64               configs/fake.yaml:3\n"
                        "up 0.001234 s, 0 log records dropped\n");
    char line[] = "config 1234567890123456789012345678901234567890123456789012345678901234";
    uint32_t fuel = 1000;
    assert_int_equal(forth_line(forth, line, strlen(line)), OK);
    assert_int_equal(forth_run(forth, &fuel), FORTH_THROWN);
    assert_int_equal(forth_thrown(forth), THROW_STRING_OVERFLOW);
}

static void help_has_a_line_for_each_command(void **state)
{
    (void)state;
    const char *text = run("  help  ");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        char start[32];
        snprintf(start, sizeof(start), "  %s ", command_words[i].name);
        text = strstr(text, start);
        assert_non_null(text);
    }
}

static void help_tells_about_one(void **state)
{
    (void)state;
    assert_non_null(strstr(run("help"), "\n  none::call\n"));
    assert_string_equal(run("help uptime"),
                        "  uptime                     Time since the image's entry\n");
    assert_string_equal(run("help none::call"), "none::call ( n -- m )\n  Does nothing\n");
    assert_string_equal(run("help nobody"), "help: it knows of no \"nobody\"; words of Forth-2012 "
                                            "are as the standard says\n");
}

static void board_tells_what_it_is(void **state)
{
    (void)state;
    assert_string_equal(run("board"),
                        "board:         fake\n"
                        "summary:       A board for tests\n"
                        "cpu:           paper (none), found Paper r1p0\n"
                        "version:       Paper-1\n"
                        "features:      ink grid\n"
                        "vectors:       256 bits\n"
                        "caches:        L1 data 32K, L2 unified 1M\n"
                        "cores:         2 configured, 2 found\n"
                        "memory:        1M flash at 0x8000000, 96K ram at 0x20000000 configured\n"
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
    assert_string_equal(
        run("services"),
        "  service        priority  state     restarts  last end            summary\n");
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

static void log_shows_records_and_sets_levels(void **state)
{
    (void)state;
    fake.now = 5000000000;
    log_warning("disk", "is %u %% full", 99u);
    assert_non_null(
        strstr(run("log"), "[    5.000000] disk: warning: is 99 % full\nrecorded: info\n"));
    assert_string_equal(run("log warning"), "recorded: warning\n");
    assert_string_equal(run("log disk info"), "recorded: warning, disk info\n");
    assert_string_equal(run("log disk warning"), "recorded: warning\n");
    assert_string_equal(run("log info"), "recorded: info\n");
    assert_string_equal(run("log disk loud"),
                        "log: no level \"loud\": error, warning, info or debug\n");
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
    assert_non_null(strstr(
        run("tasks"), "  quiet                11  ready     kernel           0.00%        0 us  "));
    assert_non_null(strstr(printed, " of 4000\n"));
}

static void uptime_is_in_microseconds(void **state)
{
    (void)state;
    fake.now = UINT64_C(86400000001234);
    assert_string_equal(run("uptime"), "up 86400.000001 s, 0 log records dropped\n");
}

static void date_goes_on_from_what_was_set(void **state)
{
    (void)state;
    assert_string_equal(run("date"), "nothing on this board keeps the time of day: "
                                     "`date 2026-01-31 12:00:00` sets it\n");
    assert_string_equal(run("date 2024-02-30 00:00:00"),
                        "\"2024-02-30 00:00:00\" is no date as 2026-01-31 12:00:00\n");
    assert_string_equal(run("date 2024-02-29"),
                        "\"2024-02-29\" is no date as 2026-01-31 12:00:00\n");
    assert_string_equal(run("date 2024-02-29 23:59:58"), "2024-02-29 23:59:58 UTC\n");
    fake.now += UINT64_C(3500000000);
    assert_string_equal(run("date"), "2024-03-01 00:00:01 UTC\n");
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
        cmocka_unit_test_setup(wrong_words_are_explained, setup),
        cmocka_unit_test_setup(commands_are_words, setup),
        cmocka_unit_test_setup(help_has_a_line_for_each_command, setup),
        cmocka_unit_test_setup(help_tells_about_one, setup),
        cmocka_unit_test_setup(board_tells_what_it_is, setup),
        cmocka_unit_test_setup(devices_tell_their_state, setup),
        cmocka_unit_test_setup(services_may_be_none, setup),
        cmocka_unit_test_setup(memory_shows_regions_and_stacks, setup),
        cmocka_unit_test_setup(memory_shows_pages_and_owners, setup),
        cmocka_unit_test_setup(interrupts_show_counts, setup),
        cmocka_unit_test_setup(log_shows_records_and_sets_levels, setup),
        cmocka_unit_test_setup(tasks_tells_state_and_stack, setup),
        cmocka_unit_test_setup(uptime_is_in_microseconds, setup),
        cmocka_unit_test_setup(date_goes_on_from_what_was_set, setup),
        cmocka_unit_test_setup(config_filters_by_prefix, setup),
        cmocka_unit_test_setup(some_commands_end_the_run, setup),
    };
    return cmocka_run_group_tests_name("shell commands", tests, NULL, NULL);
}
