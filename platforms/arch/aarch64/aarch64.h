/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the files of this folder share, and what the drivers of this architecture's own devices (its
 * timer, interrupt controllers and firmware) may use.
 */
#ifndef AARCH64_H
#define AARCH64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct arch_context;
struct fault_frame;

#define READ_SYSTEM_REGISTER(name)                                                                 \
    __extension__({                                                                                \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " #name : "=r"(value_) : : "memory");                            \
        value_;                                                                                    \
    })

#define WRITE_SYSTEM_REGISTER(name, value)                                                         \
    __asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)) : "memory")

/* Orders what was written to system registers before what follows. */
static inline void instruction_barrier(void)
{
    __asm__ volatile("isb" : : : "memory");
}

/* Waits until every access before it has completed, as other observers see it. */
static inline void completion_barrier(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}

/* Lets this core take FIQ from now on, in interrupts too: each is a fault that ends the run. Boot
 * context; the tasks that are spawned from it inherit it. */
static inline void aarch64_unmask_fast_interrupts(void)
{
    __asm__ volatile("msr daifclr, #1" : : : "memory");
}

/* boot.c: entered from start.S on the boot stack with the MMU off, .bss zero. `device_tree` is what
 * the loader left in x0, `counter` the timer's count and `level` the exception level at entry. */
noreturn void aarch64_boot(uintptr_t device_tree, uint64_t counter, unsigned level);

/* physical.S: stores to memory that isn't mapped, past the caches. Boot context. */
void aarch64_write_physical(uint64_t address, uint64_t value);

/* start.S: where another core than the first enters, as at the image's first byte. */
extern const uint8_t aarch64_core_entry[];

/* start.S: bit n lets core n go on from there. Read by cores whose caches are off. */
extern uint32_t aarch64_cores_wanted;

/* The device tree that the loader passed in x0, as far as its last block reaches, and how many
 * bytes that is; nothing else of it is checked. NULL if it passed none, or one beyond 32 KB. Any
 * context. */
const void *aarch64_device_tree(size_t *size);

/* clock.c: the virtual counter, never read early. Any context. */
uint64_t aarch64_counter(void);

/* The same counter's value at the image's entry. Any context. */
uint64_t aarch64_counter_at_entry(void);

/* Remembers the counter's value at entry. Boot context. */
void aarch64_counter_set_entry(uint64_t counter);

/* features.c: finds out what the CPU is; `level` is the exception level at entry. Boot context. */
void features_init(unsigned level);

/* True if the CPU has the scalable vector extension; start.S has enabled it then. vectors.S reads
 * it. Any context after features_init. */
extern bool aarch64_has_sve;

/* True if the CPU has the scalable matrix extension; start.S has enabled it then. vectors.S and
 * context.S read it. Any context after features_init.
 *
 * A task may be interrupted in streaming mode and with ZA on; interrupts leave ZA alone. It calls
 * the kernel in neither (AAPCS64, 6.6: the kernel's functions are not streaming ones and share ZA
 * with none), since a switch keeps nothing of that state; when it is preempted, all of it goes to
 * its stack, which has to have the room: ZA is a vector's length squared. */
extern bool aarch64_has_sme;

/* context.S: a task blocks in streaming mode or with ZA on. Panics. */
noreturn void aarch64_blocks_streaming(void);

/* mmu.c: builds the translation tables from the board's and turns MMU and caches on. Boot context;
 * panics if the board needs more tables than there are. */
void mmu_init(void);

/* What mmu_init wrote to the registers of these names, for start.S to do on the other cores. */
struct aarch64_translation {
    uint64_t mair, tcr, ttbr0, sctlr;
};
extern struct aarch64_translation aarch64_translation;

/* context.S: the context that was switched to last; NULL before the first switch. */
extern struct arch_context *aarch64_running[CONFIG_CORES];

/* stack.c: where every task's first switch arrives; in context.S. */
noreturn void context_start(void);

/* True if `address` lies in the guard of a stack that is in use on this core. Any context. */
bool guard_reached(uintptr_t address);

/* A part of what vectors.S keeps of interrupted code. Its beginning is a frame record, so that a
 * backtrace goes on in that code. */
struct interrupt_record {
    uintptr_t caller; /* x29 */
    uintptr_t pc;
    uint64_t pstate;
    uint32_t fpsr, fpcr;
    uintptr_t preempted_pc; /* for preempt_entry */
    uint64_t preempted_pstate;
};

_Static_assert(sizeof(struct interrupt_record) == 48, "vectors.S");

/* vectors.S: where an interrupt returns to if the task is to be preempted. */
void preempt_entry(void);

/* interrupts.c: entered from vectors.S with interrupts masked. */
void aarch64_interrupt(struct interrupt_record *record);

/* stack.c: the return addresses from the frame record at `frame` on, at most `limit`; returns how
 * many. Any context. */
unsigned stack_walk(uintptr_t frame, uintptr_t *addresses, unsigned limit);

/* vectors.S: the exceptions' entry points, 2 KB aligned. */
extern const uint8_t aarch64_vectors[];

/* Which vector an exception came through; vectors.S passes these numbers. */
enum vector { VECTOR_SYNCHRONOUS, VECTOR_IRQ, VECTOR_FIQ, VECTOR_SYSTEM_ERROR };

/* fault.c: entered from vectors.S with interrupts masked. Returns to go on with what the frame then
 * says: after a call into firmware (firmware.S) that nothing answers, or in task_fault. */
void fault_handle(struct fault_frame *frame, enum vector vector);

/* The frame of the fault that is being handled, or NULL. */
extern const struct fault_frame *aarch64_fault[CONFIG_CORES];

/* vectors.S: where faults of handlers are handled, by core. */
enum { FAULT_STACK_SIZE = 4096 };
extern uint8_t fault_stacks[CONFIG_CORES][FAULT_STACK_SIZE];

/* firmware.S: calls that leave EL1. Each returns what the callee left in x0, or -1 where the
 * instruction is undefined because nobody is there to answer. Task and boot context; any context
 * once one has been answered. */
int64_t firmware_hvc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);
int64_t firmware_smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);
int64_t firmware_semihosting(uint64_t operation, const void *parameters);

/* The code of the three above. */
extern const uint8_t firmware_calls_start[];
extern const uint8_t firmware_calls_end[];

#endif
