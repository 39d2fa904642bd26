/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c kernel/channel.c kernel/capability.c kernel/harmony.c
// link: tests/unit/kernel_fake.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S
// board: sim
/*
 * The command `log` of an image that has none.
 */
#include <kernel/board.h>
#undef CONFIG_LOG
#define CONFIG_LOG 0

#include <services/shell/log_report.c>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static char printed[256];

void shell_print(struct shell *shell, const char *format, ...)
{
    (void)shell;
    size_t length = strlen(printed);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(printed + length, sizeof(printed) - length, format, arguments);
    va_end(arguments);
}

static void log_says_that_there_is_none(void **state)
{
    (void)state;
    static const char *const lines[] = {NULL, "info", "disk info", "loud"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        printed[0] = '\0';
        report_log(NULL, lines[i]);
        assert_string_equal(printed, "this image is built without LOG\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(log_says_that_there_is_none)};
    return cmocka_run_group_tests_name("unlogged", tests, NULL, NULL);
}
