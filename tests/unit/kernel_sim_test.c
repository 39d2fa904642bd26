/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/boot.c kernel/service.c kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c
// link: kernel/format.c kernel/device.c kernel/interrupt.c kernel/panic.c kernel/power.c
// link: kernel/stack.c kernel/memory.c kernel/page.c kernel/page_check.c kernel/budget.c
// link: kernel/heap.c kernel/capability.c kernel/channel.c kernel/registry.c kernel/status.c
// link: kernel/profile.c platforms/arch/host/profile.c platforms/arch/host/interrupts.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S
// link: platforms/arch/host/backtrace.c platforms/arch/host/process.c platforms/arch/host/memory.c
// link: platforms/arch/host/fault.c platforms/arch/host/features.c platforms/arch/host/provoke.c
// link: platforms/drivers/host-timer/host-timer.c kernel/harmony.c kernel/watchdog.c
// link: kernel/last_panic.c
/*
 * The whole kernel on the simulated core, with real signals and real time: services sleep, are
 * woken by a device's thread, and fault. Each case is a process of its own, whose end is its
 * result.
 */
#include <kernel/arch.h>
#include <kernel/boot.h>
#include <kernel/channel.h>
#include <kernel/event.h>
#include <kernel/heap.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/panic.h>
#include <kernel/power.h>
#include <kernel/registry.h>
#include <kernel/serial.h>
#include <kernel/service.h>
#include <kernel/task.h>
#include <platforms/arch/host/host.h>
#include <platforms/drivers/host-timer/host-timer.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SERVICES = 6, STACK = 256 * 1024, MILLISECOND = 1000000 };

static uint8_t stack_memory[SERVICES + 3][STACK] __attribute__((aligned(4096)));
const struct stack boot_stacks[] = {{stack_memory[SERVICES], STACK, 4096}};
const struct stack interrupt_stacks[] = {{stack_memory[SERVICES + 1], STACK, 4096}};

static void (*body)(unsigned number);
static unsigned finished;
static enum status results[SERVICES]; /* what each service's main returns */

/* A serial device that writes to the test's pipe, and whose thread interrupts as often as it can.
 */
static int output = STDOUT_FILENO;
static struct event *receivable;
static volatile bool storming;

static enum status serial_init(const struct device *device)
{
    return host_interrupt_attach(HOST_INTERRUPT_CONSOLE, device);
}

static uint32_t fail_allocation;

static enum status power_init(const struct device *device)
{
    (void)device;
    memory_pages.fail_at = fail_allocation;
    return OK;
}

static void serial_interrupt(const struct device *device)
{
    (void)device;
    if (receivable)
        event_signal(receivable);
}

static size_t serial_write(const struct device *device, const uint8_t *data, size_t size)
{
    (void)device;
    ssize_t written = size ? write(output, data, size) : 0;
    return written < 0 ? 0 : (size_t)written;
}

static size_t serial_read(const struct device *device, uint8_t *data, size_t size)
{
    (void)device;
    (void)data;
    (void)size;
    return 0;
}

static void serial_listen(const struct device *device, struct event *received,
                          struct event *writable)
{
    (void)device;
    (void)writable;
    receivable = received;
}

static void serial_write_polled(const struct device *device, const uint8_t *data, size_t size)
{
    serial_write(device, data, size);
}

static uint32_t serial_overruns(const struct device *device)
{
    (void)device;
    return 0;
}

static void power_device_off(const struct device *device, int status)
{
    (void)device;
    _exit(status);
}

static const struct serial_operations serial_operations = {serial_write, serial_read, serial_listen,
                                                           serial_write_polled, serial_overruns};
static const struct power_operations power_operations = {.off = power_device_off};
static const struct driver serial_driver = {"test-serial",    "serial",           serial_init,
                                            serial_interrupt, &serial_operations, NULL};
static const struct driver power_driver = {"test-power", "power",           power_init,
                                           NULL,         &power_operations, NULL};

static enum status run_service(const struct service *service)
{
    unsigned number = (unsigned)(service - board.services);
    body(number);
    if (++finished == SERVICES)
        power_off(0);
    return results[number];
}

