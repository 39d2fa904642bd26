/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: tests/unit/gen_fixture.c gen/arena.c gen/diagnostic.c gen/yaml_tree.c gen/yaml_text.c
// link: gen/node.c gen/text_list.c gen/scalar.c gen/value.c gen/property.c gen/option.c
// link: gen/interface.c gen/interface_type.c gen/interface_growth.c gen/interface_lock.c
// link: gen/interface_print.c gen/file.c
// link: gen/binding.c gen/catalog.c gen/name.c gen/layer.c gen/board.c gen/cpu.c gen/memory.c
// link: gen/image.c gen/medium.c gen/partition.c gen/agent.c gen/agent_grant.c gen/agent_import.c
// link: gen/device.c gen/device_resolve.c
// link: gen/wire.c gen/interrupt.c gen/pin.c gen/service.c gen/service_resolve.c gen/settings.c
// link: gen/config.c gen/runtime.c gen/source.c gen/qemu.c gen/json.c
/*
 * Resolving a board: order, ownership, overlaps, and the model that comes out.
 */
#include "gen_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SOC                                                                                        \
    "summary: Toy\narch: toy\ncpu: { model: toy1 }\nimage: { formats: [bin], offset: 64K }\n"      \
    "memory:\n  ram: { kind: ram, base: 0x20000000, size: 1M }\n"                                  \
    "devices:\n  clock: { driver: alarm, irq: 1 }\n  gate: { driver: intc, lines: 64 }\n"          \
    "  uart0: { driver: uart, registers: 0x40000000, irq: 2, below: uart1 }\n"                     \
    "  uart1: { driver: uart, registers: 0x40001000, irq: 3 }\n"

static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    fixture_init(&fixture);
    fixture_add_usual(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_fini(&fixture);
    return 0;
}

static void resolve(const char *upper)
{
    assert_true(
        fixture_resolve(&fixture, SOC, strlen(SOC), upper, upper == NULL ? 0 : strlen(upper)));
}

/* Resolves a board that must have one error, with `message` in it. */
static void resolve_bad(const char *upper, const char *message)
{
    resolve(upper);
    char *errors = fixture_errors(&fixture);
    if (strstr(errors, message) == NULL)
        print_error("%s", errors);
    assert_non_null(strstr(errors, message));
    assert_int_equal(fixture.diagnostics.error_count, 1);
    free(errors);
}

static void puts_devices_after_what_they_refer_to(void **state)
{
    (void)state;
    static const char *const order[] = {"gate", "clock", "uart1", "uart0"};
    resolve(NULL);
    assert_int_equal(fixture.diagnostics.error_count, 0);
    const struct device *device = fixture.board.devices;
    for (size_t i = 0; i < 4; i++, device = device->next)
        assert_string_equal(device->name, order[i]);
    assert_null(device);
    assert_string_equal(fixture.board.controller->name, "gate");
    assert_string_equal(fixture.board.timer->name, "clock");
    assert_int_equal(fixture.board.interrupt_limit, 64);
    const struct interrupt_route *route = fixture.board.routes;
    for (uint64_t number = 1; number <= 3; number++, route = route->next)
        assert_int_equal(route->number, number);
    assert_null(route);
}

static void rounds_stacks_up_to_pages(void **state)
{
    (void)state;
    resolve("services: { console: { device: uart0, priority: 3 } }\n");
    assert_int_equal(fixture.diagnostics.error_count, 0);
    assert_true(fixture.board.services->enabled);
    assert_int_equal(fixture.board.services->stack, 8192);
    assert_int_equal(fixture.board.services->priority, 3);
}

static void leaves_out_what_nobody_asks_for(void **state)
{
    (void)state;
    resolve(NULL);
    assert_false(fixture.board.services->asked);
    assert_false(fixture.board.services->enabled);
    assert_false(fixture.board.services->possible); /* two devices would do */
}

