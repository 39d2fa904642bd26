/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A task's life: made in the caller's memory, forked, given work; its tokens and messages.
 */
#include <services/forth/engine.h>

const struct forth_sizes forth_sizes_default = {
    .data = 6144,
    .code = 2048,
    .words = 192,
    .stack = 128,
    .returns = 128,
    .calls = 128,
    .tokens = 16,
};

const struct forth_builtin forth_builtins[BUILTIN_COUNT] = {
#define OP(id, text, takes, leaves, ...) {text, NULL, takes, leaves, 0},
#include <services/forth/operations.def>
#undef OP
#define WORD(id, text, takes, leaves, marks) {text, forth_word_##id, takes, leaves, marks},
#include <services/forth/words.def>
#undef WORD
};

/* Takes `size` bytes of the memory at `*at`, aligned; the address where they begin. */
static void *part(uint8_t *memory, size_t *at, size_t size)
{
    void *start = memory ? memory + *at : NULL;

    *at += (size + CELL - 1) & ~(size_t)(CELL - 1);
    return start;
}

/* Lays a task out in memory; with none, only counts. */
static size_t lay_out(struct forth *f, uint8_t *memory, const struct forth_sizes *z,
                      const struct forth_host *host)
{
    struct forth none;
    size_t at = 0;

    part(memory, &at, sizeof *f);
    if (!memory)
        f = &none;
    f->stack = part(memory, &at, (size_t)z->stack * CELL);
    f->returns = part(memory, &at, (size_t)z->returns * CELL);
    f->calls = part(memory, &at, (size_t)z->calls * CELL);
    f->words = part(memory, &at, z->words * sizeof *f->words);
    f->tokens = part(memory, &at, z->tokens * sizeof *f->tokens);
    f->code = part(memory, &at, z->code * sizeof *f->code);
    f->links = part(memory, &at, (BUILTIN_COUNT + forth_host_count(host)) * sizeof *f->links);
    f->data = part(memory, &at, z->data + (size_t)z->buffers * FORTH_BLOCK);
    return at;
}

size_t forth_memory(const struct forth_sizes *sizes, const struct forth_host *host)
{
    return lay_out(NULL, NULL, sizes, host);
}

static bool sensible(const struct forth_sizes *z, uint32_t host_words)
{
    const uint32_t most = 1u << 24;

    return z->data >= FORTH_BUFFERS && z->data <= most && z->data % CELL == 0 &&
           z->code >= CODE_USER && z->code < FORTH_NONE && z->words && z->stack && z->returns &&
           z->calls && z->stack <= most && z->returns <= most && z->calls <= most &&
           z->tokens < FORTH_NONE && z->buffers <= FORTH_BLOCK_BUFFERS &&
           host_words < FORTH_NONE / 2 && BUILTIN_COUNT + host_words + z->words < FORTH_NONE;
}

/* A task with an empty dictionary, whose built-in words are not linked yet. */
static enum status make(struct forth **task, void *memory, size_t size,
                        const struct forth_sizes *sizes, const struct forth_host *host)
{
    static const uint16_t start[CODE_USER] = {
        OP_NOTHING,         OP_INTERPRET, OP_STOP,    OP_INTERPRET, OP_UNSOURCE,    OP_UNCATCH,
        OP_EXECUTE,         OP_EXIT,      OP_EXECUTE, OP_STOP,      WORD_thru_next, OP_EXECUTE,
        WORD_traverse_next,
    };
    struct forth *f = memory;

    if (!memory || (uintptr_t)memory % CELL || !sensible(sizes, forth_host_count(host)))
        return ERR_INVALID;
    if (size < forth_memory(sizes, host))
        return ERR_NO_MEMORY;
    memset(memory, 0, forth_memory(sizes, host));
    lay_out(f, memory, sizes, host);
    f->host = host;
    f->sizes = *sizes;
    f->reach = sizes->data + (forth_cell)sizes->buffers * FORTH_BLOCK;
    f->here = AT_END;
    memcpy(f->code, start, sizeof start);
    f->code_here = CODE_USER;
    f->code_reclaim = FORTH_NONE;
    f->first_user = BUILTIN_COUNT + forth_host_count(host);
    f->latest = FORTH_NONE;
    f->lists = f->order_count = 1;
    f->hold = AT_HOLD_END;
    f->source.address = FORTH_BASE_ADDRESS + AT_LINE;
    forth_put(f, AT_BASE, 10);
    *task = f;
    return OK;
}

