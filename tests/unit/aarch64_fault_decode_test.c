/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/aarch64/fault_decode.c
/*
 * Syndromes in words. The values are what QEMU and hardware put into ESR_EL1.
 */
#include <platforms/arch/aarch64/fault_decode.h>

#include <kernel/panic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct fault decode(uint64_t syndrome)
{
    static struct fault_frame frame;
    struct fault fault;

    frame = (struct fault_frame){.pc = 0x40081234, .syndrome = syndrome, .address = 0x1000};
    fault_decode(&frame, &fault);
    assert_int_equal(fault.pc, 0x40081234);
    assert_ptr_equal(fault.registers, &frame);
    return fault;
}

static void assert_fault(uint64_t syndrome, const char *cause, const char *access,
                         const char *detail)
{
    struct fault fault = decode(syndrome);

    assert_string_equal(fault.cause, cause);
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

static void names_the_faults_of_the_console(void **state)
{
    (void)state;
    assert_fault(0x96000046, "data abort", "write to", "translation fault, level 2");
    assert_fault(0x9600004f, "data abort", "write to", "permission fault, level 3");
    assert_fault(0x96000007, "data abort", "read from", "translation fault, level 3");
    assert_fault(0x8600000f, "instruction abort", "fetch from", "permission fault, level 3");
}

static void names_what_has_no_address(void **state)
{
    (void)state;
    assert_fault(0x02000000, "undefined instruction", NULL, NULL);
    assert_fault(0xf20003e8, "trap instruction", NULL, NULL);
    assert_fault(0x1fe00000, "trapped FP or SIMD instruction", NULL, NULL);
    assert_fault(0x9a000000, "stack alignment fault", NULL, NULL);
}

static void tells_no_address_that_is_not_valid(void **state)
{
    (void)state;
    assert_fault(0x96000410, "data abort", NULL, "external abort");
    assert_fault(0x86000410, "instruction abort", NULL, "external abort");
    assert_fault(0x96000010, "data abort", "read from", "external abort");
}

static void says_so_where_the_manual_is_silent(void **state)
{
    (void)state;
    assert_fault(UINT64_C(0x3f) << 26, "reserved exception class", NULL, NULL);
    assert_fault(0x96000012, "data abort", "read from", "reserved status code");
}

static void has_words_for_every_syndrome(void **state)
{
    (void)state;
    for (uint64_t class = 0; class < 64; class ++) {
        for (uint64_t iss = 0; iss < 2048; iss++)
            assert_non_null(decode(class << 26 | iss).cause);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_faults_of_the_console),
        cmocka_unit_test(names_what_has_no_address),
        cmocka_unit_test(tells_no_address_that_is_not_valid),
        cmocka_unit_test(says_so_where_the_manual_is_silent),
        cmocka_unit_test(has_words_for_every_syndrome),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
