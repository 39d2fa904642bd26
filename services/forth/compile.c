/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Compiling: tokens, literals and strings into the definition that is open. Only what is written
 * here and in control.c becomes code, so that every branch ends at a token's start.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

void forth_emit(struct forth *f, uint32_t token)
{
    if (!f->open)
        f->compile_error = THROW_COMPILE_ONLY;
    else if (f->code_here == f->sizes.code)
        f->compile_error = THROW_DICTIONARY_OVERFLOW;
    else
        f->code[f->code_here++] = (uint16_t)token;
}

void forth_emit_literal(struct forth *f, forth_cell value)
{
    uint16_t units[CELL / 2];

    if ((forth_signed)value == (int16_t)value) {
        forth_emit(f, OP_SMALL);
        forth_emit(f, (uint16_t)value);
        return;
    }
    memcpy(units, &value, CELL);
    forth_emit(f, OP_LIT);
    for (unsigned i = 0; i < CELL / 2; i++)
        forth_emit(f, units[i]);
}

void forth_emit_word(struct forth *f, forth_cell xt)
{
    const struct forth_definition *word = forth_definition(f, xt);

    if (word && word->kind == KIND_SYNONYM) {
        xt = word->value;
        word = forth_definition(f, xt);
    }
    if (!word) {
        forth_emit(f, (uint32_t)xt);
    } else if (word->kind == KIND_CONSTANT) {
        forth_emit_literal(f, word->value);
    } else if (word->kind == KIND_COLON) {
        forth_emit(f, OP_CALL);
        forth_emit(f, word->code);
    } else {
        forth_emit(f, OP_WORD);
        forth_emit(f, (uint32_t)xt);
    }
}

void forth_emit_exit(struct forth *f)
{
    forth_emit(f, f->has_locals ? OP_EXIT_LOCALS : OP_EXIT);
}

W(left_bracket)
{
    (void)s;
    forth_put(f, AT_STATE, 0);
    return 0;
}

W(right_bracket)
{
    (void)s;
    forth_put(f, AT_STATE, forth_flag(true));
    return 0;
}

W(literal)
{
    forth_emit_literal(f, s[0]);
    return 0;
}

W(two_literal)
{
    forth_emit_literal(f, s[0]);
    forth_emit_literal(f, s[1]);
    return 0;
}

/* A string of the data space into the definition: its bytes stay in the data space. */
static int compile_string(struct forth *f, const char *text, forth_cell length)
{
    if (length > f->sizes.data - f->here)
        return THROW_DICTIONARY_OVERFLOW;
    memmove(f->data + f->here, text, length);
    forth_emit_literal(f, FORTH_BASE_ADDRESS + f->here);
    forth_emit_literal(f, length);
    f->here += length;
    if (f->here % CELL && f->here + CELL <= f->sizes.data)
        f->here += CELL - f->here % CELL;
    return 0;
}

W(sliteral)
{
    const char *text = (const char *)forth_at(f, s[0], s[1]);

    if (s[1] && !text)
        return THROW_ADDRESS;
    return compile_string(f, text ? text : "", s[1]);
}

int forth_keep_string(struct forth *f, const char *text, forth_cell length, forth_cell *address)
{
    forth_cell at = AT_STRINGS + (forth_cell)f->next_string * FORTH_LINE;

    if (length > FORTH_LINE)
        return THROW_STRING_OVERFLOW;
    f->next_string ^= 1;
    memmove(f->data + at, text, length);
    *address = FORTH_BASE_ADDRESS + at;
    return 0;
}

/* A string while interpreting: into one of two buffers, by turns (11.6.1.2165). */
static int keep_string(struct forth *f, const char *text, forth_cell length)
{
    forth_cell address;
    int code = forth_keep_string(f, text, length, &address);

    if (code)
        return code;
    return forth_push(f, address) && forth_push(f, length) ? 0 : THROW_STACK_OVERFLOW;
}

static int string(struct forth *f, const char *text, forth_cell length)
{
    return forth_get(f, AT_STATE) ? compile_string(f, text, length) : keep_string(f, text, length);
}

W(s_quote)
{
    forth_cell length;
    const char *text = forth_parse(f, '"', &length);

    (void)s;
    return string(f, text, length);
}

