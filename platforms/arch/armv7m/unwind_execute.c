/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The instructions of the unwind tables (Arm, "Exception Handling ABI", IHI 0038, 10.3). Pure:
 * reads the stack within its bounds and nothing else.
 */
#include <platforms/arch/armv7m/unwind.h>

/* The instructions that are left of a frame. */
struct reader {
    const uint8_t *next;
    const uint8_t *end;
};

static uint32_t take(struct reader *reader)
{
    enum { FINISH = 0xb0 };
    return reader->next < reader->end ? *reader->next++ : FINISH;
}

/* Pops the registers of `mask` (bit n: rn) in ascending order. */
static bool pop(struct unwind *unwind, uint32_t mask)
{
    uint32_t at = unwind->r[REGISTER_SP];
    uint32_t new_sp = 0;
    for (unsigned i = 0; i < 16; i++) {
        if (!(mask & (1u << i)))
            continue;
        if (at % 4 != 0 || at < unwind->stack_low || at >= unwind->stack_high)
            return false;
        uint32_t value = *(const uint32_t *)(uintptr_t)at;
        at += 4;
        if (i == REGISTER_SP)
            new_sp = value;
        else
            unwind->r[i] = value;
    }
    unwind->r[REGISTER_SP] = mask & (1u << REGISTER_SP) ? new_sp : at;
    return true;
}

/* Instructions 1000iiii to 1011nnnn whose first byte is `byte`. */
static bool execute_pop(struct unwind *unwind, struct reader *reader, uint32_t byte)
{
    uint32_t *sp = &unwind->r[REGISTER_SP];
    uint32_t low = byte & 0x0f;
    switch (byte >> 4) {
    case 0x8: {
        uint32_t mask = low << 8 | take(reader);
        return mask && pop(unwind, mask << 4);
    }
    case 0x9:
        if (low == REGISTER_SP || low == REGISTER_PC)
            return false;
        *sp = unwind->r[low];
        return true;
    case 0xa:
        return pop(unwind, ((1u << ((low & 7) + 1)) - 1) << 4 | (low & 8 ? 1u << REGISTER_LR : 0));
    default:
        break;
    }
    if (low == 1) {
        uint32_t mask = take(reader);
        return mask && mask < 16 && pop(unwind, mask);
    }
    if (low == 2) { /* vsp += 0x204 + (uleb128 << 2) */
        uint32_t value = 0, next;
        unsigned shift = 0;
        do {
            next = take(reader);
            value |= (next & 0x7f) << shift;
            shift += 7;
        } while ((next & 0x80) && shift < 28);
        *sp += 0x204 + (value << 2);
        return true;
    }
    if (low == 3) /* FSTMFDX */
        *sp += ((take(reader) & 0x0f) + 1) * 8 + 4;
    else if (low >= 8)
        *sp += ((low & 7) + 1) * 8 + 4;
    else
        return false;
    return true;
}

bool unwind_execute(struct unwind *unwind, const uint8_t *instructions, size_t count)
{
    struct reader reader = {instructions, instructions + count};
    uint32_t *sp = &unwind->r[REGISTER_SP];
    unwind->r[REGISTER_PC] = 0;
    while (reader.next < reader.end) {
        uint32_t byte = take(&reader);
        if (byte == 0xb0)
            break;
        if (byte < 0x40)
            *sp += (byte << 2) + 4;
        else if (byte < 0x80)
            *sp -= ((byte & 0x3f) << 2) + 4;
        else if (byte == 0xc8 || byte == 0xc9) /* VPUSH of double registers */
            *sp += ((take(&reader) & 0x0f) + 1) * 8;
        else if ((byte & 0xf8) == 0xd0)
            *sp += ((byte & 7) + 1) * 8;
        else if (byte >= 0xc0 || !execute_pop(unwind, &reader, byte))
            return false;
    }
    if (unwind->r[REGISTER_PC] == 0)
        unwind->r[REGISTER_PC] = unwind->r[REGISTER_LR];
    return *sp % 4 == 0 && *sp >= unwind->stack_low && *sp <= unwind->stack_high;
}
