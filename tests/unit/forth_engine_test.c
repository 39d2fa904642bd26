/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/forth/*.c
/*
 * The Forth engine's face: sizes, fuel, forks, tokens, host words; and programs that want out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <services/forth/forth.h>

#include <cmocka.h>

static char output[4096];
static size_t output_length;
static unsigned released;
static void *memory, *child_memory;
static size_t memory_size;
static struct forth *f;

static void write_out(void *context, const char *text, size_t length)
{
    (void)context;
    if (length > sizeof output - output_length)
        length = sizeof output - output_length;
    memcpy(output + output_length, text, length);
    output_length += length;
}

static void release(void *context, void *object)
{
    (void)context;
    (void)object;
    released++;
}

static int open_thing(struct forth *task, forth_cell *s)
{
    s[0] = forth_token_give(task, &released);
    return s[0] ? 0 : -256;
}

static int use_thing(struct forth *task, forth_cell *s)
{
    return forth_token_object(task, s[0]) == &released ? 0 : -256;
}

static const struct forth_host_word words[] = {
    {"open-thing", open_thing, 0, 1, NULL},
    {"use-thing", use_thing, 1, 0, NULL},
};
static const struct forth_host_words table = {words, 2};
static const struct forth_host_words *const tables[] = {&table};
static const struct forth_host host = {
    .write = write_out, .release = release, .words = tables, .word_tables = 1};

static int setup(void **state)
{
    (void)state;
    memory_size = forth_memory(&forth_sizes_default, &host);
    memory = malloc(memory_size);
    child_memory = malloc(memory_size);
    output_length = released = 0;
    return !memory || !child_memory ||
           forth_create(&f, memory, memory_size, &forth_sizes_default, &host);
}

static int teardown(void **state)
{
    (void)state;
    free(memory);
    free(child_memory);
    return 0;
}

/* Interprets a line with much fuel; the code it ended with. */
static long line_of(struct forth *task, const char *text)
{
    uint32_t fuel = 1000000;
    enum forth_result result;

    assert_int_equal(forth_line(task, text, strlen(text)), OK);
    result = forth_run(task, &fuel);
    assert_int_not_equal(result, FORTH_OUT_OF_FUEL);
    return result == FORTH_THROWN ? (long)forth_thrown(task) : 0;
}

static long line(const char *text)
{
    return line_of(f, text);
}

static void refuses_sizes(void **state)
{
    struct forth_sizes sizes = forth_sizes_default;
    struct forth *none;

    (void)state;
    assert_int_equal(forth_create(&none, child_memory, memory_size - 1, &sizes, &host),
                     ERR_NO_MEMORY);
    sizes.stack = 0;
    assert_int_equal(forth_create(&none, child_memory, memory_size, &sizes, &host), ERR_INVALID);
    sizes = forth_sizes_default;
    sizes.data = FORTH_BUFFERS - 8;
    assert_int_equal(forth_create(&none, child_memory, memory_size, &sizes, &host), ERR_INVALID);
    sizes = forth_sizes_default;
    sizes.code = 65535;
    assert_int_equal(forth_create(&none, child_memory, memory_size, &sizes, &host), ERR_INVALID);
}

static void runs_on_fuel(void **state)
{
    uint32_t fuel = 0;
    unsigned slices = 0;

    (void)state;
    assert_int_equal(line(": count 0 1000 0 do 1+ loop ;"), 0);
    assert_int_equal(forth_line(f, "count .", 7), OK);
    while (forth_run(f, &fuel) == FORTH_OUT_OF_FUEL) {
        fuel = 100;
        slices++;
    }
    assert_in_range(slices, 20, 40);
    assert_memory_equal(output, "1000 ", 5);
    assert_int_equal(line(": spin begin again ;"), 0);
    fuel = 5000;
    assert_int_equal(forth_line(f, "spin", 4), OK);
    assert_int_equal(forth_run(f, &fuel), FORTH_OUT_OF_FUEL);
    assert_int_equal(fuel, 0);
    assert_int_equal(line("1 drop"), 0);
}

static void blocks_cost_fuel(void **state)
{
    uint32_t fuel = 20;

    (void)state;
    assert_int_equal(forth_line(f, "here 4000 0 fill 1", 18), OK);
    assert_int_equal(forth_run(f, &fuel), FORTH_OUT_OF_FUEL);
}

static void forks(void **state)
{
    struct forth *child;
    uint32_t fuel = 1000;

    (void)state;
    assert_int_equal(line("variable x 5 x ! : get x @ ; 7 value v"), 0);
    assert_int_equal(forth_fork(&child, child_memory, memory_size, f, &host), OK);
    assert_int_equal(forth_depth(child), 0);
    assert_int_equal(line_of(child, "get 6 x ! 8 to v : other 1 ;"), 0);
    assert_int_equal(forth_top(child, 0), 5);
    assert_int_equal(line("get v"), 0);
    assert_int_equal(forth_top(f, 0), 7);
    assert_int_equal(forth_top(f, 1), 5);
    assert_int_equal(line("other"), -13);
    assert_int_equal(line_of(child, "' get"), 0);
    assert_int_equal(forth_start(child, forth_top(child, 0)), OK);
    assert_int_equal(forth_run(child, &fuel), FORTH_DONE);
    assert_int_equal(forth_top(child, 0), 6);
    assert_int_equal(forth_start(child, 0), ERR_NOT_FOUND);
    assert_int_equal(line(": open"), 0);
    assert_true(forth_compiling(f));
    assert_int_equal(forth_fork(&child, child_memory, memory_size, f, &host), ERR_BUSY);
}

