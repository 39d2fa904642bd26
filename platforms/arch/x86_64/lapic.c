/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See lapic.h.
 */
#include "lapic.h"

#include "x86_64.h"

#include <kernel/arch.h>
#include <kernel/register.h>

enum {
    FEATURE_X2APIC = 1 << 21, /* CPUID leaf 1, c */
    BASE_X2APIC = 1 << 10,    /* MSR_APIC_BASE */
    BASE_ENABLED = 1 << 11,
    SPURIOUS_ENABLED = 1 << 8,
    NONMASKABLE = 4 << 8, /* delivery mode, in the local vector table */
    COMMAND_PENDING = 1 << 12,
    ID_SHIFT = 24, /* in memory; the model specific register has the number alone */
};

static const struct register_window *registers;
static bool is_x2apic;

uint32_t lapic_read(unsigned offset)
{
    if (is_x2apic)
        return (uint32_t)read_msr(MSR_X2APIC + offset / 16);
    return register_read32(registers, offset);
}

void lapic_write(unsigned offset, uint32_t value)
{
    if (is_x2apic)
        write_msr(MSR_X2APIC + offset / 16, value);
    else
        register_write32(registers, offset, value);
}

uint8_t lapic_id(void)
{
    uint32_t id = lapic_read(LAPIC_ID);

    return (uint8_t)(is_x2apic ? id : id >> ID_SHIFT);
}

void lapic_send(uint8_t target, uint32_t command)
{
    bool enabled = arch_interrupts_disable(); /* the two registers go together */

    if (is_x2apic) {
        __asm__ volatile("mfence\n\tlfence" : : : "memory"); /* what was written before is seen */
        write_msr(MSR_X2APIC + LAPIC_COMMAND / 16, (uint64_t)target << 32 | command);
    } else {
        while (lapic_read(LAPIC_COMMAND) & COMMAND_PENDING)
            continue;
        lapic_write(LAPIC_COMMAND + 16, (uint32_t)target << ID_SHIFT);
        lapic_write(LAPIC_COMMAND, command);
    }
    arch_interrupts_restore(enabled);
}

void lapic_end_interrupt(void)
{
    lapic_write(LAPIC_END, 0);
}

void lapic_init(const struct register_window *window)
{
    uint64_t base = read_msr(MSR_APIC_BASE) | BASE_ENABLED;

    registers = window;
    is_x2apic = x86_64_cpuid(1, 0).c & FEATURE_X2APIC;
    write_msr(MSR_APIC_BASE, base);
    if (is_x2apic)
        write_msr(MSR_APIC_BASE, base | BASE_X2APIC);
    lapic_write(LAPIC_TIMER, LAPIC_MASKED);
    lapic_write(LAPIC_LINT0, LAPIC_MASKED); /* the old controllers' line */
    lapic_write(LAPIC_LINT1, NONMASKABLE);  /* where a chipset tells of memory that fails */
    lapic_write(LAPIC_ERROR, LAPIC_MASKED);
    lapic_write(LAPIC_PRIORITY, 0);
    lapic_write(LAPIC_SPURIOUS, SPURIOUS_ENABLED | X86_64_SPURIOUS);
}
