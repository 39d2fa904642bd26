/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Names of the dictionary (Forth-2012, 15.6.2): a name token is the number of the word, which is
 * its xt, too.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

static bool is_name(const struct forth *f, forth_cell nt)
{
    size_t length = 0;

    if (forth_is_xt(f, nt))
        forth_name_of(f, (uint32_t)nt, &length);
    return length > 0;
}

/* What TRAVERSE-WORDLIST keeps on the call stack: words from `next` - 1 down are still to come. */
enum { FRAME_NEXT, FRAME_LIST, FRAME_XT, FRAME_IP, FRAME };

/* Gives the next name to the frame's word, which then runs; or drops the frame. */
static int step(struct forth *f)
{
    forth_cell *frame = f->calls + f->cp - FRAME;
    forth_cell end = f->first_user + f->word_count;

    if (frame[FRAME_NEXT] > end) /* some were forgotten meanwhile */
        frame[FRAME_NEXT] = end;
    while (frame[FRAME_NEXT]-- > 0) {
        forth_cell nt = frame[FRAME_NEXT];

        if (!is_name(f, nt) || forth_list_of(f, (uint32_t)nt) != frame[FRAME_LIST])
            continue;
        f->ip = CODE_TRAVERSE;
        return forth_push(f, nt) && forth_push(f, frame[FRAME_XT]) ? 0 : THROW_STACK_OVERFLOW;
    }
    f->ip = (uint32_t)frame[FRAME_IP];
    f->cp -= FRAME;
    return 0;
}

/* ( i*x xt wid -- j*x ) The newest first; xt is ( k*x nt -- l*x flag ), and false ends it. */
W(traverse_wordlist)
{
    forth_cell *frame = f->calls + f->cp;

    if (s[1] - 1 >= f->lists)
        return THROW_NUMBER;
    if (f->sizes.calls - f->cp < FRAME)
        return THROW_CALLS;
    forth_charge(f, 16 * (f->first_user + f->word_count)); /* all are looked at, by and by */
    frame[FRAME_NEXT] = f->first_user + f->word_count;
    frame[FRAME_LIST] = s[1] - 1;
    frame[FRAME_XT] = s[0];
    frame[FRAME_IP] = f->ip;
    f->cp += FRAME;
    return step(f);
}

/* Has no name, but a number that EXECUTE takes: its frame is only there behind its own EXECUTE. */
W(traverse_next)
{
    if (f->ip != CODE_TRAVERSE + 2)
        return THROW_UNDEFINED;
    if (!s[0])
        f->calls[f->cp - FRAME + FRAME_NEXT] = 0;
    return step(f);
}

/* ( nt -- c-addr u ), a copy */
W(name_to_string)
{
    size_t length;
    const char *name;

    if (!is_name(f, s[0]))
        return THROW_UNDEFINED;
    name = forth_name_of(f, (uint32_t)s[0], &length);
    s[1] = length;
    return forth_keep_string(f, name, length, s);
}

/* ( nt -- xt ) */
W(name_to_interpret)
{
    return is_name(f, s[0]) ? 0 : THROW_UNDEFINED;
}

/* ( nt -- x xt ): executing xt with x compiles the word, or executes it where it is immediate */
W(name_to_compile)
{
    if (!is_name(f, s[0]))
        return THROW_UNDEFINED;
    s[1] = forth_is_immediate(f, (uint32_t)s[0]) ? (forth_cell)OP_EXECUTE : WORD_compile_comma;
    return 0;
}
