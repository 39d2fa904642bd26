/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See gicv3.h. Interrupts are group 1 of the world we run in, non-secure or (started at EL3)
 * secure, and so arrive as IRQ. All have one priority, so none preempts another, but for one of
 * group 0 where we see that group: it arrives as FIQ, before all others. Private interrupts (INTIDs
 * below 32) stand in the redistributor, shared ones in the distributor.
 */
#include "gicv3.h"

#include <kernel/core.h>
#include <kernel/interrupt.h>
#include <kernel/log.h>
#include <kernel/register.h>
#include <platforms/arch/aarch64/aarch64.h>

enum {
    /* Distributor; the redistributor's SGI_base frame has the same from GROUPR on */
    GICD_CTLR = 0x0000,
    GICD_TYPER = 0x0004,
    GIC_IGROUPR = 0x0080,
    GIC_ISENABLER = 0x0100,
    GIC_ICENABLER = 0x0180,
    GIC_ICPENDR = 0x0280,
    GIC_IPRIORITYR = 0x0400,
    GIC_ICFGR = 0x0c00,
    GIC_IGRPMODR = 0x0d00,
    GICD_IROUTER = 0x6000,
    /* Redistributor, RD_base frame */
    GICR_CTLR = 0x0000,
    GICR_TYPER = 0x0008,
    GICR_WAKER = 0x0014,

    CTLR_GROUP0 = 1 << 0,
    CTLR_GROUP1 = 1 << 1,        /* EnableGrp1A (non-secure), EnableGrp1 or EnableGrp1NS */
    CTLR_GROUP1_SECURE = 1 << 2, /* reads as zero where we are not secure */
    CTLR_AFFINITY = 1 << 4,      /* ARE_NS, ARE or ARE_S, as seen from where we run */
    CTLR_ONE_WORLD = 1 << 6,     /* DS: there is no secure world, and all groups are ours */
    CTLR_WRITE_PENDING = 1u << 31,
    RCTLR_WRITE_PENDING = 1 << 3,
    TYPER_LINES = 31, /* GICD_TYPER.ITLinesNumber: (N + 1) * 32 interrupts */
    TYPER_VIRTUAL = 1 << 1,
    TYPER_LAST = 1 << 4,
    WAKER_SLEEP = 1 << 1,
    WAKER_ASLEEP = 1 << 2,

    FRAME = 0x10000,
    PRIORITY = 0xa0, /* of every interrupt; below PRIORITY_MASK, so that it is taken */
    PRIORITY_MASK = 0xf0,
    PRIORITY_ESCALATED = 0x20,
    FIRST_SPECIAL_ID = 1020, /* from here to 1023: nothing is pending */
    SIGNAL_ID = 0,           /* the software generated interrupts that cores use: this one, and */
    BREAK_ID = 1,            /* one of group 0 */
    SGI_ID_SHIFT = 24,
    FIRST_SHARED_ID = 32,
    EDGE = 2,           /* in ICFGR's two bits an interrupt */
    PATIENCE = 1000000, /* polls of a register that changes within microseconds */
};

static const struct register_window *distributor(const struct device *device)
{
    return &((const struct gicv3_config *)device->config)->distributor;
}

/* This core's. */
static struct register_window *redistributor(const struct device *device)
{
    return &((struct gicv3_state *)device->state)->redistributors[core_current()];
}

static enum status wait_clear(const struct register_window *window, size_t offset, uint32_t bits)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (!(register_read32(window, offset) & bits))
            return OK;
    }
    return ERR_DEVICE;
}

/* This core's redistributor: the one whose GICR_TYPER has the core's affinity. */
static enum status find_redistributor(const struct device *device)
{
    const struct gicv3_config *config = device->config;
    uint64_t mpidr = READ_SYSTEM_REGISTER(mpidr_el1);
    uint32_t affinity = (uint32_t)(mpidr >> 8 & 0xff000000) | (mpidr & 0xffffff);
    struct register_window frame = {config->redistributors.base, 2 * FRAME};
    uintptr_t end = config->redistributors.base + config->redistributors.size;

    while (frame.base + frame.size <= end) {
        uint64_t type = register_read64(&frame, GICR_TYPER);
        if (type >> 32 == affinity) {
            *redistributor(device) = frame;
            return OK;
        }
        if (type & TYPER_LAST)
            break;
        frame.base += (type & TYPER_VIRTUAL ? 4 : 2) * FRAME;
    }
    log_error(device->name, "no redistributor for core 0x%x", (unsigned)affinity);
    return ERR_NOT_FOUND;
}

