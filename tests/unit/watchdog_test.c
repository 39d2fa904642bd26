/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/status.c
// board: mps2-an385
/*
 * When a watchdog is fed, what happens where there is none, and what is written to the CMSDK's
 * registers. The alarm is called by hand, and what runs is what the test says.
 */
#define KERNEL_REGISTER_H
#undef CONFIG_PREEMPTION
#define CONFIG_PREEMPTION 0
#undef CONFIG_CORES
#define CONFIG_CORES 3
#include <kernel/device.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char written[256];

static void register_write32(const struct register_window *window, size_t offset, uint32_t value)
{
    size_t length = strlen(written);
    snprintf(written + length, sizeof(written) - length, "%zx=%x ", window->base + offset, value);
}

#include <platforms/drivers/cmsdk-watchdog/cmsdk-watchdog.c>

#include <kernel/watchdog.c>

static const struct cmsdk_watchdog_config config = {.registers = {.base = 0x40008000, .size = 4096},
                                                    .clock = 25000000};
static struct device device = {
    .name = "watchdog", .driver = &cmsdk_watchdog_driver, .config = &config};
static bool is_up;
static enum status start_status; /* of the power device as a watchdog */
static struct task *running;
static void (*expire)(struct alarm *alarm);
static uint64_t deadline;
static jmp_buf panicked;

const struct board board = {.devices = &device, .device_count = 1};

static unsigned cores_up, core, turns[CONFIG_CORES];
static uint64_t now;        /* ns */
static unsigned broken;     /* the core that is interrupted in spite of its mask; 0: none */
static unsigned spins_left; /* until that core reports itself */

unsigned core_mask(void)
{
    return cores_up;
}

unsigned arch_core(void)
{
    return core;
}

unsigned task_turns(unsigned of)
{
    return turns[of];
}

bool device_is_up(const struct device *one)
{
    return one == &device && is_up;
}

struct task *task_current(void)
{
    return running;
}

void arch_core_break(unsigned of)
{
    broken = of;
}

bool core_is_stopped(void)
{
    return broken && spins_left == 0;
}

void arch_spin(void)
{
    assert_true(spins_left > 0);
    spins_left--;
    now += 1000000;
}

uint64_t clock_now(void)
{
    return now;
}

void clock_arm(struct alarm *armed, void (*function)(struct alarm *alarm), uint64_t when)
{
    (void)armed;
    expire = function;
    deadline = when;
}

void log_write(const struct log_site *site, const char *module, uint32_t shape, ...)
{
    (void)site;
    (void)module;
    (void)shape;
}

noreturn void panic(const char *format, ...)
{
    (void)format;
    longjmp(panicked, 1);
}

static int setup(void **state)
{
    (void)state;
    written[0] = '\0';
    running = NULL;
    expire = NULL;
    watchdog = NULL;
    looks = 0;
    memset(others, 0, sizeof(others));
    memset(turns, 0, sizeof(turns));
    cores_up = 1;
    core = broken = spins_left = 0;
    now = 7;
    is_up = true;
    device.driver = &cmsdk_watchdog_driver;
    start_status = OK;
    return 0;
}

static void it_is_started_and_fed_while_tasks_come_and_go(void **state)
{
    (void)state;
    struct task task = {.run = 100};
    watchdog_start();
    assert_true(watchdog_is_running());
    assert_string_equal(written, "40008c00=1acce551 40008000=ee6b280 4000800c=1 40008008=3 "
                                 "40008c00=0 ");
    assert_int_equal(deadline, 7 + TIMEOUT / 4);
    written[0] = '\0';
    expire(&alarm); /* idle */
    assert_string_equal(written, "40008c00=1acce551 4000800c=1 40008c00=0 ");
    running = &task;
    expire(&alarm);
    written[0] = '\0';
    expire(&alarm); /* the same run still */
    assert_string_equal(written, "");
    task.run = 200;
    expire(&alarm);
    assert_string_equal(written, "40008c00=1acce551 4000800c=1 40008c00=0 ");
}

