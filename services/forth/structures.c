/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Structures (Forth-2012, 10.6.2): a field is a word that adds its offset to an address.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

/* ( "name" -- struct-sys 0 ) A constant, whose value the end gives it. */
W(begin_structure)
{
    forth_cell size = 0;
    int code = forth_word_constant(f, &size);

    s[0] = f->first_user + f->latest;
    s[1] = 0;
    return code;
}

/* ( struct-sys +n -- ) */
W(end_structure)
{
    struct forth_definition *word = forth_definition(f, s[0]);

    if (!word || word->kind != KIND_CONSTANT)
        return THROW_CONTROL;
    word->value = s[1];
    return 0;
}

/* A field of `size` at `offset`, by the name that comes next: a definition that adds. */
static int define_field(struct forth *f, forth_cell offset, forth_cell size, forth_cell *end)
{
    int code = forth_word_colon(f, NULL);

    if (code)
        return code;
    if (offset) {
        forth_emit_literal(f, offset);
        forth_emit(f, OP_PLUS);
    }
    code = forth_word_semicolon(f, NULL);
    if (code) {
        forth_drop_open(f);
        forth_put(f, AT_STATE, 0);
    }
    *end = offset + size;
    return code;
}

/* ( n1 n2 "name" -- n3 ) */
W(plus_field)
{
    return define_field(f, s[0], s[1], s);
}

/* ( n1 "name" -- n2 ) */
W(cfield)
{
    return define_field(f, s[0], 1, s);
}

/* ( n1 "name" -- n2 ) */
W(field)
{
    return define_field(f, (s[0] + CELL - 1) & ~(forth_cell)(CELL - 1), CELL, s);
}