/* The frame that holds the registers of interrupt `number`. */
static struct register_window bank(const struct device *device, unsigned number)
{
    if (number >= FIRST_SHARED_ID)
        return *distributor(device);
    return (struct register_window){redistributor(device)->base + FRAME, FRAME};
}

static void wait_written(const struct device *device, unsigned number)
{
    if (number >= FIRST_SHARED_ID)
        wait_clear(distributor(device), GICD_CTLR, CTLR_WRITE_PENDING);
    else
        wait_clear(redistributor(device), GICR_CTLR, RCTLR_WRITE_PENDING);
}

/* Masks interrupts [first, first + 32) and gives them group and priority. */
static void reset_word(const struct device *device, unsigned first, bool secure)
{
    struct register_window window = bank(device, first);

    register_write32(&window, GIC_ICENABLER + first / 8, UINT32_MAX);
    register_write32(&window, GIC_ICPENDR + first / 8, UINT32_MAX);
    register_write32(&window, GIC_IGROUPR + first / 8, secure ? 0 : UINT32_MAX);
    if (secure)
        register_write32(&window, GIC_IGRPMODR + first / 8, UINT32_MAX);
    for (unsigned id = first; id < first + 32; id += 4)
        register_write32(&window, GIC_IPRIORITYR + id, PRIORITY * UINT32_C(0x01010101));
    wait_written(device, first);
}

static enum status wake_redistributor(const struct device *device)
{
    uint32_t waker = register_read32(redistributor(device), GICR_WAKER);

    register_write32(redistributor(device), GICR_WAKER, waker & ~(uint32_t)WAKER_SLEEP);
    return wait_clear(redistributor(device), GICR_WAKER, WAKER_ASLEEP);
}

static enum status init_distributor(const struct device *device)
{
    const struct gicv3_config *config = device->config;
    const struct register_window *gicd = distributor(device);

    register_write32(gicd, GICD_CTLR, 0);
    enum status status = wait_clear(gicd, GICD_CTLR, CTLR_WRITE_PENDING);
    if (status)
        return status;
    uint32_t control = CTLR_AFFINITY;
    register_write32(gicd, GICD_CTLR, control);
    control |= CTLR_GROUP1 | CTLR_GROUP1_SECURE;
    register_write32(gicd, GICD_CTLR, control);
    bool secure = register_read32(gicd, GICD_CTLR) & CTLR_GROUP1_SECURE;
    for (unsigned first = 0; first < config->lines; first += 32)
        reset_word(device, first, secure);
    return wait_clear(gicd, GICD_CTLR, CTLR_WRITE_PENDING);
}

static enum status init_cpu_interface(const struct device *device)
{
    WRITE_SYSTEM_REGISTER(ICC_SRE_EL1, 1);
    instruction_barrier();
    if (!(READ_SYSTEM_REGISTER(ICC_SRE_EL1) & 1)) {
        log_error(device->name, "firmware keeps the system registers from us");
        return ERR_DENIED;
    }
    if (CONFIG_CORES > 1) {
        struct register_window private = bank(device, SIGNAL_ID);
        register_write32(&private, GIC_ISENABLER, UINT32_C(1) << SIGNAL_ID);
    }
    WRITE_SYSTEM_REGISTER(ICC_PMR_EL1, PRIORITY_MASK);
    WRITE_SYSTEM_REGISTER(ICC_BPR1_EL1, 0);
    WRITE_SYSTEM_REGISTER(ICC_CTLR_EL1, 0); /* EOIR ends an interrupt in one step */
    WRITE_SYSTEM_REGISTER(ICC_IGRPEN1_EL1, 1);
    instruction_barrier();
    return OK;
}

static enum status gicv3_init(const struct device *device)
{
    const struct gicv3_config *config = device->config;
    uint32_t lines = ((register_read32(distributor(device), GICD_TYPER) & TYPER_LINES) + 1) * 32;

    if (config->lines > lines) {
        log_error(device->name, "%u interrupts configured, %u are there", (unsigned)config->lines,
                  (unsigned)lines);
        return ERR_INVALID;
    }
    enum status status = find_redistributor(device);
    if (!status)
        status = wake_redistributor(device);
    if (!status)
        status = init_distributor(device);
    if (!status)
        status = init_cpu_interface(device);
    return status;
}

/* This core, as GICD_IROUTER takes it. */
static uint64_t this_core(void)
{
    return READ_SYSTEM_REGISTER(mpidr_el1) & UINT64_C(0xff00ffffff);
}

static enum status enable(const struct device *device, unsigned number,
                          enum interrupt_trigger trigger)
{
    const struct gicv3_config *config = device->config;

