/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Inside the engine: a task's memory, its dictionary, and what the files of this folder call of
 * each other. Compiled code is a list of 16-bit tokens: a built-in word's token is its xt. Code is
 * made by compile.c alone and nothing can write to it, so that run.c trusts it; what code handles
 * (addresses, xts, stack depths) it does not trust.
 *
 * Functions here return 0 or a THROW code (Forth-2012, table 9.1), unless they say otherwise.
 */
#ifndef SERVICES_FORTH_ENGINE_H
#define SERVICES_FORTH_ENGINE_H

#include <services/forth/forth.h>
#include <string.h>

/* Tokens, in the order of the lists. */
enum forth_token {
#define OP(id, name, in, out, ...) OP_##id,
#include <services/forth/operations.def>
#undef OP
#define WORD(id, name, in, out, flags) WORD_##id,
#include <services/forth/words.def>
#undef WORD
    BUILTIN_COUNT,
};
#define OP_FIRST_NAMED OP_DUP

enum forth_flag { FLAG_IMMEDIATE = 1, FLAG_OPEN = 2 };

/* A built-in word; function is NULL for an operation of the inner interpreter. */
struct forth_builtin {
    const char *name; /* upper case; NULL: internal */
    int (*function)(struct forth *f, forth_cell *s);
    uint8_t in, out, flags;
};
extern const struct forth_builtin forth_builtins[BUILTIN_COUNT];

#define WORD(id, name, in, out, flags) forth_function forth_word_##id;
#include <services/forth/words.def>
#undef WORD

enum forth_kind {
    KIND_COLON,
    KIND_CREATE,
    KIND_DOES,
    KIND_CONSTANT,
    KIND_VALUE,
    KIND_TWO_CONSTANT,
    KIND_TWO_VALUE,
    KIND_DEFER,
    KIND_MARKER,
    KIND_SYNONYM,
};

/* A definition. Its xt is its index behind the built-in and the host's words. */
struct forth_definition {
    forth_cell value;   /* a constant's, an address, an xt */
    uint16_t code;      /* where its code begins */
    uint16_t name;      /* where its name stands in the code space */
    uint16_t link;      /* the next older word of its hash chain, an xt */
    uint8_t length : 5; /* of its name; 0: it has none */
    uint8_t list : 3;   /* the wordlist that it is in */
    uint8_t kind : 6;
    uint8_t flags : 2;
};

enum forth_control_kind { CONTROL_ORIG, CONTROL_DEST, CONTROL_DO, CONTROL_CASE };

/* What a control-flow word leaves for its partner (Forth-2012, 3.2.3.2). */
struct forth_control {
    uint8_t kind;
    uint16_t at;    /* the branch to be resolved, or where to branch to */
    uint16_t chain; /* DO: the enclosing loop's LEAVEs */
};

/* What is interpreted. Its id: 0 for the user's input, -1 for a string, else a block's number. */
struct forth_source {
    forth_cell address, length, id;
};

/* What is in a buffer for blocks. */
struct forth_buffer {
    forth_cell block;
    uint32_t used; /* how many times one had been asked for when this was; 0: it is empty */
    bool updated;
};

struct forth_token_slot {
    void *object; /* NULL: free */
    uint16_t generation;
};

enum {
    FORTH_BASE_ADDRESS = 4096, /* address of the data space's first byte: small numbers are none */
    FORTH_LINE = 256,
    FORTH_BLOCK_LINE = 64, /* bytes; FORTH_BLOCK has sixteen of them */
    FORTH_NAME = 31,
    FORTH_CONTROLS = 32,
    FORTH_LOCALS = 16,
    FORTH_BUCKETS = 128,
    FORTH_LISTS = 7,         /* wordlists; the first is FORTH */
    FORTH_SUBSTITUTIONS = 7, /* the list that REPLACES fills */
    FORTH_ORDER = 8,         /* wordlists in the search order */
    FORTH_NONE = 0xFFFF,
    CELL = sizeof(forth_cell),
    CELL_BITS = 8 * CELL,
};

