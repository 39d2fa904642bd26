/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See fault_decode.h. Vectors that no table names are reported as reserved; the report's registers
 * have the raw vector and error code.
 */
#include "fault_decode.h"

#include <kernel/panic.h>
#include <stddef.h>

enum { VECTOR_PAGE_FAULT = 14, EXCEPTIONS = 32 };

/* A page fault's error code (SDM 3, 4.7). */
enum {
    ERROR_PRESENT = 1 << 0,
    ERROR_WRITE = 1 << 1,
    ERROR_RESERVED = 1 << 3,
    ERROR_FETCH = 1 << 4,
    ERROR_KEY = 1 << 5,
};

/* A selector's (SDM 3, 6.13): an index, and which table it is into. */
enum { SELECTOR_INTERRUPTS = 1 << 1, SELECTOR_INDEX = 0xfff8 };

static const char *const causes[EXCEPTIONS] = {
    [0] = "division error",
    [1] = "debug exception",
    [2] = "non-maskable interrupt",
    [3] = "breakpoint",
    [4] = "overflow",
    [5] = "bound range exceeded",
    [6] = "undefined instruction",
    [7] = "FPU not available",
    [8] = "double fault",
    [10] = "invalid task state",
    [11] = "segment not present",
    [12] = "stack segment fault",
    [13] = "general protection fault",
    [VECTOR_PAGE_FAULT] = "page fault",
    [16] = "x87 floating-point exception",
    [17] = "alignment check",
    [18] = "machine check",
    [19] = "SIMD floating-point exception",
    [20] = "virtualization exception",
    [21] = "control protection exception",
    [28] = "hypervisor injection exception",
    [29] = "VMM communication exception",
    [30] = "security exception",
};

static const char *page_fault_access(uint64_t error)
{
    if (error & ERROR_FETCH)
        return "fetch from";
    return error & ERROR_WRITE ? "write to" : "read from";
}

static const char *page_fault_detail(uint64_t error)
{
    if (error & ERROR_RESERVED)
        return "reserved bit set in a page table";
    if (error & ERROR_KEY)
        return "forbidden by a protection key";
    return error & ERROR_PRESENT ? "protection violation" : "page not present";
}

static const char *selector_detail(uint64_t error)
{
    if (error & SELECTOR_INTERRUPTS)
        return "about a vector";
    return error & SELECTOR_INDEX ? "about a segment" : NULL;
}

void fault_decode(const struct fault_frame *frame, struct fault *fault)
{
    const char *cause = frame->vector < EXCEPTIONS ? causes[frame->vector] : NULL;

    *fault = (struct fault){
        .cause = cause ? cause : "reserved exception",
        .pc = (uintptr_t)frame->rip,
        .registers = frame,
    };
    if (frame->vector == VECTOR_PAGE_FAULT) {
        fault->access = page_fault_access(frame->error);
        fault->address = (uintptr_t)frame->cr2;
        fault->detail = page_fault_detail(frame->error);
    } else {
        fault->detail = selector_detail(frame->error);
    }
}
