/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The Forth engine's face: give it memory and a host, give it lines, run it on fuel.
 *
 *   memory + host --forth_create--> task --forth_line, forth_run--> done, thrown, out of fuel
 *   task --forth_fork, forth_start, forth_run--> a child with its parent's dictionary
 *
 * Invariants: (1) no word reaches a byte outside its task's data space: addresses are offsets into
 * it, checked at each use; stacks, code and headers are not addressable; (2) a run ends after the
 * fuel it was given, and goes on where it stopped; (3) nothing a user types makes C recurse; (4)
 * the engine allocates nothing and has no state of its own. Forth-2012. Task context only; one task
 * at a time per engine.
 */
#ifndef SERVICES_FORTH_FORTH_H
#define SERVICES_FORTH_FORTH_H

#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One cell: the machine's word (Forth-2012, 3.1.3). */
typedef uintptr_t forth_cell;
typedef intptr_t forth_signed;

struct forth;

/* Codes of table 9.1 that the engine and its hosts throw. */
enum forth_throw {
    THROW_ABORT = -1,
    THROW_ABORT_TEXT = -2,
    THROW_STACK_OVERFLOW = -3,
    THROW_STACK_UNDERFLOW = -4,
    THROW_RETURN_OVERFLOW = -5,
    THROW_RETURN_UNDERFLOW = -6,
    THROW_DICTIONARY_OVERFLOW = -8,
    THROW_ADDRESS = -9,
    THROW_DIVIDE = -10,
    THROW_RANGE = -11,
    THROW_TYPE = -12,
    THROW_UNDEFINED = -13,
    THROW_COMPILE_ONLY = -14,
    THROW_NO_NAME = -16,
    THROW_PICTURED_OVERFLOW = -17,
    THROW_STRING_OVERFLOW = -18,
    THROW_NAME_TOO_LONG = -19,
    THROW_UNSUPPORTED = -21,
    THROW_CONTROL = -22,
    THROW_ALIGNMENT = -23,
    THROW_NUMBER = -24,
    THROW_INTERRUPT = -28,
    THROW_NESTING = -29,
    THROW_BODY = -31,
    THROW_TO = -32,
    THROW_BLOCK_READ = -33,
    THROW_BLOCK_WRITE = -34,
    THROW_BLOCK_NUMBER = -35,
    THROW_BASE = -40,
    THROW_ORDER_OVERFLOW = -49,
    THROW_ORDER_UNDERFLOW = -50,
    THROW_CONTROL_OVERFLOW = -52,
    THROW_CALLS = -53,
    THROW_QUIT = -56,
    THROW_SUBSTITUTE = -78,
    /* The engine's own. */
    THROW_TOKEN = -256,      /* no such token */
    THROW_NO_BLOCKS = -257,  /* the task has none */
    THROW_BLOCK_FULL = -258, /* no room for another line */
};

/* What a task gets. Zero is refused for all but tokens and buffers. */
struct forth_sizes {
    uint32_t data;    /* bytes that its words can address: buffers (FORTH_BUFFERS) and data space */
    uint32_t code;    /* 16-bit units of compiled code and names, at most 65535 */
    uint32_t words;   /* definitions */
    uint32_t stack;   /* cells of the data stack */
    uint32_t returns; /* cells of the return stack, locals included */
    uint32_t calls;   /* cells of the call stack: one a call, nine a CATCH */
    uint32_t tokens;  /* handles that host words gave out and not yet took back */
    uint32_t buffers; /* for blocks, FORTH_BLOCK bytes each, besides `data`; at most
                         FORTH_BLOCK_BUFFERS */
};

enum { FORTH_BLOCK = 1024 /* bytes */, FORTH_BLOCK_BUFFERS = 4 };

/* The part of the data space that the system's own buffers take, in bytes. */
#define FORTH_BUFFERS 1400u

/* Sizes for a shell on a small board: about 16 KB. */
extern const struct forth_sizes forth_sizes_default;

/* A host word: its arguments are at s[0] to s[in - 1], its results go to s[0] to s[out - 1].
 * Returns 0 or what to THROW. May block its task. */
typedef int forth_function(struct forth *f, forth_cell *s);

struct forth_host_word {
    const char *name;
    int (*function)(struct forth *f, forth_cell *s); /* a forth_function */
    uint8_t in, out;  /* cells taken and left; the function may push and pop more */
    const void *data; /* the function finds it through forth_running */
};

struct forth_host_words {
    const struct forth_host_word *words;
    size_t count;
};

/* Where blocks are kept (Forth-2012, chapter 7), numbered from 0. Each function returns 0 or what
 * to THROW: -33, -34, -35 or the host's own. They may block their task. */
struct forth_blocks {
    int (*read)(void *context, forth_cell block, uint8_t data[FORTH_BLOCK]);
    int (*write)(void *context, forth_cell block, const uint8_t data[FORTH_BLOCK]);
    int (*flush)(void *context); /* what was written outlasts a loss of power then */
};

