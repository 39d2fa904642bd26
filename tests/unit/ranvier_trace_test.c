/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: tools/ranvier/trace.c tools/ranvier/elf.c kernel/format.c
/*
 * Functions in the log's backtraces, by the symbols of an ELF file: this program's own.
 */
#include "tools/ranvier/trace.h"

#include <kernel/trace.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const char __ehdr_start[]; /* where the file begins in memory */

static struct elf elf;

static int open_self(void **state)
{
    (void)state;
    return elf_open(&elf, "/proc/self/exe") != NULL;
}

static int close_self(void **state)
{
    (void)state;
    elf_close(&elf);
    return 0;
}

/* As the file has it. */
static uint64_t address_of(int (*function)(void **state))
{
    return (uint64_t)((uintptr_t)function - (uintptr_t)__ehdr_start);
}

static void a_function_is_found_by_any_address_in_it(void **state)
{
    (void)state;
    uint64_t offset;
    assert_string_equal(elf_function(&elf, address_of(open_self), &offset), "open_self");
    assert_int_equal(offset, 0);
    assert_string_equal(elf_function(&elf, address_of(close_self) + 3, &offset), "close_self");
    assert_int_equal(offset, 3);
    assert_null(elf_function(&elf, 0, &offset));
    assert_null(elf_function(&elf, UINT64_MAX, &offset));
}

/* The event of a record whose format is `text`. */
static const char *decoded(const char *text)
{
    static struct trace_event event;
    static const uint8_t record[] = {TRACE_EVENT, 0, 1, 2};
    struct trace_decoder decoder;
    uint8_t meta[TRACE_RECORD_MAX] = {TRACE_REGISTER_META, 1};
    memcpy(meta + 2, text, strlen(text));
    trace_init(&decoder, &elf);
    assert_null(trace_decode(&decoder, meta, 2 + strlen(text), &event));
    assert_null(trace_decode(&decoder, record, sizeof(record), &event));
    trace_fini(&decoder);
    return event.text;
}

static void a_frame_gets_its_function(void **state)
{
    (void)state;
    char frame[64], wanted[96];
    unsigned long long address = address_of(close_self);
    snprintf(frame, sizeof(frame), "  #0 0x%016llx", address);
    snprintf(wanted, sizeof(wanted), "%s close_self+0x0", frame);
    assert_string_equal(decoded(frame), wanted);
    snprintf(frame, sizeof(frame), "  #1 0x%016llx", address + 2);
    snprintf(wanted, sizeof(wanted), "%s close_self+0x2", frame);
    assert_string_equal(decoded(frame), wanted);
    assert_string_equal(decoded("  #1 0x1"), "  #1 0x1");
    snprintf(frame, sizeof(frame), "  #1 0x%016llx and more", address + 2);
    assert_string_equal(decoded(frame), frame);
}

/* Without an ELF file `%p` is as wide as the board's records say. */
static void the_board_tells_how_wide_its_pointers_are(void **state)
{
    (void)state;
    static const char format[] = "%zu at %p, %u"; /* packed: longs or words, and a word */
    static struct trace_event event;
    for (unsigned word = 2; word <= 3; word++) {
        uint8_t meta[TRACE_RECORD_MAX] = {(uint8_t)(TRACE_REGISTER_META | word << 4), 1};
        uint8_t record[] = {TRACE_EVENT, 0, 1, 2, word == 3 ? 0x1a : 0x15, 5, 16, 7};
        struct trace_decoder decoder;
        memcpy(meta + 2, format, strlen(format));
        trace_init(&decoder, NULL);
        assert_null(trace_decode(&decoder, meta, 2 + strlen(format), &event));
        assert_null(trace_decode(&decoder, record, sizeof(record), &event));
        trace_fini(&decoder);
        assert_string_equal(event.text,
                            word == 3 ? "5 at 0x0000000000000010, 7" : "5 at 0x00000010, 7");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_is_found_by_any_address_in_it),
        cmocka_unit_test(a_frame_gets_its_function),
        cmocka_unit_test(the_board_tells_how_wide_its_pointers_are),
    };
    return cmocka_run_group_tests(tests, open_self, close_self);
}
