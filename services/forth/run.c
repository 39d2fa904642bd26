/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The inner interpreter: token threading. Registers are the compiler's while it runs; a word in C
 * sees the data stack's depth in the task and its arguments through a pointer.
 */
#include <services/forth/engine.h>

#define SIGNED(x) ((forth_signed)(x))
#define TOP_BIT   ((forth_cell)1 << (CELL_BITS - 1))
#define IP(p)     ((forth_cell)((p)-f->code))

#define THROW(what)                                                                                \
    do {                                                                                           \
        code = (what);                                                                             \
        goto fault;                                                                                \
    } while (0)
#define ENSURE(condition, what)                                                                    \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0))                                                     \
            THROW(what);                                                                           \
    } while (0)
#define NEED(n)   ENSURE(sp - stack >= (ptrdiff_t)(n), THROW_STACK_UNDERFLOW)
#define ROOM(n)   ENSURE(stack_end - sp >= (ptrdiff_t)(n), THROW_STACK_OVERFLOW)
#define R_NEED(n) ENSURE(rp - returns >= (ptrdiff_t)(n), THROW_RETURN_UNDERFLOW)
#define R_ROOM(n) ENSURE(returns_end - rp >= (ptrdiff_t)(n), THROW_RETURN_OVERFLOW)
#define C_ROOM(n) ENSURE(calls + f->sizes.calls - cp >= (ptrdiff_t)(n), THROW_CALLS)
#define BYTES_AT(p, address, n)                                                                    \
    do {                                                                                           \
        (p) = forth_at(f, (address), (n));                                                         \
        ENSURE(p, THROW_ADDRESS);                                                                  \
    } while (0)
#define SAVE()                                                                                     \
    do {                                                                                           \
        f->sp = (uint32_t)(sp - stack);                                                            \
        f->rp = (uint32_t)(rp - returns);                                                          \
        f->cp = (uint32_t)(cp - calls);                                                            \
        f->lp = lp;                                                                                \
        f->fuel = left;                                                                            \
        f->ip = (uint32_t)(ip - f->code);                                                          \
    } while (0)
#define LOAD()                                                                                     \
    do {                                                                                           \
        sp = stack + f->sp;                                                                        \
        rp = returns + f->rp;                                                                      \
        cp = calls + f->cp;                                                                        \
        lp = f->lp;                                                                                \
        left = f->fuel;                                                                            \
        ip = f->code + f->ip;                                                                      \
    } while (0)

/* A built-in or host word that is a C function, NULL where the token is neither. */
static forth_function *function_of(const struct forth *f, uint32_t token, unsigned *in,
                                   unsigned *out)
{
    const struct forth_host_word *word;

    if (token < BUILTIN_COUNT) {
        *in = forth_builtins[token].in;
        *out = forth_builtins[token].out;
        return forth_builtins[token].function;
    }
    word = forth_host_word(f, token - BUILTIN_COUNT);
    *in = word->in;
    *out = word->out;
    return word->function;
}

enum forth_result forth_run(struct forth *f, uint32_t *fuel)
{
    forth_cell *const stack = f->stack, *const stack_end = stack + f->sizes.stack;
    forth_cell *const returns = f->returns, *const returns_end = returns + f->sizes.returns;
    forth_cell *const calls = f->calls;
    forth_cell *sp, *rp, *cp, xt;
    const struct forth_definition *word;
    const uint16_t *ip;
    forth_function *function;
    forth_signed code;
    uint32_t token, lp, left;
    unsigned in, out;

    if (!f->busy)
        return FORTH_DONE;
    f->fuel = *fuel;
    if (f->interrupted) {
        forth_unwind(f, THROW_INTERRUPT);
        return FORTH_THROWN;
    }
    LOAD();
    for (;;) {
        if (left == 0) {
            SAVE();
            *fuel = 0;
            return FORTH_OUT_OF_FUEL;
        }
        left--;
        token = *ip++;
    dispatch:
        switch (token) {
#define OP(id, name, takes, leaves, ...)                                                           \
    case OP_##id: {                                                                                \
        forth_cell *s;                                                                             \
        if ((takes) > 0)                                                                           \
            NEED(takes);                                                                           \
        if ((leaves) > (takes))                                                                    \
            ROOM((leaves) - (takes));                                                              \
        s = sp - (takes);                                                                          \
        sp = s + (leaves);                                                                         \
        (void)s;                                                                                   \
        __VA_ARGS__                                                                                \
    } break;
#include <services/forth/operations.def>
#undef OP
        default:
            function = function_of(f, token, &in, &out);
            NEED(in);
            ROOM(out > in ? out - in : 0);
            sp = sp - in + out;
            SAVE();
            f->running = token;
            code = function(f, stack + f->sp - out);
            LOAD();
            if (!code)
                code = f->compile_error;
            f->compile_error = 0;
            if (code)
                goto fault;
        }
        continue;
    execute:
        ENSURE(forth_is_xt(f, xt), THROW_UNDEFINED);
        if (xt < f->first_user) {
            token = (uint32_t)xt;
            goto dispatch;
        }
        word = &f->words[xt - f->first_user];
        if (word->kind == KIND_SYNONYM) {
            xt = word->value;
            goto execute;
        }
        if (word->kind != KIND_COLON && word->kind != KIND_MARKER) {
            ROOM(2);
            *sp++ = word->value;
        }
        switch (word->kind) {
        case KIND_TWO_CONSTANT:
        case KIND_TWO_VALUE: {
            uint8_t *p;

            BYTES_AT(p, word->value, 2 * CELL);
            memcpy(sp - 1, p + CELL, CELL);
            memcpy(sp++, p, CELL);
        } break;
        case KIND_DEFER:
        case KIND_DOES:
        case KIND_COLON:
            C_ROOM(1);
            *cp++ = IP(ip);
            ip = f->code + (word->kind == KIND_DEFER ? CODE_EXECUTE : word->code);
            break;
        case KIND_MARKER:
            SAVE();
            forth_forget(f, (uint32_t)(xt - f->first_user));
            break;
        default:
            break;
        }
        continue;
    fault:
        SAVE();
        if (!forth_unwind(f, code)) {
            *fuel = f->fuel;
            return FORTH_THROWN;
        }
        LOAD();
    }
}
