/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/shell/editor.c services/shell/history.c
/*
 * The line editor, seen from the terminal: a small terminal model takes what the editor writes, and
 * must always show the prompt, the line, and the cursor where the editor has it.
 */
#include <services/shell/editor.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 4 * CONFIG_SHELL_LINE };

/* One row of a terminal; a cell holds one UTF-8 character. */
static struct {
    char cells[COLUMNS][5];
    size_t column;
    unsigned bells;
    unsigned rows;
    char escape[8];
} screen;

static struct editor editor;

static void clear_from(size_t column)
{
    for (; column < COLUMNS; column++)
        strcpy(screen.cells[column], " ");
}

static void take_escape(char byte)
{
    size_t length = strlen(screen.escape);
    assert_true(length < sizeof(screen.escape) - 1);
    screen.escape[length] = byte;
    screen.escape[length + 1] = '\0';
    if (length < 2)
        return;
    assert_string_equal(screen.escape, "\033[K");
    clear_from(screen.column);
    screen.escape[0] = '\0';
}

static void take_output(char byte)
{
    if (screen.escape[0] || byte == '\033') {
        take_escape(byte);
    } else if (byte == '\a') {
        screen.bells++;
    } else if (byte == '\b') {
        assert_true(screen.column > 0);
        screen.column--;
    } else if (byte == '\r') {
        screen.column = 0;
    } else if (byte == '\n') {
        screen.rows++;
        clear_from(0);
    } else if (((unsigned char)byte & 0xc0) == 0x80) {
        assert_true(screen.column > 0);
        strncat(screen.cells[screen.column - 1], &byte, 1);
    } else {
        assert_true((unsigned char)byte >= 0x20);
        assert_true(screen.column < COLUMNS);
        screen.cells[screen.column][0] = byte;
        screen.cells[screen.column++][1] = '\0';
    }
}

static void write_screen(void *context, const char *text, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++)
        take_output(text[i]);
}

static const char *candidate(void *context, size_t index, size_t *length)
{
    static const char *const words[] = {"help", "board", "poweroff", "POWER", "panic", NULL};
    (void)context;
    *length = words[index] ? strlen(words[index]) : 0;
    return words[index];
}

static int setup(void **state)
{
    (void)state;
    static const struct editor_terminal terminal = {.write = write_screen, .candidate = candidate};
    memset(&screen, 0, sizeof(screen));
    clear_from(0);
    editor_init(&editor, "> ", &terminal);
    editor_begin(&editor);
    return 0;
}

static void type(const char *keys)
{
    for (; *keys; keys++)
        assert_int_equal(editor_feed(&editor, (uint8_t)*keys), EDITOR_MORE);
}

static enum editor_result enter(const char *keys)
{
    type(keys);
    return editor_feed(&editor, '\r');
}

/* The row up to its last character that is not blank, or to the cursor. */
static const char *row(void)
{
    static char text[5 * COLUMNS + 1];
    size_t end = COLUMNS;
    while (end > screen.column && strcmp(screen.cells[end - 1], " ") == 0)
        end--;
    text[0] = '\0';
    for (size_t i = 0; i < end; i++)
        strcat(text, screen.cells[i]);
    return text;
}

static size_t characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

/* The terminal shows prompt and line, and nothing more, its cursor where the editor's is. */
static void assert_shown(void)
{
    char expected[CONFIG_SHELL_LINE + 3];
    snprintf(expected, sizeof(expected), "> %s", editor.line);
    size_t cells = characters(expected, strlen(expected));
    char text[5 * COLUMNS + 1] = "";
    for (size_t i = 0; i < cells; i++)
        strcat(text, screen.cells[i]);
    assert_string_equal(text, expected);
    for (size_t i = cells; i < COLUMNS; i++)
        assert_string_equal(screen.cells[i], " ");
    assert_int_equal(screen.column, 2 + characters(editor.line, editor.cursor));
    assert_int_equal(strlen(editor.line), editor.length);
    assert_true(editor.cursor <= editor.length);
}

