/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Walking the frames of the image: from an address to its row of the index table, and from frame to
 * frame until the code that an exception interrupted or a task's beginning.
 */
#include <platforms/arch/armv7m/unwind.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <platforms/arch/armv7m/armv7m.h>
#include <platforms/arch/armv7m/fault.h>
#include <platforms/arch/armv7m/stacks.h>

/* From link.ld. */
extern const struct unwind_index __exidx_start[], __exidx_end[];
extern const uint8_t __code_start[], __code_end[];

/* The tables name the personality routines of the C++ runtime. Nothing here throws, so nothing
 * calls them; being defined here they keep libgcc's unwinder out of the image. */
void __aeabi_unwind_cpp_pr0(void);
void __aeabi_unwind_cpp_pr1(void);
void __aeabi_unwind_cpp_pr2(void);
void __aeabi_unwind_cpp_pr0(void)
{
}
void __aeabi_unwind_cpp_pr1(void)
{
}
void __aeabi_unwind_cpp_pr2(void)
{
}

enum { CANNOT_UNWIND = 1, INSTRUCTIONS_MAX = 64, BACKTRACE_LIMIT = 24 };

/* The address that a 31-bit offset, relative to its own place, means. */
static uint32_t resolve(const uint32_t *place)
{
    uint32_t offset = *place << 1;
    return (uint32_t)(uintptr_t)place + (uint32_t)((int32_t)offset >> 1);
}

bool unwind_is_code(uint32_t address)
{
    return address >= (uintptr_t)__code_start + NULL_PAGE && address + 1 < (uintptr_t)__code_end;
}

/* True if `address` is one that a BL or BLX returns to. */
static bool is_return_address(uint32_t address)
{
    uint32_t to = address & ~1u;
    if (!(address & 1) || !unwind_is_code(to) || !unwind_is_code(to - 4))
        return false;
    const uint16_t *before = (const uint16_t *)(uintptr_t)to;
    bool blx_register = (before[-1] & 0xff87) == 0x4780;
    bool bl = (before[-2] & 0xf800) == 0xf000 && (before[-1] & 0xd000) == 0xd000;
    return blx_register || bl;
}

