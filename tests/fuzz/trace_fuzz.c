/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: tools/ranvier/trace.c tools/ranvier/trace_print.c tools/ranvier/elf.c kernel/format.c
// link: gen/json.c
// seeds: tests/fuzz/trace_seeds/*
/*
 * Bytes as what a board sends of its log: records, each after a byte with its size, to a decoder
 * that has no ELF file, so that formats come from the wire too. Then the same bytes as that ELF
 * file. What must hold: no crash, texts end within their bounds, and a record that is decoded
 * prints.
 */
#include "tools/ranvier/trace.h"

#include <kernel/format.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode_all(struct trace_decoder *decoder, const uint8_t *data, size_t size)
{
    struct trace_event event;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    struct json json = {.stream = out, .compact = true};
    while (size > 0) {
        size_t record = data[0];
        if (record > size - 1)
            record = size - 1;
        if (!trace_decode(decoder, data + 1, record, &event)) {
            if (strnlen(event.text, TRACE_TEXT_MAX) == TRACE_TEXT_MAX)
                abort();
            trace_print(out, &event);
            trace_print_json(&json, &event);
        }
        data += 1 + record;
        size -= 1 + record;
    }
    fclose(out);
    if (memchr(text, '\0', length))
        abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trace_decoder decoder;
    trace_init(&decoder, NULL);
    decode_all(&decoder, data, size);
    trace_fini(&decoder);

    uint8_t bytes[96];
    trace_from_base64((const char *)data, size, bytes, sizeof(bytes));

    struct elf elf = {.bytes = (uint8_t *)data, .size = size, .word = size % 2 ? 8 : 4};
    if (size < 64)
        return 0;
    trace_init(&decoder, &elf);
    decode_all(&decoder, data, size);
    trace_fini(&decoder);
    return 0;
}
