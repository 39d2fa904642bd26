/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/host/interrupts.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S platforms/arch/host/backtrace.c
// link: tests/unit/host_stack.c
/*
 * The simulated core: interrupts are signals behind a mask in software, contexts are stacks.
 */
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/panic.h>
#include <kernel/task.h>
#include <platforms/arch/host/host.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static uint8_t stack_memory[3][256 * 1024] __attribute__((aligned(4096)));
const struct stack boot_stacks[] = {{stack_memory[0], sizeof(stack_memory[0]), 4096}};
const struct stack interrupt_stacks[] = {{stack_memory[1], sizeof(stack_memory[1]), 4096}};

static volatile unsigned taken;
static volatile bool in_interrupt;
static volatile bool on_interrupt_stack;

noreturn void panic(const char *format, ...)
{
    fail_msg("panic: %s", format);
    abort();
}

void host_run_end_hooks(void)
{
}

/* The scheduler: a preempted task visits another context before it goes on. */
static volatile bool preemption_is_due;
static volatile unsigned preempted;
static struct arch_context main_context, other_context;

bool task_preemption_is_due(void)
{
    return preemption_is_due;
}

void task_preempt(void)
{
    assert_false(arch_interrupts_disable());
    assert_false(arch_in_interrupt());
    preemption_is_due = false;
    preempted++;
    arch_context_switch(&main_context, &other_context);
}

static void count_interrupt(const struct device *device)
{
    (void)device;
    uint8_t here;
    taken++;
    in_interrupt = arch_in_interrupt();
    uintptr_t offset = (uintptr_t)&here - (uintptr_t)interrupt_stacks[0].base;
    on_interrupt_stack = offset < interrupt_stacks[0].size;
}

static const struct driver driver = {.name = "line", .class = "test", .interrupt = count_interrupt};
static const struct device device = {.name = "line0", .driver = &driver};

static int group_setup(void **state)
{
    (void)state;
    host_interrupts_init();
    host_interrupts_init_core();
    return host_interrupt_attach(HOST_INTERRUPT_CONSOLE, &device) == OK ? 0 : -1;
}

static int setup(void **state)
{
    (void)state;
    taken = 0;
    in_interrupt = false;
    on_interrupt_stack = false;
    return 0;
}

static void masked_interrupts_wait(void **state)
{
    (void)state;
    host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
    host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
    assert_int_equal(taken, 0);
    arch_interrupts_restore(false);
    assert_int_equal(taken, 0);
    arch_interrupts_restore(true);
    assert_int_equal(taken, 1);
    assert_true(in_interrupt);
    assert_false(arch_in_interrupt());
    assert_true(arch_interrupts_disable());
    assert_false(arch_interrupts_disable());
}

static void enabled_interrupts_come_at_once(void **state)
{
    (void)state;
    arch_interrupts_restore(true);
    host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
    assert_int_equal(taken, 1);
    assert_true(on_interrupt_stack);
    arch_interrupts_disable();
}

static void *raise_later(void *argument)
{
    (void)argument;
    usleep(20000);
    host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
    return NULL;
}

static void idle_ends_with_an_interrupt(void **state)
{
    (void)state;
    assert_int_equal(host_thread_start(raise_later, NULL), OK);
    arch_idle();
    assert_int_equal(taken, 0); /* masked still: it is taken when the kernel enables interrupts */
    arch_interrupts_restore(true);
    assert_int_equal(taken, 1);
    arch_interrupts_disable();
}

static void idle_does_not_sleep_over_a_pending_interrupt(void **state)
{
    (void)state;
    host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
    arch_idle();
    arch_interrupts_restore(true);
    assert_int_equal(taken, 1);
    arch_interrupts_disable();
}

enum { RAISED = 2000 };

static void *raise_many(void *argument)
{
    volatile bool *done = argument;
    for (int i = 0; i < RAISED; i++)
        host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
    *done = true;
    return NULL;
}

