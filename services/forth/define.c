/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Defining words (Forth-2012, 6.1, 6.2, 8.6).
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

static int begin(struct forth *f, const char *name, forth_cell length)
{
    struct forth_definition *word;
    int code = forth_define(f, name, length, KIND_COLON, &word);

    if (code)
        return code;
    word->flags = FLAG_OPEN;
    f->open = true;
    f->has_locals = f->locals_pending = false;
    f->local_count = f->loops = f->control_count = 0;
    f->leaves = 0;
    forth_put(f, AT_STATE, forth_flag(true));
    return 0;
}

W(colon)
{
    forth_cell length;
    const char *name;
    int code = forth_need_name(f, &name, &length);

    (void)s;
    return code ? code : begin(f, name, length);
}

W(noname)
{
    int code = begin(f, NULL, 0);

    s[0] = f->first_user + f->latest;
    return code;
}

W(semicolon)
{
    (void)s;
    if (!f->open)
        return THROW_COMPILE_ONLY;
    if (f->control_count || f->locals_pending)
        return THROW_CONTROL;
    forth_emit_exit(f);
    if (f->compile_error)
        return f->compile_error;
    f->open = false;
    f->words[f->latest].flags &= FLAG_IMMEDIATE;
    forth_link(f, f->latest);
    forth_put(f, AT_STATE, 0);
    return 0;
}

W(immediate)
{
    (void)s;
    if (f->latest == FORTH_NONE)
        return THROW_NO_NAME;
    f->words[f->latest].flags |= FLAG_IMMEDIATE & 3;
    return 0;
}

/* A definition by the name that comes next, in the dictionary at once. */
static int define(struct forth *f, enum forth_kind kind, forth_cell value)
{
    struct forth_definition *word;
    forth_cell length;
    const char *name;
    int code = forth_need_name(f, &name, &length);

    if (!code)
        code = forth_define(f, name, length, kind, &word);
    if (code)
        return code;
    word->value = value;
    forth_link(f, f->latest);
    return 0;
}

static int create(struct forth *f, forth_cell bytes)
{
    int code = forth_word_align(f, NULL);

    if (code)
        return code;
    if (bytes > f->sizes.data - f->here)
        return THROW_DICTIONARY_OVERFLOW;
    code = define(f, KIND_CREATE, FORTH_BASE_ADDRESS + f->here);
    if (!code) {
        memset(f->data + f->here, 0, bytes);
        f->here += bytes;
    }
    return code;
}

W(create)
{
    (void)s;
    return create(f, 0);
}

W(variable)
{
    (void)s;
    return create(f, CELL);
}

W(two_variable)
{
    (void)s;
    return create(f, 2 * CELL);
}

W(buffer)
{
    return create(f, s[0]);
}

W(does)
{
    (void)s;
    if (!f->open)
        return THROW_COMPILE_ONLY;
    if (f->control_count || f->locals_pending)
        return THROW_CONTROL;
    forth_emit(f, OP_DOES);
    forth_emit_exit(f);
    f->has_locals = false;
    f->local_count = 0;
    return 0;
}

W(to_body)
{
    const struct forth_definition *word = forth_definition(f, s[0]);

    if (!word || (word->kind != KIND_CREATE && word->kind != KIND_DOES))
        return THROW_BODY;
    s[0] = word->value;
    return 0;
}

W(constant)
{
    return define(f, KIND_CONSTANT, s[0]);
}

W(value)
{
    return define(f, KIND_VALUE, s[0]);
}

static int two(struct forth *f, enum forth_kind kind, const forth_cell *s)
{
    forth_cell at;
    int code = forth_word_align(f, NULL);

    if (code)
        return code;
    at = f->here;
    if (2 * CELL > f->sizes.data - at)
        return THROW_DICTIONARY_OVERFLOW;
    code = define(f, kind, FORTH_BASE_ADDRESS + at);
    if (code)
        return code;
    forth_put(f, (uint32_t)at, s[1]);
    forth_put(f, (uint32_t)at + CELL, s[0]);
    f->here += 2 * CELL;
    return 0;
}

W(two_constant)
{
    return two(f, KIND_TWO_CONSTANT, s);
}

W(two_value)
{
    return two(f, KIND_TWO_VALUE, s);
}