enum status forth_create(struct forth **task, void *memory, size_t size,
                         const struct forth_sizes *sizes, const struct forth_host *host)
{
    enum status status = make(task, memory, size, sizes, host);

    if (!status)
        forth_link_builtins(*task);
    return status;
}

enum status forth_fork(struct forth **child, void *memory, size_t size, const struct forth *parent,
                       const struct forth_host *host)
{
    struct forth *f;
    enum status status;

    if (parent->open)
        return ERR_BUSY;
    if (host->words != parent->host->words || host->word_tables != parent->host->word_tables)
        return ERR_INVALID;
    status = make(&f, memory, size, &parent->sizes, host);
    if (status)
        return status;
    memcpy(f->data, parent->data, parent->here);
    memcpy(f->code, parent->code, parent->code_here * sizeof *f->code);
    memcpy(f->words, parent->words, parent->word_count * sizeof *f->words);
    memcpy(f->links, parent->links, parent->first_user * sizeof *f->links);
    memcpy(f->buckets, parent->buckets, sizeof f->buckets);
    f->here = parent->here;
    f->code_here = parent->code_here;
    f->code_reclaim = parent->code_reclaim;
    f->word_count = parent->word_count;
    f->latest = parent->latest;
    f->lists = parent->lists;
    f->current = parent->current;
    memcpy(f->order, parent->order, sizeof f->order);
    f->order_count = parent->order_count;
    forth_put(f, AT_STATE, 0);
    forth_put(f, AT_IN, 0);
    *child = f;
    return OK;
}

/* Empties the return and call stacks and starts at one of the fixed places. */
static void begin(struct forth *f, uint32_t ip)
{
    f->rp = f->cp = f->lp = f->handler = 0;
    f->ip = ip;
    f->thrown = 0;
    f->compile_error = 0;
    f->busy = true;
    f->interrupted = false;
    forth_reclaim(f);
}

enum status forth_line(struct forth *f, const char *text, size_t length)
{
    if (length >= FORTH_LINE)
        return ERR_LIMIT;
    if (length)
        memcpy(f->data + AT_LINE, text, length);
    f->source = (struct forth_source){FORTH_BASE_ADDRESS + AT_LINE, length, 0};
    f->lines++;
    forth_put(f, AT_IN, 0);
    f->where_length = 0;
    begin(f, CODE_LINE);
    return OK;
}

enum status forth_start(struct forth *f, forth_cell xt)
{
    if (!forth_is_xt(f, xt))
        return ERR_NOT_FOUND;
    f->source = (struct forth_source){FORTH_BASE_ADDRESS + AT_LINE, 0, 0};
    f->where_length = 0;
    begin(f, CODE_START);
    return forth_push(f, xt) ? OK : ERR_LIMIT;
}

forth_signed forth_thrown(const struct forth *f)
{
    return f->thrown;
}

