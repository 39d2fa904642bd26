/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/boot.c kernel/task.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c
// link: kernel/device.c kernel/interrupt.c kernel/panic.c kernel/power.c kernel/stack.c
// link: kernel/memory.c kernel/page.c kernel/page_check.c kernel/budget.c kernel/heap.c
// link: kernel/capability.c kernel/channel.c kernel/registry.c
// link: kernel/status.c kernel/profile.c platforms/arch/host/profile.c
// link: platforms/arch/host/interrupts.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S platforms/arch/host/backtrace.c
// link: platforms/arch/host/process.c platforms/arch/host/memory.c platforms/arch/host/faults.c
// link: platforms/arch/host/features.c platforms/arch/host/provoke.c
// link: platforms/drivers/host-timer/host-timer.c
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

static uint8_t stack_memory[SERVICES + 2][STACK] __attribute__((aligned(4096)));
const struct stack boot_stack = {stack_memory[SERVICES], STACK, 4096};
const struct stack interrupt_stack = {stack_memory[SERVICES + 1], STACK, 4096};

static void (*body)(unsigned number);
static unsigned finished;

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
static const struct power_operations power_operations = {power_device_off, NULL};
static const struct driver serial_driver = {"test-serial", "serial", serial_init, serial_interrupt,
                                            &serial_operations};
static const struct driver power_driver = {"test-power", "power", power_init, NULL,
                                           &power_operations};

static void run_service(const struct service *service)
{
    body((unsigned)(service - board.services));
    if (++finished == SERVICES)
        power_off(0);
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

#define SERVICE(number, urgency)                                                                   \
    {                                                                                              \
        .name = "service" #number, .summary = "", .main = run_service,                             \
        .stack = {stack_memory[number], STACK, 4096}, .holder = &holders[number],                  \
        .priority = urgency                                                                        \
    }

static const struct service services[SERVICES] = {
    SERVICE(0, 8), SERVICE(1, 8), SERVICE(2, 3), SERVICE(3, 0), SERVICE(4, 15), SERVICE(5, 8),
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
        host_process_init(arguments);
        host_interrupts_init();
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
        host_interrupt_raise(HOST_INTERRUPT_CONSOLE);
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

static void fault(unsigned number)
{
    if (number == 2)
        arch_provoke_fault(kind);
    task_sleep_until(clock_now() + 5000 * (uint64_t)MILLISECOND);
}

static void every_fault_is_reported(void **state)
{
    (void)state;
    static const struct {
        enum arch_fault_kind kind;
        const char *report;
    } cases[] = {
        {FAULT_NULL, "panic: memory fault: write to 0x0000000000000000"},
        {FAULT_WRITE_CODE, "panic: memory fault: write to 0x"},
        {FAULT_EXECUTE_DATA, "panic: memory fault: fetch from 0x"},
        {FAULT_STACK_OVERFLOW, "  stack overflow: 258048 bytes are too few\r\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        kind = cases[i].kind;
        assert_int_equal(boot(fault), 1);
        assert_non_null(strstr(said, cases[i].report));
        assert_non_null(strstr(said, "  task: service2\r\n"));
        assert_non_null(strstr(said, "    #1 0x"));
        assert_non_null(strstr(said, "panic: end of report\r\n"));
    }
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
    assert_non_null(strstr(said, "service0: ended, 2 pages taken back\r\n"));
    assert_non_null(strstr(said, "service1: memory: ok\r\n"));
    assert_non_null(strstr(said, "service1: ended, 0 pages taken back\r\n"));
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
        cmocka_unit_test(what_a_service_held_is_taken_back),
        cmocka_unit_test(every_failed_allocation_is_an_error_and_leaves_nothing_behind),
    };
    return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
