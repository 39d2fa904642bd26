/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The host's side of the log: records (kernel/trace.h) become events with their texts, which come
 * from the image's ELF file or from REGISTER_META records. Records are foreign bytes: whatever they
 * are, decoding ends and stays within them.
 */
#ifndef RANVIER_TRACE_H
#define RANVIER_TRACE_H

#include "elf.h"

#include <gen/json.h>
#include <kernel/trace.h>
#include <stdio.h>

/* What a decoder knows of the image. */
struct trace_decoder {
    const struct elf *elf; /* borrowed; NULL: there is none */
    unsigned word;         /* bytes of an address there: the ELF file's, or as a record told */
    struct trace_meta *metas;
    size_t meta_count, meta_capacity;
};

enum { TRACE_TEXT_MAX = 1024, TRACE_METAS_MAX = 65536 };

struct trace_event {
    enum trace_kind kind;
    unsigned level; /* 0 error to 3 debug */
    uint64_t time;  /* ns since the image's entry; 0 for REGISTER_META */
    uint64_t span, parent;
    uint64_t count;     /* of DISCARDED */
    uint64_t address;   /* of REGISTER_META */
    const char *module; /* "?" where its name is not known; NULL where the kind has none */
    const char *where;  /* "kernel/boot.c:75", or NULL */
    char text[TRACE_TEXT_MAX];
};

/* `elf` is borrowed and may be NULL. */
void trace_init(struct trace_decoder *decoder, const struct elf *elf);
void trace_fini(struct trace_decoder *decoder);

/* Decodes one record; its texts are good until the next call. Returns NULL, or what is wrong with
 * it, static text. A REGISTER_META is kept. */
const char *trace_decode(struct trace_decoder *decoder, const uint8_t *record, size_t size,
                         struct trace_event *event);

/* Bytes of base64 text; returns how many, SIZE_MAX if it is not base64 or more than `capacity`. */
size_t trace_from_base64(const char *text, size_t length, uint8_t *bytes, size_t capacity);

/* Writes the event as one line of text, as a board's console has it, with its place in the source.
 */
void trace_print(FILE *stream, const struct trace_event *event);

/* The same as one JSON object. */
void trace_print_json(struct json *json, const struct trace_event *event);

/* "error" to "debug"; "new-span" and so on. */
const char *trace_level_name(unsigned level);
const char *trace_kind_name(enum trace_kind kind);

#endif
