/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See bcm2835-mailbox.h. A request is a buffer of 32-bit words with one tag, whose address the
 * firmware finds in the mailbox and to which it writes the answer ("Mailbox property interface",
 * Raspberry Pi firmware wiki). It reads and writes memory, not the caches.
 */
#include "bcm2835-mailbox.h"

#include "board_revision.h"

#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/register.h>
#include <platforms/arch/aarch64/aarch64.h>

enum {
    MAILBOX_READ = 0x00,
    MAILBOX_STATUS = 0x18,
    MAILBOX_WRITE = 0x20,

    CHANNEL_PROPERTIES = 8, /* the low four bits of what goes through the mailbox */
    TAG_BOARD_REVISION = 0x00010002,
    TAG_CPU_MEMORY = 0x00010005,
    ANSWER_WORDS = 2,
    LINE = 64, /* bytes of a cache line of the CPUs of this family */

    PATIENCE = 1000000, /* polls: firmware answers within milliseconds */
};

#define STATUS_FULL  (UINT32_C(1) << 31)
#define STATUS_EMPTY (UINT32_C(1) << 30)
#define ANSWERED     (UINT32_C(1) << 31) /* in the buffer's status and in a tag's length */
#define BUS_UNCACHED                                                                               \
    UINT32_C(0xc0000000)                /* where the VideoCore sees the first GB past its caches */
#define UPPER_BASE UINT64_C(0x40000000) /* memory beyond the VideoCore's reach */
#define UPPER_END  UINT64_C(0xfc000000) /* peripherals */

struct request {
    uint32_t size; /* bytes */
    uint32_t status;
    uint32_t tag;
    uint32_t answer_size;
    uint32_t answer_status;
    uint32_t answer[ANSWER_WORDS];
    uint32_t end;
};

_Static_assert(sizeof(struct request) == 32 && sizeof(struct request) <= LINE, "one cache line");

static bool wait_until_clear(const struct register_window *window, uint32_t flag)
{
    for (unsigned i = 0; i < PATIENCE; i++)
        if (!(register_read32(window, MAILBOX_STATUS) & flag))
            return true;
    return false;
}

/* Writes the buffer's cache line to memory and drops it. */
static void flush(const volatile struct request *request)
{
    completion_barrier();
    __asm__ volatile("dc civac, %0" : : "r"(request) : "memory");
    completion_barrier();
}

/* Asks for a tag's value. ERR_TIMEOUT if nobody answers, ERR_UNSUPPORTED if firmware does not know
 * the tag. */
static enum status ask(const struct device *device, uint32_t tag, uint32_t answer[ANSWER_WORDS])
{
    static _Alignas(LINE) volatile struct request request;
    const struct bcm2835_mailbox_config *config = device->config;
    const struct register_window *window = &config->registers;
    const uint32_t message = (uint32_t)(uintptr_t)&request | BUS_UNCACHED | CHANNEL_PROPERTIES;

    request.size = sizeof request;
    request.status = 0;
    request.tag = tag;
    request.answer_size = sizeof request.answer;
    request.answer_status = 0;
    request.end = 0;
    flush(&request);
    if (!wait_until_clear(window, STATUS_FULL))
        return ERR_TIMEOUT;
    register_write32(window, MAILBOX_WRITE, message);
    do {
        if (!wait_until_clear(window, STATUS_EMPTY))
            return ERR_TIMEOUT;
    } while (register_read32(window, MAILBOX_READ) != message);
    flush(&request);
    if (request.status != ANSWERED || !(request.answer_status & ANSWERED))
        return ERR_UNSUPPORTED;
    for (unsigned i = 0; i < ANSWER_WORDS; i++)
        answer[i] = request.answer[i];
    return OK;
}

/* The CPU's part of the first GB, and what the board has beyond that. */
static enum status bcm2835_mailbox_init(const struct device *device)
{
    struct memory_range ranges[2];
    uint32_t memory[ANSWER_WORDS], revision[ANSWER_WORDS];
    enum status status = ask(device, TAG_CPU_MEMORY, memory);

    if (!status)
        status = ask(device, TAG_BOARD_REVISION, revision);
    if (status)
        return status;
    uint64_t end = board_revision_memory(revision[0]);
    if (end > UPPER_END)
        end = UPPER_END;
    ranges[0] = (struct memory_range){memory[0], memory[1]};
    ranges[1] = (struct memory_range){UPPER_BASE, end > UPPER_BASE ? end - UPPER_BASE : 0};
    memory_found(device->name, ranges, sizeof ranges / sizeof *ranges);
    log_debug(device->name, "revision 0x%x", (unsigned)revision[0]);
    return OK;
}

const struct driver bcm2835_mailbox_driver = {
    .name = "bcm2835-mailbox",
    .class = "description",
    .init = bcm2835_mailbox_init,
};
