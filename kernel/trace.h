/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a record of the log is, in the log's buffer, on a wire, and in a file: the events of
 * mnemOS's trace protocol. Nothing of it depends on the machine but addresses, which only the image
 * that wrote it gives a meaning.
 *
 * A record is a byte (kind, and from bit 4 the level) and what the kind has, in this order. A
 * number is unsigned LEB128 (DWARF 5, 7.6), `arguments` are what format_pack makes, `text` is the
 * rest of the record.
 *
 *   HEARTBEAT      time                                     its level is the most detailed recorded
 *   REGISTER_META  address, text                            what stands there: a module, a format;
 *                                                           for its level, see TRACE_WORD
 *   EVENT          time, site, module, arguments
 *   NEW_SPAN       time, span, parent, site, module, arguments
 *   ENTER … DROP_SPAN   time, span
 *   DISCARDED      time, count                              so many records were lost here
 *
 * Times are nanoseconds since the image's entry; a span's number is not 0, a parent's is 0 for
 * none; a site is the address of a struct log_site, a module that of its name.
 */
#ifndef KERNEL_TRACE_H
#define KERNEL_TRACE_H

enum trace_kind {
    TRACE_HEARTBEAT,
    TRACE_REGISTER_META,
    TRACE_EVENT,
    TRACE_NEW_SPAN,
    TRACE_ENTER,
    TRACE_EXIT,
    TRACE_CLONE_SPAN,
    TRACE_DROP_SPAN,
    TRACE_DISCARDED,
};

enum { TRACE_KIND_MASK = 15, TRACE_LEVEL_SHIFT = 4, TRACE_RECORD_MAX = 255 /* bytes */ };

/* What a REGISTER_META has in its level's place: the binary logarithm of a pointer's bytes, which
 * arguments of a format depend on (format_write_packed). Below 2: it is not told. */
#define TRACE_WORD (sizeof(void *) == 8 ? 3 : 2)

/* What a console line begins with that is a record, in base64 (RFC 4648, section 4), on a board
 * whose strings are not in its image (LOG_TEXT). */
#define TRACE_LINE_MARK "~log:"

#endif
