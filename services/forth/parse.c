/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Words that read the input, and those that choose what of it is read
 * (Forth-2012, 6.1, 6.2, 15.6.2).
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

W(source)
{
    s[0] = f->source.address;
    s[1] = f->source.length;
    return 0;
}

W(source_id)
{
    s[0] = f->source.id;
    return 0;
}

W(refill)
{
    s[0] = forth_flag(forth_refill(f));
    return 0;
}

/* ( -- x1 ... x5 5 ): the source, >IN, and which line it was (6.2.2182). */
W(save_input)
{
    s[0] = f->source.address;
    s[1] = f->source.length;
    s[2] = f->source.id;
    s[3] = forth_get(f, AT_IN);
    s[4] = f->lines;
    s[5] = 5;
    return 0;
}

/* ( x1 ... x5 5 -- flag ): true if that input is no longer there (6.2.2148). */
W(restore_input)
{
    const forth_cell *saved;
    bool same;

    if (s[0] != 5)
        return THROW_NUMBER;
    if (f->sp < 6)
        return THROW_STACK_UNDERFLOW;
    saved = s - 5;
    same = saved[0] == f->source.address && saved[1] == f->source.length &&
           saved[2] == f->source.id && saved[4] == f->lines && saved[3] <= f->source.length;
    if (same)
        forth_put(f, AT_IN, saved[3]);
    f->sp -= 5;
    f->stack[f->sp - 1] = forth_flag(!same);
    return 0;
}

W(parse)
{
    forth_cell length;
    const char *text = forth_parse(f, (char)s[0], &length);

    s[0] = forth_address(f, text);
    s[1] = length;
    return 0;
}

W(parse_name)
{
    s[0] = forth_address(f, forth_parse_name(f, &s[1]));
    return 0;
}

/* Skips leading delimiters, and control characters with a space (6.1.2450, 3.4.1.1). */
W(word)
{
    char delimiter = (char)s[0];
    forth_cell in, length;
    const char *text;

    if (delimiter == ' ') {
        text = forth_parse_name(f, &length);
    } else {
        do {
            in = forth_get(f, AT_IN);
            text = forth_parse(f, delimiter, &length);
        } while (!length && forth_get(f, AT_IN) > in && forth_get(f, AT_IN) < f->source.length);
    }
    if (length > 255)
        return THROW_STRING_OVERFLOW;
    f->data[AT_WORD] = (uint8_t)length;
    memmove(f->data + AT_WORD + 1, text, length);
    f->data[AT_WORD + 1 + length] = ' ';
    s[0] = FORTH_BASE_ADDRESS + AT_WORD;
    return 0;
}

W(char)
{
    forth_cell length;
    const char *name;
    int code = forth_need_name(f, &name, &length);

    if (!code)
        s[0] = (unsigned char)*name;
    return code;
}

W(tick)
{
    return forth_tick(f, s);
}

/* ( c-addr -- c-addr 0 | xt 1 | xt -1 ) */
W(find)
{
    const uint8_t *name = forth_at(f, s[0], 1);
    uint32_t xt;

    if (!name || !forth_at(f, s[0] + 1, *name))
        return THROW_ADDRESS;
    xt = forth_find(f, (const char *)name + 1, *name);
    s[1] = 0;
    if (xt != FORTH_NONE) {
        s[0] = xt;
        s[1] = forth_is_immediate(f, xt) ? 1 : forth_flag(true);
    }
    return 0;
}

W(paren)
{
    forth_cell length;

    (void)s;
    forth_parse(f, ')', &length);
    return 0;
}

/* To the line's end, of which a block has sixteen (7.6.2.2535). */
W(backslash)
{
    forth_cell in = forth_get(f, AT_IN), end = f->source.length;

    (void)s;
    if (forth_block_input(f) && in < end)
        end = (in + FORTH_BLOCK_LINE - 1) / FORTH_BLOCK_LINE * FORTH_BLOCK_LINE;
    forth_put(f, AT_IN, end);
    return 0;
}

W(dot_paren)
{
    forth_cell length;
    const char *text = forth_parse(f, ')', &length);

    (void)s;
    forth_write(f, text, length);
    return 0;
}

static bool is(const char *text, forth_cell length, const char *name)
{
    forth_cell i;

    for (i = 0; i < length && name[i] && forth_upper(text[i]) == name[i]; i++)
        ;
    return i == length && !name[i];
}

/* The queries of 3.2.6, single cells. */
W(environment)
{
    const char *text = (const char *)forth_at(f, s[0], s[1]);
    const struct {
        const char *name;
        forth_cell value;
    } answers[] = {
        {"/COUNTED-STRING", 255},
        {"/HOLD", AT_HOLD_END - AT_HOLD},
        {"/PAD", AT_END - AT_PAD},
        {"ADDRESS-UNIT-BITS", 8},
        {"FLOORED", forth_flag(true)},
        {"MAX-CHAR", 255},
        {"MAX-N", (forth_cell)-1 >> 1},
        {"MAX-U", (forth_cell)-1},
        {"RETURN-STACK-CELLS", f->sizes.returns},
        {"STACK-CELLS", f->sizes.stack},
        {"#LOCALS", FORTH_LOCALS},
        {"BLOCK", forth_flag(f->host->blocks && f->sizes.buffers)},
        {"CORE", forth_flag(true)},
        {"EXCEPTION", forth_flag(true)},
    };

    if (s[1] && !text)
        return THROW_ADDRESS;
    for (unsigned i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (is(text, s[1], answers[i].name)) {
            s[0] = answers[i].value;
            return forth_push(f, forth_flag(true)) ? 0 : THROW_STACK_OVERFLOW;
        }
    s[0] = 0;
    return 0;
}

W(abort)
{
    (void)f;
    (void)s;
    return THROW_ABORT;
}

W(quit)
{
    (void)f;
    (void)s;
    return THROW_QUIT;
}

/* ( flag c-addr u -- ) what ABORT" compiles */
W(abort_if)
{
    if (!s[0])
        return 0;
    f->abort_text = s[1];
    f->abort_length = s[2];
    return THROW_ABORT_TEXT;
}

/* Skips to the matching [THEN], or to [ELSE] where that will do, over any number of lines. */
static int skip(struct forth *f, bool to_else)
{
    forth_cell length;
    unsigned depth = 1;

    while (depth) {
        const char *name = forth_parse_name(f, &length);

        if (!length && !forth_refill(f))
            return THROW_CONTROL;
        if (is(name, length, "[IF]"))
            depth++;
        else if (is(name, length, "[THEN]") ||
                 (depth == 1 && to_else && is(name, length, "[ELSE]")))
            depth--;
    }
    return 0;
}

W(bracket_if)
{
    return s[0] ? 0 : skip(f, true);
}

W(bracket_else)
{
    (void)s;
    return skip(f, false);
}

W(bracket_then)
{
    (void)f;
    (void)s;
    return 0;
}

W(bracket_defined)
{
    forth_cell length;
    const char *name;
    int code = forth_need_name(f, &name, &length);

    if (!code)
        s[0] = forth_flag(forth_find(f, name, length) != FORTH_NONE);
    return code;
}

W(bracket_undefined)
{
    int code = forth_word_bracket_defined(f, s);

    s[0] = ~s[0];
    return code;
}
