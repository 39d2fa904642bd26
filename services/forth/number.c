/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Numbers as text, in and out, and the other words of output (Forth-2012, 3.4.1.3, 6.1).
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

static int digit(char c, forth_cell base)
{
    int value = c >= '0' && c <= '9'                             ? c - '0'
                : forth_upper(c) >= 'A' && forth_upper(c) <= 'Z' ? forth_upper(c) - 'A' + 10
                                                                 : 99;

    return (forth_cell)value < base ? value : -1;
}

/* BASE, or 0 where somebody put nonsense there. */
static forth_cell base_of(const struct forth *f)
{
    forth_cell base = forth_get(f, AT_BASE);

    return base >= 2 && base <= 36 ? base : 0;
}

/* Adds digits to a double until one is none; returns how many there were. */
static forth_cell convert(const char *text, forth_cell length, forth_cell base, forth_cell value[2])
{
    forth_cell n, product[2];
    int d;

    for (n = 0; n < length && (d = digit(text[n], base)) >= 0; n++) {
        forth_um_star(value[0], base, product);
        value[1] = value[1] * base + product[1];
        value[0] = product[0] + (forth_cell)d;
        value[1] += value[0] < product[0];
    }
    return n;
}

static forth_cell prefix(char c)
{
    return c == '#' ? 10 : c == '$' ? 16 : c == '%' ? 2 : 0;
}

int forth_number(const struct forth *f, const char *text, forth_cell length, forth_cell value[2])
{
    forth_cell base = base_of(f), other;
    bool negative, is_double;

    value[0] = value[1] = 0;
    if (length == 3 && text[0] == '\'' && text[2] == '\'') {
        value[0] = (unsigned char)text[1];
        return 1;
    }
    if (length && (other = prefix(*text))) {
        base = other;
        text++;
        length--;
    }
    negative = length && *text == '-';
    text += negative;
    length -= negative;
    is_double = length && text[length - 1] == '.';
    length -= is_double;
    if (!length || !base || convert(text, length, base, value) != length)
        return 0;
    if (negative)
        forth_negate(value);
    return is_double ? 2 : 1;
}

/* ( ud1 c-addr1 u1 -- ud2 c-addr2 u2 ) */
W(to_number)
{
    const char *text = (const char *)forth_at(f, s[2], s[3]);
    forth_cell n, base = base_of(f);

    if (!base)
        return THROW_BASE;
    if (s[3] && !text)
        return THROW_ADDRESS;
    forth_charge(f, s[3] * 16);
    n = convert(text, s[3], base, s);
    s[2] += n;
    s[3] -= n;
    return 0;
}

W(less_number)
{
    (void)s;
    f->hold = AT_HOLD_END;
    return 0;
}

static int hold(struct forth *f, char c)
{
    if (f->hold <= AT_HOLD)
        return THROW_PICTURED_OVERFLOW;
    f->data[--f->hold] = (uint8_t)c;
    return 0;
}

W(hold)
{
    return hold(f, (char)s[0]);
}

W(holds)
{
    const char *text = (const char *)forth_at(f, s[0], s[1]);
    int code = s[1] && !text ? THROW_ADDRESS : 0;

    for (forth_cell i = s[1]; !code && i-- > 0;)
        code = hold(f, text[i]);
    return code;
}

W(sign)
{
    return (forth_signed)s[0] < 0 ? hold(f, '-') : 0;
}

W(number)
{
    forth_cell base = base_of(f), rest, high;

    if (!base)
        return THROW_BASE;
    high = s[1] % base;
    s[1] /= base;
    forth_um_divide((forth_cell[2]){s[0], high}, base, &s[0], &rest);
    return hold(f, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest]);
}

W(number_s)
{
    int code;

    do
        code = forth_word_number(f, s);
    while (!code && (s[0] | s[1]));
    return code;
}

W(number_greater)
{
    s[0] = FORTH_BASE_ADDRESS + f->hold;
    s[1] = AT_HOLD_END - (forth_cell)f->hold;
    return 0;
}

void forth_write(struct forth *f, const char *text, size_t length)
{
    if (length)
        f->host->write(f->host->context, text, length);
}

static int spaces(struct forth *f, forth_signed n)
{
    while (n-- > 0) {
        forth_charge(f, 16);
        if (!f->fuel && n > 4096)
            return THROW_RANGE;
        forth_write(f, " ", 1);
    }
    return 0;
}

int forth_print(struct forth *f, const forth_cell number[2], bool is_signed, forth_signed width)
{
    forth_cell value[2] = {number[0], number[1]};
    bool negative = is_signed && (forth_signed)number[1] < 0;
    int code;

    if (negative)
        forth_negate(value);
    f->hold = AT_HOLD_END;
    code = forth_word_number_s(f, value);
    if (!code && negative)
        code = hold(f, '-');
    if (!code)
        code = spaces(f, width - (AT_HOLD_END - (forth_signed)f->hold));
    if (!code)
        forth_write(f, (const char *)f->data + f->hold, AT_HOLD_END - (size_t)f->hold);
    return code;
}

static int print_single(struct forth *f, forth_cell n, bool is_signed, forth_signed width)
{
    forth_cell number[2] = {n, forth_flag(is_signed && (forth_signed)n < 0)};

    return forth_print(f, number, is_signed, width);
}

static int then_space(struct forth *f, int code)
{
    if (!code)
        forth_write(f, " ", 1);
    return code;
}

W(dot)
{
    return then_space(f, print_single(f, s[0], true, 0));
}

W(u_dot)
{
    return then_space(f, print_single(f, s[0], false, 0));
}

W(dot_r)
{
    return print_single(f, s[0], true, (forth_signed)s[1]);
}

W(u_dot_r)
{
    return print_single(f, s[0], false, (forth_signed)s[1]);
}

W(d_dot)
{
    return then_space(f, forth_print(f, s, true, 0));
}

W(d_dot_r)
{
    return forth_print(f, s, true, (forth_signed)s[2]);
}

W(type)
{
    const char *text = (const char *)forth_at(f, s[0], s[1]);

    if (s[1] && !text)
        return THROW_ADDRESS;
    forth_charge(f, s[1]);
    forth_write(f, text, s[1]);
    return 0;
}

W(emit)
{
    char c = (char)s[0];

    forth_write(f, &c, 1);
    return 0;
}

W(cr)
{
    (void)s;
    forth_write(f, "\n", 1);
    return 0;
}

W(space)
{
    (void)s;
    return spaces(f, 1);
}

W(spaces)
{
    return spaces(f, (forth_signed)s[0]);
}

W(accept)
{
    char *text = (char *)forth_at(f, s[0], s[1]);
    int length;

    if (s[1] && !text)
        return THROW_ADDRESS;
    length = f->host->read && s[1] ? f->host->read(f->host->context, false, text, s[1]) : 0;
    s[0] = length > 0 && (forth_cell)length <= s[1] ? (forth_cell)length : 0;
    return 0;
}

W(dot_s)
{
    int code = 0;

    (void)s;
    for (uint32_t i = 0; !code && i < f->sp; i++)
        code = then_space(f, print_single(f, f->stack[i], true, 0));
    return code;
}

W(words)
{
    const char *name;
    size_t length;

    (void)s;
    for (size_t i = 0; (name = forth_name(f, i, &length)); i++) {
        forth_write(f, name, length);
        forth_write(f, " ", 1);
    }
    return 0;
}
