/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The vector table at the base of the flash, which the linker script begins with (section .start).
 * It is as long as the board's interrupt controller, and padded to its alignment (Armv7-M ARM,
 * B3.2.5), at least the 256 bytes that the MPU keeps out of reach as the null page: no code lies
 * among it.
 */
#include <platforms/arch/armv7m/armv7m.h>

#include <board_tables.h>

enum {
    LIMIT = sizeof(board_interrupt_counts) / sizeof(board_interrupt_counts[0]),
    VECTORS = EXCEPTION_EXTERNAL + LIMIT,
    TABLE_WORDS = VECTORS <= 64    ? 64
                  : VECTORS <= 128 ? 128
                  : VECTORS <= 256 ? 256
                                   : 512,
};
_Static_assert(TABLE_WORDS * sizeof(uint32_t) >= NULL_PAGE, "the null page holds no code");
_Static_assert(VECTORS <= TABLE_WORDS, "Armv8-M has 496 - 16 interrupts at most");

extern uint8_t __interrupt_stack_end[];

struct vector_table {
    uint8_t *main_stack;
    void (*vectors[TABLE_WORDS - 1])(void); /* the one of exception n is at n - 1 */
};

extern const struct vector_table vector_table;

__attribute__((section(".start"), used, aligned(TABLE_WORDS * sizeof(uint32_t))))
const struct vector_table vector_table = {
    .main_stack = __interrupt_stack_end,
    .vectors =
        {
            [0] = _start,
            [1 ... EXCEPTION_SVCALL - 2] = fault_entry,
            [EXCEPTION_SVCALL - 1] = CONFIG_PREEMPTION ? preempt_leave : fault_entry,
            [EXCEPTION_SVCALL... EXCEPTION_PENDSV - 2] = fault_entry,
            [EXCEPTION_PENDSV - 1] = CONFIG_PREEMPTION ? preempt_entry : fault_entry,
            [EXCEPTION_SYSTICK - 1 ... VECTORS - 2] = interrupt_entry,
        },
};
