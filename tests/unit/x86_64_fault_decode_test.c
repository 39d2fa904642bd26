/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/x86_64/fault_decode.c
/*
 * Exceptions in words. The error codes are what QEMU and hardware push.
 */
#include <platforms/arch/x86_64/fault_decode.h>

#include <kernel/panic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_fault(uint64_t vector, uint64_t error, const char *cause, const char *access,
                         const char *detail)
{
    const struct fault_frame frame = {
        .vector = vector, .error = error, .rip = 0x200123, .cr2 = 0x1000};
    struct fault fault;

    fault_decode(&frame, &fault);
    assert_string_equal(fault.cause, cause);
    assert_int_equal(fault.pc, 0x200123);
    assert_ptr_equal(fault.registers, &frame);
    if (access) {
        assert_string_equal(fault.access, access);
        assert_int_equal(fault.address, 0x1000);
    } else {
        assert_null(fault.access);
    }
    if (detail)
        assert_string_equal(fault.detail, detail);
    else
        assert_null(fault.detail);
}

static void tells_page_faults(void **state)
{
    (void)state;
    assert_fault(14, 0x00, "page fault", "read from", "page not present");
    assert_fault(14, 0x02, "page fault", "write to", "page not present");
    assert_fault(14, 0x03, "page fault", "write to", "protection violation");
    assert_fault(14, 0x11, "page fault", "fetch from", "protection violation");
    assert_fault(14, 0x10, "page fault", "fetch from", "page not present");
    assert_fault(14, 0x09, "page fault", "read from", "reserved bit set in a page table");
    assert_fault(14, 0x21, "page fault", "read from", "forbidden by a protection key");
}

static void tells_other_exceptions(void **state)
{
    (void)state;
    assert_fault(0, 0, "division error", NULL, NULL);
    assert_fault(2, 0, "non-maskable interrupt", NULL, NULL);
    assert_fault(6, 0, "undefined instruction", NULL, NULL);
    assert_fault(8, 0, "double fault", NULL, NULL);
    assert_fault(13, 0, "general protection fault", NULL, NULL);
    assert_fault(13, 0x18, "general protection fault", NULL, "about a segment");
    assert_fault(13, 0x102, "general protection fault", NULL, "about a vector");
    assert_fault(19, 0, "SIMD floating-point exception", NULL, NULL);
}

static void has_words_for_every_vector(void **state)
{
    (void)state;
    assert_fault(9, 0, "reserved exception", NULL, NULL);
    assert_fault(31, 0, "reserved exception", NULL, NULL);
    assert_fault(32, 0, "reserved exception", NULL, NULL);
    assert_fault(UINT64_MAX, 0, "reserved exception", NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_page_faults),
        cmocka_unit_test(tells_other_exceptions),
        cmocka_unit_test(has_words_for_every_vector),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
