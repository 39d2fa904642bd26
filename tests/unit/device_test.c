/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/interrupt.c
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * Devices and interrupts: order of start, what a failed device means, and the way of an interrupt.
 */
#include "kernel_fake.h"

#include <kernel/interrupt.h>
#include <kernel/log.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void devices_start_in_order(void **state)
{
    (void)state;
    fake_all_down();
    assert_false(device_is_up(&board.devices[FAKE_UART]));
    device_init_all();
    assert_int_equal(fake.init_count, FAKE_COUNT);
    for (unsigned i = 0; i < FAKE_COUNT; i++) {
        assert_int_equal(fake.init_order[i], i);
        assert_true(device_is_up(&board.devices[i]));
    }
}

static void a_failed_device_is_down_and_told(void **state)
{
    (void)state;
    fake_all_down();
    fake.init_status[FAKE_MUTE] = ERR_TIMEOUT;
    device_init_all();
    assert_false(device_is_up(&board.devices[FAKE_MUTE]));
    assert_true(device_is_up(&board.devices[FAKE_POWER]));
    log_drain();
    assert_non_null(strstr(fake_output, "mute: error: fake-mute does not start: timed out\r\n"));
}

static void routed_interrupts_are_enabled(void **state)
{
    (void)state;
    interrupt_enable_all();
    assert_int_equal(fake.enabled, 0x43);
    assert_int_equal(fake.triggers[0], INTERRUPT_LEVEL);
    assert_int_equal(fake.triggers[1], INTERRUPT_EDGE);
    log_drain();
    assert_non_null(strstr(fake_output, "uart0: error: interrupt 9: invalid argument\r\n"));
}

static void interrupts_of_failed_devices_stay_masked(void **state)
{
    (void)state;
    board.devices_up[FAKE_TIMER] = false;
    interrupt_enable_all();
    assert_int_equal(fake.enabled, 0x42);
    board.devices_up[FAKE_CONTROLLER] = false;
    fake.enabled = 0;
    interrupt_enable_all();
    assert_int_equal(fake.enabled, 0);
}

static void dispatch_reaches_every_sharer(void **state)
{
    (void)state;
    interrupt_dispatch(0);
    interrupt_dispatch(1);
    interrupt_dispatch(1);
    assert_int_equal(fake.handled[FAKE_TIMER], 1);
    assert_int_equal(fake.handled[FAKE_UART], 2);
    assert_int_equal(fake.handled[FAKE_MUTE], 2);
    assert_int_equal(interrupt_count(0), 1);
    assert_int_equal(interrupt_count(1), 2);
    assert_int_equal(interrupt_count(1000), 0);

    board.devices_up[FAKE_UART] = false;
    interrupt_dispatch(1);
    assert_int_equal(fake.handled[FAKE_UART], 2);
    assert_int_equal(fake.handled[FAKE_MUTE], 3);
}

static void an_unhandled_interrupt_is_spurious_and_masked(void **state)
{
    (void)state;
    uint32_t before = interrupt_spurious_count();
    fake.enabled = 0xff;
    interrupt_dispatch(3); /* no route */
    interrupt_dispatch(6); /* a device without a handler */
    interrupt_dispatch(1020);
    assert_int_equal(interrupt_spurious_count(), before + 3);
    assert_int_equal(fake.enabled, 0xff & ~0x48);
    assert_int_equal(interrupt_count(3), 1);
}

static void the_controller_handles_what_the_vector_brings(void **state)
{
    (void)state;
    interrupt_handle();
    assert_int_equal(fake.handled[FAKE_CONTROLLER], 1);
}

static void statuses_have_names(void **state)
{
    (void)state;
    assert_string_equal(status_name(OK), "OK");
    assert_string_equal(status_name(ERR_CORRUPT), "ERR_CORRUPT");
    assert_string_equal(status_text(ERR_NO_MEMORY), "out of memory");
    assert_string_equal(status_name((enum status)STATUS_COUNT), "ERR_?");
    assert_string_equal(status_text((enum status) - 1), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(devices_start_in_order, setup),
        cmocka_unit_test_setup(a_failed_device_is_down_and_told, setup),
        cmocka_unit_test_setup(routed_interrupts_are_enabled, setup),
        cmocka_unit_test_setup(interrupts_of_failed_devices_stay_masked, setup),
        cmocka_unit_test_setup(dispatch_reaches_every_sharer, setup),
        cmocka_unit_test_setup(an_unhandled_interrupt_is_spurious_and_masked, setup),
        cmocka_unit_test_setup(the_controller_handles_what_the_vector_brings, setup),
        cmocka_unit_test(statuses_have_names),
    };
    return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
