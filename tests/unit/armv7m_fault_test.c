/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/armv7m/fault_decode.c
// board: mps2-an385
/*
 * From fault registers to words. The instructions are encodings of the Armv7-M ARM, A7.7.
 */
#include <platforms/arch/armv7m/fault.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct fault data_fault(uint16_t instruction)
{
    const struct fault_registers registers = {
        .exception = 4,
        .stacked = true,
        .pc = 0x1000,
        .cfsr = CFSR_DACCVIOL | CFSR_MMARVALID,
        .mmfar = 0x20001234,
    };
    return fault_decode(&registers, instruction);
}

static void direction_is_the_instructions(void **state)
{
    (void)state;
    static const uint16_t stores[] = {
        0x5088, /* str r0, [r1, r2] */
        0x5288, /* strh r0, [r1, r2] */
        0x5488, /* strb r0, [r1, r2] */
        0x6008, /* str r0, [r1] */
        0x7008, /* strb r0, [r1] */
        0x8008, /* strh r0, [r1] */
        0x9000, /* str r0, [sp] */
        0xb510, /* push {r4, lr} */
        0xc103, /* stmia r1!, {r0, r1} */
        0xf8c1, /* str.w */
        0xf801, /* strb.w */
        0xe92d, /* push.w */
        0xe9c1, /* strd */
        0xed2d, /* vpush */
    };
    static const uint16_t loads[] = {
        0x5688, /* ldrsb r0, [r1, r2] */
        0x5888, /* ldr r0, [r1, r2] */
        0x5e88, /* ldrsh r0, [r1, r2] */
        0x6808, /* ldr r0, [r1] */
        0x7808, /* ldrb r0, [r1] */
        0x8808, /* ldrh r0, [r1] */
        0x9800, /* ldr r0, [sp] */
        0xbd10, /* pop {r4, pc} */
        0xc903, /* ldmia r1, {r0, r1} */
        0xf8d1, /* ldr.w */
        0xf991, /* ldrsb.w */
        0xe8bd, /* pop.w */
        0xe9d1, /* ldrd */
        0xecbd, /* vpop */
    };
    for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++)
        assert_string_equal(data_fault(stores[i]).access, "write to");
    for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
        assert_string_equal(data_fault(loads[i]).access, "read from");
    assert_string_equal(data_fault(0).access, "access to");
    assert_int_equal(data_fault(0).address, 0x20001234);
    assert_int_equal(data_fault(0).pc, 0x1000);
}

static void address_only_where_valid(void **state)
{
    (void)state;
    struct fault_registers registers = {.exception = 4, .stacked = true, .cfsr = CFSR_DACCVIOL};
    assert_null(fault_decode(&registers, 0x6008).access);
    registers.cfsr = 1u << 9;
    registers.bfar = 0x50000000;
    assert_null(fault_decode(&registers, 0x6808).access);
    registers.cfsr |= CFSR_BFARVALID;
    struct fault fault = fault_decode(&registers, 0x6808);
    assert_string_equal(fault.cause, "BusFault");
    assert_string_equal(fault.access, "read from");
    assert_int_equal(fault.address, 0x50000000);
}

static void fetches_name_pc(void **state)
{
    (void)state;
    struct fault_registers registers = {
        .exception = 4, .stacked = true, .pc = 0x20000010, .cfsr = 1};
    struct fault fault = fault_decode(&registers, 0);
    assert_string_equal(fault.access, "fetch from");
    assert_int_equal(fault.address, 0x20000010);
    registers.stacked = false;
    assert_null(fault_decode(&registers, 0).access);
}

/* With interrupts masked any fault arrives as HardFault. */
static void hard_fault_has_a_cause(void **state)
{
    (void)state;
    struct fault_registers registers = {
        .exception = 3, .stacked = true, .cfsr = 1u << 25, .hfsr = 1u << 30};
    assert_string_equal(fault_decode(&registers, 0).cause, "UsageFault");
    assert_string_equal(fault_decode(&registers, 0).detail, "division by zero");
    registers.cfsr = 0;
    registers.hfsr = 1u << 1;
    assert_string_equal(fault_decode(&registers, 0).detail, "the vector table cannot be read");
    registers.hfsr = 0;
    assert_string_equal(fault_decode(&registers, 0).cause, "HardFault");
    assert_null(fault_decode(&registers, 0).detail);
}

static void traps_are_told_from_other_undefined_instructions(void **state)
{
    (void)state;
    const struct fault_registers registers = {
        .exception = 6, .stacked = true, .cfsr = CFSR_UNDEFINSTR};
    assert_string_equal(fault_decode(&registers, 0xde00).detail, "undefined instruction");
    assert_non_null(strstr(fault_decode(&registers, 0xdeff).detail, "trap"));
}

static void overflow_before_lost_frame(void **state)
{
    (void)state;
    const struct fault_registers registers = {
        .exception = 4,
        .cfsr = CFSR_DACCVIOL | CFSR_MSTKERR | CFSR_MMARVALID,
        .mmfar = 0x20002cec,
    };
    struct fault fault = fault_decode(&registers, 0);
    assert_string_equal(fault.access, "access to");
    assert_int_equal(fault.address, 0x20002cec);
}

static void every_exception_has_a_name(void **state)
{
    (void)state;
    static const struct {
        uint32_t exception;
        const char *name;
    } rows[] = {{2, "NMI"},           {4, "MemManage fault"}, {5, "BusFault"},
                {6, "UsageFault"},    {11, "SVCall"},         {7, "SecureFault"},
                {12, "DebugMonitor"}, {14, "PendSV"},         {9, "unexpected exception"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct fault_registers registers = {.exception = rows[i].exception};
        assert_string_equal(fault_decode(&registers, 0).cause, rows[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(direction_is_the_instructions),
        cmocka_unit_test(address_only_where_valid),
        cmocka_unit_test(fetches_name_pc),
        cmocka_unit_test(hard_fault_has_a_cause),
        cmocka_unit_test(traps_are_told_from_other_undefined_instructions),
        cmocka_unit_test(overflow_before_lost_frame),
        cmocka_unit_test(every_exception_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
