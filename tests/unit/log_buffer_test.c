/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c kernel/channel.c kernel/capability.c kernel/harmony.c
// link: tests/unit/kernel_fake.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S
// board: sim
/*
 * A log whose buffer is no power of two: records stay whole where positions wrap around.
 */
#include <kernel/board.h>
#undef CONFIG_LOG_BUFFER
#define CONFIG_LOG_BUFFER 700

#include "kernel_fake.h"

#include <kernel/log.c>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { BEFORE_WRAP = 1000, RECORDS = 200 };

static void records_stay_whole(void **state)
{
    (void)state;
    assert_int_equal(sizeof(storage), 512);
    head = tail = 0U - BEFORE_WRAP;
    for (unsigned i = 0; i < RECORDS; i++) {
        log_info("disk", "is %u %% full", i);
        struct log_reader reader;
        char text[2048], wanted[64];
        size_t size = 0, more;
        log_begin(&reader, UINT32_MAX);
        while ((more = log_read(&reader, text + size, sizeof(text) - 1 - size)) > 0)
            size += more;
        text[size] = '\0';
        snprintf(wanted, sizeof(wanted), "disk: is %u %% full\r\n", i);
        size_t length = strlen(wanted);
        assert_true(size >= length);
        assert_string_equal(text + size - length, wanted);
        assert_int_equal(text[0], '[');
    }
    assert_true(head < BEFORE_WRAP * 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(records_stay_whole)};
    return cmocka_run_group_tests_name("log_buffer", tests, NULL, NULL);
}
