/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/arena.c gen/diagnostic.c gen/yaml_tree.c gen/yaml_text.c gen/node.c gen/text_list.c
// link: gen/interface.c gen/interface_type.c gen/interface_growth.c gen/interface_lock.c gen/file.c
// link: gen/scalar.c gen/value.c gen/property.c gen/option.c gen/binding.c gen/catalog.c gen/name.c
// link: gen/layer.c
/*
 * Values of every type, at and beyond their limits; bindings and the catalog of this tree.
 */
#include <gen/board.h>
#include <gen/scalar.h>
#include <gen/value.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct diagnostics diagnostics;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    diagnostics_init(&diagnostics, &arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const struct node *node_of(const char *text)
{
    struct node *root = yaml_parse(&arena, &diagnostics, "t.yaml",
                                   arena_printf(&arena, "v: %s\n", text), strlen(text) + 4);
    assert_non_null(root);
    return node_get(root, "v");
}

/* The value of `text`, of which there must be one. */
static struct value good(const struct property *property, const char *text)
{
    struct value value;
    size_t errors = diagnostics.error_count;
    assert_true(value_read(&diagnostics, property, node_of(text), &value));
    assert_int_equal(diagnostics.error_count, errors);
    return value;
}

static void bad(const struct property *property, const char *text)
{
    struct value value;
    size_t errors = diagnostics.error_count;
    assert_false(value_read(&diagnostics, property, node_of(text), &value));
    assert_true(diagnostics.error_count > errors);
}