static void keys_edit_the_line(void **state)
{
    static const struct {
        const char *keys;
        const char *line;
        size_t cursor;
    } cases[] = {
        {"abc", "abc", 3},
        {"abc\x7f\b", "a", 1},
        {"abc\033[D\033[DX", "aXbc", 2},
        {"abc\033OD\033OCX", "abcX", 4},
        {"abc\001X\005Y", "XabcY", 5},
        {"abc\033[HX\033[FY", "XabcY", 5},
        {"abc\033[1~X\033[4~Y", "XabcY", 5},
        {"abc\033[7~X\033[8~Y", "XabcY", 5},
        {"abc\001\033[3~", "bc", 0},
        {"abc\001\004", "bc", 0},
        {"abc\002\013", "ab", 2},
        {"abc\002\006\006Z", "abcZ", 4},
        {"abc\002\025", "c", 0},
        {"one two  \027", "one ", 4},
        {"one two\027\027", "", 0},
        {"gr\xc3\xbc\xc3\x9f"
         "e\033[D\033[D\x7f",
         "gr\xc3\x9f"
         "e",
         2},
        {"\xe2\x82\xac\xf0\x9f\x8e\x89\002\002X", "X\xe2\x82\xac\xf0\x9f\x8e\x89", 1},
        {"a\033[5;7Zb\033[9~c\033xd", "abcd", 4},
        {"a\033\033[Db", "ba", 1},
        {"\x7f\033[D\033[C\033[3~\027\025", "", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        setup(state);
        type(cases[i].keys);
        assert_string_equal(editor.line, cases[i].line);
        assert_int_equal(editor.cursor, cases[i].cursor);
        assert_shown();
    }
}

static void every_line_end_ends_one_line(void **state)
{
    (void)state;
    assert_int_equal(enter("one"), EDITOR_LINE);
    assert_string_equal(editor.line, "one");
    editor_begin(&editor);
    assert_int_equal(editor_feed(&editor, '\n'), EDITOR_MORE);
    type("two");
    assert_int_equal(editor_feed(&editor, '\n'), EDITOR_LINE);
    assert_string_equal(editor.line, "two");
    editor_begin(&editor);
    assert_int_equal(editor_feed(&editor, '\n'), EDITOR_LINE);
    assert_string_equal(editor.line, "");
}

static void control_c_gives_the_line_up(void **state)
{
    (void)state;
    type("abc");
    assert_int_equal(editor_feed(&editor, 3), EDITOR_CANCELLED);
    editor_begin(&editor);
    assert_shown();
    assert_string_equal(editor.line, "");
    type("\020");
    assert_int_equal(screen.bells, 1);
}

static void fill_to_the_limit(void)
{
    for (int i = 0; i < CONFIG_SHELL_LINE; i++)
        type("x");
    assert_int_equal(screen.bells, 0);
}

static void a_line_too_long_is_refused_whole(void **state)
{
    (void)state;
    fill_to_the_limit();
    assert_shown();
    assert_int_equal(editor_feed(&editor, '\r'), EDITOR_LINE);
    editor_begin(&editor);
    fill_to_the_limit();
    type("yz");
    assert_int_equal(screen.bells, 2);
    assert_int_equal(editor_feed(&editor, '\r'), EDITOR_TOO_LONG);
    editor_begin(&editor);
    assert_int_equal(enter("next"), EDITOR_LINE);
}

static void a_line_made_shorter_is_good_again(void **state)
{
    (void)state;
    fill_to_the_limit();
    type("y\x7fz");
    assert_int_equal(editor_feed(&editor, '\r'), EDITOR_LINE);
    assert_int_equal(editor.line[CONFIG_SHELL_LINE - 1], 'z');
}

static void bytes_that_are_no_text_ring_the_bell(void **state)
{
    (void)state;
    type("a\xff\xc0\x80"
         "b");
    assert_int_equal(screen.bells, 3);
    type("\xc3"
         "c");
    assert_int_equal(screen.bells, 4);
    assert_string_equal(editor.line, "abc");
    assert_shown();
}

static void history_goes_back_and_forth(void **state)
{
    (void)state;
    static const char *const lines[] = {"first", "second", "second", "", "third"};
    for (size_t i = 0; i < 5; i++) {
        enter(lines[i]);
        editor_begin(&editor);
    }
    type("draft\033[A");
    assert_string_equal(editor.line, "third");
    type("\033[A");
    assert_string_equal(editor.line, "second");
    type("\020");
    assert_string_equal(editor.line, "first");
    type("\033[A");
    assert_int_equal(screen.bells, 1);
    assert_string_equal(editor.line, "first");
    type("\033[B\016\033[B");
    assert_string_equal(editor.line, "draft");
    assert_shown();
    type("\033[B");
    assert_int_equal(screen.bells, 2);
}

static void history_forgets_the_oldest(void **state)
{
    (void)state;
    char line[32];
    for (int i = 0; i <= CONFIG_SHELL_HISTORY; i++) {
        snprintf(line, sizeof(line), "line %d", i);
        enter(line);
        editor_begin(&editor);
    }
    for (int i = 0; i <= CONFIG_SHELL_HISTORY; i++)
        type("\033[A");
    assert_string_equal(editor.line, "line 1");
    assert_int_equal(screen.bells, 1);
}

static void tab_completes_what_is_certain(void **state)
{
    (void)state;
    type("h\t");
    assert_string_equal(editor.line, "help ");
    type("\025pow\t");
    assert_string_equal(editor.line, "power");
    type("o\t");
    assert_string_equal(editor.line, "poweroff ");
    assert_int_equal(screen.rows, 0);
    type("\025x\t");
    assert_int_equal(screen.bells, 1);
    type("\025bo\002\t");
    assert_int_equal(screen.bells, 2);
    type("\005\025\t");
    assert_int_equal(screen.bells, 3);
    type("7 H\t");
    assert_string_equal(editor.line, "7 Help ");
    type("\002\002\002\002\002 \002Po\t");
    assert_string_equal(editor.line, "7 Power Help ");
    assert_shown();
}

static void tab_lists_what_is_not(void **state)
{
    (void)state;
    type("p\t");
    assert_int_equal(screen.rows, 2);
    assert_string_equal(editor.line, "p");
    assert_shown();
}

static void the_line_can_be_hidden_and_shown(void **state)
{
    (void)state;
    type("abc\033[D");
    editor_hide(&editor);
    assert_string_equal(row(), "");
    editor_show(&editor);
    assert_shown();
    type("\014");
    assert_shown();
}

static void random_keys_keep_the_screen_true(void **state)
{
    static const char *const keys[] = {
        "a",
        "bc ",
        "\xc3\xbc",
        "\xe2\x82\xac",
        "\x7f",
        "\033[D",
        "\033[C",
        "\033[A",
        "\033[B",
        "\033[H",
        "\033[F",
        "\033[3~",
        "\027",
        "\013",
        "\t",
        "\014",
        "\xff",
        "\033",
        "longer text to fill it up",
        "\001h",
        "\025",
        "\004",
    };
    unsigned seed = 1;
    for (int round = 0; round < 200; round++) {
        setup(state);
        for (int i = 0; i < 100; i++) {
            type(keys[(unsigned)rand_r(&seed) % (sizeof(keys) / sizeof(keys[0]))]);
            assert_shown();
            if (rand_r(&seed) % 20 == 0) {
                enum editor_result result = editor_feed(&editor, '\r');
                assert_int_equal(result, editor.overflow ? EDITOR_TOO_LONG : EDITOR_LINE);
                editor_begin(&editor);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(keys_edit_the_line, setup),
        cmocka_unit_test_setup(every_line_end_ends_one_line, setup),
        cmocka_unit_test_setup(control_c_gives_the_line_up, setup),
        cmocka_unit_test_setup(a_line_too_long_is_refused_whole, setup),
        cmocka_unit_test_setup(a_line_made_shorter_is_good_again, setup),
        cmocka_unit_test_setup(bytes_that_are_no_text_ring_the_bell, setup),
        cmocka_unit_test_setup(history_goes_back_and_forth, setup),
        cmocka_unit_test_setup(history_forgets_the_oldest, setup),
        cmocka_unit_test_setup(tab_completes_what_is_certain, setup),
        cmocka_unit_test_setup(tab_lists_what_is_not, setup),
        cmocka_unit_test_setup(the_line_can_be_hidden_and_shown, setup),
        cmocka_unit_test_setup(random_keys_keep_the_screen_true, setup),
    };
    return cmocka_run_group_tests_name("shell editor", tests, NULL, NULL);
}
