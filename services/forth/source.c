/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Input: the text being interpreted, cut into words (Forth-2012, 3.4.1), and what is done with each
 * (3.4).
 */
#include <services/forth/engine.h>

forth_cell forth_address(const struct forth *f, const void *place)
{
    return (forth_cell)((const uint8_t *)place - f->data) + FORTH_BASE_ADDRESS;
}

/* Where the input is, and how much is left; >IN is anybody's to write. */
static const char *rest(struct forth *f, forth_cell *length)
{
    forth_cell in = forth_get(f, AT_IN);

    if ((forth_signed)f->source.id > 0)
        forth_block_input(f);
    if (in > f->source.length)
        in = f->source.length;
    *length = f->source.length - in;
    return (const char *)f->data + (f->source.address - FORTH_BASE_ADDRESS) + in;
}

static void advance(struct forth *f, const char *to)
{
    forth_put(f, AT_IN, forth_address(f, to) - f->source.address);
}

const char *forth_parse(struct forth *f, char delimiter, forth_cell *length)
{
    forth_cell left, n = 0;
    const char *text = rest(f, &left);

    while (n < left && text[n] != delimiter)
        n++;
    advance(f, text + n + (n < left));
    *length = n;
    return text;
}

const char *forth_parse_name(struct forth *f, forth_cell *length)
{
    forth_cell left, n = 0;
    const char *text = rest(f, &left);

    while (left && (unsigned char)*text <= ' ') {
        text++;
        left--;
    }
    while (n < left && (unsigned char)text[n] > ' ')
        n++;
    advance(f, text + n + (n < left));
    *length = n;
    f->where = forth_address(f, text);
    f->where_length = n;
    return text;
}

int forth_need_name(struct forth *f, const char **name, forth_cell *length)
{
    *name = forth_parse_name(f, length);
    return *length ? 0 : THROW_NO_NAME;
}

int forth_tick(struct forth *f, forth_cell *xt)
{
    forth_cell length;
    const char *name;
    int code = forth_need_name(f, &name, &length);

    if (code)
        return code;
    *xt = forth_find(f, name, length);
    return *xt == FORTH_NONE ? THROW_UNDEFINED : 0;
}

/* A block's next is the one behind it (7.6.2.2125). */
static bool next_block(struct forth *f)
{
    forth_cell address;

    if (forth_block(f, f->source.id + 1, &address))
        return false;
    f->source = (struct forth_source){address, FORTH_BLOCK, f->source.id + 1};
    forth_put(f, AT_IN, 0);
    return true;
}

bool forth_refill(struct forth *f)
{
    int length;

    if (forth_block_input(f))
        return next_block(f);
    if (f->source.id || !f->host->read)
        return false;
    length = f->host->read(f->host->context, true, (char *)f->data + AT_LINE, FORTH_LINE);
    if (length < 0 || length > FORTH_LINE)
        return false;
    f->source.address = FORTH_BASE_ADDRESS + AT_LINE;
    f->source.length = (forth_cell)length;
    f->lines++;
    forth_put(f, AT_IN, 0);
    return true;
}

static int interpret_number(struct forth *f, const char *name, forth_cell length)
{
    forth_cell value[2];
    int cells = forth_number(f, name, length, value);

    if (!cells)
        return THROW_UNDEFINED;
    for (int i = 0; i < cells; i++)
        if (forth_get(f, AT_STATE))
            forth_emit_literal(f, value[i]);
        else if (!forth_push(f, value[i]))
            return THROW_STACK_OVERFLOW;
    return 0;
}

static int finish(struct forth *f, int code)
{
    if (!code)
        code = f->compile_error;
    f->compile_error = 0;
    return code;
}

int forth_interpret(struct forth *f, forth_cell *xt)
{
    forth_cell length;
    const char *name = forth_parse_name(f, &length);
    uint32_t found;
    int local;

    *xt = FORTH_NONE;
    if (!length)
        return finish(f, 0);
    *xt = OP_NOTHING;
    local = f->open ? forth_local(f, name, length) : -1;
    if (local >= 0 && forth_get(f, AT_STATE)) {
        forth_emit(f, OP_LOCAL);
        forth_emit(f, (uint32_t)local);
        return finish(f, 0);
    }
    found = forth_find(f, name, length);
    if (found == FORTH_NONE)
        return finish(f, interpret_number(f, name, length));
    if (!forth_get(f, AT_STATE) || forth_is_immediate(f, found)) {
        *xt = found;
        return 0;
    }
    forth_emit_word(f, found);
    return finish(f, 0);
}
