/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The faults that `panic KIND` provokes. Not instrumented: the protection is to catch them, not a
 * sanitizer.
 */
#include <kernel/arch.h>

#define PLAIN __attribute__((noinline, no_sanitize("address", "undefined")))

static uint8_t data[16] = {0xc3}; /* would return on x86-64 */

PLAIN static void write_to(volatile uint8_t *address)
{
    *address = 1;
}

PLAIN static unsigned overflow(volatile unsigned *depth)
{
    volatile unsigned here[64];
    here[0] = *depth + 1;
    return here[0] ? overflow(here) + here[0] : 0;
}

PLAIN void arch_provoke_fault(enum arch_fault_kind kind)
{
    volatile unsigned depth = 0;
    uintptr_t address = 0;
    switch (kind) {
    case FAULT_NULL:
        write_to((volatile uint8_t *)address);
        break;
    case FAULT_WRITE_CODE:
        write_to((volatile uint8_t *)(uintptr_t)arch_provoke_fault);
        break;
    case FAULT_EXECUTE_DATA:
        ((void (*)(void))(uintptr_t)data)();
        break;
    case FAULT_STACK_OVERFLOW:
        overflow(&depth);
        break;
    }
}
