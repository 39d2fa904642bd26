/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See fault_decode.h. Classes and status codes that no table names are reported as reserved; the
 * report's registers have the raw syndrome.
 */
#include "fault_decode.h"

#include <kernel/panic.h>
#include <stdbool.h>
#include <stddef.h>

/* What of FAR_EL1 and the instruction specific syndrome a class defines. */
enum syndrome_kind { SYNDROME_OTHER, SYNDROME_ADDRESS, SYNDROME_FETCH, SYNDROME_DATA };

static const struct {
    const char *cause;
    enum syndrome_kind kind;
} classes[64] = {
    [0x00] = {"undefined instruction", SYNDROME_OTHER},
    [0x01] = {"trapped WFI or WFE", SYNDROME_OTHER},
    [0x07] = {"trapped FP or SIMD instruction", SYNDROME_OTHER},
    [0x0d] = {"branch target exception", SYNDROME_OTHER},
    [0x0e] = {"illegal execution state", SYNDROME_OTHER},
    [0x15] = {"supervisor call", SYNDROME_OTHER},
    [0x16] = {"hypervisor call", SYNDROME_OTHER},
    [0x17] = {"secure monitor call", SYNDROME_OTHER},
    [0x18] = {"trapped system register access", SYNDROME_OTHER},
    [0x19] = {"trapped SVE instruction", SYNDROME_OTHER},
    [0x1c] = {"pointer authentication failure", SYNDROME_OTHER},
    [0x1d] = {"trapped SME instruction", SYNDROME_OTHER},
    [0x20] = {"instruction abort", SYNDROME_FETCH},
    [0x21] = {"instruction abort", SYNDROME_FETCH},
    [0x22] = {"pc alignment fault", SYNDROME_ADDRESS},
    [0x24] = {"data abort", SYNDROME_DATA},
    [0x25] = {"data abort", SYNDROME_DATA},
    [0x26] = {"stack alignment fault", SYNDROME_OTHER},
    [0x2c] = {"floating-point exception", SYNDROME_OTHER},
    [0x2f] = {"system error", SYNDROME_OTHER},
    [0x30] = {"hardware breakpoint", SYNDROME_OTHER},
    [0x31] = {"hardware breakpoint", SYNDROME_OTHER},
    [0x32] = {"software step", SYNDROME_OTHER},
    [0x33] = {"software step", SYNDROME_OTHER},
    [0x34] = {"watchpoint", SYNDROME_DATA},
    [0x35] = {"watchpoint", SYNDROME_DATA},
    [0x3c] = {"trap instruction", SYNDROME_OTHER},
};

/* DFSC and IFSC. */
static const char *const status_codes[64] = {
    [0x00] = "address size fault, level 0",
    [0x01] = "address size fault, level 1",
    [0x02] = "address size fault, level 2",
    [0x03] = "address size fault, level 3",
    [0x04] = "translation fault, level 0",
    [0x05] = "translation fault, level 1",
    [0x06] = "translation fault, level 2",
    [0x07] = "translation fault, level 3",
    [0x08] = "access flag fault, level 0",
    [0x09] = "access flag fault, level 1",
    [0x0a] = "access flag fault, level 2",
    [0x0b] = "access flag fault, level 3",
    [0x0c] = "permission fault, level 0",
    [0x0d] = "permission fault, level 1",
    [0x0e] = "permission fault, level 2",
    [0x0f] = "permission fault, level 3",
    [0x10] = "external abort",
    [0x11] = "tag check fault",
    [0x14] = "external abort on table walk, level 0",
    [0x15] = "external abort on table walk, level 1",
    [0x16] = "external abort on table walk, level 2",
    [0x17] = "external abort on table walk, level 3",
    [0x18] = "parity or ECC error",
    [0x1c] = "parity or ECC error on table walk, level 0",
    [0x1d] = "parity or ECC error on table walk, level 1",
    [0x1e] = "parity or ECC error on table walk, level 2",
    [0x1f] = "parity or ECC error on table walk, level 3",
    [0x21] = "alignment fault",
    [0x22] = "debug event",
    [0x30] = "TLB conflict",
    [0x31] = "unsupported atomic update",
    [0x34] = "implementation defined fault",
    [0x35] = "unsupported exclusive or atomic access",
};

enum {
    SYNDROME_STATUS = 63,               /* DFSC, IFSC */
    SYNDROME_WRITE = 1 << 6,            /* WnR */
    SYNDROME_ADDRESS_INVALID = 1 << 10, /* FnV */
};

static const char *access_of(enum syndrome_kind kind, uint64_t syndrome)
{
    switch (kind) {
    case SYNDROME_OTHER:
        return NULL;
    case SYNDROME_ADDRESS:
        return "fetch from";
    case SYNDROME_FETCH:
        return syndrome & SYNDROME_ADDRESS_INVALID ? NULL : "fetch from";
    case SYNDROME_DATA:
        if (syndrome & SYNDROME_ADDRESS_INVALID)
            return NULL;
        return syndrome & SYNDROME_WRITE ? "write to" : "read from";
    }
    return NULL;
}

void fault_decode(const struct fault_frame *frame, struct fault *fault)
{
    unsigned class = fault_class(frame->syndrome);
    enum syndrome_kind kind = classes[class].kind;
    bool has_status = kind == SYNDROME_FETCH || kind == SYNDROME_DATA;

    *fault = (struct fault){
        .cause = classes[class].cause ? classes[class].cause : "reserved exception class",
        .access = access_of(kind, frame->syndrome),
        .address = (uintptr_t)frame->address,
        .pc = (uintptr_t)frame->pc,
        .registers = frame,
    };
    if (has_status) {
        const char *detail = status_codes[frame->syndrome & SYNDROME_STATUS];
        fault->detail = detail ? detail : "reserved status code";
    }
}
