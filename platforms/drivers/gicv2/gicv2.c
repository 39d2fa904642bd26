/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See gicv2.h. Where we see both groups, all interrupts are of group 1 but those that are to come
 * as FIQ, which stay in group 0. Elsewhere the groups are firmware's, and what it gave to the
 * non-secure world is the only group that this world sees. All but FIQs have one priority, so none
 * preempts another.
 */
#include "gicv2.h"

#include <kernel/core.h>
#include <kernel/interrupt.h>
#include <kernel/log.h>
#include <kernel/register.h>
#include <platforms/arch/aarch64/aarch64.h>

enum {
    /* Distributor */
    GICD_CTLR = 0x000,
    GICD_TYPER = 0x004,
    GICD_IGROUPR = 0x080,
    GICD_ISENABLER = 0x100,
    GICD_ICENABLER = 0x180,
    GICD_ICPENDR = 0x280,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_ICFGR = 0xc00,
    GICD_SGIR = 0xf00,
    /* CPU interface */
    GICC_CTLR = 0x000,
    GICC_PMR = 0x004,
    GICC_BPR = 0x008,
    GICC_IAR = 0x00c,
    GICC_EOIR = 0x010,

    ENABLE = 1,
    ENABLE_GROUP1 = 1 << 1, /* in both */
    CPU_ACK_CTL = 1 << 2,   /* GICC_IAR acknowledges group 1 too */
    CPU_FIQ = 1 << 3,       /* group 0 comes as FIQ */
    TYPER_LINES = 31,       /* GICD_TYPER.ITLinesNumber: (N + 1) * 32 interrupts */
    PRIORITY = 0xa0,        /* of every interrupt; below PRIORITY_MASK, so that it is taken */
    PRIORITY_MASK = 0xf0,
    PRIORITY_ESCALATED = 0x20,
    ID_MASK = 0x3ff,
    FIRST_SPECIAL_ID = 1020, /* from here on: nothing is pending */
    SIGNAL_ID = 0,           /* the software generated interrupt that cores use */
    BREAK_ID = 1,            /* the one that comes as FIQ: what a core is in is a fault then */
    FIRST_SHARED_ID = 32,    /* below: private to this core, target and enable bits banked */
    SGIR_TARGET_SHIFT = 16,
    SGIR_GROUP1 = 1 << 15, /* NSATT: it is of group 1, which only who sees both must say */
    EDGE = 2,              /* in GICD_ICFGR's two bits an interrupt */
};

static const struct register_window *distributor(const struct device *device)
{
    return &((const struct gicv2_config *)device->config)->distributor;
}

static const struct register_window *cpu_interface(const struct device *device)
{
    return &((const struct gicv2_config *)device->config)->cpu_interface;
}

/* Masks interrupts [first, first + 32) and gives them group 1, where we may, and their priority. */
static void reset_word(const struct register_window *gicd, unsigned first)
{
    register_write32(gicd, GICD_ICENABLER + first / 8, UINT32_MAX);
    register_write32(gicd, GICD_ICPENDR + first / 8, UINT32_MAX);
    register_write32(gicd, GICD_IGROUPR + first / 8, UINT32_MAX);
    for (uint32_t id = first; id < first + 32; id += 4)
        register_write32(gicd, GICD_IPRIORITYR + id, PRIORITY * UINT32_C(0x01010101));
}

/* Whether we see both groups: what can't be written is firmware's, and reads as zero. */
static bool sees_groups(const struct register_window *gicd)
{
    return register_read32(gicd, GICD_IGROUPR) != 0;
}

static void init_cpu_interface(const struct device *device)
{
    const struct register_window *gicc = cpu_interface(device);
    uint32_t control = ENABLE;

    if (sees_groups(distributor(device)))
        control |= ENABLE_GROUP1 | CPU_ACK_CTL | CPU_FIQ;
    if (CONFIG_CORES > 1)
        register_write32(distributor(device), GICD_ISENABLER, UINT32_C(1) << SIGNAL_ID);
    register_write32(gicc, GICC_PMR, PRIORITY_MASK);
    register_write32(gicc, GICC_BPR, 0);
    register_write32(gicc, GICC_CTLR, control);
}

static enum status gicv2_init(const struct device *device)
{
    const struct gicv2_config *config = device->config;
    const struct register_window *gicd = distributor(device);
    uint32_t lines = ((register_read32(gicd, GICD_TYPER) & TYPER_LINES) + 1) * 32;