W(defer)
{
    (void)s;
    return define(f, KIND_DEFER, WORD_abort);
}

W(defer_fetch)
{
    const struct forth_definition *word = forth_definition(f, s[0]);

    if (!word || word->kind != KIND_DEFER)
        return THROW_TO;
    s[0] = word->value;
    return 0;
}

W(defer_store)
{
    struct forth_definition *word = forth_definition(f, s[1]);

    if (!word || word->kind != KIND_DEFER)
        return THROW_TO;
    word->value = s[0];
    return 0;
}

/* Parses the name of a definition of one of two kinds. */
static int target(struct forth *f, enum forth_kind kind, enum forth_kind other, forth_cell *xt)
{
    int code = forth_tick(f, xt);
    const struct forth_definition *word = code ? NULL : forth_definition(f, *xt);

    if (code)
        return code;
    return word && (word->kind == kind || word->kind == other) ? 0 : THROW_TO;
}

W(action_of)
{
    forth_cell xt;
    int code = target(f, KIND_DEFER, KIND_DEFER, &xt);

    (void)s;
    if (code)
        return code;
    if (forth_get(f, AT_STATE)) {
        forth_emit_literal(f, xt);
        forth_emit(f, WORD_defer_fetch);
        return 0;
    }
    return forth_push(f, f->words[xt - f->first_user].value) ? 0 : THROW_STACK_OVERFLOW;
}

static int store_two(struct forth *f, forth_cell address, const forth_cell *s)
{
    uint8_t *at = forth_at(f, address, 2 * CELL);

    if (!at)
        return THROW_ADDRESS;
    memcpy(at, s + 1, CELL);
    memcpy(at + CELL, s, CELL);
    return 0;
}

/* Stores at once, or compiles that: one cell into the definition, two into the data space. */
static int assign(struct forth *f, forth_cell xt)
{
    struct forth_definition *word = &f->words[xt - f->first_user];
    unsigned cells = word->kind == KIND_TWO_VALUE ? 2 : 1;

    if (forth_get(f, AT_STATE)) {
        if (cells == 2)
            forth_emit_literal(f, word->value);
        forth_emit(f, cells == 2 ? OP_TWO_STORE : OP_TO);
        if (cells == 1)
            forth_emit(f, (uint32_t)(xt - f->first_user));
        return 0;
    }
    if (f->sp < cells)
        return THROW_STACK_UNDERFLOW;
    f->sp -= cells;
    if (cells == 1)
        word->value = f->stack[f->sp];
    else
        return store_two(f, word->value, &f->stack[f->sp]);
    return 0;
}

W(to)
{
    forth_cell xt, length, in = forth_get(f, AT_IN);
    const char *name = forth_parse_name(f, &length);
    int local = f->open ? forth_local(f, name, length) : -1, code;

    (void)s;
    if (local >= 0) {
        forth_emit(f, OP_TO_LOCAL);
        forth_emit(f, (uint32_t)local);
        return 0;
    }
    forth_put(f, AT_IN, in);
    code = target(f, KIND_VALUE, KIND_TWO_VALUE, &xt);
    return code ? code : assign(f, xt);
}

W(is)
{
    forth_cell xt;
    int code = target(f, KIND_DEFER, KIND_DEFER, &xt);

    (void)s;
    return code ? code : assign(f, xt);
}

/* Its value is where HERE was, its code how many wordlists there were. */
W(marker)
{
    int code = define(f, KIND_MARKER, f->here);

    (void)s;
    if (!code)
        f->words[f->latest].code = f->lists;
    return code;
}

/* ( "new" "old" -- ), 15.6.2.2264 */
W(synonym)
{
    forth_cell length, old;
    const char *name;
    const struct forth_definition *original;
    struct forth_definition *word;
    int code = forth_need_name(f, &name, &length);

    (void)s;
    if (!code)
        code = forth_tick(f, &old);
    if (!code)
        code = forth_define(f, name, length, KIND_SYNONYM, &word);
    if (code)
        return code;
    original = forth_definition(f, old);
    word->value = original && original->kind == KIND_SYNONYM ? original->value : old;
    word->flags = forth_is_immediate(f, (uint32_t)old) ? FLAG_IMMEDIATE & 3 : 0;
    forth_link(f, f->latest);
    return 0;
}