/* The system's part of the data space: offsets, in bytes. */
enum {
    AT_BASE = 0,
    AT_STATE = AT_BASE + CELL,
    AT_IN = AT_STATE + CELL,
    AT_LINE = AT_IN + CELL,
    AT_WORD = AT_LINE + FORTH_LINE,
    AT_HOLD = AT_WORD + FORTH_LINE + 8,
    AT_HOLD_END = AT_HOLD + 2 * CELL_BITS + 8,
    AT_STRINGS = AT_HOLD_END, /* two, for S" while interpreting */
    AT_PAD = AT_STRINGS + 2 * FORTH_LINE,
    AT_BLK = AT_PAD + 128, /* a copy: the engine reads struct forth_source */
    AT_SCR = AT_BLK + CELL,
    AT_END = AT_SCR + CELL,
};
_Static_assert(AT_END <= FORTH_BUFFERS && AT_END % CELL == 0, "the buffers fit");

/* Where the code that the engine itself starts at stands in every code space. */
enum {
    CODE_LINE = 1,
    CODE_EVALUATE = 3,
    CODE_CATCH = 5,
    CODE_EXECUTE = 6,
    CODE_START = 8,
    CODE_THRU = 10,
    CODE_TRAVERSE = 11,
    CODE_USER = 13
};

struct forth {
    const struct forth_host *host;
    struct forth_sizes sizes;
    /* Parts of the caller's memory. */
    uint8_t *data;
    forth_cell *stack, *returns, *calls;
    struct forth_definition *words;
    struct forth_token_slot *tokens;
    uint16_t *code;
    uint16_t *links; /* of the built-in and the host's words */
    uint16_t buckets[FORTH_BUCKETS];
    /* The inner interpreter's registers while it does not run: indices. */
    uint32_t sp, rp, cp, ip, lp;
    uint32_t handler; /* cp just above the innermost catch frame; 0: none */
    uint32_t fuel;    /* left in this run */
    uint32_t running; /* the host word that runs */
    bool busy, interrupted;
    forth_signed thrown;
    /* Input. */
    struct forth_source source;
    forth_cell lines; /* that were read, so that RESTORE-INPUT knows an old one */
    forth_cell where, where_length;
    forth_cell abort_text, abort_length;
    uint8_t next_string;
    /* Blocks. */
    forth_cell reach; /* bytes that words can address: the data space and the buffers behind it */
    struct forth_buffer buffers[FORTH_BLOCK_BUFFERS];
    uint32_t asked;         /* for a buffer, how many times */
    uint8_t current_buffer; /* that was asked for last */
    /* The dictionary. */
    forth_cell here; /* an offset */
    uint32_t code_here, code_reclaim, word_count, first_user;
    uint16_t latest;        /* index of the last definition, FORTH_NONE */
    uint16_t hold;          /* first digit, an offset */
    uint8_t lists, current; /* wordlists that there are; the one that definitions go to */
    uint8_t order[FORTH_ORDER], order_count; /* what is searched, the last first */
    /* The definition that is open. */
    bool open;
    bool has_locals, locals_pending;
    uint8_t local_count, loops, control_count;
    int compile_error;
    uint16_t leaves;
    struct forth_control controls[FORTH_CONTROLS];
    uint8_t local_lengths[FORTH_LOCALS];
    char local_names[FORTH_LOCALS][FORTH_NAME];
};

/* Where `length` bytes at `address` are; NULL if the task does not own them all. */
static inline uint8_t *forth_at(const struct forth *f, forth_cell address, forth_cell length)
{
    forth_cell offset = address - FORTH_BASE_ADDRESS;

    return offset <= f->reach && length <= f->reach - offset ? f->data + offset : NULL;
}

static inline forth_cell forth_get(const struct forth *f, uint32_t offset)
{
    forth_cell value;

    memcpy(&value, f->data + offset, sizeof value);
    return value;
}

static inline void forth_put(struct forth *f, uint32_t offset, forth_cell value)
{
    memcpy(f->data + offset, &value, sizeof value);
}

static inline forth_cell forth_flag(bool value)
{
    return (forth_cell)0 - value;
}

static inline char forth_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/* Takes fuel for `length` bytes that a word goes through. */
static inline void forth_charge(struct forth *f, forth_cell length)
{
    uint32_t cost = (uint32_t)(length / 16);

    f->fuel = f->fuel > cost ? f->fuel - cost : 0;
}

/* arithmetic.c: unsigned, then floored and symmetric division of double by single cells
 * (Forth-2012, 6.1.2370, 6.1.1561, 6.1.2214). Low cells first. */
