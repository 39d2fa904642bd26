/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Substitution of names in text (Forth-2012, 17.6.2). What REPLACES keeps are definitions in a
 * wordlist of their own; the text is in the data space behind its length, as CREATE would have it.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

/* ( text u1 name u2 -- ), 17.6.2.2141 */
W(replaces)
{
    const uint8_t *text = forth_at(f, s[0], s[1]);
    const char *name = (const char *)forth_at(f, s[2], s[3]);
    struct forth_definition *word;
    int code = (s[1] && !text) || !name ? THROW_ADDRESS : forth_word_align(f, NULL);

    if (code)
        return code;
    if (!s[3])
        return THROW_NO_NAME;
    if (s[1] > f->sizes.data || s[1] + CELL > f->sizes.data - f->here)
        return THROW_DICTIONARY_OVERFLOW;
    code = forth_define(f, name, s[3], KIND_CREATE, &word);
    if (code)
        return code;
    word->list = FORTH_SUBSTITUTIONS;
    word->value = FORTH_BASE_ADDRESS + f->here;
    forth_link(f, f->latest);
    f->latest = FORTH_NONE;
    forth_put(f, (uint32_t)f->here, s[1]);
    if (s[1])
        memmove(f->data + f->here + CELL, text, s[1]);
    f->here += CELL + s[1];
    return 0;
}

struct output {
    uint8_t *to;
    forth_cell room, length;
    bool full;
};

static void append(struct forth *f, struct output *out, const uint8_t *text, forth_cell length)
{
    forth_charge(f, length);
    if (length > out->room - out->length) {
        out->full = true;
        return;
    }
    if (length)
        memmove(out->to + out->length, text, length);
    out->length += length;
}

/* The text of a name; NULL if there is none. */
static const uint8_t *replacement(struct forth *f, const uint8_t *name, forth_cell name_length,
                                  forth_cell *length)
{
    uint32_t xt = forth_find_in(f, FORTH_SUBSTITUTIONS, (const char *)name, name_length);
    const struct forth_definition *word = xt == FORTH_NONE ? NULL : forth_definition(f, xt);
    const uint8_t *at = word ? forth_at(f, word->value, CELL) : NULL;

    if (!at)
        return NULL;
    memcpy(length, at, CELL);
    return forth_at(f, word->value + CELL, *length);
}

/* Where the next percent sign is; `length` if there is none. */
static forth_cell find_sign(const uint8_t *text, forth_cell length)
{
    forth_cell at = 0;

    while (at < length && text[at] != '%')
        at++;
    return at;
}

/* Replaces what stands between the percent signs at `text`; how many bytes that took. */
static forth_cell replace(struct forth *f, struct output *out, const uint8_t *text, forth_cell left,
                          forth_cell *count)
{
    forth_cell inside = find_sign(text + 1, left - 1), length;
    const uint8_t *found;

    if (inside == left - 1) {
        append(f, out, text, left);
        return left;
    }
    if (!inside) {
        append(f, out, text, 1);
        return 2;
    }
    found = replacement(f, text + 1, inside, &length);
    if (!found) { /* the second sign may begin a name */
        append(f, out, text, inside + 1);
        return inside + 1;
    }
    append(f, out, found, length);
    ++*count;
    return inside + 2;
}

/* ( c-addr1 u1 c-addr2 u2 -- c-addr2 u3 n ), 17.6.2.2255; n is -78 where there is no room */
W(substitute)
{
    const uint8_t *text = forth_at(f, s[0], s[1]);
    struct output out = {.to = forth_at(f, s[2], s[3]), .room = s[3]};
    forth_cell at = 0, count = 0;

    if ((s[1] && !text) || (s[3] && !out.to))
        return THROW_ADDRESS;
    while (at < s[1] && !out.full) {
        forth_cell plain = find_sign(text + at, s[1] - at);

        append(f, &out, text + at, plain);
        at += plain;
        if (at < s[1] && !out.full)
            at += replace(f, &out, text + at, s[1] - at, &count);
    }
    s[0] = s[2];
    s[1] = out.length;
    s[2] = out.full ? (forth_cell)THROW_SUBSTITUTE : count;
    return 0;
}

/* ( c-addr1 u1 c-addr2 -- c-addr2 u2 ) doubles each percent sign, 17.6.2.2375 */
W(unescape)
{
    const uint8_t *text = forth_at(f, s[0], s[1]);
    forth_cell length = s[1], n = 0;
    uint8_t *to;

    if (length && !text)
        return THROW_ADDRESS;
    for (forth_cell i = 0; i < length; i++)
        n += text[i] == '%';
    to = forth_at(f, s[2], length + n);
    if (length && !to)
        return THROW_ADDRESS;
    forth_charge(f, length);
    s[0] = s[2];
    s[1] = length + n;
    for (forth_cell i = 0, j = 0; i < length; i++) {
        to[j++] = text[i];
        if (text[i] == '%')
            to[j++] = '%';
    }
    return 0;
}
