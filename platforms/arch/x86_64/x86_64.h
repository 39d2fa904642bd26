/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the files of this folder share, and what the drivers of this architecture's own devices (its
 * interrupt controllers, timer and firmware) may use. "SDM" is Intel's Software Developer's Manual.
 */
#ifndef X86_64_H
#define X86_64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct arch_context;
struct fault_frame;

/* Vectors 0 to 31 are the CPU's exceptions; interrupt number n of the board arrives at vector
 * X86_64_FIRST_INTERRUPT + n. What is sent to vectors from X86_64_FIRST_IGNORED on is ignored: the
 * old interrupt controllers' and the local APIC's spurious interrupts. */
enum {
    X86_64_VECTORS = 256,
    X86_64_FIRST_INTERRUPT = 32,
    X86_64_CORE_SIGNAL = 239, /* arch_core_signal */
    X86_64_FIRST_IGNORED = 240,
    X86_64_SPURIOUS = 255,
};

/* Exceptions that may hit anything, the fault handler too (SDM 3, 6.3.1). */
enum { VECTOR_NONMASKABLE = 2, VECTOR_DOUBLE_FAULT = 8, VECTOR_MACHINE_CHECK = 18 };

/* Selectors of the segments in start.S's descriptor table. A core's own is its task state's, two
 * rows each: the task register tells which core it is. */
enum { SEGMENT_CODE = 0x08, SEGMENT_DATA = 0x10, SEGMENT_TASK = 0x18, SEGMENT_TASK_STRIDE = 16 };

/* Model specific registers (SDM 4). */
enum { MSR_APIC_BASE = 0x1b, MSR_TSC_DEADLINE = 0x6e0, MSR_X2APIC = 0x800 };

static inline uint64_t read_msr(uint32_t number)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number) : "memory");
    return (uint64_t)high << 32 | low;
}

static inline void write_msr(uint32_t number, uint64_t value)
{
    __asm__ volatile("wrmsr"
                     :
                     : "c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory");
}

struct cpuid {
    uint32_t a, b, c, d;
};

/* What CPUID tells for `leaf` and `subleaf`; all 0 for a leaf that the CPU lacks. */
struct cpuid x86_64_cpuid(uint32_t leaf, uint32_t subleaf);

/* boot.c: entered from start.S on the boot stack, everything below 4 GB mapped to itself, .bss
 * zero. `magic` and `info` are what the loader left in eax and ebx, `counter` the time stamp
 * counter at entry. */
noreturn void x86_64_boot(uint32_t magic, uint32_t info, uint64_t counter);

/* boot.c: entered from start.S by core `core`, which is not the first, on its boot stack, with
 * start.S's page tables. */
noreturn void x86_64_core_boot(unsigned core);

/* cores.c: puts the code by which other cores enter below 1 MB. Boot context, with start.S's page
 * tables. */
void cores_init(void);

/* start.S: where a core enters in real mode, to be copied to a page below 1 MB. */
extern const uint8_t x86_64_trampoline[], x86_64_trampoline_end[];

/* The ACPI root pointer that the loader told (RSDP, 36 bytes; 20 where its revision is 0), or NULL.
 * Any context. */
const void *x86_64_acpi_root(void);

/* clock.c: the time stamp counter, never read early. Any context. */
uint64_t x86_64_counter(void);

/* The same counter's value at the image's entry. Any context. */
uint64_t x86_64_counter_at_entry(void);

/* Remembers the counter's value at entry. Boot context. */
void x86_64_counter_set_entry(uint64_t counter);

/* features.c: finds out what the CPU is; panics if the image is compiled for another. Boot context.
 */
void features_init(void);

/* How an interrupt saves the vector state: with XSAVE into as many bytes as all that is enabled
 * takes, or, where that is false, with FXSAVE into 512. */
extern bool x86_64_has_xsave;
extern uint64_t x86_64_state_size;

/* descriptors.c: what vector leads where, on which stack of core `core`, which this is from then
 * on. Boot context. */
void descriptors_init(unsigned core);

/* mmu.c: builds the page tables from the board's and switches to them. Boot context; panics if the
 * board needs more tables than there are. */
void mmu_init(void);

/* Switches to the page tables that there are. Boot context. */
void mmu_enable(void);

/* Makes [address, address + size) readable if it isn't mapped: tables that firmware left somewhere.
 * Returns where it is, or NULL if it is beyond 128 TB or no tables are left. Boot context. */
const void *mmu_map_firmware(uint64_t address, size_t size);

/* The upper end of what vectors.S keeps of interrupted code: what the CPU pushed, and a word below
 * it that makes its beginning a frame record, so that a backtrace goes on in that code. */
struct interrupt_record {
    uintptr_t caller; /* rbp */
    uintptr_t rip;
    uint64_t cs, rflags, rsp, ss;
};

/* interrupts.c: entered from vectors.S on the interrupt stack with interrupts masked. */
void x86_64_interrupt(unsigned vector, struct interrupt_record *record);

/* vectors.S: where an interrupt returns to if the task is to be preempted. */
void preempt_entry(void);

/* stack.c: the return addresses from the frame record at `frame` on, at most `limit`; returns how
 * many. Any context. */
unsigned stack_walk(uintptr_t frame, uintptr_t *addresses, unsigned limit);

/* The vector of the interrupt that is being handled. Interrupt context. */
unsigned x86_64_interrupt_vector(void);

/* context.S: where every task's first switch arrives, and where one that called the switch does. */
noreturn void context_start(void);
void context_continue(void);

/* stack.c: true if `address` lies in the guard of a stack that is in use on this core. Any context.
 */
bool guard_reached(uintptr_t address);

/* Where a fault and, within its handling, a second one are handled: the tops of their stacks. */
enum { FAULT_STACK_SIZE = 8192 };
extern uint8_t x86_64_fault_stack[CONFIG_CORES][FAULT_STACK_SIZE];
extern uint8_t x86_64_last_stack[CONFIG_CORES][FAULT_STACK_SIZE];

/* vectors.S: the entry points of all vectors, X86_64_STUB_SIZE bytes each. */
enum { X86_64_STUB_SIZE = 16 };
extern const uint8_t x86_64_stubs[];

/* fault.c: entered from vectors.S on a stack of its own with interrupts masked. Returns to go on in
 * task_fault, as the frame then says. */
void fault_handle(struct fault_frame *frame);

#endif
