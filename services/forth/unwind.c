/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What happens on THROW (Forth-2012, 9.6.1.2275): back to the innermost CATCH, or out of the run.
 */
#include <services/forth/engine.h>

static void stop(struct forth *f, forth_signed code)
{
    if (f->open)
        forth_drop_open(f);
    forth_put(f, AT_STATE, 0);
    f->busy = false;
    f->thrown = code;
    if (code != THROW_QUIT)
        f->sp = 0;
    f->rp = f->cp = f->lp = f->handler = 0;
    f->ip = CODE_LINE;
}

bool forth_unwind(struct forth *f, forth_signed code)
{
    const forth_cell *frame;

    if (!f->handler || code == THROW_QUIT || f->interrupted) {
        stop(f, f->interrupted ? THROW_INTERRUPT : code);
        return false;
    }
    f->cp = f->handler - 9;
    frame = f->calls + f->cp;
    f->handler = (uint32_t)frame[0];
    f->sp = (uint32_t)frame[1];
    f->rp = (uint32_t)frame[2];
    f->lp = (uint32_t)frame[3];
    f->source = (struct forth_source){frame[4], frame[5], frame[6]};
    forth_put(f, AT_IN, frame[7]);
    f->ip = (uint32_t)frame[8];
    f->stack[f->sp++] = (forth_cell)code; /* CATCH took an xt from there */
    return true;
}
