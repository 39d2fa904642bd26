/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Local variables (Forth-2012, 13). They live on the return stack; the frame they end is kept on
 * the call stack, where no word reaches it. They are declared once in a definition and outside of
 * its control structures, so that a frame is opened exactly once before it is closed.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

int forth_local(const struct forth *f, const char *name, forth_cell length)
{
    forth_cell j;

    if (!f->has_locals)
        return -1;
    for (int i = f->local_count; i-- > 0;) {
        if (f->local_lengths[i] != length)
            continue;
        for (j = 0; j < length && forth_upper(f->local_names[i][j]) == forth_upper(name[j]); j++)
            ;
        if (j == length)
            return i;
    }
    return -1;
}

static int add(struct forth *f, const char *name, forth_cell length)
{
    if (!f->open)
        return THROW_COMPILE_ONLY;
    if (f->has_locals || f->control_count)
        return THROW_CONTROL;
    if (length > FORTH_NAME)
        return THROW_NAME_TOO_LONG;
    if (f->local_count == FORTH_LOCALS)
        return THROW_DICTIONARY_OVERFLOW;
    f->local_lengths[f->local_count] = (uint8_t)length;
    memcpy(f->local_names[f->local_count++], name, length);
    f->locals_pending = true;
    return 0;
}

static int open_frame(struct forth *f)
{
    if (!f->open)
        return THROW_COMPILE_ONLY;
    if (f->has_locals || f->control_count)
        return THROW_CONTROL;
    f->locals_pending = false;
    if (!f->local_count)
        return 0;
    forth_emit(f, OP_LOCALS);
    forth_emit(f, f->local_count);
    f->has_locals = true;
    return 0;
}

/* The names came topmost first; a frame has them as they lie on the stack. */
static void reverse(struct forth *f)
{
    for (unsigned i = 0, j = f->local_count; i + 1 < j; i++) {
        char kept[FORTH_NAME];
        uint8_t length = f->local_lengths[i];

        j--;
        memcpy(kept, f->local_names[i], FORTH_NAME);
        memcpy(f->local_names[i], f->local_names[j], FORTH_NAME);
        memcpy(f->local_names[j], kept, FORTH_NAME);
        f->local_lengths[i] = f->local_lengths[j];
        f->local_lengths[j] = length;
    }
}

/* ( c-addr u -- ): one local, the topmost first; 0 0 after the last (13.6.1.0086). */
W(local)
{
    const char *name = (const char *)forth_at(f, s[0], s[1]);

    if (!s[1]) {
        reverse(f);
        return open_frame(f);
    }
    return name ? add(f, name, s[1]) : THROW_ADDRESS;
}

static bool is(const char *name, forth_cell length, const char *mark)
{
    return length == strlen(mark) && memcmp(name, mark, length) == 0;
}

/* {: args | uninitialised -- comment :} (13.6.2.2550) */
W(locals_brace)
{
    enum { ARGUMENTS, PLAIN, COMMENT } part = ARGUMENTS;
    forth_cell length;
    int code;

    (void)s;
    for (;;) {
        const char *name = forth_parse_name(f, &length);

        if (!length)
            return THROW_CONTROL;
        if (is(name, length, ":}"))
            return open_frame(f);
        if (is(name, length, "--")) {
            part = COMMENT;
        } else if (part == ARGUMENTS && is(name, length, "|")) {
            part = PLAIN;
        } else if (part != COMMENT) {
            code = add(f, name, length);
            if (code)
                return code;
            if (part == PLAIN)
                forth_emit_literal(f, 0);
        }
    }
}

/* LOCALS| top next ... | (13.6.2.1795) */
W(locals_bar)
{
    forth_cell length;

    (void)s;
    for (;;) {
        const char *name = forth_parse_name(f, &length);
        int code;

        if (!length)
            return THROW_CONTROL;
        if (is(name, length, "|")) {
            reverse(f);
            return open_frame(f);
        }
        code = add(f, name, length);
        if (code)
            return code;
    }
}
