/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Blocks (Forth-2012, chapter 7): 1,024 bytes each, read into buffers behind the data space, the
 * one that was not asked for the longest giving way. A block that is interpreted is its source's
 * id; its buffer may be taken meanwhile, so that it is looked for again before each look at the
 * input.
 *
 * KEEP and WIPE are ours: a line of source is put behind a block's last one, or all of it taken
 * out, and both write at once.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

static uint8_t *bytes_of(const struct forth *f, unsigned index)
{
    return f->data + f->sizes.data + (size_t)index * FORTH_BLOCK;
}

static int write_buffer(struct forth *f, unsigned index)
{
    struct forth_buffer *buffer = &f->buffers[index];
    int code;

    if (!buffer->used || !buffer->updated)
        return 0;
    forth_charge(f, FORTH_BLOCK);
    code = f->host->blocks->write(f->host->context, buffer->block, bytes_of(f, index));
    buffer->updated = code != 0;
    return code;
}

/* The buffer that has the block; else the one to take for it. */
static unsigned choose(const struct forth *f, forth_cell block)
{
    unsigned best = 0;

    for (unsigned i = 0; i < f->sizes.buffers; i++)
        if (f->buffers[i].used && f->buffers[i].block == block)
            return i;
    for (unsigned i = 1; i < f->sizes.buffers; i++)
        if (f->buffers[i].used < f->buffers[best].used)
            best = i;
    return best;
}

/* Makes one buffer the block's, with its content if it is to be `read`. */
static int assign(struct forth *f, forth_cell block, bool read, forth_cell *address)
{
    unsigned index;
    struct forth_buffer *buffer;
    int code = 0;

    if (!f->host->blocks || !f->sizes.buffers)
        return THROW_NO_BLOCKS;
    if ((forth_signed)block < 0)
        return THROW_BLOCK_NUMBER;
    index = choose(f, block);
    buffer = &f->buffers[index];
    if (!buffer->used || buffer->block != block) {
        code = write_buffer(f, index);
        if (code)
            return code;
        buffer->used = 0;
        forth_charge(f, FORTH_BLOCK);
        if (read)
            code = f->host->blocks->read(f->host->context, block, bytes_of(f, index));
        if (code)
            return code;
        *buffer = (struct forth_buffer){.block = block};
    }
    if (!++f->asked)
        f->asked = 1;
    buffer->used = f->asked;
    f->current_buffer = (uint8_t)index;
    *address = forth_address(f, bytes_of(f, index));
    return 0;
}

int forth_block(struct forth *f, forth_cell block, forth_cell *address)
{
    return assign(f, block, true, address);
}

bool forth_block_input(struct forth *f)
{
    uint8_t asked = f->current_buffer;
    unsigned index;
    int code = 0;

    if ((forth_signed)f->source.id <= 0)
        return false;
    index = choose(f, f->source.id);
    if (f->buffers[index].used && f->buffers[index].block == f->source.id)
        f->source.address = forth_address(f, bytes_of(f, index));
    else
        code = forth_block(f, f->source.id, &f->source.address);
    f->current_buffer = asked; /* UPDATE means the one that the program asked for */
    if (!code)
        return true;
    f->compile_error = code;
    f->source.length = 0;
    return false;
}

W(block)
{
    return forth_block(f, s[0], s);
}

W(block_buffer)
{
    return assign(f, s[0], false, s);
}

W(update)
{
    (void)s;
    f->buffers[f->current_buffer].updated = true;
    return 0;
}

W(save_buffers)
{
    int code = f->host->blocks ? 0 : THROW_NO_BLOCKS;

    (void)s;
    for (unsigned i = 0; !code && i < f->sizes.buffers; i++)
        code = write_buffer(f, i);
    return code ? code : f->host->blocks->flush(f->host->context);
}

W(empty_buffers)
{
    (void)s;
    memset(f->buffers, 0, sizeof f->buffers);
    return 0;
}

W(flush)
{
    int code = forth_word_save_buffers(f, s);

    return code ? code : forth_word_empty_buffers(f, s);
}

W(blk)
{
    forth_put(f, AT_BLK, (forth_signed)f->source.id > 0 ? f->source.id : 0);
    s[0] = FORTH_BASE_ADDRESS + AT_BLK;
    return 0;
}

W(scr)
{
    (void)f;
    s[0] = FORTH_BASE_ADDRESS + AT_SCR;
    return 0;
}

