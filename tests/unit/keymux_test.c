/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/keymux/layout.c services/keymux/utf8.c
/*
 * What keys mean: characters by the US layout with modifiers and Caps Lock, and characters that
 * come as bytes of UTF-8.
 */
#include <services/keymux/layout.h>
#include <services/keymux/utf8.h>

#include <kernel/keyboard.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ONE = 0x1e, ENTER = 0x28, KEYPAD_7 = 0x5f, F1 = 0x3a, DELETE_KEY = 0x4c };

static uint32_t press(struct layout *layout, uint8_t key)
{
    assert_false(layout_note(layout, key, true));
    uint32_t character = layout_character(layout, key);
    assert_true(layout_note(layout, key, false));
    return character;
}

static void gives_characters(void **state)
{
    struct layout layout = {0};
    (void)state;
    assert_int_equal(press(&layout, USAGE_A), 'a');
    assert_int_equal(press(&layout, USAGE_Z), 'z');
    assert_int_equal(press(&layout, ONE), '1');
    assert_int_equal(press(&layout, ENTER), '\n');
    assert_int_equal(press(&layout, KEYPAD_7), '7');
    assert_int_equal(press(&layout, USAGE_KEYPAD_SLASH), '/');
    assert_int_equal(press(&layout, 0x63), '.');
    assert_int_equal(press(&layout, USAGE_NON_US_BACKSLASH), '\\');
    assert_int_equal(press(&layout, DELETE_KEY), 0x7f);
    assert_int_equal(press(&layout, F1), 0);
    assert_int_equal(press(&layout, 0x65), 0);
    assert_int_equal(press(&layout, 0xff), 0);
}

static void heeds_modifiers(void **state)
{
    struct layout layout = {0};
    (void)state;
    layout_note(&layout, USAGE_LEFT_SHIFT, true);
    assert_int_equal(layout.modifiers, 1 << 1);
    assert_int_equal(press(&layout, USAGE_A), 'A');
    assert_int_equal(press(&layout, ONE), '!');
    layout_note(&layout, 0xe5, true);
    layout_note(&layout, USAGE_LEFT_SHIFT, false);
    assert_int_equal(press(&layout, ONE), '!'); /* the right one is still down */
    layout_note(&layout, 0xe5, false);
    assert_int_equal(layout.modifiers, 0);
    layout_note(&layout, 0xe4, true);
    assert_int_equal(press(&layout, 0x06), 3); /* Control-C */
    assert_int_equal(press(&layout, ONE), '1');
    layout_note(&layout, 0xe4, false);
}

static void locks_capitals(void **state)
{
    struct layout layout = {0};
    (void)state;
    layout_note(&layout, USAGE_CAPS_LOCK, true);
    assert_true(layout_note(&layout, USAGE_CAPS_LOCK, true)); /* it repeats: that changes nothing */
    layout_note(&layout, USAGE_CAPS_LOCK, false);
    assert_int_equal(press(&layout, USAGE_A), 'A');
    assert_int_equal(press(&layout, ONE), '1');
    layout_note(&layout, USAGE_LEFT_SHIFT, true);
    assert_int_equal(press(&layout, USAGE_A), 'a');
    layout_note(&layout, USAGE_LEFT_SHIFT, false);
    press(&layout, USAGE_CAPS_LOCK);
    assert_int_equal(press(&layout, USAGE_A), 'a');
}

static void assert_characters(const char *bytes, const uint32_t *wanted, size_t count)
{
    struct utf8 utf8 = {0};
    size_t got = 0;
    for (const char *byte = bytes; *byte; byte++) {
        uint32_t character;
        if (!utf8_take(&utf8, (uint8_t)*byte, &character))
            continue;
        assert_true(got < count);
        assert_int_equal(character, wanted[got]);
        got++;
    }
    assert_int_equal(got, count);
}

#define CHARACTERS(bytes, ...)                                                                     \
    assert_characters(bytes, (const uint32_t[]){__VA_ARGS__},                                      \
                      sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void reads_utf8(void **state)
{
    (void)state;
    CHARACTERS("az\n", 'a', 'z', '\n');
    CHARACTERS("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 0xe4, 0x20ac, 0x1f600);
    CHARACTERS("\xf4\x8f\xbf\xbf\xf4\x90\x80\x80", 0x10ffff, UTF8_REPLACEMENT);
    CHARACTERS("\xc0\x80z", UTF8_REPLACEMENT, 'z');             /* overlong */
    CHARACTERS("\xed\xa0\x80", UTF8_REPLACEMENT);               /* a surrogate */
    CHARACTERS("\x80\xff", UTF8_REPLACEMENT, UTF8_REPLACEMENT); /* begin nothing */
    CHARACTERS("\xe2\x82z\xe2\xc3\xa4", 'z', 0xe4);             /* cut off */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_characters),
        cmocka_unit_test(heeds_modifiers),
        cmocka_unit_test(locks_capitals),
        cmocka_unit_test(reads_utf8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