static struct host_timer_state timer_state;
static const struct device devices[] = {
    {"timer", &host_timer_driver, NULL, &timer_state},
    {"uart0", &serial_driver, NULL, NULL},
    {"power", &power_driver, NULL, NULL},
};
static bool devices_up[3];
static struct task tasks[SERVICES];

static uint8_t ram[64 * 1024] __attribute__((aligned(4096)));
static const struct memory_span free_ram[] = {{ram, ram + sizeof(ram)}};
static struct budget budgets[SERVICES + 1] = {
    {"kernel", SIZE_MAX, 0, 0, 0}, {"service0", 8192, 0, 0, 0},  {"service1", 65536, 0, 0, 0},
    {"service2", 0, 0, 0, 0},      {"service3", 65536, 0, 0, 0}, {"service4", 65536, 0, 0, 0},
    {"service5", 65536, 0, 0, 0},
};

enum { CAPABILITIES = 4 };
static struct capability_slot capabilities[SERVICES][CAPABILITIES];
#define HOLDER(number)                                                                             \
    {                                                                                              \
        .slots = capabilities[number], .count = CAPABILITIES                                       \
    }
static struct capability_holder holders[SERVICES] = {
    HOLDER(0), HOLDER(1), HOLDER(2), HOLDER(3), HOLDER(4), HOLDER(5),
};

static struct service_life lives[SERVICES];

/* What services have of their own, as link.ld would place it. */
static struct {
    uint32_t given; /* ORIGINAL at first */
    uint32_t zeroed;
    struct alarm alarm;
} data = {.given = 42};
static const uint32_t kept = 42;

#define SERVICE(number, urgency)                                                                   \
    {                                                                                              \
        .name = "service" #number, .summary = "", .main = run_service,                             \
        .stack = {stack_memory[number], STACK, 4096}, .holder = &holders[number],                  \
        .life = &lives[number], .priority = urgency                                                \
    }

static const struct service services[SERVICES] = {
    SERVICE(0, 8),
    {
        .name = "service1",
        .summary = "",
        .main = run_service,
        .stack = {stack_memory[1], STACK, 4096},
        .holder = &holders[1],
        .life = &lives[1],
        .data = {(uint8_t *)&data, (uint8_t *)&data.zeroed, (uint8_t *)(&data + 1),
                 (const uint8_t *)&kept},
        .needed_by = "service0, service2",
        .restart_delay = 2 * MILLISECOND,
        .restart_limit = 2,
        .priority = 8,
    },
    SERVICE(2, 3),
    SERVICE(3, 0),
    SERVICE(4, 15),
    SERVICE(5, 8),
};

const struct board board = {
    .name = "test",
    .memory_page = 4096,
    .free = free_ram,
    .free_count = 1,
    .budgets = budgets,
    .devices = devices,
    .device_count = 3,
    .devices_up = devices_up,
    .services = services,
    .service_count = SERVICES,
    .tasks = tasks,
    .timer = &devices[0],
    .console = &devices[1],
};

static char said[16384];

/* Boots the kernel in a child, each service running `what`. Returns the child's exit status, or -1
 * if it did not end by itself. What it printed is in `said`. */
static int boot(void (*what)(unsigned number))
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        static char *arguments[] = {(char *)"test", NULL};
        output = ends[1];
        body = what;
        host_process_init(1, arguments);
        host_interrupts_init();
        host_interrupts_init_core();
        host_faults_init();
        host_memory_init();
        host_enter_kernel(kernel_main);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t count;
    while ((count = read(ends[0], said + length, sizeof(said) - 1 - length)) > 0)
        length += (size_t)count;
    said[length] = '\0';
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void expect(bool truth, const char *what)
{
    if (!truth)
        panic("expected: %s", what);
}

