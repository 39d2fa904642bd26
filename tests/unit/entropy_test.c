/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/entropy.c
/*
 * Random bytes on a board with three sources, of which some are down, absent or broken; and words
 * of a source that is slow, stuck or has none.
 */
#include <kernel/board.h>
#include <kernel/entropy.h>
#include <kernel/entropy_words.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SOURCES = 3, SERIAL = 1, DEVICES = SOURCES + 1 };

static enum status answers[DEVICES];
static bool is_up[DEVICES];
static unsigned asked[DEVICES];

static enum status read_source(const struct device *device, void *bytes, size_t size)
{
    size_t i = (size_t)(device - board.devices);
    asked[i]++;
    memset(bytes, (int)i + 1, size);
    return answers[i];
}

static const struct entropy_operations operations = {.read = read_source};
static const struct driver source = {.class = "entropy", .operations = &operations};
static const struct driver serial = {.class = "serial"};
static const struct device devices[DEVICES] = {
    {.driver = &source}, {.driver = &serial}, {.driver = &source}, {.driver = &source}};
const struct board board = {.devices = devices, .device_count = DEVICES};

bool device_is_up(const struct device *device)
{
    return is_up[device - devices];
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < DEVICES; i++) {
        answers[i] = OK;
        is_up[i] = true;
        asked[i] = 0;
    }
    return 0;
}

static void asks_the_first_that_can(void **state)
{
    uint8_t bytes[3];
    (void)state;
    assert_int_equal(entropy_read(bytes, sizeof(bytes)), OK);
    assert_memory_equal(bytes, "\1\1\1", 3);
    is_up[0] = false;
    assert_int_equal(entropy_read(bytes, sizeof(bytes)), OK);
    assert_memory_equal(bytes, "\3\3\3", 3);
    answers[2] = ERR_NOT_FOUND;
    assert_int_equal(entropy_read(bytes, sizeof(bytes)), OK);
    assert_memory_equal(bytes, "\4\4\4", 3);
    assert_int_equal(asked[0], 1);
    assert_int_equal(asked[SERIAL], 0);
}

static void tells_none_from_broken(void **state)
{
    uint8_t byte;
    (void)state;
    answers[0] = answers[2] = answers[3] = ERR_NOT_FOUND;
    assert_int_equal(entropy_read(&byte, 1), ERR_NOT_FOUND);
    answers[2] = ERR_DEVICE;
    assert_int_equal(entropy_read(&byte, 1), ERR_DEVICE);
    is_up[0] = is_up[2] = is_up[3] = false;
    assert_int_equal(entropy_read(&byte, 1), ERR_NOT_FOUND);
    assert_int_equal(asked[3], 2);
}

/* What draw gives: `misses` times nothing before each word, words that count up, and from the word
 * `stuck` on the same one. */
static unsigned misses, missed;
static uint64_t drawn, stuck;

static bool draw(const struct device *device, uint64_t *word)
{
    assert_ptr_equal(device, devices);
    if (missed++ < misses)
        return false;
    missed = 0;
    if (drawn < stuck)
        drawn++;
    *word = drawn * UINT64_C(0x0101010101010101);
    return true;
}

static enum status words(unsigned word_size, unsigned attempts, void *bytes, size_t size)
{
    struct entropy_source one = {.draw = draw, .word_size = word_size, .attempts = attempts};
    drawn = 0;
    missed = 0;
    return entropy_words(one, devices, bytes, size);
}

static void takes_words_but_the_first(void **state)
{
    uint8_t bytes[20];
    (void)state;
    stuck = UINT64_MAX;
    for (misses = 0; misses < 3; misses++) {
        memset(bytes, 0xaa, sizeof(bytes));
        assert_int_equal(words(8, 3, bytes, 19), OK);
        assert_memory_equal(bytes, "\2\2\2\2\2\2\2\2\3\3\3\3\3\3\3\3\4\4\4\xaa", 20);
        assert_int_equal(words(4, 3, bytes, 7), OK);
        assert_memory_equal(bytes, "\2\2\2\2\3\3\3\2", 8);
        assert_int_equal(words(8, 3, bytes, 1), OK);
        assert_int_equal(drawn, 2);
    }
    assert_int_equal(words(8, 3, bytes, 1), ERR_DEVICE);
    assert_int_equal(missed, 3);
}

static void refuses_a_word_that_repeats(void **state)
{
    uint8_t bytes[32];
    (void)state;
    misses = 0;
    for (stuck = 1; stuck <= 4; stuck++)
        assert_int_equal(words(8, 1, bytes, sizeof(bytes)), ERR_DEVICE);
    assert_int_equal(words(8, 1, bytes, sizeof(bytes)), OK);
    assert_int_equal(words(4, 1, bytes, sizeof(bytes)), ERR_DEVICE);
    stuck = 1;
    assert_int_equal(words(8, 1, bytes, 1), ERR_DEVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(asks_the_first_that_can, set_up),
        cmocka_unit_test_setup(tells_none_from_broken, set_up),
        cmocka_unit_test(takes_words_but_the_first),
        cmocka_unit_test(refuses_a_word_that_repeats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