static int hex_digit(char c)
{
    c = forth_upper(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What the character behind a backslash stands for (6.2.2266); -1: nothing. */
static int escape(char c)
{
    static const char from[] = "abeflnqrtvz\"\\", to[] = "\a\b\033\f\n\n\"\r\t\v\0\"\\";
    const char *found = c ? strchr(from, c) : NULL;

    return found ? (unsigned char)to[found - from] : -1;
}

W(s_backslash_quote)
{
    char out[FORTH_LINE];
    forth_cell n = 0, used, left;
    const char *text = forth_parse(f, 0x01, &left); /* the rest of the line, as a rule */
    int c;

    (void)s;
    for (used = 0; used < left && text[used] != '"' && n + 2 <= sizeof out; used++) {
        if (text[used] != '\\' || ++used == left) {
            out[n++] = used < left ? text[used] : '\\';
        } else if (text[used] == 'm') {
            out[n++] = '\r';
            out[n++] = '\n';
        } else if (text[used] == 'x' && used + 2 < left && hex_digit(text[used + 1]) >= 0 &&
                   hex_digit(text[used + 2]) >= 0) {
            out[n++] = (char)(hex_digit(text[used + 1]) * 16 + hex_digit(text[used + 2]));
            used += 2;
        } else {
            c = escape(text[used]);
            out[n++] = c < 0 ? text[used] : (char)c;
        }
    }
    if (used < left && text[used] != '"')
        return THROW_STRING_OVERFLOW;
    used = used < left ? used + 1 : left;
    forth_put(f, AT_IN, forth_address(f, text) + used - f->source.address);
    return string(f, out, n);
}

W(c_quote)
{
    forth_cell length, at = f->here;
    const char *text = forth_parse(f, '"', &length);

    (void)s;
    if (!f->open)
        return THROW_COMPILE_ONLY;
    if (length > 255)
        return THROW_STRING_OVERFLOW;
    if (length + 1 > f->sizes.data - f->here)
        return THROW_DICTIONARY_OVERFLOW;
    memmove(f->data + at + 1, text, length);
    f->data[at] = (uint8_t)length;
    f->here += length + 1;
    forth_emit_literal(f, FORTH_BASE_ADDRESS + at);
    return forth_word_align(f, s);
}

W(dot_quote)
{
    forth_cell length;
    const char *text = forth_parse(f, '"', &length);
    int code;

    (void)s;
    if (!forth_get(f, AT_STATE)) {
        forth_write(f, text, length);
        return 0;
    }
    code = compile_string(f, text, length);
    forth_emit(f, WORD_type);
    return code;
}

W(abort_quote)
{
    forth_cell length;
    const char *text = forth_parse(f, '"', &length);
    int code;

    (void)s;
    if (!f->open)
        return THROW_COMPILE_ONLY;
    code = compile_string(f, text, length);
    forth_emit(f, WORD_abort_if);
    return code;
}

W(bracket_char)
{
    forth_cell c;
    int code = forth_word_char(f, &c);

    (void)s;
    if (!code)
        forth_emit_literal(f, c);
    return code;
}

W(bracket_tick)
{
    forth_cell xt;
    int code = forth_tick(f, &xt);

    (void)s;
    if (!code)
        forth_emit_literal(f, xt);
    return code;
}

W(compile_comma)
{
    if (!forth_is_xt(f, s[0]))
        return THROW_UNDEFINED;
    forth_emit_word(f, s[0]);
    return 0;
}

W(bracket_compile)
{
    forth_cell xt;
    int code = forth_tick(f, &xt);

    (void)s;
    if (!code)
        forth_emit_word(f, xt);
    return code;
}

W(postpone)
{
    forth_cell xt;
    int code = forth_tick(f, &xt);

    (void)s;
    if (code)
        return code;
    if (forth_is_immediate(f, (uint32_t)xt)) {
        forth_emit_word(f, xt);
    } else {
        forth_emit_literal(f, xt);
        forth_emit(f, WORD_compile_comma);
    }
    return 0;
}

W(recurse)
{
    (void)s;
    if (!f->open)
        return THROW_COMPILE_ONLY;
    forth_emit(f, OP_CALL);
    forth_emit(f, f->words[f->latest].code);
    return 0;
}

W(exit)
{
    (void)s;
    forth_emit_exit(f);
    return 0;
}