static void chooses_the_only_device_that_fits(void **state)
{
    (void)state;
    resolve("services: { console: {} }\ndevices: { uart0: null }\n");
    assert_int_equal(fixture.diagnostics.error_count, 0);
    const struct setting *device = setting_find(fixture.board.services->settings, "device");
    assert_int_equal(device->origin, SETTING_AUTOMATIC);
    assert_string_equal(device->value.device->name, "uart1");
}

static void finds_windows_that_touch_by_a_byte(void **state)
{
    (void)state;
    resolve_bad("devices: { uart1: { registers: 0x40000fff } }\n", "overlaps devices.uart0");
}

static void bears_windows_side_by_side(void **state)
{
    (void)state;
    resolve("devices: { uart1: { registers: { base: 0x3fffffff, size: 1 } } }\n");
    assert_int_equal(fixture.diagnostics.error_count, 0);
}

static void finds_a_window_within_another(void **state)
{
    (void)state;
    resolve_bad("devices: { uart0: { registers: { base: 0x40000000, size: 64K } } }\n",
                "0x40000000 to 0x4000ffff overlaps devices.uart1.registers");
}

static void finds_two_owners_of_an_interrupt(void **state)
{
    (void)state;
    resolve_bad("devices: { uart1: { irq: { number: 2, shared: true } } }\n", "belongs to uart0");
}

static void finds_cycles_of_devices(void **state)
{
    (void)state;
    resolve_bad("devices: { uart1: { below: uart0 } }\n", "a cycle");
}

static void finds_stacks_that_do_not_fit(void **state)
{
    (void)state;
    resolve_bad("services: { console: { device: uart0, stack: 960K } }\n", "need 964K of 960K");
}

static void finds_a_stack_that_overflows_arithmetic(void **state)
{
    (void)state;
    resolve_bad("services: { console: { device: uart0, stack: 0xffffffffffffffff } }\n",
                "the stacks need");
}

static char *model(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    board_print(&fixture.board, stream);
    fclose(stream);
    return text;
}

static char *model_of(const char *upper, char hash[65])
{
    fixture_init(&fixture);
    fixture_add_usual(&fixture);
    resolve(upper);
    assert_int_equal(fixture.diagnostics.error_count, 0);
    char *text = model();
    static const char key[] = "\"configuration_hash\": \"";
    const char *found = strstr(text, key);
    assert_non_null(found);
    memcpy(hash, found + strlen(key), 64);
    hash[64] = '\0';
    assert_int_equal(strspn(hash, "0123456789abcdef"), 64);
    fixture_fini(&fixture);
    return text;
}

static void hashes_what_the_board_is_not_where_it_says_so(void **state)
{
    (void)state;
    char plain[65], moved[65], renamed[65], faster[65];
    fixture_fini(&fixture); /* model_of has its own each time */
    char *first = model_of(NULL, plain);
    char *again = model_of(NULL, moved);
    assert_string_equal(first, again);
    free(again);
    again = model_of("# A line more.\ndevices: { uart0: { irq: 2 } }\n", moved);
    assert_string_not_equal(first, again);
    assert_string_equal(plain, moved);
    free(again);
    free(model_of("summary: Another\n", renamed));
    assert_string_equal(plain, renamed);
    free(model_of("devices: { uart0: { baud: 9600 } }\n", faster));
    assert_string_not_equal(plain, faster);
    free(first);
    fixture_init(&fixture);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(puts_devices_after_what_they_refer_to),
        TEST(rounds_stacks_up_to_pages),
        TEST(leaves_out_what_nobody_asks_for),
        TEST(chooses_the_only_device_that_fits),
        TEST(finds_windows_that_touch_by_a_byte),
        TEST(bears_windows_side_by_side),
        TEST(finds_a_window_within_another),
        TEST(finds_two_owners_of_an_interrupt),
        TEST(finds_cycles_of_devices),
        TEST(finds_stacks_that_do_not_fit),
        TEST(finds_a_stack_that_overflows_arithmetic),
        TEST(hashes_what_the_board_is_not_where_it_says_so),
    };
    return cmocka_run_group_tests_name("gen_board", tests, NULL, NULL);
}
