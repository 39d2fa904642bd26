/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See trace.h.
 */
#include "trace.h"

#include <kernel/format.h>
#include <stdlib.h>
#include <string.h>

/* What a REGISTER_META told. */
struct trace_meta {
    uint64_t address;
    char *text; /* owned */
};

void trace_init(struct trace_decoder *decoder, const struct elf *elf)
{
    *decoder = (struct trace_decoder){.elf = elf, .word = elf ? elf->word : 8};
}

void trace_fini(struct trace_decoder *decoder)
{
    for (size_t i = 0; i < decoder->meta_count; i++)
        free(decoder->metas[i].text);
    free(decoder->metas);
    *decoder = (struct trace_decoder){0};
}

/* The place of the first meta whose address is not below `address`: they are sorted. */
static size_t find_meta(const struct trace_decoder *decoder, uint64_t address)
{
    size_t low = 0, high = decoder->meta_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (decoder->metas[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const char *meta_text(const struct trace_decoder *decoder, uint64_t address)
{
    size_t i = find_meta(decoder, address);
    return i < decoder->meta_count && decoder->metas[i].address == address ? decoder->metas[i].text
                                                                           : NULL;
}

static bool make_room(struct trace_decoder *decoder)
{
    if (decoder->meta_count < decoder->meta_capacity)
        return true;
    size_t capacity = decoder->meta_capacity ? 2 * decoder->meta_capacity : 64;
    struct trace_meta *metas = realloc(decoder->metas, capacity * sizeof(*metas));
    if (!metas)
        return false;
    decoder->metas = metas;
    decoder->meta_capacity = capacity;
    return true;
}

static const char *keep_meta(struct trace_decoder *decoder, uint64_t address, const char *text)
{
    if (meta_text(decoder, address) && strcmp(meta_text(decoder, address), text) == 0)
        return NULL;
    char *copy = strdup(text);
    size_t i = find_meta(decoder, address);
    if (copy && meta_text(decoder, address)) {
        free(decoder->metas[i].text);
        decoder->metas[i].text = copy;
        return NULL;
    }
    if (decoder->meta_count == TRACE_METAS_MAX || !copy || !make_room(decoder)) {
        free(copy);
        return "more texts than there is room for";
    }
    memmove(&decoder->metas[i + 1], &decoder->metas[i],
            (decoder->meta_count++ - i) * sizeof(decoder->metas[0]));
    decoder->metas[i] = (struct trace_meta){address, copy};
    return NULL;
}

/* Format and place of a call site. In an image without log formats, the site is not loaded. */
static void find_site(const struct trace_decoder *decoder, uint64_t site, const char **format,
                      const char **where)
{
    const struct elf *elf = decoder->elf;
    *format = meta_text(decoder, site);
    *where = NULL;
    if (!elf)
        return;
    const struct elf_section strings = elf_find(elf, ".log_strings");
    struct elf_section sites = elf_find(elf, ".log_sites");
    const bool unloaded = sites.bytes && sites.size;
    if (!unloaded)
        sites = elf_loaded(elf, site);
    uint64_t word;
    if (elf_word(elf, sites, site, &word)) {
        const char *text = elf_text(unloaded ? strings : elf_loaded(elf, word), word);
        if (text)
            *format = text;
    }
    if (elf_word(elf, sites, site + elf->word, &word))
        *where = elf_text(strings, word);
}

static const char *find_module(const struct trace_decoder *decoder, uint64_t address)
{
    const char *name = decoder->elf ? elf_text(elf_loaded(decoder->elf, address), address) : NULL;
    if (!name)
        name = meta_text(decoder, address);
    return name ? name : "?";
}

/* A sink for an event's text: what does not fit is left out, and so is what moves a cursor. */
struct text_sink {
    struct format_sink sink; /* first: put converts back */
    char *text;
    size_t length;
};

static void put_in_text(struct format_sink *sink, char character)
{
    struct text_sink *to = (struct text_sink *)sink;
    if (to->length + 1 < TRACE_TEXT_MAX)
        to->text[to->length++] = (unsigned char)character < ' ' ? ' ' : character;
}

/* Where the text is a frame of a backtrace, as harmony.c logs it, its function goes behind it. A
 * return address is looked up a byte before, in the call. */
static void name_frame(const struct trace_decoder *decoder, struct trace_event *event)
{
    unsigned number;
    unsigned long long address;
    uint64_t offset;
    int length = 0;
    if (!decoder->elf || sscanf(event->text, "  #%u 0x%llx%n", &number, &address, &length) != 2 ||
        event->text[length])
        return;
    const char *name = elf_function(decoder->elf, address - (number > 0), &offset);
    if (name)
        snprintf(event->text + length, TRACE_TEXT_MAX - (size_t)length, " %s+0x%llx", name,
                 (unsigned long long)offset + (number > 0));
}

static const char *decode_message(const struct trace_decoder *decoder, struct format_packed *from,
                                  struct trace_event *event)
{
    uint64_t site, module;
    const char *format;
    struct text_sink to = {.sink = {put_in_text}, .text = event->text};
    if (!format_take_number(from, &site) || !format_take_number(from, &module))
        return "ends too early";
    event->module = find_module(decoder, module);
    find_site(decoder, site, &format, &event->where);
    if (format)
        format_write_packed(&to.sink, format, from, decoder->word);
    else
        to.length =
            (size_t)snprintf(event->text, TRACE_TEXT_MAX,
                             "(no format is known for 0x%llx: is it this image's ELF file?)",
                             (unsigned long long)site);
    event->text[to.length] = '\0';
    name_frame(decoder, event);
    return NULL;
}

static const char *decode_meta(struct trace_decoder *decoder, struct format_packed *from,
                               struct trace_event *event)
{
    const unsigned word = 1u << event->level;
    event->level = 0;
    if (!format_take_number(from, &event->address))
        return "ends too early";
    if (!decoder->elf && word >= 4)
        decoder->word = word;
    const size_t length = from->size - from->offset;
    if (length >= TRACE_TEXT_MAX)
        return "is too long";
    memcpy(event->text, from->bytes + from->offset, length);
    event->text[length] = '\0';
    return keep_meta(decoder, event->address, event->text);
}

const char *trace_decode(struct trace_decoder *decoder, const uint8_t *record, size_t size,
                         struct trace_event *event)
{
    struct format_packed from = {.bytes = record, .size = size, .offset = 1};
    *event = (struct trace_event){0};
    if (size == 0)
        return "is empty";
    if (size > TRACE_RECORD_MAX)
        return "is too long";
    event->kind = record[0] & TRACE_KIND_MASK;
    event->level = record[0] >> TRACE_LEVEL_SHIFT;
    if (event->kind > TRACE_DISCARDED || event->level > 3)
        return "is of no known kind";
    if (event->kind == TRACE_REGISTER_META)
        return decode_meta(decoder, &from, event);
    if (!format_take_number(&from, &event->time))
        return "ends too early";
    bool whole = true;
    if (event->kind >= TRACE_NEW_SPAN && event->kind <= TRACE_DROP_SPAN)
        whole = format_take_number(&from, &event->span);
    if (event->kind == TRACE_NEW_SPAN)
        whole = whole && format_take_number(&from, &event->parent);
    if (event->kind == TRACE_DISCARDED)
        whole = format_take_number(&from, &event->count);
    if (!whole)
        return "ends too early";
    if (event->kind == TRACE_EVENT || event->kind == TRACE_NEW_SPAN)
        return decode_message(decoder, &from, event);
    return NULL;
}

static int base64_digit(char digit)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = digit ? strchr(digits, digit) : NULL;
    return at ? (int)(at - digits) : -1;
}

size_t trace_from_base64(const char *text, size_t length, uint8_t *bytes, size_t capacity)
{
    size_t size = 0, padding = 0;
    while (padding < 2 && length > padding && text[length - 1 - padding] == '=')
        padding++;
    if (length % 4 != 0 || length / 4 * 3 - padding > capacity)
        return SIZE_MAX;
    uint32_t group = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = i < length - padding ? base64_digit(text[i]) : 0;
        if (digit < 0)
            return SIZE_MAX;
        group = group << 6 | (uint32_t)digit;
        for (unsigned j = 0; i % 4 == 3 && j < 3 && size < length / 4 * 3 - padding; j++)
            bytes[size++] = (uint8_t)(group >> (16 - 8 * j));
    }
    return size;
}