static void sleep_often(unsigned number)
{
    for (unsigned i = 0; i < 20; i++) {
        uint64_t deadline = clock_now() + (uint64_t)((number * 7 + i * 3) % 11) * MILLISECOND / 4;
        task_sleep_until(deadline);
        expect(clock_now() >= deadline, "no early wake-up");
        expect(clock_now() < deadline + 500 * (uint64_t)MILLISECOND, "no late wake-up");
        expect(strcmp(task_current_name(), services[number].name) == 0, "the right task runs");
    }
    log_info(services[number].name, "slept");
}

static void services_sleep_and_the_idle_core_logs(void **state)
{
    (void)state;
    assert_int_equal(boot(sleep_often), 0);
    assert_non_null(strstr(said, "boot: Ranvier "));
    assert_non_null(strstr(said, "service0: slept\r\n"));
    assert_non_null(strstr(said, "service4: slept\r\n"));
}

static void *storm(void *argument)
{
    (void)argument;
    while (storming) {
        host_interrupt_raise(HOST_INTERRUPT_CONSOLE, 0);
        sched_yield();
    }
    return NULL;
}

/* One service lives on a storm of interrupts, the others sleep, yield and use their stacks
 * meanwhile. */
static void work_in_a_storm(unsigned number)
{
    static struct event arrived;
    if (number == 3) {
        serial(board.console)->listen(board.console, &arrived, NULL);
        storming = true;
        expect(host_thread_start(storm, NULL) == OK, "a thread");
        for (unsigned i = 0; i < 2000; i++)
            expect(event_wait(&arrived, clock_now() + 2000 * (uint64_t)MILLISECOND) == OK,
                   "an interrupt within two seconds");
        storming = false;
        return;
    }
    volatile uint32_t pattern[256];
    for (unsigned i = 0; i < 300; i++) {
        for (unsigned j = 0; j < 256; j++)
            pattern[j] = number * 1000 + j + i;
        if (i % 3)
            task_yield();
        else
            task_sleep_until(clock_now() + 50000);
        for (unsigned j = 0; j < 256; j++)
            expect(pattern[j] == number * 1000 + j + i, "an untouched stack");
    }
}

static void a_storm_of_interrupts_disturbs_nobody(void **state)
{
    (void)state;
    int status = boot(work_in_a_storm);
    if (status)
        fail_msg("status %d: %s", status, said);
}

static enum arch_fault_kind kind;
static bool in_kernel;

static void fault(unsigned number)
{
    if (number == 2) {
        if (in_kernel)
            arch_interrupts_disable();
        arch_provoke_fault(kind);
    }
    task_sleep_until(clock_now() + 20 * (uint64_t)MILLISECOND);
    if (number == 0)
        power_off(0);
}

