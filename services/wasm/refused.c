/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See refused.h. The numbers are those of core 3.0, chapter 5, and of the proposals' own documents:
 * threads, stack-switching, half-precision, wide-arithmetic, custom-page-sizes.
 */
#include <services/wasm/refused.h>

enum feature {
    COLLECTION,
    EXCEPTIONS,
    HALVES,
    MEMORY64,
    PAGE_SIZES,
    REFERENCES,
    STACKS,
    TAIL_CALLS,
    THREADS,
    VECTORS,
    WIDE,
    FEATURES
};

static const char *const names[FEATURES] = {
    [COLLECTION] = "garbage collection",
    [EXCEPTIONS] = "exception handling",
    [HALVES] = "half precision",
    [MEMORY64] = "64-bit memories",
    [PAGE_SIZES] = "custom page sizes",
    [REFERENCES] = "typed function references",
    [STACKS] = "stack switching",
    [TAIL_CALLS] = "tail calls",
    [THREADS] = "threads",
    [VECTORS] = "vector instructions",
    [WIDE] = "wide arithmetic",
};

/* The first row of several counts. */
static const struct {
    uint8_t place, first, last, feature;
} rows[] = {
    {REFUSED_OPCODE, 0x06, 0x0A, EXCEPTIONS},
    {REFUSED_OPCODE, 0x12, 0x13, TAIL_CALLS},
    {REFUSED_OPCODE, 0x14, 0x15, REFERENCES},
    {REFUSED_OPCODE, 0x18, 0x1F, EXCEPTIONS}, /* those between are of 2.0 */
    {REFUSED_OPCODE, 0xD3, 0xD6, REFERENCES},
    {REFUSED_OPCODE, 0xE0, 0xE6, STACKS},
    {REFUSED_OPCODE, 0xFB, 0xFB, COLLECTION},
    {REFUSED_OPCODE, 0xFD, 0xFD, VECTORS},
    {REFUSED_OPCODE, 0xFE, 0xFE, THREADS},
    {REFUSED_PREFIXED, 0x13, 0x16, WIDE},
    {REFUSED_PREFIXED, 0x30, 0x31, HALVES},
    {REFUSED_VALUE_TYPE, 0x63, 0x64, REFERENCES},
    {REFUSED_VALUE_TYPE, 0x68, 0x68, STACKS},
    {REFUSED_VALUE_TYPE, 0x69, 0x69, EXCEPTIONS},
    {REFUSED_VALUE_TYPE, 0x65, 0x73, COLLECTION},
    {REFUSED_VALUE_TYPE, 0x74, 0x74, EXCEPTIONS},
    {REFUSED_VALUE_TYPE, 0x75, 0x75, STACKS},
    {REFUSED_VALUE_TYPE, 0x7B, 0x7B, VECTORS},
    {REFUSED_TYPE_FORM, 0x4E, 0x50, COLLECTION},
    {REFUSED_TYPE_FORM, 0x5D, 0x5D, STACKS},
    {REFUSED_TYPE_FORM, 0x5E, 0x5F, COLLECTION},
    {REFUSED_TABLE_TYPE, 0x40, 0x40, REFERENCES},
    {REFUSED_LIMITS, 2, 3, THREADS},
    {REFUSED_LIMITS, 4, 7, MEMORY64},
    {REFUSED_LIMITS, 8, 15, PAGE_SIZES},
    {REFUSED_IMPORT, 4, 4, EXCEPTIONS},
    {REFUSED_SECTION, 13, 13, EXCEPTIONS},
};

void refuse(struct reader *reader, const uint8_t *at, enum refused_place place, uint32_t number,
            const char *malformed)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].place == place && number >= rows[i].first && number <= rows[i].last) {
            reader_fail_at(reader, at, ERR_UNSUPPORTED, names[rows[i].feature]);
            return;
        }
    }
    reader_fail_at(reader, at, ERR_CORRUPT, malformed);
}
