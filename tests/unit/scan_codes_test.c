/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/keyboard.c
/*
 * Scan codes of set 1 as a PS/2 keyboard sends them, byte by byte.
 */
#include <platforms/drivers/ps2-keyboard/scan_codes.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Feeds the bytes; the last event goes to *event. Returns how many there were. */
static unsigned feed(struct scan_codes *codes, const char *bytes, size_t size,
                     struct key_event *event)
{
    unsigned count = 0;
    for (size_t i = 0; i < size; i++)
        count += scan_codes_take(codes, (uint8_t)bytes[i], event);
    return count;
}

static void tells_keys(void **state)
{
    static const struct {
        const char *bytes;
        uint8_t size, key;
        bool pressed;
    } rows[] = {
        {"\x1e", 1, USAGE_A, true},
        {"\x9e", 1, USAGE_A, false},
        {"\x2a", 1, USAGE_LEFT_SHIFT, true},
        {"\x1d", 1, USAGE_LEFT_CONTROL, true},
        {"\xe0\x1d", 2, 0xe4, true},
        {"\xe0\x9d", 2, 0xe4, false},
        {"\x48", 1, 0x60, true},     /* keypad 8 */
        {"\xe0\x48", 2, 0x52, true}, /* Up */
        {"\x58", 1, 0x45, true},     /* F12 */
    };
    struct scan_codes codes = {SCAN_START};
    struct key_event event;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(feed(&codes, rows[i].bytes, rows[i].size, &event), 1);
        assert_int_equal(event.key, rows[i].key);
        assert_int_equal(event.pressed, rows[i].pressed);
    }
}

static void knows_codes_of_no_key(void **state)
{
    struct scan_codes codes = {SCAN_START};
    struct key_event event;
    (void)state;
    assert_int_equal(feed(&codes, "\xe0\x2a\xe0\xaa\x00\x7f\xff\xe0\x00", 9, &event), 0);
    assert_int_equal(feed(&codes, "\xe1\x1d\x45\xe1\x9d\xc5", 6, &event), 0); /* Pause */
    assert_int_equal(feed(&codes, "\x1e", 1, &event), 1);
    assert_int_equal(event.key, USAGE_A);
}

/* Every key of a keyboard has one code, and no two keys have the same. */
static void tells_keys_apart(void **state)
{
    bool seen[256] = {false};
    (void)state;
    for (unsigned code = 0; code < 256; code++) {
        for (unsigned extended = 0; extended < 2; extended++) {
            uint8_t key = key_of_scan_code((uint8_t)code, extended);
            if (key == USAGE_NONE || key == 0x46) /* Print Screen, which has a second with Alt */
                continue;
            assert_false(seen[key]);
            seen[key] = true;
        }
    }
    for (unsigned key = USAGE_A; key <= 0x45; key++)
        assert_true(seen[key] || key == 0x32); /* one that only others than US keyboards have */
    for (unsigned key = USAGE_LEFT_CONTROL; key <= USAGE_RIGHT_GUI; key++)
        assert_true(seen[key]);
}

static void survives_anything(void **state)
{
    struct scan_codes codes = {SCAN_START};
    struct key_event event;
    (void)state;
    srand(5);
    for (unsigned i = 0; i < 100000; i++)
        if (scan_codes_take(&codes, (uint8_t)rand(), &event))
            assert_int_not_equal(event.key, USAGE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_keys),
        cmocka_unit_test(knows_codes_of_no_key),
        cmocka_unit_test(tells_keys_apart),
        cmocka_unit_test(survives_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