/* The last row whose function is not above `pc`; NULL if there is none. */
static const struct unwind_index *find_row(uint32_t pc)
{
    const struct unwind_index *low = __exidx_start;
    const struct unwind_index *high = __exidx_end;
    while (low < high) {
        const struct unwind_index *middle = low + (high - low) / 2;
        if (resolve(&middle->function) <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    return low > __exidx_start ? low - 1 : NULL;
}

/* Unpacks a row's instructions, most significant byte of each word first. Returns how many bytes, 0
 * if the function cannot be unwound. */
static size_t read_instructions(const struct unwind_index *row, uint8_t *instructions)
{
    const uint32_t *word = &row->content;
    if (*word == CANNOT_UNWIND)
        return 0;
    if (!(*word & 0x80000000))
        word = (const uint32_t *)(uintptr_t)resolve(word);
    if (!(*word & 0x80000000))
        return 0; /* a personality routine of its own: not C */
    unsigned model = (*word >> 24) & 0x0f;
    size_t words = model == 0 ? 1 : ((*word >> 16) & 0xff) + 1;
    size_t count = 0;
    for (size_t i = model == 0 ? 1 : 2; i < words * 4; i++) {
        if (count == INSTRUCTIONS_MAX)
            return 0;
        instructions[count++] = (uint8_t)(word[i / 4] >> (24 - i % 4 * 8));
    }
    return count;
}

/* Continues in the code that an exception interrupted: pc is its EXC_RETURN value. */
static bool enter_interrupted(struct unwind *unwind)
{
    uint32_t exception_return = unwind->r[REGISTER_PC];
    uint32_t sp = unwind->r[REGISTER_SP];
    if (exception_return & 4)
        __asm__ volatile("mrs %0, psp" : "=r"(sp));
    if (!stack_find(sp, &unwind->stack_low, &unwind->stack_high) || unwind->stack_high - sp < 32)
        return false;
    const struct exception_frame *frame = (const struct exception_frame *)(uintptr_t)sp;
    unwind->r[12] = frame->r12;
    unwind->r[REGISTER_LR] = frame->lr;
    unwind->r[REGISTER_PC] = frame->pc | 1;
    unwind->r[REGISTER_SP] = sp + exception_frame_size(exception_return, frame->xpsr);
    return true;
}

/* Replaces the frame by its caller's. */
static bool step(struct unwind *unwind, bool is_call)
{
    uint8_t instructions[INSTRUCTIONS_MAX];
    uint32_t pc = (unwind->r[REGISTER_PC] & ~1u) - (is_call ? 2 : 0);
    const struct unwind_index *row = unwind_is_code(pc) ? find_row(pc) : NULL;
    size_t count = row ? read_instructions(row, instructions) : 0;
    return count && unwind_execute(unwind, instructions, count);
}

unsigned unwind_walk(struct unwind *unwind, uintptr_t *addresses, unsigned limit)
{
    unsigned count = 0;
    bool is_call = false;
    while (count < limit) {
        struct unwind before = *unwind;
        bool stepped = step(unwind, is_call);
        if (stepped && unwind->r[REGISTER_PC] >= 0xffffff00) {
            if (!enter_interrupted(unwind))
                break;
            is_call = false;
        } else if (stepped && is_return_address(unwind->r[REGISTER_PC])) {
            is_call = true;
        } else if (!is_call && is_return_address(before.r[REGISTER_LR])) {
            *unwind = before; /* no function, or its prologue: it has not saved its caller yet */
            unwind->r[REGISTER_PC] = before.r[REGISTER_LR];
            is_call = true;
        } else {
            break;
        }
        addresses[count++] = unwind->r[REGISTER_PC] & ~1u;
    }
    return count;
}

unsigned unwind_scan(const struct unwind *unwind, unsigned skip, uintptr_t *addresses,
                     unsigned limit)
{
    unsigned count = 0;
    uint32_t at = (unwind->r[REGISTER_SP] + 3) & ~3u;
    if (at < unwind->stack_low)
        at = unwind->stack_low;
    for (; at < unwind->stack_high && count < limit; at += 4) {
        uint32_t word = *(const uint32_t *)(uintptr_t)at;
        if (!is_return_address(word))
            continue;
        if (skip)
            skip--;
        else
            addresses[count++] = word & ~1u;
    }
    return count;
}

unsigned arch_backtrace(uintptr_t *addresses, unsigned limit)
{
    struct unwind unwind = {.stack_low = 0};
    __asm__ volatile("str sp, [%0, #52]\n\t"
                     "str lr, [%0, #56]\n\t"
                     "stmia %0, {r0-r11}\n\t"
                     "mov r3, pc\n\t"
                     "str r3, [%0, #60]"
                     :
                     : "r"(unwind.r)
                     : "r3", "memory");
    if (!stack_find(unwind.r[REGISTER_SP], &unwind.stack_low, &unwind.stack_high))
        return 0;
    return unwind_walk(&unwind, addresses, limit);
}

/* The frames above the one whose address the hardware stacked. */
unsigned arch_interrupted_backtrace(uintptr_t *addresses, unsigned limit)
{
    const struct exception_frame *frame;
    __asm__ volatile("mrs %0, psp" : "=r"(frame));
    uintptr_t all[BACKTRACE_LIMIT];
    unsigned count = arch_backtrace(all, BACKTRACE_LIMIT);
    unsigned first = 0;
    while (first < count && all[first] != frame->pc)
        first++;
    if (first == count) { /* too deep, or lost on the way */
        all[0] = frame->pc;
        first = 0;
        count = 1;
    }
    unsigned found = 0;
    for (; found < limit && first + found < count; found++)
        addresses[found] = all[first + found];
    return found;
}
