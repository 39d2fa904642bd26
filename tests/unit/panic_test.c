/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/panic.c kernel/last_panic.c kernel/power.c
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * The panic report, word for word, since `make run` reads it; faults within it; and the run's end.
 * A panic is once in a run, so each test is a process of its own.
 */
#include "kernel_fake.h"

#include <kernel/arch.h>
#include <kernel/log.h>
#include <kernel/panic.h>
#include <kernel/power.h>
#include <kernel/task.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void (*on_registers)(void);

void arch_fault_print_registers(const struct fault *fault)
{
    if (on_registers)
        on_registers();
    panic_printf("  pc %p\n", (void *)fault->pc);
}

static const struct fault null_write = {
    .cause = "data abort",
    .detail = "translation fault, level 2",
    .access = "write to",
    .address = 0,
    .pc = 0x40081234,
};

static int result; /* where a child's outcome goes */

static void tell_and_exit(enum fake_end end)
{
    dprintf(result, "%s[end %d status %d]", fake_output, end, fake.off_status);
    _exit(0);
}

/* Runs `body`, which ends the run, in a child; returns what was said and how it ended. */
static const char *outcome(void (*body)(void))
{
    static char text[8192];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        result = ends[1];
        fake_reset();
        fake.on_end = tell_and_exit;
        body();
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t count;
    while ((count = read(ends[0], text + length, sizeof(text) - 1 - length)) > 0)
        length += (size_t)count;
    text[length] = '\0';
    close(ends[0]);
    waitpid(child, NULL, 0);
    return text;
}

static void report_fault(void)
{
    fault_report(&null_write);
}

static void a_fault_is_reported_in_the_agreed_form(void **state)
{
    (void)state;
    assert_string_equal(outcome(report_fault), "\r\n"
                                               "panic: data abort: write to 0x0000000000000000, "
                                               "translation fault, level 2\r\n"
                                               "  task: kernel\r\n"
                                               "  pc 0x0000000040081234\r\n"
                                               "  backtrace:\r\n"
                                               "    #0 0x0000000040081234\r\n"
                                               "    #1 0x0000000000001000\r\n"
                                               "    #2 0x0000000000001001\r\n"
                                               "panic: end of report\r\n"
                                               "[end 1 status 1]");
}

static void report_plain_fault(void)
{
    static const struct fault fault = {.cause = "undefined instruction", .pc = 0x10};
    fake.in_interrupt = true;
    fault_report(&fault);
}

static void a_fault_without_address_in_an_interrupt(void **state)
{
    (void)state;
    const char *text = outcome(report_plain_fault);
    assert_non_null(
        strstr(text, "panic: undefined instruction\r\n  task: kernel, in an interrupt\r\n"));
}

static void panic_after_log(void)
{
    log_info("disk", "about to fail");
    panic("no block %d of %s", 7, "disk0");
}

static void a_panic_comes_after_what_was_logged(void **state)
{
    (void)state;
    assert_string_equal(outcome(panic_after_log), "\r\n"
                                                  "[    0.000000] disk: about to fail\r\n"
                                                  "panic: no block 7 of disk0\r\n"
                                                  "  task: kernel\r\n"
                                                  "  backtrace:\r\n"
                                                  "    #0 0x0000000000001000\r\n"
                                                  "    #1 0x0000000000001001\r\n"
                                                  "  log: [    0.000000] disk: about to fail\r\n"
                                                  "panic: end of report\r\n"
                                                  "[end 1 status 1]");
}

static uint8_t stack[16384] __attribute__((aligned(4096)));

static void overflow(void *argument)
{
    (void)argument;
    struct fault fault = null_write;
    fault.address = (uintptr_t)stack + 4000;
    const struct stack *ended = fault_report(&fault);
    if (ended->base == stack)
        panic_printf("its stack is told\n");
    fault.fatal = true;
    fault_report(&fault);
}

static void run_overflowing_task(void)
{
    static struct task task;
    const struct task_parameters parameters = {
        .name = "deep", .stack = {stack, sizeof(stack), 4096}, .entry = overflow};
    task_spawn(&task, &parameters);
    task_run();
}

static void a_stack_overflow_is_named(void **state)
{
    (void)state;
    const char *text = outcome(run_overflowing_task);
    assert_non_null(strstr(text, "  task: deep\r\n  stack overflow: 12288 bytes are too few\r\n"));
}

static void a_fault_that_ends_a_task_lets_the_run_go_on(void **state)
{
    (void)state;
    const char *text = outcome(run_overflowing_task);
    assert_non_null(strstr(text, "\r\nfault: data abort: write to 0x"));
    const char *told = strstr(text, "fault: end of report\r\nits stack is told\r\n");
    assert_non_null(told);
    assert_non_null(strstr(told, "\r\npanic: data abort: write to 0x"));
    assert_non_null(strstr(told, "panic: end of report\r\n[end 1 status 1]"));
}