static void without_a_device_the_timer_watches(void **state)
{
    (void)state;
    struct task task = {.name = "hog", .run = 100};
    is_up = false;
    watchdog_start();
    assert_false(watchdog_is_running());
    running = &task;
    volatile unsigned calls = 0;
    if (setjmp(panicked) == 0)
        for (; calls < 10; calls = calls + 1)
            expire(&alarm);
    assert_int_equal(calls, 4); /* one that sees it begin, four that see it still there */
}

/* How many looks it takes until a core is found to hang, of `limit`. */
static unsigned looks_until_panic(unsigned limit)
{
    volatile unsigned calls = 0;
    if (setjmp(panicked) == 0)
        for (; calls < limit; calls = calls + 1)
            expire(&alarm);
    return calls;
}

static void other_cores_must_get_on_or_sleep(void **state)
{
    (void)state;
    watchdog_start();
    cores_up = 7;
    turns[1] = 101; /* odd: sleeps */
    for (turns[2] = 0; turns[2] < 40; turns[2] += 2)
        assert_int_equal(looks_until_panic(1), 1);
    assert_int_equal(looks_until_panic(10), 4); /* core 2's turns are new at the first */
    assert_int_equal(broken, 2);
    cores_up = 3;
    assert_int_equal(looks_until_panic(10), 10);
    turns[1] = 102;
    assert_int_equal(looks_until_panic(10), 4);
}

static void a_core_that_hangs_has_half_of_the_watchdogs_time_to_report_itself(void **state)
{
    (void)state;
    watchdog_start();
    cores_up = 3;
    spins_left = 7;
    assert_int_equal(looks_until_panic(10), 3);
    assert_int_equal(spins_left, 0); /* it did: this core's panic only halts it */
    spins_left = UINT32_MAX;
    turns[1] = 2;
    assert_int_equal(looks_until_panic(10), 4);
    assert_int_equal(UINT32_MAX - spins_left, CONFIG_WATCHDOG * 1000 / 2); /* of a millisecond */
}

static void every_core_but_the_first_is_watched_without_a_device(void **state)
{
    (void)state;
    is_up = false;
    watchdog_start();
    assert_false(watchdog_is_running());
    core = 1;
    assert_true(watchdog_is_running());
}

static enum status start_power(const struct device *one, uint64_t timeout)
{
    (void)one;
    (void)timeout;
    strcat(written, "start ");
    return start_status;
}

static void feed_power(const struct device *one)
{
    (void)one;
    strcat(written, "feed ");
}

static const struct watchdog_operations power_watchdog = {start_power, feed_power};
static const struct power_operations power = {.watchdog = &power_watchdog};
static const struct driver power_driver = {.class = "power", .operations = &power};

static void a_power_device_may_be_one(void **state)
{
    (void)state;
    device.driver = &power_driver;
    watchdog_start();
    assert_true(watchdog_is_running());
    expire(&alarm);
    assert_string_equal(written, "start feed ");
}

static void one_that_is_not_there_is_none(void **state)
{
    (void)state;
    device.driver = &power_driver;
    start_status = ERR_NOT_FOUND;
    watchdog_start();
    assert_false(watchdog_is_running());
    assert_string_equal(written, "start ");
}

static void a_time_that_it_cannot_count_is_refused(void **state)
{
    (void)state;
    assert_int_equal(watchdog_device(&device)->start(&device, UINT64_C(200) * 1000000000),
                     ERR_INVALID);
    assert_string_equal(written, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_started_and_fed_while_tasks_come_and_go, setup),
        cmocka_unit_test_setup(without_a_device_the_timer_watches, setup),
        cmocka_unit_test_setup(other_cores_must_get_on_or_sleep, setup),
        cmocka_unit_test_setup(a_core_that_hangs_has_half_of_the_watchdogs_time_to_report_itself,
                               setup),
        cmocka_unit_test_setup(every_core_but_the_first_is_watched_without_a_device, setup),
        cmocka_unit_test_setup(a_power_device_may_be_one, setup),
        cmocka_unit_test_setup(one_that_is_not_there_is_none, setup),
        cmocka_unit_test_setup(a_time_that_it_cannot_count_is_refused, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
