/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/runtime_config.c kernel/cbor.c kernel/format.c
/*
 * Packed configurations: what is merged, and every way in which a file is refused as a whole.
 */
#include <kernel/cbor.h>
#include <kernel/log.h>
#include <kernel/runtime_config.h>
#include <kernel/runtime_file.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct {
    bool flag;
    uint8_t byte;
    uint16_t word;
    uint32_t power;
    uint64_t time;
} values, baked = {.flag = true, .byte = 1, .word = 20, .power = 8, .time = 1000};

static const struct runtime_option devices[] = {
    {.name = "devices.x.power",
     .value = &values.power,
     .min = 4,
     .max = 64,
     .size = 4,
     .power_of_two = true},
    {.name = "devices.x.word", .value = &values.word, .min = 10, .max = 2000, .size = 2},
};
static const struct runtime_option services[] = {
    {.name = "services.y.flag", .value = &values.flag, .max = 1, .size = 1, .is_bool = true},
    {.name = "services.y.time", .value = &values.time, .max = UINT64_MAX, .size = 8},
};
static const struct runtime_option others[] = {
    {.name = "log.level", .value = &values.byte, .max = 3, .size = 1},
};

const struct board board = {
    .name = "fake",
    .options = {{devices, 2}, {services, 2}, {others, 1}},
    .schema = {1, 2, 3},
};

static char said[256];

void log_write(const struct log_site *site, const char *module, uint32_t shape, ...)
{
    va_list arguments;
    size_t length = (size_t)snprintf(said, sizeof(said), "%s: ", module);
    va_start(arguments, shape);
    format_text_list(said + length, sizeof(said) - length, site->format, arguments);
    va_end(arguments);
}

static uint8_t file[512];
static struct cbor_writer writer;

static void text(const char *string)
{
    cbor_write_head(&writer, CBOR_TEXT, strlen(string));
    cbor_write_bytes(&writer, string, strlen(string));
}

static void number(const char *name, uint64_t value)
{
    text(name);
    cbor_write_head(&writer, CBOR_UNSIGNED, value);
}

static void boolean(const char *name, bool value)
{
    text(name);
    cbor_write_head(&writer, CBOR_SIMPLE, value ? CBOR_TRUE : CBOR_FALSE);
}

/* Begins a file for the board with that schema, with `count` options. */
static void begin(const char *name, uint8_t schema, uint64_t count)
{
    const uint8_t bytes[32] = {schema, 2, 3};
    memset(file, 0, sizeof(file));
    writer = (struct cbor_writer){.bytes = file + RUNTIME_FILE_HEADER,
                                  .capacity = sizeof(file) - RUNTIME_FILE_HEADER};
    cbor_write_head(&writer, CBOR_ARRAY, 3);
    text(name);
    cbor_write_head(&writer, CBOR_BYTES, sizeof(bytes));
    cbor_write_bytes(&writer, bytes, sizeof(bytes));
    cbor_write_head(&writer, CBOR_MAP, count);
}

static size_t end(void)
{
    const uint32_t size = (uint32_t)writer.length;
    const uint32_t crc = runtime_file_crc(writer.bytes, writer.length);
    memcpy(file, RUNTIME_FILE_MAGIC, 4);
    memcpy(file + 4, &size, 4);
    memcpy(file + 8, &crc, 4);
    return RUNTIME_FILE_HEADER + writer.length;
}

static enum status apply(void)
{
    return runtime_config_apply("loader", file, end());
}

static int setup(void **state)
{
    (void)state;
    memcpy(&values, &baked, sizeof(values));
    said[0] = '\0';
    return 0;
}

/* Nothing was changed, and the log says why. */
static void assert_refused(enum status status, enum status expected, const char *reason)
{
    char line[256];
    snprintf(line, sizeof(line), "loader: configuration refused: %s", reason);
    assert_int_equal(status, expected);
    assert_string_equal(said, line);
    assert_int_equal(values.flag, baked.flag);
    assert_int_equal(values.byte, baked.byte);
    assert_int_equal(values.word, baked.word);
    assert_int_equal(values.power, baked.power);
    assert_int_equal(values.time, baked.time);
}

static void values_of_every_size_are_merged(void **state)
{
    (void)state;
    begin("fake", 1, 5);
    number("log.level", 3);
    number("devices.x.word", 2000);
    number("devices.x.power", 64);
    boolean("services.y.flag", false);
    number("services.y.time", UINT64_MAX);
    assert_int_equal(apply(), OK);
    assert_string_equal(said, "loader: configuration of 5 options merged");
    assert_false(values.flag);
    assert_int_equal(values.byte, 3);
    assert_int_equal(values.word, 2000);
    assert_int_equal(values.power, 64);
    assert_true(values.time == UINT64_MAX);
}