void forth_um_star(forth_cell a, forth_cell b, forth_cell product[2]);
int forth_um_divide(const forth_cell dividend[2], forth_cell divisor, forth_cell *quotient,
                    forth_cell *remainder);
int forth_fm_divide(const forth_cell dividend[2], forth_cell divisor, forth_cell *quotient,
                    forth_cell *remainder);
int forth_sm_divide(const forth_cell dividend[2], forth_cell divisor, forth_cell *quotient,
                    forth_cell *remainder);
void forth_m_star(forth_cell a, forth_cell b, forth_cell product[2]);
void forth_negate(forth_cell number[2]);

/* dictionary.c */
uint32_t forth_host_count(const struct forth_host *host);
/* A host word by its number. */
const struct forth_host_word *forth_host_word(const struct forth *f, uint32_t number);
/* The name of an xt; `length` is 0 where it has none. */
const char *forth_name_of(const struct forth *f, uint32_t xt, size_t *length);
/* The xt of a name in one wordlist, or in the search order; FORTH_NONE where there is none. */
uint32_t forth_find_in(const struct forth *f, unsigned list, const char *name, forth_cell length);
uint32_t forth_find(const struct forth *f, const char *name, forth_cell length);
/* The wordlist that it is in. */
unsigned forth_list_of(const struct forth *f, uint32_t xt);
bool forth_is_immediate(const struct forth *f, uint32_t xt);
/* The definition of an xt; NULL for a built-in or host word and for what is no xt. */
struct forth_definition *forth_definition(const struct forth *f, forth_cell xt);
/* Whether it can be executed: not internal, not unfinished. */
bool forth_is_xt(const struct forth *f, forth_cell xt);
void forth_link_builtins(struct forth *f);
void forth_link(struct forth *f, uint32_t index);
/* Adds a definition without linking it; its name may be empty. */
int forth_define(struct forth *f, const char *name, forth_cell length, enum forth_kind kind,
                 struct forth_definition **definition);
/* Takes wordlists out of the search order that are no more. */
void forth_trim_order(struct forth *f);
void forth_drop_open(struct forth *f);
void forth_forget(struct forth *f, uint32_t index);
void forth_reclaim(struct forth *f);

/* source.c */
const char *forth_parse_name(struct forth *f, forth_cell *length);
const char *forth_parse(struct forth *f, char delimiter, forth_cell *length);
/* As forth_parse, but -16 for an empty name. */
int forth_need_name(struct forth *f, const char **name, forth_cell *length);
/* Parses a name and finds it: -13, -16. */
int forth_tick(struct forth *f, forth_cell *xt);
bool forth_refill(struct forth *f);
/* Takes the next word of the input: a number is dealt with, a word that is to be executed is
 * returned through xt, FORTH_NONE at the end of the input, OP_NOTHING where all is done. */
int forth_interpret(struct forth *f, forth_cell *xt);

/* number.c: a number in BASE or with a prefix; the count of cells, 0 if it is none. */
int forth_number(const struct forth *f, const char *text, forth_cell length, forth_cell value[2]);
void forth_write(struct forth *f, const char *text, size_t length);
int forth_print(struct forth *f, const forth_cell number[2], bool is_signed, forth_signed width);

/* compile.c: copies a string to a buffer that stays until two others were. -18. */
int forth_keep_string(struct forth *f, const char *text, forth_cell length, forth_cell *address);
/* compile.c: these note -8 or -14 in compile_error, which ends the word that called them. */
void forth_emit(struct forth *f, uint32_t token);
void forth_emit_literal(struct forth *f, forth_cell value);
void forth_emit_word(struct forth *f, forth_cell xt);
void forth_emit_exit(struct forth *f);

/* blocks.c: the address of a buffer that has the block's content. -33 to -35, -257. */
int forth_block(struct forth *f, forth_cell block, forth_cell *address);
/* Whether a block is being interpreted; if so it is in a buffer now. What was wrong with that is
 * noted in compile_error, and nothing is left of the input. */
bool forth_block_input(struct forth *f);

/* locals.c: the index of a local, -1 if it is none. */
int forth_local(const struct forth *f, const char *name, forth_cell length);

/* unwind.c: gives a THROW to the innermost CATCH; false where there is none. */
bool forth_unwind(struct forth *f, forth_signed code);

#endif