    if (config->lines > lines) {
        log_error(device->name, "%u interrupts configured, %u are there", (unsigned)config->lines,
                  (unsigned)lines);
        return ERR_INVALID;
    }
    register_write32(gicd, GICD_CTLR, 0);
    for (uint32_t id = 0; id < config->lines; id += 32)
        reset_word(gicd, id);
    init_cpu_interface(device);
    register_write32(gicd, GICD_CTLR, sees_groups(gicd) ? ENABLE | ENABLE_GROUP1 : ENABLE);
    return OK;
}

static enum status escalate(const struct device *device, unsigned number)
{
    const struct register_window *gicd = distributor(device);

    if (number >= FIRST_SHARED_ID)
        return ERR_INVALID;
    if (!sees_groups(gicd))
        return ERR_DENIED;
    register_write8(gicd, GICD_IPRIORITYR + number, PRIORITY_ESCALATED);
    register_write32(gicd, GICD_IGROUPR,
                     register_read32(gicd, GICD_IGROUPR) & ~(UINT32_C(1) << number));
    register_write32(gicd, GICD_ISENABLER, UINT32_C(1) << number);
    return OK;
}

/* The private interrupts' registers are banked, and so is the CPU interface. Where group 0 is
 * firmware's, nothing breaks in here. */
static enum status gicv2_init_core(const struct device *device)
{
    reset_word(distributor(device), 0);
    init_cpu_interface(device);
    if (!escalate(device, BREAK_ID))
        aarch64_unmask_fast_interrupts();
    return OK;
}

/* This core's bit in GICD_ITARGETSR, which it sees in its private interrupts' registers; 0, too,
 * where there is one core only and targets are fixed. */
static uint8_t this_core(const struct register_window *gicd)
{
    return (uint8_t)register_read32(gicd, GICD_ITARGETSR);
}

static void set_trigger(const struct register_window *gicd, unsigned number,
                        enum interrupt_trigger trigger)
{
    size_t offset = GICD_ICFGR + number / 16 * 4;
    uint32_t bit = (uint32_t)EDGE << number % 16 * 2;
    uint32_t value = register_read32(gicd, offset);

    register_write32(gicd, offset, trigger == INTERRUPT_EDGE ? value | bit : value & ~bit);
}

static enum status enable(const struct device *device, unsigned number,
                          enum interrupt_trigger trigger)
{
    const struct gicv2_config *config = device->config;
    const struct register_window *gicd = distributor(device);

    if (number >= config->lines)
        return ERR_INVALID;
    set_trigger(gicd, number, trigger);
    if (number >= FIRST_SHARED_ID)
        register_write8(gicd, GICD_ITARGETSR + number, this_core(gicd));
    register_write32(gicd, GICD_ISENABLER + number / 32 * 4, UINT32_C(1) << number % 32);
    return OK;
}

static void disable(const struct device *device, unsigned number)
{
    const struct gicv2_config *config = device->config;

    if (number < config->lines)
        register_write32(distributor(device), GICD_ICENABLER + number / 32 * 4,
                         UINT32_C(1) << number % 32);
}

static void handle(const struct device *device)
{
    const struct register_window *gicc = cpu_interface(device);

    for (;;) {
        uint32_t acknowledged = register_read32(gicc, GICC_IAR);
        if ((acknowledged & ID_MASK) >= FIRST_SPECIAL_ID)
            return;
        if (CONFIG_CORES > 1 && (acknowledged & ID_MASK) == SIGNAL_ID)
            core_interrupt();
        else
            interrupt_dispatch(acknowledged & ID_MASK);
        register_write32(gicc, GICC_EOIR, acknowledged);
    }
}

static void signal(const struct device *device, unsigned core)
{
    register_write32(distributor(device), GICD_SGIR,
                     UINT32_C(1) << (SGIR_TARGET_SHIFT + core) | SGIR_GROUP1 | SIGNAL_ID);
}

static void break_in(const struct device *device, unsigned core)
{
    register_write32(distributor(device), GICD_SGIR,
                     UINT32_C(1) << (SGIR_TARGET_SHIFT + core) | BREAK_ID);
}

static const struct interrupt_controller_operations operations = {
    .enable = enable,
    .disable = disable,
    .escalate = escalate,
    .handle = handle,
    .signal = signal,
    .break_in = break_in,
};

const struct driver gicv2_driver = {
    .name = "gicv2",
    .class = "interrupt-controller",
    .init = gicv2_init,
    .operations = &operations,
    .init_core = gicv2_init_core,
};
