/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Words for the data space, and those of strings in it (Forth-2012, 6.1, 6.2, 17.6).
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

W(roll)
{
    forth_cell n = s[0], moved, *from;

    if (n >= f->sp)
        return THROW_STACK_UNDERFLOW;
    from = s - 1 - n;
    moved = *from;
    memmove(from, from + 1, n * CELL);
    s[-1] = moved;
    return 0;
}

W(here)
{
    s[0] = FORTH_BASE_ADDRESS + f->here;
    return 0;
}

/* Moves HERE, within the task's own part of the data space. */
static int allot(struct forth *f, forth_cell bytes)
{
    forth_cell to = f->here + bytes;

    if (to < AT_END || to > f->sizes.data)
        return THROW_DICTIONARY_OVERFLOW;
    f->here = to;
    return 0;
}

W(allot)
{
    return allot(f, s[0]);
}

W(comma)
{
    forth_cell at = f->here;
    int code = allot(f, CELL);

    if (!code)
        forth_put(f, (uint32_t)at, s[0]);
    return code;
}

W(c_comma)
{
    int code = allot(f, 1);

    if (!code)
        f->data[f->here - 1] = (uint8_t)s[0];
    return code;
}

W(align)
{
    (void)s;
    return allot(f, (0 - f->here) % CELL);
}

W(unused)
{
    s[0] = f->sizes.data - f->here;
    return 0;
}

W(pad)
{
    (void)f;
    s[0] = FORTH_BASE_ADDRESS + AT_PAD;
    return 0;
}

W(base)
{
    (void)f;
    s[0] = FORTH_BASE_ADDRESS + AT_BASE;
    return 0;
}

W(state)
{
    (void)f;
    s[0] = FORTH_BASE_ADDRESS + AT_STATE;
    return 0;
}

W(to_in)
{
    (void)f;
    s[0] = FORTH_BASE_ADDRESS + AT_IN;
    return 0;
}

W(decimal)
{
    (void)s;
    forth_put(f, AT_BASE, 10);
    return 0;
}

W(hex)
{
    (void)s;
    forth_put(f, AT_BASE, 16);
    return 0;
}

/* Checks and charges two blocks; false where one is not the task's. */
static bool blocks(struct forth *f, const forth_cell *s, uint8_t **from, uint8_t **to)
{
    *from = forth_at(f, s[0], s[2]);
    *to = forth_at(f, s[1], s[2]);
    forth_charge(f, s[2]);
    return *from && *to;
}

W(move)
{
    uint8_t *from, *to;

    if (!s[2])
        return 0;
    if (!blocks(f, s, &from, &to))
        return THROW_ADDRESS;
    memmove(to, from, s[2]);
    return 0;
}

W(cmove)
{
    uint8_t *from, *to;

    if (s[2] && !blocks(f, s, &from, &to))
        return THROW_ADDRESS;
    for (forth_cell i = 0; i < s[2]; i++)
        to[i] = from[i];
    return 0;
}

W(cmove_up)
{
    uint8_t *from, *to;

    if (s[2] && !blocks(f, s, &from, &to))
        return THROW_ADDRESS;
    for (forth_cell i = s[2]; i-- > 0;)
        to[i] = from[i];
    return 0;
}

static int fill(struct forth *f, const forth_cell *s, int value)
{
    uint8_t *at = forth_at(f, s[0], s[1]);

    if (!s[1])
        return 0;
    if (!at)
        return THROW_ADDRESS;
    forth_charge(f, s[1]);
    memset(at, value, s[1]);
    return 0;
}

W(fill)
{
    return fill(f, s, (uint8_t)s[2]);
}

W(erase)
{
    return fill(f, s, 0);
}

W(blank)
{
    return fill(f, s, ' ');
}

W(release)
{
    return forth_token_release(f, s[0]) ? 0 : THROW_TOKEN;
}

/* ( c-addr1 u1 c-addr2 u2 -- n ), 17.6.1.0935 */
W(compare)
{
    const uint8_t *a = forth_at(f, s[0], s[1]), *b = forth_at(f, s[2], s[3]);
    forth_cell common = s[1] < s[3] ? s[1] : s[3], order;
    int difference;

    if ((s[1] && !a) || (s[3] && !b))
        return THROW_ADDRESS;
    forth_charge(f, common);
    difference = common ? memcmp(a, b, common) : 0;
    if (difference)
        order = difference < 0 ? (forth_cell)-1 : 1;
    else
        order = s[1] == s[3] ? 0 : s[1] < s[3] ? (forth_cell)-1 : 1;
    s[0] = order;
    return 0;
}

/* ( c-addr1 u1 c-addr2 u2 -- c-addr3 u3 flag ), 17.6.1.2191 */
W(search)
{
    const uint8_t *text = forth_at(f, s[0], s[1]), *part = forth_at(f, s[2], s[3]);
    forth_cell length = s[3];

    if ((s[1] && !text) || (length && !part))
        return THROW_ADDRESS;
    s[2] = forth_flag(!length);
    for (forth_cell i = 0; length && length <= s[1] && i <= s[1] - length; i++) {
        forth_charge(f, 16 + length);
        if (memcmp(text + i, part, length) == 0) {
            s[0] += i;
            s[1] -= i;
            s[2] = forth_flag(true);
            break;
        }
    }
    return 0;
}

W(slash_string)
{
    (void)f;
    s[0] += s[2];
    s[1] -= s[2];
    return 0;
}

W(dash_trailing)
{
    const uint8_t *text = forth_at(f, s[0], s[1]);

    if (s[1] && !text)
        return THROW_ADDRESS;
    forth_charge(f, s[1]);
    while (s[1] && text[s[1] - 1] == ' ')
        s[1]--;
    return 0;
}
