/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Wordlists and the search order (Forth-2012, 16). A wordlist is a number that each definition
 * bears; the built-in and the host's words are in the first, FORTH. Programs see it plus one.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

/* The wordlist that a program's number stands for. */
static int list_of(const struct forth *f, forth_cell wid, uint8_t *list)
{
    if (wid - 1 >= f->lists)
        return THROW_NUMBER;
    *list = (uint8_t)(wid - 1);
    return 0;
}

void forth_trim_order(struct forth *f)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < f->order_count; i++)
        if (f->order[i] < f->lists)
            f->order[kept++] = f->order[i];
    f->order_count = (uint8_t)kept;
    if (f->current >= f->lists)
        f->current = 0;
}

W(wordlist)
{
    if (f->lists == FORTH_LISTS)
        return THROW_DICTIONARY_OVERFLOW;
    s[0] = ++f->lists;
    return 0;
}

W(forth_wordlist)
{
    (void)f;
    s[0] = 1;
    return 0;
}

W(get_current)
{
    s[0] = f->current + 1u;
    return 0;
}

W(set_current)
{
    return list_of(f, s[0], &f->current);
}

W(definitions)
{
    (void)s;
    if (!f->order_count)
        return THROW_ORDER_UNDERFLOW;
    f->current = f->order[f->order_count - 1];
    return 0;
}

/* ( -- widn ... wid1 n ), wid1 being searched first */
W(get_order)
{
    (void)s;
    for (unsigned i = 0; i < f->order_count; i++)
        if (!forth_push(f, f->order[i] + 1u))
            return THROW_STACK_OVERFLOW;
    return forth_push(f, f->order_count) ? 0 : THROW_STACK_OVERFLOW;
}

W(only)
{
    (void)s;
    f->order[0] = 0;
    f->order_count = 1;
    return 0;
}

W(set_order)
{
    forth_cell count = s[0];
    uint8_t order[FORTH_ORDER];
    int code = 0;

    if (count == (forth_cell)-1)
        return forth_word_only(f, s);
    if (count > FORTH_ORDER)
        return THROW_ORDER_OVERFLOW;
    if (count > f->sp)
        return THROW_STACK_UNDERFLOW;
    for (forth_cell i = 0; !code && i < count; i++)
        code = list_of(f, f->stack[f->sp - count + i], &order[i]);
    if (code)
        return code;
    memcpy(f->order, order, count);
    f->order_count = (uint8_t)count;
    f->sp -= (uint32_t)count;
    return 0;
}

W(also)
{
    (void)s;
    if (!f->order_count)
        return THROW_ORDER_UNDERFLOW;
    if (f->order_count == FORTH_ORDER)
        return THROW_ORDER_OVERFLOW;
    f->order[f->order_count] = f->order[f->order_count - 1];
    f->order_count++;
    return 0;
}

W(previous)
{
    (void)s;
    if (!f->order_count)
        return THROW_ORDER_UNDERFLOW;
    f->order_count--;
    return 0;
}

W(forth)
{
    (void)s;
    if (!f->order_count)
        return THROW_ORDER_UNDERFLOW;
    f->order[f->order_count - 1] = 0;
    return 0;
}

static int print_list(struct forth *f, forth_cell list)
{
    const forth_cell number[2] = {list + 1, 0};
    int code = forth_print(f, number, false, 0);

    forth_write(f, " ", 1);
    return code;
}

/* What is searched, the first first, then what definitions go to. */
W(order)
{
    int code = 0;

    (void)s;
    for (unsigned i = f->order_count; !code && i-- > 0;)
        code = print_list(f, f->order[i]);
    forth_write(f, "- ", 2);
    return code ? code : print_list(f, f->current);
}

/* ( c-addr u wid -- 0 | xt 1 | xt -1 ) */
W(search_wordlist)
{
    const char *name = (const char *)forth_at(f, s[0], s[1]);
    uint8_t list = 0;
    int code = list_of(f, s[2], &list);
    uint32_t xt;

    if (code)
        return code;
    if (s[1] && !name)
        return THROW_ADDRESS;
    xt = forth_find_in(f, list, name, s[1]);
    s[0] = xt == FORTH_NONE ? 0 : xt;
    if (xt != FORTH_NONE && !forth_push(f, forth_is_immediate(f, xt) ? 1 : forth_flag(true)))
        return THROW_STACK_OVERFLOW;
    return 0;
}
