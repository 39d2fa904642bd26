/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From the fault status registers to words. HardFault is mostly another fault in disguise, one that
 * could not be taken because interrupts were masked: CFSR then has its cause, so that is looked at
 * first, whatever the exception's number is.
 */
#include <platforms/arch/armv7m/fault.h>

#include <stddef.h>

enum { TRAP = 0xdeff }; /* udf #255, what GCC makes of __builtin_trap */

enum address_source { ADDRESS_NONE, ADDRESS_PC, ADDRESS_MMFAR, ADDRESS_BFAR };

struct meaning {
    uint32_t bit; /* of CFSR or HFSR */
    const char *cause;
    const char *detail;
    enum address_source address;
};

static const struct meaning configurable[] = {
    {1u << 0, "MemManage fault", "execution is not allowed there", ADDRESS_PC},
    {1u << 1, "MemManage fault", "the access is not allowed", ADDRESS_MMFAR},
    {1u << 3, "MemManage fault", "in returning from an exception", ADDRESS_NONE},
    {1u << 4, "MemManage fault", "no stack left when an exception came", ADDRESS_NONE},
    {1u << 5, "MemManage fault", "in saving the FPU's registers", ADDRESS_NONE},
    {1u << 8, "BusFault", "nothing answers there", ADDRESS_PC},
    {1u << 9, "BusFault", "nothing answers there", ADDRESS_BFAR},
    {1u << 10, "BusFault", "imprecise: the access was some instructions earlier", ADDRESS_NONE},
    {1u << 11, "BusFault", "in returning from an exception", ADDRESS_NONE},
    {1u << 12, "BusFault", "no stack left when an exception came", ADDRESS_NONE},
    {1u << 13, "BusFault", "in saving the FPU's registers", ADDRESS_NONE},
    {CFSR_UNDEFINSTR, "UsageFault", "undefined instruction", ADDRESS_NONE},
    {1u << 17, "UsageFault", "invalid state: no Thumb bit, or a loop that cannot be", ADDRESS_NONE},
    {1u << 18, "UsageFault", "wrong exception return", ADDRESS_NONE},
    {1u << 19, "UsageFault", "no such coprocessor", ADDRESS_NONE},
    {1u << 20, "UsageFault", "stack overflow", ADDRESS_NONE},
    {1u << 24, "UsageFault", "unaligned access", ADDRESS_NONE},
    {1u << 25, "UsageFault", "division by zero", ADDRESS_NONE},
};

static const struct meaning hard[] = {
    {1u << 1, "HardFault", "the vector table cannot be read", ADDRESS_NONE},
    {1u << 31, "HardFault", "breakpoint without a debugger", ADDRESS_NONE},
};

static const struct meaning *find(const struct meaning *rows, size_t count, uint32_t bits)
{
    for (size_t i = 0; i < count; i++)
        if (bits & rows[i].bit)
            return &rows[i];
    return NULL;
}

/* The cause where no status register has one. */
static const char *exception_name(uint32_t exception)
{
    switch (exception) {
    case 2:
        return "NMI";
    case 3:
        return "HardFault";
    case 4:
        return "MemManage fault";
    case 5:
        return "BusFault";
    case 6:
        return "UsageFault";
    case 7:
        return "SecureFault";
    case 11:
        return "SVCall";
    case 12:
        return "DebugMonitor";
    case 14:
        return "PendSV";
    default:
        return "unexpected exception";
    }
}

/* Whether a load or store instruction stores, by its first halfword (Armv7-M ARM, A5.2.4, A5.3). */
static bool is_store(uint16_t instruction)
{
    unsigned top = instruction >> 12;
    if (instruction >= 0xe800) /* 32 bits; the L bit is the same in all load and store groups */
        return (instruction & 0x0010) == 0;
    if (top == 5) /* register offset: STR, STRH, STRB come first */
        return ((instruction >> 9) & 7) < 3;
    return (instruction & 0x0800) == 0; /* immediate offset, multiple, PUSH */
}

static void set_access(struct fault *fault, const struct fault_registers *registers,
                       enum address_source source, uint16_t instruction)
{
    uint32_t cfsr = registers->cfsr;
    if (source == ADDRESS_PC && registers->stacked) {
        fault->access = "fetch from";
        fault->address = registers->pc;
    } else if ((source == ADDRESS_MMFAR && (cfsr & CFSR_MMARVALID)) ||
               (source == ADDRESS_BFAR && (cfsr & CFSR_BFARVALID))) {
        fault->access = !instruction            ? "access to"
                        : is_store(instruction) ? "write to"
                                                : "read from";
        fault->address = source == ADDRESS_MMFAR ? registers->mmfar : registers->bfar;
    }
}

struct fault fault_decode(const struct fault_registers *registers, uint16_t instruction)
{
    struct fault fault = {
        .cause = exception_name(registers->exception),
        .pc = registers->pc,
        .registers = registers,
    };
    const struct meaning *meaning =
        find(configurable, sizeof(configurable) / sizeof(configurable[0]), registers->cfsr);
    if (!meaning)
        meaning = find(hard, sizeof(hard) / sizeof(hard[0]), registers->hfsr);
    if (meaning) {
        fault.cause = meaning->cause;
        fault.detail = meaning->detail;
        set_access(&fault, registers, meaning->address, instruction);
        if (meaning->bit == CFSR_UNDEFINSTR && instruction == TRAP)
            fault.detail = "a trap: undefined behaviour, or a place that cannot be reached";
    }
    return fault;
}
