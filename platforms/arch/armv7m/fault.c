/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Faults: what the hardware stacked and what vectors.S saved become one set of registers, and the
 * kernel's report is left to run in thread mode (vectors.S says why).
 *
 * On a stack overflow the hardware mostly finds no room for its frame either: it then sets MSTKERR
 * and goes on without. r0 to r3 are taken as they were at the handler's entry (Armv7-M cores leave
 * them alone, which the architecture does not promise; Armv8-M clears them); r12, lr, pc and xPSR
 * are lost, and the report names the nearest return address on the stack instead of pc.
 */
#include <platforms/arch/armv7m/fault.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <platforms/arch/armv7m/armv7m.h>
#include <platforms/arch/armv7m/stacks.h>
#include <platforms/arch/armv7m/unwind.h>
#include <stddef.h>
#include <string.h>

/* From vectors.S, which calls the first. */
void fault_handle(struct fault_frame *frame);
noreturn void fault_leave(const struct fault *fault);
extern const uint8_t semihosting_breakpoint[];

enum { EXCEPTION_RETURN_THREAD = 1 << 3 };

_Static_assert(offsetof(struct stack, base) == 0 && offsetof(struct stack, size) == 4,
               "vectors.S knows this");

bool fault_in_handler;
static struct fault_registers registers;
static struct fault fault;

void fault_init(void)
{
    SCB_CCR |= CCR_STKALIGN | CCR_DIV_0_TRP;
    SCB_SHCSR |= SHCSR_MEMFAULTENA | SHCSR_BUSFAULTENA | SHCSR_USGFAULTENA;
    armv7m_synchronise();
}

/* Skips the breakpoint of arch_semihosting_probe, with 0 in the r2 that it returns. What status the
 * fault has differs (DEBUGEVT on hardware, FORCED on QEMU), but nothing else can fault there. */
static bool skip_probe(struct exception_frame *stacked)
{
    if (stacked->pc != ((uintptr_t)semihosting_breakpoint & ~1u))
        return false;
    stacked->pc += 2;
    stacked->r2 = 0;
    return true;
}

static void collect(const struct fault_frame *frame, const struct exception_frame *stacked)
{
    memcpy(registers.r, frame->r, sizeof(frame->r));
    registers.sp = (uint32_t)(uintptr_t)stacked;
    if (!registers.stacked)
        return;
    memcpy(registers.r, stacked, 4 * sizeof(uint32_t));
    registers.r[12] = stacked->r12;
    registers.lr = stacked->lr;
    registers.pc = stacked->pc;
    registers.xpsr = stacked->xpsr;
    registers.sp += exception_frame_size(frame->exception_return, stacked->xpsr);
}

/* Where a backtrace begins. False if sp is in no stack. */
static bool begin_unwind(struct unwind *unwind, const struct fault_registers *from)
{
    memcpy(unwind->r, from->r, sizeof(from->r));
    unwind->r[REGISTER_SP] = from->sp;
    unwind->r[REGISTER_LR] = from->lr;
    unwind->r[REGISTER_PC] = from->pc;
    return stack_find(from->sp, &unwind->stack_low, &unwind->stack_high);
}

static void read_status(void)
{
    registers.cfsr = SCB_CFSR;
    registers.hfsr = SCB_HFSR;
    registers.mmfar = SCB_MMFAR;
    registers.bfar = SCB_BFAR;
    SCB_CFSR = registers.cfsr; /* a bit is cleared by writing 1 */
    SCB_HFSR = registers.hfsr;
}

/* Whether the exception's frame was written: the core says if not, and it must lie in a stack. */
static bool is_stacked(const struct exception_frame *stacked)
{
    uint32_t low, high;
    uint32_t at = (uint32_t)(uintptr_t)stacked;
    return !(registers.cfsr & (CFSR_MSTKERR | CFSR_STKERR | CFSR_STKOF)) &&
           stack_find(at, &low, &high) && at >= low && high - at >= sizeof(*stacked);
}

static void describe(void)
{
    uint16_t instruction = 0;
    if (registers.stacked && unwind_is_code(registers.pc))
        instruction = *(const uint16_t *)(uintptr_t)registers.pc;
    fault = fault_decode(&registers, instruction);
    if (fault.access && stack_is_guard(fault.address))
        fault.detail = "stack overflow";
    struct unwind unwind;
    if (!registers.stacked && begin_unwind(&unwind, &registers))
        unwind_scan(&unwind, 0, &fault.pc, 1);
}

void fault_handle(struct fault_frame *frame)
{
    uint32_t sp = frame->exception_return & 4 ? frame->process_stack : frame->main_stack;
    struct exception_frame *stacked = (struct exception_frame *)(uintptr_t)sp;
    registers.exception = frame->exception & 0x1ff;
    read_status();
    registers.stacked = is_stacked(stacked);
    if (registers.stacked && skip_probe(stacked))
        return;
    fault_in_handler = !(frame->exception_return & EXCEPTION_RETURN_THREAD);
    collect(frame, stacked);
    describe();
    fault.fatal = fault_in_handler || armv7m_interrupts_masked() ||
                  registers.exception == EXCEPTION_NMI || (registers.cfsr & CFSR_IMPRECISERR);
    fault_leave(&fault);
}

unsigned arch_fault_backtrace(const struct fault *of, uintptr_t *addresses, unsigned limit)
{
    const struct fault_registers *from = of->registers;
    struct unwind unwind;
    if (!begin_unwind(&unwind, from))
        return 0;
    return from->stacked ? unwind_walk(&unwind, addresses, limit)
                         : unwind_scan(&unwind, 1, addresses, limit);
}

void arch_fault_print_registers(const struct fault *of)
{
    const struct fault_registers *from = of->registers;
    for (unsigned i = 0; i < 13; i++)
        panic_printf("%s%sr%u 0x%08x%s", i % 4 ? " " : "  ", i < 10 ? " " : "", i,
                     (unsigned)from->r[i], i % 4 == 3 ? "\n" : "");
    panic_printf("  sp 0x%08x  lr 0x%08x  pc 0x%08x\n", (unsigned)from->sp, (unsigned)from->lr,
                 (unsigned)from->pc);
    panic_printf(" psr 0x%08x cfsr 0x%08x hfsr 0x%08x, exception %u\n", (unsigned)from->xpsr,
                 (unsigned)from->cfsr, (unsigned)from->hfsr, (unsigned)from->exception);
    if (!from->stacked)
        panic_printf("  r12, lr, pc and psr are lost: the stack had no room for them\n");
}
