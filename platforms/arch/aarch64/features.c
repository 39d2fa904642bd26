/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the CPU is, from its own identification registers.
 */
#include "aarch64.h"

#include <kernel/arch.h>
#include <kernel/format.h>

static const struct {
    uint8_t implementer;
    uint16_t part;
    const char *name;
} parts[] = {
    {0x00, 0x051, "QEMU max"},    {0x41, 0xd03, "Cortex-A53"},  {0x41, 0xd04, "Cortex-A35"},
    {0x41, 0xd05, "Cortex-A55"},  {0x41, 0xd07, "Cortex-A57"},  {0x41, 0xd08, "Cortex-A72"},
    {0x41, 0xd09, "Cortex-A73"},  {0x41, 0xd0a, "Cortex-A75"},  {0x41, 0xd0b, "Cortex-A76"},
    {0x41, 0xd0c, "Neoverse-N1"}, {0x41, 0xd40, "Neoverse-V1"}, {0x41, 0xd41, "Cortex-A78"},
    {0x41, 0xd47, "Cortex-A710"}, {0x41, 0xd49, "Neoverse-N2"}, {0x41, 0xd4f, "Neoverse-V2"},
    {0x46, 0x001, "A64FX"},
};

static char cpu_name[64];

bool aarch64_has_sve;

enum { PFR0_SVE = 32 }; /* shift of ID_AA64PFR0_EL1.SVE */

static const char *part_name(unsigned implementer, unsigned part)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].implementer == implementer && parts[i].part == part)
            return parts[i].name;
    }
    return NULL;
}

void features_init(unsigned level)
{
    aarch64_has_sve = READ_SYSTEM_REGISTER(id_aa64pfr0_el1) >> PFR0_SVE & 15;
    uint64_t midr = READ_SYSTEM_REGISTER(midr_el1);
    unsigned implementer = (unsigned)(midr >> 24) & 0xff;
    unsigned part = (unsigned)(midr >> 4) & 0xfff;
    unsigned variant = (unsigned)(midr >> 20) & 15;
    unsigned revision = (unsigned)midr & 15;
    const char *name = part_name(implementer, part);

    if (name)
        format_text(cpu_name, sizeof cpu_name, "%s r%up%u, entered at EL%u", name, variant,
                    revision, level);
    else
        format_text(cpu_name, sizeof cpu_name, "implementer 0x%x part 0x%x r%up%u, entered at EL%u",
                    implementer, part, variant, revision, level);
}

const char *arch_cpu_name(void)
{
    return cpu_name;
}
