/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The kernel's unit tests as an image: the board's own kernel starts, and in the shell's task, in
 * the shell's place, each group of tests runs against its own copy of what it tests. Interrupts are
 * masked for a group, because its copy switches tasks without the knowledge of the kernel below.
 * What comes out is TAP, polled; then the board is switched off.
 */
#include "tests.h"

#include <cmocka.h>
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/power.h>
#include <kernel/task.h>
#include <setjmp.h>
#include <tests/polled_print.h>

enum { STACK = sizeof(void *) == 8 ? 64 * 1024 : 7 * 1024 };

#define AN_HOUR UINT64_C(3600000000000) /* ns */

static struct task task;
static uint8_t stack[STACK] __attribute__((aligned(4096)));
static jmp_buf test_over;
static const char *group;
static unsigned count, failures;

void print_message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    polled_print("# ");
    polled_print_list(format, arguments);
    va_end(arguments);
}

noreturn void kernel_test_fail(const char *check, const char *file, int line, const char *format,
                               ...)
{
    va_list arguments;
    va_start(arguments, format);
    polled_print("# %s:%d: %s: ", file, line, check);
    polled_print_list(format, arguments);
    polled_print("\r\n");
    va_end(arguments);
    longjmp(test_over, 1);
}

static bool run(const struct CMUnitTest *test)
{
    void *state = NULL;
    if (setjmp(test_over))
        return false;
    if (test->setup && test->setup(&state))
        return false;
    test->test(&state);
    return !test->teardown || test->teardown(&state) == 0;
}

int kernel_test_group(const struct CMUnitTest *tests, size_t test_count, int (*setup)(void **state),
                      int (*teardown)(void **state))
{
    int failed = 0;
    void *state = NULL;
    if (setup && setup(&state))
        return -1;
    for (size_t i = 0; i < test_count; i++) {
        bool good = run(&tests[i]);
        failed += !good;
        polled_print("%sok %u - %s: %s\r\n", good ? "" : "not ", ++count, group, tests[i].name);
    }
    return failed || (teardown && teardown(&state));
}

/* Nobody set anything: where there is no environment. */
char *getenv(const char *name);

char *getenv(const char *name)
{
    (void)name;
    return NULL;
}

static void run_all(void *argument)
{
    (void)argument;
    for (size_t i = 0; i < kernel_test_count; i++) {
        group = kernel_tests[i].name;
        bool enabled = arch_interrupts_disable();
        int status = kernel_tests[i].run();
        arch_interrupts_restore(enabled);
        failures += status != 0;
        task_yield();
    }
    polled_print("1..%u\r\n", count);
    power_off(failures != 0);
}

/* None: each test runs to its end with interrupts masked, and nobody could feed it. */
void __wrap_watchdog_start(void)
{
}

enum status __wrap_shell_main(const struct service *service)
{
    const struct task_parameters parameters = {
        .name = "tests",
        .stack = {.base = stack, .size = STACK, .guard = service->stack.guard},
        .priority = service->priority,
        .entry = run_all,
        .limit = AN_HOUR, /* a group takes as long as it takes */
    };
    enum status status = task_spawn(&task, &parameters);
    return status ? status : task_join(&task, CLOCK_NEVER, NULL);
}