static void parses_numbers(void **state)
{
    (void)state;
    uint64_t number = 1;
    assert_true(number_parse("0", &number));
    assert_int_equal(number, 0);
    assert_true(number_parse("18446744073709551615", &number));
    assert_true(number == UINT64_MAX);
    assert_true(number_parse("0xffffFFFFffffFFFF", &number));
    assert_true(number == UINT64_MAX);
    static const char *const wrong[] = {"18446744073709551616",
                                        "0x10000000000000000",
                                        "010",
                                        "-1",
                                        "+1",
                                        "1_000",
                                        "1.0",
                                        "0x",
                                        "0b1",
                                        "",
                                        " 1",
                                        "1 ",
                                        "00"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(number_parse(wrong[i], &number));
}

static void reads_numbers_within_limits(void **state)
{
    (void)state;
    const struct property u8 = {.name = "p", .type = TYPE_U8, .max = UINT64_MAX};
    const struct property limited = {.name = "p",
                                     .type = TYPE_U32,
                                     .min = 16,
                                     .max = 64,
                                     .power_of_two = true,
                                     .at = {"b", 1, 1}};
    assert_int_equal(good(&u8, "255").number, 255);
    bad(&u8, "256");
    bad(&u8, "'7'");
    bad(&u8, "[7]");
    assert_int_equal(good(&limited, "16").number, 16);
    assert_int_equal(good(&limited, "0x40").number, 64);
    bad(&limited, "8");
    bad(&limited, "128");
    bad(&limited, "48");
}

static void reads_sizes_times_and_addresses(void **state)
{
    (void)state;
    const struct property size = {.name = "p", .type = TYPE_SIZE, .max = UINT64_MAX};
    const struct property time = {.name = "p", .type = TYPE_TIME, .max = UINT64_MAX};
    const struct property address = {.name = "p", .type = TYPE_ADDRESS};
    assert_int_equal(good(&size, "4K").number, 4096);
    assert_int_equal(good(&size, "0x10M").number, 16 << 20);
    assert_true(good(&size, "16777215T").number == UINT64_C(16777215) << 40);
    bad(&size, "16777216T");
    bad(&size, "4k");
    bad(&size, "4KB");
    bad(&size, "4 K");
    assert_int_equal(good(&time, "3ms").number, 3000000);
    assert_int_equal(good(&time, "0ns").number, 0);
    bad(&time, "18446744074s");
    bad(&time, "5");
    bad(&time, "5m");
    assert_true(good(&address, "0xffffffffffffffff").number == UINT64_MAX);
    bad(&address, "4096");
    assert_string_equal(size_text(&arena, 4096), "4K");
    assert_string_equal(size_text(&arena, 4097), "4097");
    assert_string_equal(size_text(&arena, 0), "0");
    assert_string_equal(time_text(&arena, 2000000), "2ms");
    assert_string_equal(time_text(&arena, 1500), "1500ns");
}

static void reads_pins_interrupts_and_windows(void **state)
{
    (void)state;
    const struct property pin = {.name = "p", .type = TYPE_PIN};
    const struct property irq = {.name = "p", .type = TYPE_INTERRUPT};
    const struct property edge = {.name = "p", .type = TYPE_INTERRUPT, .edge = true};
    const struct property window = {.name = "p", .type = TYPE_REGISTERS, .size = 4096};
    const struct property bare = {.name = "p", .type = TYPE_REGISTERS};
    assert_int_equal(good(&pin, "255").number, 255);
    bad(&pin, "256");
    bad(&pin, "PA9");
    assert_int_equal(good(&irq, "33").number, 33);
    assert_false(good(&irq, "33").edge);
    assert_true(good(&edge, "33").edge);
    struct value value = good(&irq, "{ number: 5, trigger: edge, shared: true }");
    assert_int_equal(value.number, 5);
    assert_true(value.edge && value.shared);
    assert_false(good(&edge, "{ number: 5, trigger: level }").edge);
    bad(&irq, "4294967296");
    bad(&irq, "{ trigger: edge }");
    assert_int_equal(good(&window, "0x1000").size, 4096);
    assert_int_equal(good(&window, "{ base: 0x1000, size: 64 }").size, 64);
    bad(&bare, "0x1000");
    bad(&window, "0xfffffffffffff001");
    assert_true(good(&window, "0xfffffffffffff000").number == UINT64_C(0xfffffffffffff000));
}

static void reads_lists(void **state)
{
    (void)state;
    const struct property list = {.name = "p",
                                  .type = TYPE_LIST,
                                  .of = TYPE_U8,
                                  .limit = 2,
                                  .max = UINT64_MAX,
                                  .at = {"b", 1, 1}};
    struct value value = good(&list, "[1, 2]");
    assert_int_equal(value.item_count, 2);
    assert_int_equal(value.items[1].number, 2);
    assert_int_equal(good(&list, "[]").item_count, 0);
    bad(&list, "[1, 2, 3]");
    bad(&list, "[1, x]");
    bad(&list, "5");
}

static void checks_names(void **state)
{
    (void)state;
    assert_true(name_is_valid("arm-generic-timer", NAME_THING));
    assert_false(name_is_valid("Uart", NAME_THING));
    assert_false(name_is_valid("a_b", NAME_THING));
    assert_false(name_is_valid("0a", NAME_THING));
    assert_false(name_is_valid("", NAME_THING));
    assert_true(name_is_valid("cpu_interface", NAME_FIELD));
    assert_false(name_is_valid("register", NAME_FIELD));
    assert_true(name_is_valid("PL011_BUFFER", NAME_SYMBOL));
    assert_false(name_is_valid("pl011", NAME_SYMBOL));
    assert_string_equal(symbol_name(&arena, "arm-generic-timer"), "ARM_GENERIC_TIMER");
}

static void reads_the_catalog_of_this_tree(void **state)
{
    (void)state;
    struct inputs inputs = {.arena = &arena};
    struct catalog catalog = {0};
    catalog_read(&diagnostics, &inputs, &catalog);
    assert_int_equal(diagnostics.error_count, 0);
    const struct binding *pl011 = binding_find(catalog.drivers, "pl011");
    assert_non_null(pl011);
    assert_string_equal(pl011->provides, "serial");
    assert_string_equal(pl011->folder, "platforms/drivers/pl011");
    assert_string_equal(pl011->properties->name, "registers");
    assert_int_equal(pl011->properties->size, 4096);
    assert_string_equal(pl011->options->name, "PL011_BUFFER");
    const struct binding *shell = binding_find(catalog.services, "shell");
    assert_non_null(shell);
    assert_int_equal(shell->stack, 5120);
    assert_true(class_find(catalog.classes, "timer")->required);
    assert_null(class_find(catalog.classes, "tymer"));
    for (const struct binding *one = catalog.drivers; one->next != NULL; one = one->next)
        assert_true(strcmp(one->name, one->next->name) < 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(parses_numbers),
        TEST(reads_numbers_within_limits),
        TEST(reads_sizes_times_and_addresses),
        TEST(reads_pins_interrupts_and_windows),
        TEST(reads_lists),
        TEST(checks_names),
        TEST(reads_the_catalog_of_this_tree),
    };
    return cmocka_run_group_tests_name("gen_value", tests, NULL, NULL);
}
