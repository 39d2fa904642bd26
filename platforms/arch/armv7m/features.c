/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the core is, by its identification registers (Armv7-M ARM, B3.2.3), and the faults that a
 * person may provoke to see the protection work.
 */
#include <kernel/arch.h>
#include <kernel/format.h>
#include <platforms/arch/armv7m/armv7m.h>

struct part {
    uint16_t number; /* CPUID.PartNo */
    const char *name;
};

static const struct part parts[] = {
    {0xc23, "Cortex-M3"},  {0xc24, "Cortex-M4"},  {0xc27, "Cortex-M7"},  {0xd20, "Cortex-M23"},
    {0xd21, "Cortex-M33"}, {0xd22, "Cortex-M55"}, {0xd23, "Cortex-M85"}, {0xd24, "Cortex-M52"},
};

static char cpu_name[48];

static const char *part_name(uint32_t number)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i].number == number)
            return parts[i].name;
    return "Cortex-M of an unknown kind";
}

/* The four bits of an identification register from `shift` on. */
static uint32_t field(uint32_t id, unsigned shift)
{
    return (id >> shift) & 0xf;
}

void features_init(void)
{
    uint32_t id = SCB_CPUID;
    format_text(cpu_name, sizeof(cpu_name), "%s r%up%u, MPU with %u regions",
                part_name((id >> 4) & 0xfff), (unsigned)field(id, 20), (unsigned)field(id, 0),
                (unsigned)(MPU_TYPE >> 8) & 0xff);
}

const char *arch_cpu_name(void)
{
    return cpu_name;
}

/* Each call keeps a frame, since what follows the inner call depends on it. */
__attribute__((noinline, noclone)) static unsigned overflow_stack(unsigned depth)
{
    volatile unsigned frame[8];
    frame[depth % 8] = depth;
    return depth == UINT32_MAX ? 0 : overflow_stack(depth + 1) + frame[depth % 8];
}

/* Not instrumented: it is the hardware that is to find these, not the sanitizer. */
__attribute__((no_sanitize("undefined"))) void arch_provoke_fault(enum arch_fault_kind kind)
{
    static uint16_t return_instruction = 0x4770; /* bx lr */
    volatile uint32_t *volatile target = NULL;
    switch (kind) {
    case FAULT_NULL:
        *target = 1;
        break;
    case FAULT_WRITE_CODE:
        target = (volatile uint32_t *)((uintptr_t)arch_provoke_fault & ~(uintptr_t)3);
        *target = 1;
        break;
    case FAULT_EXECUTE_DATA:
        ((void (*)(void))((uintptr_t)&return_instruction | 1))();
        break;
    case FAULT_STACK_OVERFLOW:
        *(volatile unsigned *)&(unsigned){0} = overflow_stack(0);
        break;
    }
}