static void what_is_not_in_it_stands(void **state)
{
    (void)state;
    begin("fake", 1, 1);
    number("devices.x.word", 10);
    assert_int_equal(apply(), OK);
    assert_int_equal(values.word, 10);
    assert_int_equal(values.power, baked.power);
    begin("fake", 1, 0);
    assert_int_equal(apply(), OK);
}

static void every_flipped_bit_and_every_cut_is_refused(void **state)
{
    (void)state;
    begin("fake", 1, 2);
    number("log.level", 3);
    number("devices.x.word", 11);
    const size_t size = end();
    for (size_t bit = 0; bit < 8 * size; bit++) {
        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_refused(runtime_config_apply("loader", file, size), ERR_CORRUPT, "it is damaged");
        file[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t length = 0; length < size; length++)
        assert_refused(runtime_config_apply("loader", file, length), ERR_CORRUPT, "it is damaged");
    assert_refused(runtime_config_apply("loader", file, size + 1), ERR_CORRUPT, "it is damaged");
}

static void other_boards_and_schemas_are_refused(void **state)
{
    (void)state;
    begin("fakes", 1, 1);
    number("log.level", 3);
    assert_refused(apply(), ERR_NOT_FOUND, "it is for another board");
    begin("fake", 9, 1);
    number("log.level", 3);
    assert_refused(apply(), ERR_INTERFACE_MISMATCH, "this image has other options, pack it anew");
}

static void a_wrong_value_refuses_all(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t value;
    } wrong[] = {
        {"devices.x.word", 9},  {"devices.x.word", 2001}, {"devices.x.power", 5},
        {"devices.x.power", 2}, {"devices.x.power", 128}, {"devices.x.power", 0},
        {"services.y.flag", 1},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        begin("fake", 1, 2);
        number("log.level", 3);
        number(wrong[i].name, wrong[i].value);
        char reason[64];
        snprintf(reason, sizeof(reason), "%s cannot have that value", wrong[i].name);
        assert_refused(apply(), ERR_INVALID, reason);
    }
    begin("fake", 1, 2);
    number("log.level", 3);
    boolean("devices.x.word", true);
    assert_refused(apply(), ERR_INVALID, "devices.x.word cannot have that value");
}

static void an_unknown_option_refuses_all(void **state)
{
    (void)state;
    static const char *const unknown[] = {"services.y.none", "devices.x.words", "devices.x.wor"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        begin("fake", 1, 2);
        number("log.level", 3);
        number(unknown[i], 20);
        assert_refused(apply(), ERR_INVALID, "an option that this image does not have");
    }
}

static void other_encodings_are_damaged(void **state)
{
    (void)state;
    begin("fake", 1, 2);
    number("devices.x.word", 20);
    number("log.level", 3);
    assert_refused(apply(), ERR_CORRUPT, "it is damaged"); /* out of order */
    begin("fake", 1, 2);
    number("log.level", 3);
    number("log.level", 3);
    assert_refused(apply(), ERR_CORRUPT, "it is damaged"); /* twice */
    begin("fake", 1, 1);
    number("log.level", 3);
    number("devices.x.word", 20);
    assert_refused(apply(), ERR_CORRUPT, "it is damaged"); /* more behind it */
    begin("fake", 1, 2);
    number("log.level", 3);
    assert_refused(apply(), ERR_CORRUPT, "it is damaged"); /* less */
    begin("fake", 1, UINT64_MAX);
    number("log.level", 3);
    assert_refused(apply(), ERR_CORRUPT, "it is damaged");
    begin("fake", 1, 1);
    cbor_write_head(&writer, CBOR_UNSIGNED, 3);
    assert_refused(apply(), ERR_CORRUPT, "it is damaged");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(values_of_every_size_are_merged, setup),
        cmocka_unit_test_setup(what_is_not_in_it_stands, setup),
        cmocka_unit_test_setup(every_flipped_bit_and_every_cut_is_refused, setup),
        cmocka_unit_test_setup(other_boards_and_schemas_are_refused, setup),
        cmocka_unit_test_setup(a_wrong_value_refuses_all, setup),
        cmocka_unit_test_setup(an_unknown_option_refuses_all, setup),
        cmocka_unit_test_setup(other_encodings_are_damaged, setup),
    };
    return cmocka_run_group_tests_name("runtime_config", tests, NULL, NULL);
}
