/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See last_panic.h.
 */
#include <kernel/last_panic.h>

#include <kernel/arch.h>
#include <kernel/log.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAGIC UINT32_C(0x50414e43)

enum { LINE = 80 /* bytes of the line in the log */ };

static struct {
    uint32_t magic; /* MAGIC once the report has ended */
    uint32_t length;
    uint32_t checksum;
    uint32_t told; /* starts since then */
    char text[CONFIG_PANIC_KEPT ? CONFIG_PANIC_KEPT : 1];
} kept __attribute__((section(".noinit.last_panic")));

static bool writing, found;

/* FNV-1a (G. Fowler, L. C. Noll, P. Vo), of length and text. */
static uint32_t checksum(void)
{
    uint32_t sum = UINT32_C(2166136261) ^ kept.length;
    for (uint32_t i = 0; i < kept.length; i++)
        sum = (sum ^ (uint8_t)kept.text[i]) * UINT32_C(16777619);
    return sum;
}

void last_panic_begin(void)
{
    kept.magic = 0;
    kept.length = 0;
    kept.told = 0;
    writing = true;
    found = false;
}

void last_panic_add(char character)
{
    if (writing && kept.length < sizeof(kept.text))
        kept.text[kept.length++] = character;
}

void last_panic_end(void)
{
    writing = false;
    kept.checksum = checksum();
    kept.magic = MAGIC;
    arch_memory_settle(&kept, sizeof(kept));
}

void last_panic_find(void)
{
    found = kept.magic == MAGIC && kept.length <= sizeof(kept.text) && kept.checksum == checksum();
    if (!found || kept.told++)
        return;
    char line[LINE];
    size_t length = 0;
    while (length < sizeof(line) - 1 && length < kept.length && kept.text[length] != '\n') {
        line[length] = kept.text[length];
        length++;
    }
    line[length] = '\0';
    log_error("boot", "before the reset: %s", line);
}

const char *last_panic(size_t *length)
{
    *length = kept.length;
    return found ? kept.text : NULL;
}