const char *forth_message(const struct forth *f, size_t *length)
{
    static const struct {
        int code;
        const char *text;
    } messages[] = {
        {0, ""},
        {THROW_ABORT, "aborted"},
        {THROW_STACK_OVERFLOW, "stack overflow"},
        {THROW_STACK_UNDERFLOW, "stack underflow"},
        {THROW_RETURN_OVERFLOW, "return stack overflow"},
        {THROW_RETURN_UNDERFLOW, "return stack underflow"},
        {THROW_DICTIONARY_OVERFLOW, "dictionary overflow"},
        {THROW_ADDRESS, "invalid memory address"},
        {THROW_DIVIDE, "division by zero"},
        {THROW_RANGE, "result out of range"},
        {THROW_TYPE, "argument type mismatch"},
        {THROW_UNDEFINED, "undefined word"},
        {THROW_COMPILE_ONLY, "interpreting a compile-only word"},
        {THROW_NO_NAME, "attempt to use zero-length string as a name"},
        {THROW_PICTURED_OVERFLOW, "pictured numeric output string overflow"},
        {THROW_STRING_OVERFLOW, "parsed string overflow"},
        {THROW_NAME_TOO_LONG, "definition name too long"},
        {THROW_UNSUPPORTED, "unsupported operation"},
        {THROW_CONTROL, "control structure mismatch"},
        {THROW_ALIGNMENT, "address alignment exception"},
        {THROW_NUMBER, "invalid numeric argument"},
        {THROW_INTERRUPT, "user interrupt"},
        {THROW_NESTING, "compiler nesting"},
        {THROW_BODY, ">BODY used on non-CREATEd definition"},
        {THROW_TO, "invalid name argument"},
        {THROW_BLOCK_READ, "block read exception"},
        {THROW_BLOCK_WRITE, "block write exception"},
        {THROW_BLOCK_NUMBER, "invalid block number"},
        {THROW_BASE, "invalid BASE"},
        {THROW_ORDER_OVERFLOW, "search-order overflow"},
        {THROW_ORDER_UNDERFLOW, "search-order underflow"},
        {THROW_CONTROL_OVERFLOW, "control-flow stack overflow"},
        {THROW_CALLS, "calls nested too deeply"},
        {THROW_QUIT, "quit"},
        {THROW_SUBSTITUTE, "substitution overflow"},
        {THROW_TOKEN, "no such token"},
        {THROW_NO_BLOCKS, "no storage for blocks here"},
        {THROW_BLOCK_FULL, "no room in this block"},
    };
    const char *text = f->host->message ? f->host->message(f->thrown) : NULL;

    if (f->thrown == THROW_ABORT_TEXT) {
        const uint8_t *own = forth_at(f, f->abort_text, f->abort_length);

        *length = own ? f->abort_length : 0;
        return own ? (const char *)own : "";
    }
    for (unsigned i = 0; i < sizeof messages / sizeof messages[0]; i++)
        if (messages[i].code == f->thrown)
            text = messages[i].text;
    if (!text)
        text = "uncaught exception";
    *length = strlen(text);
    return text;
}

const char *forth_where(const struct forth *f, size_t *length)
{
    const uint8_t *at = forth_at(f, f->where, f->where_length);

    *length = at ? f->where_length : 0;
    return at ? (const char *)at : "";
}

bool forth_compiling(const struct forth *f)
{
    return f->open;
}

const char *forth_name(const struct forth *f, size_t number, size_t *length)
{
    for (size_t xt = f->first_user + f->word_count; xt-- > 0;) {
        const char *name = forth_name_of(f, (uint32_t)xt, length);

        if (*length && number-- == 0)
            return name;
    }
    return NULL;
}

void forth_interrupt(struct forth *f)
{
    f->interrupted = true;
}

const struct forth_host_word *forth_running(const struct forth *f)
{
    return forth_host_word(f, f->running - BUILTIN_COUNT);
}

const char *forth_word(struct forth *f, size_t *length)
{
    forth_cell cells;
    const char *word = forth_parse_name(f, &cells);

    *length = cells;
    return word;
}

uint8_t *forth_bytes(struct forth *f, forth_cell address, forth_cell length)
{
    return forth_at(f, address, length);
}

void *forth_context(struct forth *f)
{
    return f->host->context;
}

uint32_t forth_depth(const struct forth *f)
{
    return f->sp;
}

forth_cell forth_top(const struct forth *f, uint32_t index)
{
    return index < f->sp ? f->stack[f->sp - 1 - index] : 0;
}

bool forth_push(struct forth *f, forth_cell value)
{
    if (f->sp == f->sizes.stack)
        return false;
    f->stack[f->sp++] = value;
    return true;
}

bool forth_pop(struct forth *f, forth_cell *value)
{
    if (!f->sp)
        return false;
    *value = f->stack[--f->sp];
    return true;
}

uint8_t *forth_room(struct forth *f, size_t *size)
{
    uintptr_t skipped = (0 - (uintptr_t)(f->data + f->here)) % 8;
    size_t left = f->sizes.data - f->here;

    *size = left > skipped ? left - skipped : 0;
    return f->data + f->here + (left > skipped ? skipped : left);
}

const struct forth_host_word *forth_find_host(const struct forth *f, const char *name,
                                              size_t length)
{
    uint32_t xt = forth_find(f, name, length);

    return xt >= BUILTIN_COUNT && xt < f->first_user ? forth_host_word(f, xt - BUILTIN_COUNT)
                                                     : NULL;
}