/* Masking and unmasking as fast as interrupts come: after the last one nothing stays pending. */
static void no_interrupt_is_left_behind(void **state)
{
    (void)state;
    static volatile bool done;
    done = false;
    assert_int_equal(host_thread_start(raise_many, (void *)&done), OK);
    while (!done) {
        arch_interrupts_restore(true);
        arch_interrupts_disable();
    }
    arch_interrupts_restore(true);
    usleep(1000); /* the last signal may still be on its way */
    unsigned before = taken;
    assert_in_range(before, 1, RAISED);
    host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
    assert_int_equal(taken, before + 1);
    arch_interrupts_disable();
}

static void a_line_has_one_device(void **state)
{
    (void)state;
    assert_int_equal(host_interrupt_attach(HOST_INTERRUPT_CONSOLE, &device), ERR_BUSY);
}

static unsigned visits;
static uintptr_t trace[8];
static unsigned trace_length;

static void visit(void *argument)
{
    for (;;) {
        visits += (unsigned)(uintptr_t)argument;
        trace_length = arch_backtrace(trace, 8);
        arch_context_switch(&other_context, &main_context);
    }
}

static void contexts_keep_their_place(void **state)
{
    (void)state;
    volatile double floating = 1.5;
    arch_context_init(&other_context, stack_memory[2], sizeof(stack_memory[2]), visit, (void *)7);
    for (unsigned i = 1; i <= 3; i++) {
        arch_context_switch(&main_context, &other_context);
        assert_int_equal(visits, 7 * i);
        floating *= 2;
    }
    assert_true(floating == 12.0);
}

static volatile sig_atomic_t raised_all;

static void *raise_slowly(void *argument)
{
    for (int i = 0; i < 200; i++) {
        host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
        usleep(1000);
    }
    raised_all = 1;
    return argument;
}

/* Code that computes without a pause finds all its registers as they were. */
static void a_preempted_task_goes_on(void **state)
{
    (void)state;
    raised_all = 0;
    preempted = 0;
    unsigned before = visits;
    arch_interrupts_restore(true);
    assert_int_equal(host_thread_start(raise_slowly, NULL), OK);
    double sum = 0;
    unsigned long turns = 0;
    while (!raised_all) {
        preemption_is_due = true;
        for (unsigned i = 0; i < 1000; i++)
            sum += i % 2 ? 0.5 : 1.5;
        turns++;
    }
    preemption_is_due = false;
    arch_interrupts_disable();
    assert_true(sum == (double)turns * 1000);
    assert_in_range(preempted, 1, 200);
    assert_int_equal(visits, before + 7 * preempted);
}

static void a_backtrace_ends_with_its_stack(void **state)
{
    (void)state;
    assert_in_range(trace_length, 1, 2); /* visit, and host_context_enter if it calls that */
    assert_true(trace[0] - (uintptr_t)visit < 1024);
    uintptr_t here[64];
    assert_in_range(arch_backtrace(here, 64), 1, 63);
    assert_int_equal(arch_backtrace(here, 1), 1);
    assert_int_equal(host_unwind(0, here, 64), 0);
    assert_int_equal(host_unwind(UINTPTR_MAX - 7, here, 64), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(masked_interrupts_wait, setup),
        cmocka_unit_test_setup(enabled_interrupts_come_at_once, setup),
        cmocka_unit_test_setup(idle_ends_with_an_interrupt, setup),
        cmocka_unit_test_setup(idle_does_not_sleep_over_a_pending_interrupt, setup),
        cmocka_unit_test_setup(no_interrupt_is_left_behind, setup),
        cmocka_unit_test_setup(a_line_has_one_device, setup),
        cmocka_unit_test_setup(contexts_keep_their_place, setup),
        cmocka_unit_test_setup(a_preempted_task_goes_on, setup),
        cmocka_unit_test_setup(a_backtrace_ends_with_its_stack, setup),
    };
    return cmocka_run_group_tests_name("host", tests, group_setup, NULL);
}
