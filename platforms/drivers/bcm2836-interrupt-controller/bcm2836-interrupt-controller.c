/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See bcm2836-interrupt-controller.h. Neither controller knows acknowledgement, priorities or
 * triggers: everything is a level that the device itself takes back, and nothing masks an interrupt
 * whose handler runs but that the CPU takes no other one meanwhile.
 */
#include "bcm2836-interrupt-controller.h"

#include <kernel/core.h>
#include <kernel/interrupt.h>
#include <kernel/register.h>
#include <platforms/arch/aarch64/aarch64.h>

enum {
    /* Local controller; those with a stride have a register a core */
    LOCAL_CONTROL = 0x00,
    LOCAL_PRESCALER = 0x08,
    LOCAL_GPU_ROUTING = 0x0c,
    LOCAL_TIMER_CONTROL = 0x40,
    LOCAL_MAILBOX_CONTROL = 0x50,
    LOCAL_SOURCE = 0x60,
    LOCAL_STRIDE = 4,
    LOCAL_MAILBOX_SET = 0x80, /* mailbox 0 */
    LOCAL_MAILBOX_CLEAR = 0xc0,
    LOCAL_MAILBOX_STRIDE = 16, /* from core to core; from mailbox to mailbox it is 4 */
    LOCAL_TIMERS = 4,          /* sources 0 to 3: a bit each of LOCAL_TIMER_CONTROL */
    LOCAL_MAILBOXES = 8,       /* sources 4 to 7: a bit each of LOCAL_MAILBOX_CONTROL */
    LOCAL_SIGNAL = 4,          /* source 4: mailbox 0, which cores use */
    LOCAL_BREAK = 1,           /* the mailbox that comes as FIQ */
    MAILBOX_SIGNAL = 1 << 0,
    MAILBOX_FAST = 1 << (4 + LOCAL_BREAK), /* in LOCAL_MAILBOX_CONTROL */
    LOCAL_GPU = 8,                         /* source 8: what the legacy controller has; core 0's */
    /* Legacy controller */
    LEGACY_BASIC_PENDING = 0x00,
    LEGACY_PENDING = 0x04, /* two words */
    LEGACY_FIQ = 0x0c,
    LEGACY_ENABLE = 0x10,  /* GPU 0-31, GPU 32-63, basic */
    LEGACY_DISABLE = 0x1c, /* likewise */
    LEGACY_BASIC_MASK = 0xff,

    FIRST_BASIC = 64,
    FIRST_UNUSED = 72,
    FIRST_LOCAL = 96,
};

/* The counter runs at the crystal's rate: prescaler 2^31 / 2^31. */
#define PRESCALER_ONE UINT32_C(0x80000000)

static const struct register_window *local(const struct device *device)
{
    return &((const struct bcm2836_interrupt_controller_config *)device->config)->local;
}

static const struct register_window *legacy(const struct device *device)
{
    return &((const struct bcm2836_interrupt_controller_config *)device->config)->legacy;
}

/* Where this core's register of several is. */
static size_t own(size_t offset)
{
    return offset + core_current() * LOCAL_STRIDE;
}

static enum status init_core(const struct device *device)
{
    register_write32(local(device), own(LOCAL_TIMER_CONTROL), 0);
    register_write32(local(device), own(LOCAL_MAILBOX_CONTROL),
                     CONFIG_CORES > 1 ? MAILBOX_SIGNAL | MAILBOX_FAST : 0);
    if (CONFIG_CORES > 1)
        aarch64_unmask_fast_interrupts();
    return OK;
}

static enum status init(const struct device *device)
{
    register_write32(local(device), LOCAL_CONTROL, 0);
    register_write32(local(device), LOCAL_PRESCALER, PRESCALER_ONE);
    register_write32(local(device), LOCAL_GPU_ROUTING, 0);
    register_write32(legacy(device), LEGACY_FIQ, 0);
    for (size_t word = 0; word < 3; word++)
        register_write32(legacy(device), LEGACY_DISABLE + word * 4, UINT32_MAX);
    return init_core(device);
}

/* Sets or clears the bit of a core's source that has one. */
static enum status control_local(const struct device *device, unsigned source, bool on)
{
    size_t offset = own(source < LOCAL_TIMERS ? LOCAL_TIMER_CONTROL : LOCAL_MAILBOX_CONTROL);
    uint32_t bit = UINT32_C(1) << source % LOCAL_TIMERS;

    if (source >= LOCAL_MAILBOXES)
        return ERR_UNSUPPORTED; /* routed by registers of its own, which nothing here uses */
    uint32_t value = register_read32(local(device), offset);
    register_write32(local(device), offset, on ? value | bit : value & ~bit);
    return OK;
}

static enum status enable(const struct device *device, unsigned number,
                          enum interrupt_trigger trigger)
{
    const struct bcm2836_interrupt_controller_config *config = device->config;

    if (trigger != INTERRUPT_LEVEL || number >= config->lines ||
        (number >= FIRST_UNUSED && number < FIRST_LOCAL))
        return ERR_INVALID;
    if (number >= FIRST_LOCAL)
        return control_local(device, number - FIRST_LOCAL, true);
    register_write32(legacy(device), LEGACY_ENABLE + number / 32 * 4, UINT32_C(1) << number % 32);
    return OK;
}

static void disable(const struct device *device, unsigned number)
{
    if (number >= FIRST_LOCAL)
        control_local(device, number - FIRST_LOCAL, false);
    else if (number < FIRST_UNUSED)
        register_write32(legacy(device), LEGACY_DISABLE + number / 32 * 4,
                         UINT32_C(1) << number % 32);
}

/* Dispatches each set bit of `pending` as number `first` and up. */
static void dispatch(uint32_t pending, unsigned first)
{
    for (; pending; pending &= pending - 1)
        interrupt_dispatch(first + (unsigned)__builtin_ctz(pending));
}

/* The pending registers show what is enabled only. */
static void handle(const struct device *device)
{
    uint32_t source = register_read32(local(device), own(LOCAL_SOURCE));

    if (CONFIG_CORES > 1 && (source & 1 << LOCAL_SIGNAL)) {
        source &= ~(UINT32_C(1) << LOCAL_SIGNAL);
        register_write32(local(device), LOCAL_MAILBOX_CLEAR + core_current() * LOCAL_MAILBOX_STRIDE,
                         UINT32_MAX);
        core_interrupt();
    }
    dispatch(source & ((1 << LOCAL_MAILBOXES) - 1), FIRST_LOCAL);
    if (!(source & 1 << LOCAL_GPU))
        return;
    for (unsigned word = 0; word < 2; word++)
        dispatch(register_read32(legacy(device), LEGACY_PENDING + word * 4), word * 32);
    dispatch(register_read32(legacy(device), LEGACY_BASIC_PENDING) & LEGACY_BASIC_MASK,
             FIRST_BASIC);
}

static void signal(const struct device *device, unsigned core)
{
    register_write32(local(device), LOCAL_MAILBOX_SET + core * LOCAL_MAILBOX_STRIDE, 1);
}

static void break_in(const struct device *device, unsigned core)
{
    register_write32(local(device),
                     LOCAL_MAILBOX_SET + core * LOCAL_MAILBOX_STRIDE + LOCAL_BREAK * 4, 1);
}

static const struct interrupt_controller_operations operations = {
    .enable = enable,
    .disable = disable,
    .handle = handle,
    .signal = signal,
    .break_in = break_in,
};

const struct driver bcm2836_interrupt_controller_driver = {
    .name = "bcm2836-interrupt-controller",
    .class = "interrupt-controller",
    .init = init,
    .operations = &operations,
    .init_core = init_core,
};