/* What a task has of its surroundings. All of it is borrowed and must outlive the task. */
struct forth_host {
    void *context;
    /* Takes output; must take all of it. */
    void (*write)(void *context, const char *text, size_t length);
    /* Reads a line without its end into `text`; returns its length, or -1 where there is no more.
     * `source`: for REFILL, else for ACCEPT. NULL: this task has no input. */
    int (*read)(void *context, bool source, char *text, size_t size);
    /* Told of a token that was released; NULL where nobody cares. */
    void (*release)(void *context, void *object);
    /* What a person is to read about a THROW code that the engine doesn't know; NULL: nothing. */
    const char *(*message)(forth_signed code);
    const struct forth_host_words *const *words; /* tables of words */
    size_t word_tables;
    const struct forth_blocks *blocks; /* NULL: none */
};

enum forth_result {
    FORTH_DONE,        /* the line or word was run to its end */
    FORTH_OUT_OF_FUEL, /* call forth_run again to go on */
    FORTH_THROWN,      /* nobody caught it: forth_thrown says what; the stacks are empty */
};

/* How many bytes a task of these sizes needs on this host. */
size_t forth_memory(const struct forth_sizes *sizes, const struct forth_host *host);

/* Makes a task in `memory` (aligned for a cell, borrowed for the task's life). ERR_INVALID: a size
 * is zero or too small for the buffers; ERR_NO_MEMORY: memory is smaller than forth_memory(). */
enum status forth_create(struct forth **task, void *memory, size_t size,
                         const struct forth_sizes *sizes, const struct forth_host *host);

/* Makes a task that starts from what its parent has defined, with empty stacks and buffers and no
 * tokens. The
 * parent's host words are the child's. The dictionary is copied, as far as it is used: it is a few
 * kilobytes, the built-in words are shared constants, and copying by pages on write would burden
 * every store for ever where there is no MMU. ERR_BUSY: the parent is in the middle of a
 * definition; ERR_INVALID: `host` has other words; ERR_NO_MEMORY. */
enum status forth_fork(struct forth **child, void *memory, size_t size, const struct forth *parent,
                       const struct forth_host *host);

/* Has the task interpret a line next; what it was doing is dropped, its data stack stays.
 * ERR_LIMIT: the line is longer than 255 bytes. */
enum status forth_line(struct forth *f, const char *text, size_t length);

/* Has the task execute a word next. ERR_NOT_FOUND: xt is none. */
enum status forth_start(struct forth *f, forth_cell xt);

/* Runs at most *fuel steps and takes those that were used from *fuel. A step is a primitive, a word
 * found in the input, or sixteen bytes of a block that is moved, filled or compared. */
enum forth_result forth_run(struct forth *f, uint32_t *fuel);

/* Ends what the task is doing: the next step throws -28, which no CATCH sees. */
void forth_interrupt(struct forth *f);

/* The THROW code that ended the last run, 0 after FORTH_DONE. QUIT ends with -56, ABORT with -1. */
forth_signed forth_thrown(const struct forth *f);

/* What a person is to read about forth_thrown(): ABORT"'s text, or that of the standard's
 * table 9.1. Valid until the next call. */
const char *forth_message(const struct forth *f, size_t *length);

/* The word of the input at which it was thrown; `length` is 0 where there is none. */
const char *forth_where(const struct forth *f, size_t *length);

/* Whether a definition is open, so that the prompt can say so. */
bool forth_compiling(const struct forth *f);

/* The name of a word that the task can find, by number; names that were redefined come again. NULL
 * after the last; `length` is set otherwise. */
const char *forth_name(const struct forth *f, size_t number, size_t *length);

/* For host words and hosts. forth_running: the host word that runs. forth_word: the next word of
 * the input, of which `length` is 0 at its end. forth_bytes: `length` bytes of the task's own
 * memory at an address, NULL if not all of them are. forth_context: the host's. forth_depth: cells
 * on the data stack; forth_top: the one `index` below the top, 0 where there is none. forth_push:
 * false when full. forth_pop: false when empty. */
const struct forth_host_word *forth_running(const struct forth *f);
const char *forth_word(struct forth *f, size_t *length);
uint8_t *forth_bytes(struct forth *f, forth_cell address, forth_cell length);
void *forth_context(struct forth *f);
uint32_t forth_depth(const struct forth *f);
forth_cell forth_top(const struct forth *f, uint32_t index);
bool forth_push(struct forth *f, forth_cell value);
bool forth_pop(struct forth *f, forth_cell *value);

/* The data space that nothing is in yet, from an address that is a multiple of eight on: for what a
 * host word leaves there until something is defined. `size` in bytes; forth_address: of a place in
 * it. */
uint8_t *forth_room(struct forth *f, size_t *size);
forth_cell forth_address(const struct forth *f, const void *place);

/* The host word of that name, NULL if what has it is none. */
const struct forth_host_word *forth_find_host(const struct forth *f, const char *name,
                                              size_t length);

/* Tokens: how host words hand objects out without handing out pointers. A released token is never
 * valid again. forth_token_give: 0 when the table is full. forth_token_object: NULL for what is no
 * token. forth_token_release: false for what is none; also the word `release ( token -- )`.
 * forth_token_forget: without telling the host, which knows. forth_tokens_release_all: when the
 * task ends. */
forth_cell forth_token_give(struct forth *f, void *object);
void *forth_token_object(const struct forth *f, forth_cell token);
bool forth_token_release(struct forth *f, forth_cell token);
void forth_token_forget(struct forth *f, const void *object);
void forth_tokens_release_all(struct forth *f);

#endif