    if (number >= config->lines)
        return ERR_INVALID;
    struct register_window window = bank(device, number);
    size_t offset = GIC_ICFGR + number / 16 * 4;
    uint32_t bit = (uint32_t)EDGE << number % 16 * 2;
    uint32_t value = register_read32(&window, offset);
    register_write32(&window, offset, trigger == INTERRUPT_EDGE ? value | bit : value & ~bit);
    if (number >= FIRST_SHARED_ID)
        register_write64(&window, GICD_IROUTER + number * 8, this_core());
    register_write32(&window, GIC_ISENABLER + number / 32 * 4, UINT32_C(1) << number % 32);
    return OK;
}

static void disable(const struct device *device, unsigned number)
{
    const struct gicv3_config *config = device->config;

    if (number >= config->lines)
        return;
    struct register_window window = bank(device, number);
    register_write32(&window, GIC_ICENABLER + number / 32 * 4, UINT32_C(1) << number % 32);
    wait_written(device, number);
}

/* Gives the interrupt to group 0, which firmware has for itself unless we are secure, too, or there
 * is one world only. */
static enum status escalate(const struct device *device, unsigned number)
{
    const struct register_window *gicd = distributor(device);
    uint32_t control = register_read32(gicd, GICD_CTLR);

    if (number >= FIRST_SHARED_ID)
        return ERR_INVALID;
    if (!(control & (CTLR_ONE_WORLD | CTLR_GROUP1_SECURE)))
        return ERR_DENIED;
    struct register_window private = bank(device, number);
    const uint32_t bit = UINT32_C(1) << number;
    disable(device, number);
    register_write32(&private, GIC_IGROUPR, register_read32(&private, GIC_IGROUPR) & ~bit);
    register_write32(&private, GIC_IGRPMODR, register_read32(&private, GIC_IGRPMODR) & ~bit);
    register_write8(&private, GIC_IPRIORITYR + number, PRIORITY_ESCALATED);
    register_write32(gicd, GICD_CTLR, control | CTLR_GROUP0);
    wait_clear(gicd, GICD_CTLR, CTLR_WRITE_PENDING);
    WRITE_SYSTEM_REGISTER(ICC_BPR0_EL1, 0);
    WRITE_SYSTEM_REGISTER(ICC_IGRPEN0_EL1, 1);
    instruction_barrier();
    register_write32(&private, GIC_ISENABLER, bit);
    return OK;
}

/* Where group 0 is firmware's, nothing breaks in here. */
static enum status gicv3_init_core(const struct device *device)
{
    enum status status = find_redistributor(device);
    if (!status)
        status = wake_redistributor(device);
    if (status)
        return status;
    reset_word(device, 0, register_read32(distributor(device), GICD_CTLR) & CTLR_GROUP1_SECURE);
    status = init_cpu_interface(device);
    if (!status && !escalate(device, BREAK_ID))
        aarch64_unmask_fast_interrupts();
    return status;
}

static void handle(const struct device *device)
{
    (void)device;
    for (;;) {
        uint64_t acknowledged = READ_SYSTEM_REGISTER(ICC_IAR1_EL1);
        completion_barrier(); /* acknowledged before the handler touches its device */
        if (acknowledged >= FIRST_SPECIAL_ID)
            return;
        if (CONFIG_CORES > 1 && acknowledged == SIGNAL_ID)
            core_interrupt();
        else
            interrupt_dispatch((unsigned)acknowledged);
        WRITE_SYSTEM_REGISTER(ICC_EOIR1_EL1, acknowledged);
        instruction_barrier();
    }
}

/* Numbers of cores are affinity 0, of the cluster 0.0.0. */
static uint64_t sgi(unsigned number, unsigned core)
{
    return (uint64_t)number << SGI_ID_SHIFT | UINT64_C(1) << core;
}

static void signal(const struct device *device, unsigned core)
{
    (void)device;
    WRITE_SYSTEM_REGISTER(ICC_SGI1R_EL1, sgi(SIGNAL_ID, core));
    instruction_barrier();
}

static void break_in(const struct device *device, unsigned core)
{
    (void)device;
    WRITE_SYSTEM_REGISTER(ICC_SGI0R_EL1, sgi(BREAK_ID, core));
    instruction_barrier();
}

static const struct interrupt_controller_operations operations = {
    .enable = enable,
    .disable = disable,
    .escalate = escalate,
    .handle = handle,
    .signal = signal,
    .break_in = break_in,
};

const struct driver gicv3_driver = {
    .name = "gicv3",
    .class = "interrupt-controller",
    .init = gicv3_init,
    .operations = &operations,
    .init_core = gicv3_init_core,
};
