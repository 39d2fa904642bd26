/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The dictionary: names to xts through hash chains, newest first. Built-in and host words are
 * constants with a link each in the task; definitions are records in the task, their names stand in
 * its code space, where no word can change them.
 */
#include <services/forth/engine.h>

static unsigned hash(const char *name, size_t length)
{
    unsigned h = (unsigned)length;

    for (size_t i = 0; i < length; i++)
        h = h * 31 + (unsigned char)forth_upper(name[i]);
    return (h ^ h >> 6) % FORTH_BUCKETS;
}

uint32_t forth_host_count(const struct forth_host *host)
{
    uint32_t count = 0;

    for (size_t i = 0; i < host->word_tables; i++)
        count += (uint32_t)host->words[i]->count;
    return count;
}

const struct forth_host_word *forth_host_word(const struct forth *f, uint32_t number)
{
    const struct forth_host_words *const *table = f->host->words;

    for (; number >= (*table)->count; table++)
        number -= (uint32_t)(*table)->count;
    return &(*table)->words[number];
}

const char *forth_name_of(const struct forth *f, uint32_t xt, size_t *length)
{
    const struct forth_definition *word = forth_definition(f, xt);
    const char *name;

    if (word) {
        *length = word->length;
        return (const char *)(f->code + word->name);
    }
    name =
        xt < BUILTIN_COUNT ? forth_builtins[xt].name : forth_host_word(f, xt - BUILTIN_COUNT)->name;
    *length = name ? strlen(name) : 0;
    return name;
}

static uint16_t *link_of(struct forth *f, uint32_t xt)
{
    return xt < f->first_user ? &f->links[xt] : &f->words[xt - f->first_user].link;
}

unsigned forth_list_of(const struct forth *f, uint32_t xt)
{
    return xt < f->first_user ? 0 : f->words[xt - f->first_user].list;
}

uint32_t forth_find_in(const struct forth *f, unsigned list, const char *name, forth_cell length)
{
    size_t other, i;

    if (length == 0 || length > FORTH_NAME)
        return FORTH_NONE;
    for (uint32_t xt = f->buckets[hash(name, length)]; xt != FORTH_NONE;
         xt = *link_of((struct forth *)f, xt)) {
        const char *text = forth_name_of(f, xt, &other);

        if (other != length || forth_list_of(f, xt) != list)
            continue;
        for (i = 0; i < length && forth_upper(text[i]) == forth_upper(name[i]); i++)
            ;
        if (i == length)
            return xt;
    }
    return FORTH_NONE;
}

uint32_t forth_find(const struct forth *f, const char *name, forth_cell length)
{
    uint32_t xt = FORTH_NONE;

    for (unsigned i = f->order_count; xt == FORTH_NONE && i-- > 0;)
        xt = forth_find_in(f, f->order[i], name, length);
    return xt;
}

struct forth_definition *forth_definition(const struct forth *f, forth_cell xt)
{
    return xt >= f->first_user && xt - f->first_user < f->word_count ? &f->words[xt - f->first_user]
                                                                     : NULL;
}

bool forth_is_xt(const struct forth *f, forth_cell xt)
{
    const struct forth_definition *word = forth_definition(f, xt);

    if (word)
        return !(word->flags & FLAG_OPEN);
    return xt >= OP_FIRST_NAMED && xt < f->first_user;
}

bool forth_is_immediate(const struct forth *f, uint32_t xt)
{
    const struct forth_definition *word = forth_definition(f, xt);

    if (word)
        return word->flags & FLAG_IMMEDIATE;
    return xt < BUILTIN_COUNT && forth_builtins[xt].flags & FLAG_IMMEDIATE;
}

static void link_xt(struct forth *f, uint32_t xt)
{
    size_t length;
    const char *name = forth_name_of(f, xt, &length);
    uint16_t *head;

    if (!length)
        return;
    head = &f->buckets[hash(name, length)];
    *link_of(f, xt) = *head;
    *head = (uint16_t)xt;
}

void forth_link_builtins(struct forth *f)
{
    memset(f->buckets, 0xFF, sizeof f->buckets);
    for (uint32_t xt = 0; xt < f->first_user; xt++)
        link_xt(f, xt);
}

void forth_link(struct forth *f, uint32_t index)
{
    link_xt(f, f->first_user + index);
}

int forth_define(struct forth *f, const char *name, forth_cell length, enum forth_kind kind,
                 struct forth_definition **definition)
{
    uint32_t units = (uint32_t)(length + 1) / 2;
    struct forth_definition *word;

    if (f->open)
        return THROW_NESTING;
    if (length > FORTH_NAME)
        return THROW_NAME_TOO_LONG;
    if (f->word_count == f->sizes.words || units > f->sizes.code - f->code_here)
        return THROW_DICTIONARY_OVERFLOW;
    f->code_reclaim = FORTH_NONE;
    word = &f->words[f->word_count];
    *word = (struct forth_definition){.name = (uint16_t)f->code_here,
                                      .length = length & FORTH_NAME,
                                      .list = f->current & 7,
                                      .kind = (uint8_t)kind & 63};
    if (length)
        memcpy(f->code + f->code_here, name, length);
    f->code_here += units;
    word->code = (uint16_t)f->code_here;
    f->latest = (uint16_t)f->word_count++;
    *definition = word;
    return 0;
}

void forth_drop_open(struct forth *f)
{
    f->open = false;
    f->control_count = 0;
    f->code_here = f->words[f->latest].name;
    f->word_count = f->latest;
    f->latest = FORTH_NONE;
}

void forth_forget(struct forth *f, uint32_t index)
{
    uint32_t first = f->first_user + index;

    if (f->open)
        forth_drop_open(f);
    if (index >= f->word_count)
        return;
    for (unsigned i = 0; i < FORTH_BUCKETS; i++)
        while (f->buckets[i] != FORTH_NONE && f->buckets[i] >= first)
            f->buckets[i] = *link_of(f, f->buckets[i]);
    f->here = f->words[index].value;
    f->lists = (uint8_t)f->words[index].code;
    forth_trim_order(f);
    f->word_count = index;
    f->latest = FORTH_NONE;
    /* Code that is still running may be among what is forgotten: it stays until the next line. */
    f->code_reclaim = f->words[index].name;
    if (f->cp == 0)
        forth_reclaim(f);
}

void forth_reclaim(struct forth *f)
{
    if (f->open || f->code_reclaim >= f->code_here)
        return;
    f->code_here = f->code_reclaim;
    f->code_reclaim = FORTH_NONE;
    for (uint32_t i = 0; i < f->word_count; i++)
        if (f->words[i].kind == KIND_DOES && f->words[i].code >= f->code_here)
            f->words[i].kind = KIND_CREATE;
}
