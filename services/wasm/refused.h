/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What versions and proposals after 2.0, and its vector instructions, add to the binary format: all
 * of it is refused with the feature's name.
 */
#ifndef SERVICES_WASM_REFUSED_H
#define SERVICES_WASM_REFUSED_H

#include <services/wasm/reader.h>

/* Where a number stands that means something there. */
enum refused_place {
    REFUSED_OPCODE,
    REFUSED_PREFIXED, /* an opcode behind 0xFC */
    REFUSED_VALUE_TYPE,
    REFUSED_TYPE_FORM, /* what a type definition begins with */
    REFUSED_TABLE_TYPE,
    REFUSED_LIMITS,
    REFUSED_IMPORT,
    REFUSED_SECTION,
};

/* Fails the reader at `at`, because of that number: ERR_UNSUPPORTED with the name of the feature
 * that has it there; ERR_CORRUPT with `malformed` where none has. */
void refuse(struct reader *reader, const uint8_t *at, enum refused_place place, uint32_t number,
            const char *malformed);

#endif