static void fault_in_the_kernels_work(void *argument)
{
    (void)argument;
    task_current()->in_kernel = true;
    fault_report(&null_write);
}

static void run_task_in_kernel(void)
{
    static struct task task;
    const struct task_parameters parameters = {
        .name = "deep", .stack = {stack, sizeof(stack), 4096}, .entry = fault_in_the_kernels_work};
    task_spawn(&task, &parameters);
    task_run();
}

static void a_fault_in_the_kernels_work_is_a_panic(void **state)
{
    (void)state;
    const char *text = outcome(run_task_in_kernel);
    assert_non_null(strstr(text, "panic: data abort: write to 0x"));
    assert_non_null(strstr(text, "panic: end of report\r\n[end 1 status 1]"));
}

static void fault_again(void)
{
    on_registers = NULL;
    fault_report(&null_write);
}

static void report_fault_twice(void)
{
    on_registers = fault_again;
    fault_report(&null_write);
}

static void a_fault_within_the_report_is_one_line(void **state)
{
    (void)state;
    const char *text = outcome(report_fault_twice);
    assert_non_null(strstr(text, "  task: kernel\r\n\r\npanic: a second one within the report: "
                                 "data abort at 0x0000000040081234\r\n[end 1 status 1]"));
}

static void yield_in_the_kernel(void)
{
    task_yield();
}

static void wait_in_an_interrupt(void *argument)
{
    (void)argument;
    fake.in_interrupt = true;
    task_park(CLOCK_NEVER);
}

static void run_waiting_interrupt(void)
{
    static struct task task;
    const struct task_parameters parameters = {
        .name = "rude", .stack = {stack, sizeof(stack), 4096}, .entry = wait_in_an_interrupt};
    task_spawn(&task, &parameters);
    task_run();
}

static void only_tasks_may_wait(void **state)
{
    (void)state;
    assert_non_null(strstr(outcome(yield_in_the_kernel), "panic: yield outside a task\r\n"));
    assert_non_null(strstr(outcome(run_waiting_interrupt), "panic: wait outside a task\r\n"));
}

static void fail_to_end(void)
{
    fake.power_fails = true;
    panic("nobody can end this");
}

static void without_power_the_core_halts(void **state)
{
    (void)state;
    assert_non_null(strstr(outcome(fail_to_end), "panic: end of report\r\n[end 3 status 1]"));
}

static void fail_alone(void)
{
    fake.nobody_listens = true;
    panic("in the field");
}

static void fail_twice_alone(void)
{
    fake.nobody_listens = true;
    on_registers = fail_alone;
    fault_report(&null_write);
}

static void who_can_tell_nobody_is_reset(void **state)
{
    (void)state;
    assert_non_null(strstr(outcome(fail_alone), "panic: end of report\r\n[end 2 status 1]"));
    assert_non_null(strstr(outcome(fail_twice_alone), "[end 2 status 1]"));
}

static void switch_off(void)
{
    log_info("a", "bye");
    power_off(0);
}

static void an_orderly_end_writes_out_the_log(void **state)
{
    (void)state;
    assert_string_equal(outcome(switch_off), "[    0.000000] a: bye\r\n[end 1 status 0]");
}

static void restart(void)
{
    power_reset();
}

static void switch_off_without_device(void)
{
    fake_all_down();
    fake.init_status[FAKE_POWER] = ERR_NOT_FOUND;
    device_init_all();
    power_off(0);
}

static void switch_off_before_devices_are_up(void)
{
    fake_all_down();
    power_off(3);
}

static void only_power_devices_that_are_up_are_asked(void **state)
{
    (void)state;
    assert_string_equal(outcome(restart), "[end 2 status -1]");
    assert_string_equal(outcome(switch_off_without_device),
                        "[    0.000000] power: error: fake-power does not start: not found\r\n"
                        "[end 3 status -1]");
}

static void a_run_that_ends_early_still_ends(void **state)
{
    (void)state;
    assert_string_equal(outcome(switch_off_before_devices_are_up), "[end 1 status 3]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_is_reported_in_the_agreed_form),
        cmocka_unit_test(a_fault_without_address_in_an_interrupt),
        cmocka_unit_test(a_panic_comes_after_what_was_logged),
        cmocka_unit_test(a_stack_overflow_is_named),
        cmocka_unit_test(a_fault_that_ends_a_task_lets_the_run_go_on),
        cmocka_unit_test(a_fault_in_the_kernels_work_is_a_panic),
        cmocka_unit_test(a_fault_within_the_report_is_one_line),
        cmocka_unit_test(only_tasks_may_wait),
        cmocka_unit_test(without_power_the_core_halts),
        cmocka_unit_test(who_can_tell_nobody_is_reset),
        cmocka_unit_test(an_orderly_end_writes_out_the_log),
        cmocka_unit_test(only_power_devices_that_are_up_are_asked),
        cmocka_unit_test(a_run_that_ends_early_still_ends),
    };
    return cmocka_run_group_tests_name("panic", tests, NULL, NULL);
}
