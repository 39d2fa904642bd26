/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Programming tools (Forth-2012, 15): what is in the data space, and what a definition was compiled
 * to.
 */
#include <services/forth/engine.h>

#define W(id) int forth_word_##id(struct forth *f, forth_cell *s)

static void print_hex(struct forth *f, forth_cell value, unsigned digits)
{
    static const char digit[] = "0123456789abcdef";

    while (digits-- > 0)
        forth_write(f, &digit[value >> 4 * digits & 15], 1);
}

static void print_text(struct forth *f, const char *text)
{
    forth_write(f, text, strlen(text));
}

static void print_number(struct forth *f, forth_cell value)
{
    char digits[3 * CELL];
    unsigned at = sizeof digits;
    bool negative = (forth_signed)value < 0;

    if (negative)
        value = 0 - value;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    if (negative)
        digits[--at] = '-';
    forth_write(f, digits + at, sizeof digits - at);
}

W(question)
{
    forth_cell value;
    const uint8_t *at = forth_at(f, s[0], CELL);

    if (!at)
        return THROW_ADDRESS;
    memcpy(&value, at, CELL);
    return forth_word_dot(f, &value);
}

/* Rows of sixteen bytes with their address. */
W(dump)
{
    forth_cell address = s[0], left = s[1];

    if (left && !forth_at(f, address, left))
        return THROW_ADDRESS;
    forth_charge(f, left * 16);
    while (left) {
        forth_cell row = left < 16 ? left : 16;
        const uint8_t *at = forth_at(f, address, row);

        print_hex(f, address, 8);
        for (forth_cell i = 0; i < row; i++) {
            print_text(f, " ");
            print_hex(f, at[i], 2);
        }
        for (forth_cell i = row; i < 17; i++)
            print_text(f, i < 16 ? "   " : "  ");
        for (forth_cell i = 0; i < row; i++)
            forth_write(f, at[i] >= ' ' && at[i] < 127 ? (const char *)&at[i] : ".", 1);
        print_text(f, "\n");
        address += row;
        left -= row;
    }
    return 0;
}

static void print_name(struct forth *f, uint32_t xt)
{
    size_t length;
    const char *name = forth_name_of(f, xt, &length);

    if (length)
        forth_write(f, name, length);
    else
        print_text(f, ":NONAME");
}

/* The word whose code begins there. */
static void print_called(struct forth *f, uint16_t code)
{
    for (uint32_t i = f->word_count; i-- > 0;)
        if (f->words[i].code == code && f->words[i].kind == KIND_COLON) {
            print_name(f, f->first_user + i);
            return;
        }
    print_text(f, "(forgotten)");
}

/* How tokens without a name are shown, and how many units stand behind them. */
static const struct {
    const char *text;
    uint8_t units;
} internal[OP_FIRST_NAMED] = {
    [OP_BRANCH] = {"branch ", 1},     [OP_ZERO_BRANCH] = {"0branch ", 1},
    [OP_OF] = {"(of) ", 1},           [OP_DO] = {"(do)", 0},
    [OP_QUESTION_DO] = {"(?do) ", 1}, [OP_LOOP] = {"(loop) ", 1},
    [OP_PLUS_LOOP] = {"(+loop) ", 1}, [OP_EXIT] = {"exit", 0},
    [OP_LOCALS] = {"(locals) ", 1},   [OP_EXIT_LOCALS] = {"exit", 0},
    [OP_LOCAL] = {"local ", 1},       [OP_TO_LOCAL] = {"to local ", 1},
    [OP_DOES] = {"(does>)", 0},
};

/* Prints the token at `at` and what belongs to it; where the next one is. */
static uint32_t print_token(struct forth *f, uint32_t at)
{
    uint16_t token = f->code[at++];
    forth_cell value;

    switch (token) {
    case OP_LIT:
        memcpy(&value, f->code + at, CELL);
        print_number(f, value);
        return at + CELL / 2;
    case OP_SMALL:
        print_number(f, (forth_cell)(forth_signed)(int16_t)f->code[at]);
        return at + 1;
    case OP_CALL:
        print_called(f, f->code[at]);
        return at + 1;
    case OP_WORD:
        print_name(f, f->code[at]);
        return at + 1;
    case OP_TO:
        print_text(f, "to ");
        print_name(f, f->first_user + f->code[at]);
        return at + 1;
    default:
        break;
    }
    if (token >= OP_FIRST_NAMED) {
        print_name(f, token);
        return at;
    }
    print_text(f, internal[token].text ? internal[token].text : "(internal)");
    if (internal[token].units)
        print_number(f, f->code[at]);
    return at + internal[token].units;
}

/* A definition's tokens end where the next one's name begins. */
static void print_code(struct forth *f, const struct forth_definition *word)
{
    uint32_t end = f->code_here;
    size_t index = (size_t)(word - f->words);

    if (index + 1 < f->word_count)
        end = f->words[index + 1].name;
    for (uint32_t at = word->code; at < end;) {
        forth_charge(f, 16);
        print_text(f, "\n  ");
        print_number(f, at);
        print_text(f, "  ");
        at = print_token(f, at);
    }
}

W(see)
{
    static const char *const kinds[] = {
        [KIND_COLON] = ":",       [KIND_CREATE] = "CREATE",
        [KIND_DOES] = "CREATE",   [KIND_CONSTANT] = "CONSTANT",
        [KIND_VALUE] = "VALUE",   [KIND_TWO_CONSTANT] = "2CONSTANT",
        [KIND_DEFER] = "DEFER",   [KIND_TWO_VALUE] = "2VALUE",
        [KIND_MARKER] = "MARKER", [KIND_SYNONYM] = "SYNONYM",
    };
    forth_cell xt;
    int code = forth_tick(f, &xt);
    const struct forth_definition *word = code ? NULL : forth_definition(f, xt);

    (void)s;
    if (code)
        return code;
    if (!word) {
        print_name(f, (uint32_t)xt);
        print_text(f, " is built in\n");
        return 0;
    }
    if (word->kind == KIND_CONSTANT || word->kind == KIND_VALUE) {
        print_number(f, word->value);
        print_text(f, " ");
    }
    print_text(f, kinds[word->kind]);
    print_text(f, " ");
    print_name(f, (uint32_t)xt);
    if (word->kind == KIND_DEFER || word->kind == KIND_SYNONYM) {
        print_text(f, " ");
        print_name(f, (uint32_t)word->value);
    }
    if (word->kind == KIND_COLON)
        print_code(f, word);
    print_text(f, word->flags & FLAG_IMMEDIATE ? " IMMEDIATE\n" : "\n");
    return 0;
}
