/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Division, mixed and double-cell arithmetic (Forth-2012, 6.1 and 8.6). A double has its low cell
 * below its high one.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

static bool negative(forth_cell x)
{
    return (forth_signed)x < 0;
}

static void extend(forth_cell x, forth_cell number[2])
{
    number[0] = x;
    number[1] = forth_flag(negative(x));
}

/* Both of a single division, floored as the remainder of a ring is wanted. */
static int divide(const forth_cell *s, forth_cell *quotient, forth_cell *remainder)
{
    forth_cell number[2];

    extend(s[0], number);
    return forth_fm_divide(number, s[1], quotient, remainder);
}

W(slash)
{
    forth_cell rest;

    (void)f;
    return divide(s, &s[0], &rest);
}

W(mod)
{
    forth_cell quotient;

    (void)f;
    return divide(s, &quotient, &s[0]);
}

W(slash_mod)
{
    forth_cell pair[2] = {s[0], s[1]};

    (void)f;
    return divide(pair, &s[1], &s[0]);
}

W(star_slash_mod)
{
    forth_cell product[2], divisor = s[2];

    (void)f;
    forth_m_star(s[0], s[1], product);
    return forth_fm_divide(product, divisor, &s[1], &s[0]);
}

W(star_slash)
{
    forth_cell product[2], rest;

    (void)f;
    forth_m_star(s[0], s[1], product);
    return forth_fm_divide(product, s[2], &s[0], &rest);
}

W(fm_mod)
{
    forth_cell number[2] = {s[0], s[1]};

    (void)f;
    return forth_fm_divide(number, s[2], &s[1], &s[0]);
}

W(sm_rem)
{
    forth_cell number[2] = {s[0], s[1]};

    (void)f;
    return forth_sm_divide(number, s[2], &s[1], &s[0]);
}

W(um_mod)
{
    forth_cell number[2] = {s[0], s[1]};

    (void)f;
    return forth_um_divide(number, s[2], &s[1], &s[0]);
}

W(um_star)
{
    (void)f;
    forth_um_star(s[0], s[1], s);
    return 0;
}

W(m_star)
{
    (void)f;
    forth_m_star(s[0], s[1], s);
    return 0;
}

W(s_to_d)
{
    (void)f;
    extend(s[0], s);
    return 0;
}

W(d_to_s)
{
    (void)f;
    (void)s;
    return 0;
}

static void add(forth_cell a[2], const forth_cell b[2])
{
    a[0] += b[0];
    a[1] += b[1] + (a[0] < b[0]);
}

W(d_plus)
{
    (void)f;
    add(s, s + 2);
    return 0;
}

W(d_minus)
{
    (void)f;
    forth_negate(s + 2);
    add(s, s + 2);
    return 0;
}

W(m_plus)
{
    forth_cell number[2];

    (void)f;
    extend(s[2], number);
    add(s, number);
    return 0;
}

W(dnegate)
{
    (void)f;
    forth_negate(s);
    return 0;
}

W(dabs)
{
    (void)f;
    if (negative(s[1]))
        forth_negate(s);
    return 0;
}

W(d_zero_equals)
{
    (void)f;
    s[0] = forth_flag(!(s[0] | s[1]));
    return 0;
}

W(d_zero_less)
{
    (void)f;
    s[0] = forth_flag(negative(s[1]));
    return 0;
}

W(d_equals)
{
    (void)f;
    s[0] = forth_flag(s[0] == s[2] && s[1] == s[3]);
    return 0;
}

static bool less(const forth_cell a[2], const forth_cell b[2])
{
    return a[1] == b[1] ? a[0] < b[0] : (forth_signed)a[1] < (forth_signed)b[1];
}

W(d_less)
{
    (void)f;
    s[0] = forth_flag(less(s, s + 2));
    return 0;
}

W(du_less)
{
    (void)f;
    s[0] = forth_flag(s[1] == s[3] ? s[0] < s[2] : s[1] < s[3]);
    return 0;
}

W(dmin)
{
    (void)f;
    if (less(s + 2, s))
        memcpy(s, s + 2, 2 * CELL);
    return 0;
}

W(dmax)
{
    (void)f;
    if (less(s, s + 2))
        memcpy(s, s + 2, 2 * CELL);
    return 0;
}

W(d_two_star)
{
    (void)f;
    s[1] = s[1] << 1 | s[0] >> (CELL_BITS - 1);
    s[0] <<= 1;
    return 0;
}

W(d_two_slash)
{
    (void)f;
    s[0] = s[0] >> 1 | s[1] << (CELL_BITS - 1);
    s[1] = s[1] >> 1 | (s[1] & (forth_cell)1 << (CELL_BITS - 1));
    return 0;
}

/* ( d1 n1 +n2 -- d2 ) through a product of three cells (8.6.1.1820). */
W(m_star_slash)
{
    bool minus = negative(s[1] ^ s[2]);
    forth_cell low[2], high[2], rest, n = negative(s[2]) ? 0 - s[2] : s[2];
    int code;

    (void)f;
    if ((forth_signed)s[3] <= 0)
        return s[3] ? THROW_RANGE : THROW_DIVIDE;
    if (negative(s[1]))
        forth_negate(s);
    forth_um_star(s[0], n, low);
    forth_um_star(s[1], n, high);
    high[0] += low[1];
    high[1] += high[0] < low[1];
    code = forth_um_divide(high, s[3], &s[1], &rest);
    if (code)
        return code;
    low[1] = rest;
    code = forth_um_divide(low, s[3], &s[0], &rest);
    if (!code && minus)
        forth_negate(s);
    return code;
}

W(two_rot)
{
    forth_cell pair[2] = {s[0], s[1]};

    (void)f;
    memmove(s, s + 2, 4 * CELL);
    memcpy(s + 4, pair, 2 * CELL);
    return 0;
}