/* Interprets a block next and goes on at f->ip then, as EVALUATE does with a string. */
static int load(struct forth *f, forth_cell block)
{
    forth_cell address, *frame = f->calls + f->cp;
    int code = block ? forth_block(f, block, &address) : THROW_BLOCK_NUMBER;

    if (code)
        return code;
    if (f->sizes.calls - f->cp < 5)
        return THROW_CALLS;
    frame[0] = f->source.address;
    frame[1] = f->source.length;
    frame[2] = f->source.id;
    frame[3] = forth_get(f, AT_IN);
    frame[4] = f->ip;
    f->cp += 5;
    f->source = (struct forth_source){address, FORTH_BLOCK, block};
    forth_put(f, AT_IN, 0);
    f->ip = CODE_EVALUATE;
    return 0;
}

W(load)
{
    return load(f, s[0]);
}

/* ( u1 u2 -- ) A frame with the next block, the last, and where to go on; thru_next works it off.
 */
W(thru)
{
    forth_cell *frame = f->calls + f->cp;

    if (f->sizes.calls - f->cp < 3)
        return THROW_CALLS;
    frame[0] = s[0];
    frame[1] = s[1];
    frame[2] = f->ip;
    f->cp += 3;
    f->ip = CODE_THRU;
    return 0;
}

/* Has no name, but a number that EXECUTE takes: only where THRU has sent it is its frame there. */
W(thru_next)
{
    forth_cell *frame;

    (void)s;
    if (f->ip != CODE_THRU + 1)
        return THROW_UNDEFINED;
    frame = f->calls + f->cp - 3;
    if (frame[0] > frame[1]) {
        f->cp -= 3;
        f->ip = (uint32_t)frame[2];
        return 0;
    }
    f->ip = CODE_THRU;
    return load(f, frame[0]++);
}

/* Sixteen lines of 64 characters, with their numbers. */
W(list)
{
    forth_cell address;
    int code = forth_block(f, s[0], &address);
    const char *text;

    if (code)
        return code;
    forth_put(f, AT_SCR, s[0]);
    forth_charge(f, 16 * FORTH_BLOCK);
    text = (const char *)forth_at(f, address, FORTH_BLOCK);
    for (unsigned row = 0; row < FORTH_BLOCK / FORTH_BLOCK_LINE; row++) {
        const char number[] = {(char)(row < 10 ? ' ' : '1'), (char)('0' + row % 10), ' '};

        forth_write(f, number, sizeof number);
        for (unsigned i = 0; i < FORTH_BLOCK_LINE; i++, text++)
            forth_write(f, *text >= ' ' && *text < 127 ? text : *text ? "." : " ", 1);
        forth_write(f, "\n", 1);
    }
    return 0;
}

/* Where the line begins that has a blank between it and the text; control characters are blank. */
static forth_cell end_of_text(const uint8_t *text)
{
    forth_cell end = FORTH_BLOCK;

    while (end && text[end - 1] <= ' ')
        end--;
    return end ? (end / FORTH_BLOCK_LINE + 1) * FORTH_BLOCK_LINE : 0;
}

/* ( u "ccc" -- ) Puts the rest of the line behind what block u has, on as many of its lines as that
 * takes: they are interpreted as one. */
W(keep)
{
    forth_cell address, length, at;
    char line[FORTH_LINE];
    const char *rest = forth_parse(f, '\n', &length);
    uint8_t *text;
    int code;

    if (length > sizeof line)
        return THROW_STRING_OVERFLOW;
    memcpy(line, rest, length); /* it may be in the buffer that the block takes */
    code = forth_block(f, s[0], &address);
    if (code)
        return code;
    text = forth_at(f, address, FORTH_BLOCK);
    at = end_of_text(text);
    if (at > FORTH_BLOCK || length > FORTH_BLOCK - at)
        return THROW_BLOCK_FULL;
    memset(text + at, ' ', FORTH_BLOCK - at);
    memcpy(text + at, line, length);
    forth_word_update(f, s);
    return forth_word_save_buffers(f, s);
}

/* ( u -- ) Fills the block with blanks. */
W(wipe)
{
    forth_cell address;
    int code = assign(f, s[0], false, &address);

    if (code)
        return code;
    memset(forth_at(f, address, FORTH_BLOCK), ' ', FORTH_BLOCK);
    forth_word_update(f, s);
    return forth_word_save_buffers(f, s);
}