static void gives_and_takes_tokens(void **state)
{
    (void)state;
    assert_int_equal(line("open-thing constant t t use-thing t release"), 0);
    assert_int_equal(released, 1);
    assert_int_equal(line("t use-thing"), -256);
    assert_int_equal(line("t release"), -256);
    assert_int_equal(line(": many 100 0 do open-thing release loop ; many"), 0);
    assert_int_equal(released, 101);
    assert_int_equal(line(": hoard begin open-thing drop again ; hoard"), -256);
    forth_tokens_release_all(f);
    assert_int_equal(released, 117);
    assert_int_equal(line("open-thing use-thing"), 0);
}

static void says_what_went_wrong(void **state)
{
    size_t length;

    (void)state;
    assert_int_equal(line("1 nonsense 2"), -13);
    assert_memory_equal(forth_message(f, &length), "undefined word", 14);
    assert_memory_equal(forth_where(f, &length), "nonsense", 8);
    assert_int_equal(length, 8);
    assert_int_equal(line(": x true abort\" my text\" ; x"), -2);
    assert_memory_equal(forth_message(f, &length), "my text", 7);
    assert_int_equal(length, 7);
}

/* Lines that must end with this code and leave a task that works. */
static void holds_hostile_lines(void **state)
{
    static const struct {
        const char *text;
        long code;
    } lines[] = {
        {"0 @", -9},
        {"-1 c@", -9},
        {"1 4095 !", -9},
        {"here -1 type", -9},
        {"-1 -1 evaluate", -9},
        {"here unused + 1 evaluate", -9},
        {"-1 execute", -13},
        {"1 execute", -13},
        {": r recurse ; r", -53},
        {"drop", -4},
        {"r>", -6},
        {": f begin 1 again ; f", -3},
        {": f begin dup >r again ; 1 f", -5},
        {"if", -14},
        {"exit", -14},
        {";", -14},
        {": x if ;", -22},
        {": x then ;", -22},
        {": x loop ;", -22},
        {": x leave ;", -22},
        {": x begin {: a :} again ;", -22},
        {": x {: a :} {: b :} ;", -22},
        {": x [ : y ;", -29},
        {": x [ create y", -29},
        {": x [ variable y", -29},
        {"1 state ! 5", -14},
        {"1 state ! dup", -14},
        {": x if does> then ;", -22},
        {":noname [ execute", -13},
        {"10000000 allot", -8},
        {"create", -16},
        {"' nothing", -13},
        {"5 is abort", -32},
        {"5 to dup", -32},
        {"0 base ! 1", -13},
        {": e s\" e\" evaluate ; e", -53},
        {": c ['] c catch throw ; ' c execute", -13},
        {": c recurse ; : d ['] c catch throw ; d", -53},
        {"99999999 pick", -4},
        {"-1 roll", -4},
        {"1 -1 n>r", -4},
        {": x does> 1 ; : y 1 ; x", -31},
        {"immediate", -16},
        {": x 1 ; : y begin s\" : z 1 ; \" evaluate again ; y", -8},
        {": y begin here 100 allot drop again ; y", -8},
        {"hold", -4},
        {": h begin 65 hold again ; <# h", -17},
        {"marker m : x s\" m : y 1 2 3 4 5 6 7 8 ; \" evaluate 1 throw ; x", 1},
        {"0 value a marker m 0 value b : x s\" m 1 constant c marker d\" evaluate 99 to b ; x",
         -32},
        {": x {: a :} r> r> r> ; 1 x", -6},
        {": x {: a :} r> drop exit ; 1 x 7 throw", 7},
        {"9999 >in !", 0},
        {"-1 >in ! 5", 0},
        {"create d ' d >body -5 + 5 0 fill", 0},
        {"char", -16},
        {"postpone", -16},
        {": p postpone if ; immediate p", -14},
        {"here 1 - 5 (local)", -14},
        {"quit 5", -56},
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        long code;

        assert_int_equal(forth_create(&f, memory, memory_size, &forth_sizes_default, &host), OK);
        code = line(lines[i].text);
        if (code != lines[i].code)
            fail_msg("%s: ends with %ld", lines[i].text, code);
        assert_int_equal(line("abort"), -1);
        assert_int_equal(line("decimal 2 3 *"), 0);
        assert_int_equal(forth_top(f, 0), 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(refuses_sizes, setup, teardown),
        cmocka_unit_test_setup_teardown(runs_on_fuel, setup, teardown),
        cmocka_unit_test_setup_teardown(blocks_cost_fuel, setup, teardown),
        cmocka_unit_test_setup_teardown(forks, setup, teardown),
        cmocka_unit_test_setup_teardown(gives_and_takes_tokens, setup, teardown),
        cmocka_unit_test_setup_teardown(says_what_went_wrong, setup, teardown),
        cmocka_unit_test_setup_teardown(holds_hostile_lines, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