static void every_fault_is_reported(void **state)
{
    (void)state;
    static const struct {
        enum arch_fault_kind kind;
        const char *report;
    } cases[] = {
        {FAULT_NULL, ": memory fault: write to 0x0000000000000000"},
        {FAULT_WRITE_CODE, ": memory fault: write to 0x"},
        {FAULT_EXECUTE_DATA, ": memory fault: fetch from 0x"},
        {FAULT_STACK_OVERFLOW, "  stack overflow: 258048 bytes are too few\r\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        kind = cases[i].kind;
        for (unsigned panics = 0; panics < 2; panics++) {
            in_kernel = panics;
            assert_int_equal(boot(fault), panics);
            assert_non_null(strstr(said, cases[i].report));
            assert_non_null(strstr(said, "  task: service2\r\n"));
            assert_non_null(strstr(said, "    #1 0x"));
            assert_non_null(
                strstr(said, panics ? "panic: end of report\r\n" : "fault: end of report\r\n"));
            assert_true(panics || strstr(said, "service2: error: failed: a fault\r\n"));
        }
    }
}

static struct task child_task;

static void wait_for_ever(void *argument)
{
    (void)argument;
    expect(task_sleep_until(CLOCK_NEVER) == ERR_CANCELLED, "the child is asked to end");
    log_info("child", "ends");
}

static void too_late(struct alarm *alarm)
{
    (void)alarm;
    panic("an alarm of a life that has ended");
}

/* Later than what was left behind is taken back, on a busy machine too. */
#define ALARM (500 * (uint64_t)MILLISECOND)

/* What a life leaves behind. */
static void live_wildly(void)
{
    const struct task_parameters child = {.name = "child",
                                          .stack = {stack_memory[SERVICES + 2], STACK, 4096},
                                          .priority = 9,
                                          .entry = wait_for_ever};
    void *page;
    data.given = data.zeroed = 7;
    clock_arm(&data.alarm, too_late, clock_now() + ALARM);
    expect(!page_allocate(&memory_pages, 2, 0, &page), "a page");
    expect(!task_spawn(&child_task, &child), "a child");
    task_yield();
}

/* Service 1 faults, then exits, then returns an error; service 0 waits for its end. */
static void fail_three_times(unsigned number)
{
    static unsigned life;
    enum status status = OK;
    if (number == 0) {
        expect(!task_join(&tasks[1], CLOCK_NEVER, &status), "joined");
        expect(status == ERR_DEVICE && lives[1].status == ERR_DEVICE, "the last life's status");
        expect(lives[1].restarts == 2, "both restarts");
        expect(budgets[2].used == 0, "no pages are left");
        expect(child_task.state == TASK_UNUSED, "no child is left");
        task_sleep_until(clock_now() + ALARM);
        power_off(0);
    }
    if (number != 1)
        return;
    expect(data.given == 42 && data.zeroed == 0 && !data.alarm.armed, "data is as at boot");
    life++;
    live_wildly();
    if (life == 1)
        arch_provoke_fault(FAULT_NULL);
    if (life == 2)
        task_exit(ERR_LIMIT);
    results[1] = ERR_DEVICE;
}

static void a_service_that_fails_lives_again(void **state)
{
    (void)state;
    int status = boot(fail_three_times);
    if (status)
        fail_msg("status %d: %s", status, said);
    const char *first =
        strstr(said, "service1: error: failed: a fault; needed by service0, service2");
    assert_non_null(first);
    assert_non_null(first = strstr(first, "child: ends\r\n"));
    assert_non_null(first = strstr(first, "service1: 1 pages taken back\r\n"));
    assert_non_null(first = strstr(first, "service1: starts again in 2 ms\r\n"));
    assert_non_null(first = strstr(first, "service1: error: failed: limit reached; needed by"));
    assert_non_null(first = strstr(first, "service1: starts again in 4 ms\r\n"));
    assert_non_null(first = strstr(first, "service1: error: failed: device error; needed by"));
    assert_null(strstr(first, "starts again"));
    assert_non_null(strstr(first, "service1: error: failed too often: does not start again\r\n"));
}

static struct channel waited_for;
static struct capability waiting_end;

/* Service 1 has a channel and faults; service 0 waits in a call to it. */
static void fault_while_called(unsigned number)
{
    static struct channel_slot slots[1];
    static const struct channel_parameters parameters = {"test", slots, NULL, 1, 0};
    const struct message call = {.call = 1};
    struct message answer = {0}, received = {0};
    struct capability receiving;
    if (number == 1) {
        if (lives[1].restarts)
            return;
        channel_init(&waited_for, &parameters);
        expect(
            !capability_create(&holders[1], &channel_type, &waited_for, CAPABILITY_ALL, &receiving),
            "a channel");
        expect(
            !capability_derive(&holders[1], receiving, CAPABILITY_WRITE, &holders[0], &waiting_end),
            "its other end");
        expect(!channel_receive(&holders[1], receiving, &received, CLOCK_NEVER), "a call");
        arch_provoke_fault(FAULT_NULL);
    }
    if (number == 0) {
        task_sleep_until(clock_now() + MILLISECOND);
        expect(channel_call(&holders[0], waiting_end, &call, &answer, CLOCK_NEVER) == ERR_CLOSED,
               "who waits is told");
        expect(holders[0].room == CAPABILITIES, "and has the capability no more");
        power_off(0);
    }
}

static void who_waits_for_a_service_that_faults_is_told(void **state)
{
    (void)state;
    int status = boot(fault_while_called);
    if (status)
        fail_msg("status %d: %s", status, said);
}

/* Sets up what a service might, and takes it down only if all went well: an error ends the service
 * with what it has. */
static void use_memory(unsigned number)
{
    struct heap *heap;
    void *page, *blocks[3];
    unsigned owner = number + 1;
    enum status status = heap_create(&memory_pages, owner, 4000, &heap);
    for (unsigned i = 0; i < 3 && !status; i++) {
        status = heap_allocate(heap, 3000, 0, &blocks[i]);
        task_yield();
    }
    if (!status)
        status = page_allocate(&memory_pages, owner, 0, &page);
    if (!status) {
        status = page_free(&memory_pages, page, 0);
        heap_destroy(heap);
    }
    log_info(services[number].name, "memory: %s", status_text(status));
}

/* The last one sees that nothing is left of what the others held. */
static void use_memory_and_look(unsigned number)
{
    if (number != 4) {
        use_memory(number);
        return;
    }
    bool failed = memory_pages.fail_at == 0;
    expect(memory_pages.free_pages == memory_pages.total_pages, "all pages free");
    expect(page_check(&memory_pages) == OK, "a whole pool");
    for (unsigned i = 0; i <= SERVICES; i++)
        expect(budgets[i].used == 0, "no budget in use");
    if (!failed)
        log_info("test", "nothing failed");
}

static void every_failed_allocation_is_an_error_and_leaves_nothing_behind(void **state)
{
    (void)state;
    unsigned failures = 0;
    while (true) {
        fail_allocation = failures + 1;
        int status = boot(use_memory_and_look);
        if (status)
            fail_msg("allocation %u failed: status %d: %s", failures + 1, status, said);
        if (strstr(said, "nothing failed"))
            break;
        failures++;
    }
    print_message("%u allocations\n", failures);
    assert_true(failures >= 12);
    assert_non_null(strstr(said, "service0: memory: limit reached\r\n"));
    assert_non_null(strstr(said, "service0: 2 pages taken back\r\n"));
    assert_non_null(strstr(said, "service1: memory: ok\r\n"));
    assert_non_null(strstr(said, "service1: 0 pages taken back\r\n"));
    assert_non_null(strstr(said, "service2: memory: limit reached\r\n"));
}

/* The first provides an interface, gives the second a capability, and ends. */
static void provide_and_end(unsigned number)
{
    static struct channel channel;
    static struct channel_slot slots[1];
    static const struct channel_parameters parameters = {"test", slots, NULL, 1, 0};
    static struct registry_provider provider = {.holder = &holders[0]};
    const struct registry_request request = {.holder = &holders[1]};
    struct capability given;
    if (number == 0) {
        channel_init(&channel, &parameters);
        expect(!capability_create(&holders[0], &channel_type, &channel, CAPABILITY_ALL,
                                  &provider.channel),
               "a capability");
        expect(!capability_derive(&holders[0], provider.channel, CAPABILITY_WRITE, &holders[1],
                                  &given),
               "one for another");
        expect(!registry_bind(&provider), "a provider");
        expect(holders[1].room == CAPABILITIES - 1, "the other has it");
    } else if (number == 1) {
        task_sleep_until(clock_now() + 5 * MILLISECOND);
        expect(holders[0].room == CAPABILITIES, "what it had is taken back");
        expect(holders[1].room == CAPABILITIES, "what came of it too");
        expect(registry_try_connect(&request, CLOCK_NEVER, &given) == ERR_NOT_FOUND,
               "it provides nothing");
    }
}

static void what_a_service_held_is_taken_back(void **state)
{
    (void)state;
    assert_int_equal(boot(provide_and_end), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(services_sleep_and_the_idle_core_logs),
        cmocka_unit_test(a_storm_of_interrupts_disturbs_nobody),
        cmocka_unit_test(every_fault_is_reported),
        cmocka_unit_test(a_service_that_fails_lives_again),
        cmocka_unit_test(who_waits_for_a_service_that_faults_is_told),
        cmocka_unit_test(what_a_service_held_is_taken_back),
        cmocka_unit_test(every_failed_allocation_is_an_error_and_leaves_nothing_behind),
    };
    return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
