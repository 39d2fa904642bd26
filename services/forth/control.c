/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Control structures (Forth-2012, 3.2.3.2). Their stack is not the data stack, and every entry says
 * what it is, so that no program can have the wrong place patched.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

static int push(struct forth *f, enum forth_control_kind kind, uint32_t at)
{
    if (!f->open)
        return THROW_COMPILE_ONLY;
    if (f->control_count == FORTH_CONTROLS)
        return THROW_CONTROL_OVERFLOW;
    f->controls[f->control_count++] =
        (struct forth_control){.kind = (uint8_t)kind, .at = (uint16_t)at};
    return 0;
}

static int pop(struct forth *f, enum forth_control_kind kind, struct forth_control *out)
{
    if (!f->open)
        return THROW_COMPILE_ONLY;
    if (!f->control_count || f->controls[f->control_count - 1].kind != kind)
        return THROW_CONTROL;
    *out = f->controls[--f->control_count];
    return 0;
}

/* A branch to what is not known yet. */
static int forward(struct forth *f, uint32_t op)
{
    forth_emit(f, op);
    forth_emit(f, 0);
    return f->compile_error ? f->compile_error : push(f, CONTROL_ORIG, f->code_here - 1);
}

static int resolve(struct forth *f)
{
    struct forth_control orig;
    int code = pop(f, CONTROL_ORIG, &orig);

    if (!code)
        f->code[orig.at] = (uint16_t)f->code_here;
    return code;
}

static int back(struct forth *f, uint32_t op)
{
    struct forth_control dest;
    int code = pop(f, CONTROL_DEST, &dest);

    if (!code) {
        forth_emit(f, op);
        forth_emit(f, dest.at);
    }
    return code;
}

/* Exchanges the two newest entries, neither of which may be a loop's. */
static int exchange(struct forth *f)
{
    struct forth_control *top = f->controls + f->control_count - 1, moved;

    if (f->control_count < 2 || top[0].kind > CONTROL_DEST || top[-1].kind > CONTROL_DEST)
        return THROW_CONTROL;
    moved = top[0];
    top[0] = top[-1];
    top[-1] = moved;
    return 0;
}

/* ( u -- ): a copy of a BEGIN, 15.6.2.1015. What is to be resolved once has no copy. */
W(cs_pick)
{
    const struct forth_control *from;

    if (s[0] >= f->control_count)
        return THROW_CONTROL;
    from = f->controls + f->control_count - 1 - s[0];
    return from->kind == CONTROL_DEST ? push(f, CONTROL_DEST, from->at) : THROW_CONTROL;
}

/* ( u -- ), 15.6.2.1020: not past a loop or a CASE */
W(cs_roll)
{
    struct forth_control moved, *from;

    if (s[0] >= f->control_count)
        return THROW_CONTROL;
    from = f->controls + f->control_count - 1 - s[0];
    for (forth_cell i = 0; i <= s[0]; i++)
        if (from[i].kind > CONTROL_DEST)
            return THROW_CONTROL;
    moved = *from;
    memmove(from, from + 1, s[0] * sizeof moved);
    from[s[0]] = moved;
    return 0;
}

W(if)
{
    (void)s;
    return forward(f, OP_ZERO_BRANCH);
}

W(ahead)
{
    (void)s;
    return forward(f, OP_BRANCH);
}

W(then)
{
    (void)s;
    return resolve(f);
}

W(else)
{
    int code = forward(f, OP_BRANCH);

    (void)s;
    if (!code)
        code = exchange(f);
    return code ? code : resolve(f);
}

W(begin)
{
    (void)s;
    return push(f, CONTROL_DEST, f->code_here);
}

W(while)
{
    int code = forward(f, OP_ZERO_BRANCH);

    (void)s;
    return code ? code : exchange(f);
}

W(again)
{
    (void)s;
    return back(f, OP_BRANCH);
}

W(until)
{
    (void)s;
    return back(f, OP_ZERO_BRANCH);
}

W(repeat)
{
    int code = back(f, OP_BRANCH);

    (void)s;
    return code ? code : resolve(f);
}

/* LEAVEs of a loop are a chain through their own operands; 0 ends it. */
static void chain(struct forth *f, uint32_t op)
{
    forth_emit(f, op);
    forth_emit(f, f->leaves);
    if (!f->compile_error)
        f->leaves = (uint16_t)(f->code_here - 1);
}

static int open_loop(struct forth *f, bool may_be_empty)
{
    uint16_t enclosing = f->leaves;
    int code;

    f->leaves = 0;
    if (may_be_empty)
        chain(f, OP_QUESTION_DO);
    else
        forth_emit(f, OP_DO);
    code = f->compile_error ? f->compile_error : push(f, CONTROL_DO, f->code_here);
    if (code)
        return code;
    f->controls[f->control_count - 1].chain = enclosing;
    f->loops++;
    return 0;
}

W(do)
{
    (void)s;
    return open_loop(f, false);
}

W(question_do)
{
    (void)s;
    return open_loop(f, true);
}

static int close_loop(struct forth *f, uint32_t op)
{
    struct forth_control loop;
    int code = pop(f, CONTROL_DO, &loop);

    if (code)
        return code;
    forth_emit(f, op);
    forth_emit(f, loop.at);
    while (f->leaves) {
        uint16_t next = f->code[f->leaves];

        f->code[f->leaves] = (uint16_t)f->code_here;
        f->leaves = next;
    }
    f->leaves = loop.chain;
    f->loops--;
    return 0;
}

W(loop)
{
    (void)s;
    return close_loop(f, OP_LOOP);
}

W(plus_loop)
{
    (void)s;
    return close_loop(f, OP_PLUS_LOOP);
}

W(leave)
{
    (void)s;
    if (!f->open)
        return THROW_COMPILE_ONLY;
    if (!f->loops)
        return THROW_CONTROL;
    forth_emit(f, OP_UNLOOP);
    chain(f, OP_BRANCH);
    return 0;
}

W(case)
{
    (void)s;
    return push(f, CONTROL_CASE, 0);
}

W(of)
{
    (void)s;
    return forward(f, OP_OF);
}

/* The branches to ENDCASE are a chain like LEAVEs, kept in the CASE's entry. */
W(endof)
{
    struct forth_control of, *top;
    int code = pop(f, CONTROL_ORIG, &of);

    (void)s;
    if (code)
        return code;
    top = f->control_count ? &f->controls[f->control_count - 1] : NULL;
    if (!top || top->kind != CONTROL_CASE)
        return THROW_CONTROL;
    forth_emit(f, OP_BRANCH);
    forth_emit(f, top->chain);
    if (f->compile_error)
        return f->compile_error;
    top->chain = (uint16_t)(f->code_here - 1);
    f->code[of.at] = (uint16_t)f->code_here;
    return 0;
}

W(endcase)
{
    struct forth_control all;
    int code = pop(f, CONTROL_CASE, &all);

    (void)s;
    if (code)
        return code;
    forth_emit(f, OP_DROP);
    for (uint16_t at = all.chain, next; at; at = next) {
        next = f->code[at];
        f->code[at] = (uint16_t)f->code_here;
    }
    return 0;
}
