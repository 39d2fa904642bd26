/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The line editor. It moves the terminal's cursor with backspaces and by printing characters again,
 * which any terminal understands; only hiding the line needs an escape sequence (EL,
 * ECMA-48 8.3.41). Invariants: 1 cursor <= length <= CONFIG_SHELL_LINE; 2 line[length] is NUL; 3
 * the terminal shows prompt and line, its cursor at the line's.
 */
#include "editor.h"

#include <string.h>

#define CONTROL(key) ((key) - '@')

enum { KEY_ESCAPE = 0x1b, KEY_DELETE = 0x7f };

static void show(const struct editor *editor, const char *text, size_t length)
{
    editor->terminal.write(editor->terminal.context, text, length);
}

static void show_text(const struct editor *editor, const char *text)
{
    show(editor, text, strlen(text));
}

static void bell(const struct editor *editor)
{
    show_text(editor, "\a");
}

static bool continues_character(char byte)
{
    return ((uint8_t)byte & 0xc0) == 0x80;
}

/* Columns of [from, to) of the line. */
static size_t columns(const struct editor *editor, size_t from, size_t to)
{
    size_t count = 0;
    for (size_t i = from; i < to; i++)
        if (!continues_character(editor->line[i]))
            count++;
    return count;
}

static void move_back(const struct editor *editor, size_t count)
{
    while (count--)
        show_text(editor, "\b");
}

/* Shows the line from the cursor on, then `erase` blanks, and brings the terminal's cursor back. */
static void show_tail(const struct editor *editor, size_t erase)
{
    show(editor, editor->line + editor->cursor, editor->length - editor->cursor);
    for (size_t i = 0; i < erase; i++)
        show_text(editor, " ");
    move_back(editor, columns(editor, editor->cursor, editor->length) + erase);
}

static size_t previous(const struct editor *editor, size_t position)
{
    while (position > 0 && continues_character(editor->line[--position]))
        continue;
    return position;
}

static size_t next(const struct editor *editor, size_t position)
{
    if (position < editor->length)
        position++;
    while (position < editor->length && continues_character(editor->line[position]))
        position++;
    return position;
}

static void move_to(struct editor *editor, size_t position)
{
    if (position < editor->cursor)
        move_back(editor, columns(editor, position, editor->cursor));
    else
        show(editor, editor->line + editor->cursor, position - editor->cursor);
    editor->cursor = position;
}

static void insert(struct editor *editor, const char *text, size_t length)
{
    if (editor->overflow || length > CONFIG_SHELL_LINE - editor->length) {
        editor->overflow = true;
        bell(editor);
        return;
    }
    memmove(editor->line + editor->cursor + length, editor->line + editor->cursor,
            editor->length - editor->cursor + 1);
    memcpy(editor->line + editor->cursor, text, length);
    editor->length += length;
    show(editor, text, length);
    editor->cursor += length;
    show_tail(editor, 0);
}

/* Removes [from, to), which ends or begins at the cursor. */
static void erase(struct editor *editor, size_t from, size_t to)
{
    size_t gone = columns(editor, from, to);
    move_to(editor, from);
    memmove(editor->line + from, editor->line + to, editor->length - to + 1);
    editor->length -= to - from;
    editor->overflow = false;
    show_tail(editor, gone);
}

static void erase_word(struct editor *editor)
{
    size_t start = editor->cursor;
    while (start > 0 && editor->line[start - 1] == ' ')
        start--;
    while (start > 0 && editor->line[start - 1] != ' ')
        start--;
    erase(editor, start, editor->cursor);
}

static void replace(struct editor *editor, const char *line)
{
    move_to(editor, editor->length);
    erase(editor, 0, editor->length);
    insert(editor, line, strlen(line));
}

/* Shows the line of the given age in place of the present one. */
static void recall(struct editor *editor, size_t age)
{
    const char *line = age ? history_get(&editor->history, age) : editor->written;
    if (!line) {
        bell(editor);
        return;
    }
    if (!editor->age)
        memcpy(editor->written, editor->line, editor->length + 1);
    editor->age = age;
    replace(editor, line);
}

static void recall_newer(struct editor *editor)
{
    if (editor->age)
        recall(editor, editor->age - 1);
    else
        bell(editor);
}

/* The word that ends at the cursor. */
static const char *word_before(const struct editor *editor, size_t *length)
{
    size_t start = editor->cursor;
    while (start > 0 && editor->line[start - 1] != ' ')
        start--;
    *length = editor->cursor - start;
    return editor->line + start;
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* How many bytes `a` and `b` begin with alike. */
static size_t shared_start(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t same = 0;
    while (same < a_length && same < b_length && lower(a[same]) == lower(b[same]))
        same++;
    return same;
}

/* The next candidate from *index on that begins with `word`; NULL after the last. */
static const char *next_match(const struct editor *editor, size_t *index, const char *word,
                              size_t word_length, size_t *length)
{
    const char *found;
    while ((found = editor->terminal.candidate(editor->terminal.context, (*index)++, length)))
        if (shared_start(found, *length, word, word_length) == word_length)
            return found;
    return NULL;
}

/* How many candidates begin with the word, the first of them, and how many bytes of it all share.
 */
static size_t completions(const struct editor *editor, const char *word, size_t word_length,
                          const char **first, size_t *shared)
{
    size_t count = 0, index = 0, length;
    const char *match;
    while ((match = next_match(editor, &index, word, word_length, &length))) {
        if (count++ == 0) {
            *first = match;
            *shared = length;
        }
        *shared = shared_start(match, length, *first, *shared);
    }
    return count;
}

static void list_completions(struct editor *editor, const char *word, size_t word_length)
{
    size_t index = 0, length;
    const char *match;
    show_text(editor, "\r\n");
    while ((match = next_match(editor, &index, word, word_length, &length))) {
        show(editor, match, length);
        show_text(editor, "  ");
    }
    show_text(editor, "\r\n");
    editor_show(editor);
}

/* Inserts what the word lacks, in small letters unless it has a capital one. */
static void insert_rest(struct editor *editor, const char *word, size_t word_length,
                        const char *text, size_t length)
{
    bool capital = false;
    for (size_t i = 0; i < word_length; i++)
        capital |= lower(word[i]) != word[i];
    for (size_t i = word_length; i < length; i++) {
        char letter = capital ? text[i] : lower(text[i]);
        insert(editor, &letter, 1);
    }
}

static void complete(struct editor *editor)
{
    size_t word_length, shared = 0;
    const char *first = NULL, *word = word_before(editor, &word_length);
    char behind = editor->line[editor->cursor];
    bool at_end = word_length && (!behind || behind == ' ');
    size_t count = at_end ? completions(editor, word, word_length, &first, &shared) : 0;
    if (count == 0) {
        bell(editor);
    } else if (shared > word_length || count == 1) {
        insert_rest(editor, word, word_length, first, shared);
        if (count == 1)
            insert(editor, " ", 1);
    } else {
        list_completions(editor, word, word_length);
    }
}

/* The letter that ends a control sequence, or ends one of three bytes (ESC O letter). */
static void take_escape_end(struct editor *editor, char letter)
{
    /* "ESC [ number ~" as VT220 and its heirs send it */
    static const char by_number[] = {[1] = 'H', [3] = '~', [4] = 'F', [7] = 'H', [8] = 'F'};
    if (letter == '~')
        letter = editor->parameter < sizeof(by_number) ? by_number[editor->parameter] : '\0';
    switch (letter) {
    case 'A':
        recall(editor, editor->age + 1);
        break;
    case 'B':
        recall_newer(editor);
        break;
    case 'C':
        move_to(editor, next(editor, editor->cursor));
        break;
    case 'D':
        move_to(editor, previous(editor, editor->cursor));
        break;
    case 'H':
        move_to(editor, 0);
        break;
    case 'F':
        move_to(editor, editor->length);
        break;
    case '~':
        erase(editor, editor->cursor, next(editor, editor->cursor));
        break;
    default:
        break;
    }
}

static void take_escape(struct editor *editor, char byte)
{
    if (editor->escape == ESCAPE_BEGUN) {
        editor->parameter = 0;
        editor->escape = byte == '[' ? ESCAPE_CONTROL : byte == 'O' ? ESCAPE_SINGLE : ESCAPE_NONE;
        return;
    }
    if (editor->escape == ESCAPE_CONTROL && byte >= 0x20 && byte < 0x40) {
        if (byte >= '0' && byte <= '9' && editor->parameter < 100)
            editor->parameter = editor->parameter * 10 + (unsigned)(byte - '0');
        return;
    }
    editor->escape = ESCAPE_NONE;
    take_escape_end(editor, byte);
}

/* Bytes of the character that begins with `byte` (Unicode 15, table 3-7); 0 if none does. */
static size_t character_size(uint8_t byte)
{
    if (byte < 0x80)
        return 1;
    if (byte >= 0xc2 && byte <= 0xdf)
        return 2;
    if (byte >= 0xe0 && byte <= 0xef)
        return 3;
    return byte >= 0xf0 && byte <= 0xf4 ? 4 : 0;
}

/* Takes a byte of text and inserts the character once it is complete. */
static void take_text(struct editor *editor, uint8_t byte)
{
    bool continues = continues_character((char)byte);
    if (continues != (editor->character_missing > 0)) {
        editor->character_missing = 0;
        bell(editor);
        if (continues)
            return;
    }
    if (!editor->character_missing) {
        editor->character_missing = character_size(byte);
        editor->character_length = 0;
        if (!editor->character_missing) {
            bell(editor);
            return;
        }
    }
    editor->character[editor->character_length++] = (char)byte;
    if (--editor->character_missing == 0)
        insert(editor, editor->character, editor->character_length);
}

static void take_control(struct editor *editor, uint8_t byte)
{
    switch (byte) {
    case CONTROL('A'):
        move_to(editor, 0);
        break;
    case CONTROL('B'):
        move_to(editor, previous(editor, editor->cursor));
        break;
    case CONTROL('D'):
        erase(editor, editor->cursor, next(editor, editor->cursor));
        break;
    case CONTROL('E'):
        move_to(editor, editor->length);
        break;
    case CONTROL('F'):
        move_to(editor, next(editor, editor->cursor));
        break;
    case CONTROL('H'):
    case KEY_DELETE:
        erase(editor, previous(editor, editor->cursor), editor->cursor);
        break;
    case CONTROL('I'):
        complete(editor);
        break;
    case CONTROL('K'):
        erase(editor, editor->cursor, editor->length);
        break;
    case CONTROL('L'):
        editor_hide(editor);
        editor_show(editor);
        break;
    case CONTROL('N'):
        recall_newer(editor);
        break;
    case CONTROL('P'):
        recall(editor, editor->age + 1);
        break;
    case CONTROL('U'):
        erase(editor, 0, editor->cursor);
        break;
    case CONTROL('W'):
        erase_word(editor);
        break;
    case KEY_ESCAPE:
        editor->escape = ESCAPE_BEGUN;
        break;
    default:
        break;
    }
}

static enum editor_result end_line(struct editor *editor)
{
    show_text(editor, "\r\n");
    if (editor->overflow)
        return EDITOR_TOO_LONG;
    history_add(&editor->history, editor->line);
    return EDITOR_LINE;
}

void editor_init(struct editor *editor, const char *prompt, const struct editor_terminal *terminal)
{
    *editor = (struct editor){.prompt = prompt, .terminal = *terminal};
}

enum editor_result editor_feed(struct editor *editor, uint8_t byte)
{
    bool after_return = editor->after_return;
    editor->after_return = byte == '\r';
    if (byte == '\r')
        return end_line(editor);
    if (byte == '\n')
        return after_return ? EDITOR_MORE : end_line(editor);
    if (byte == CONTROL('C')) {
        show_text(editor, "^C\r\n");
        return EDITOR_CANCELLED;
    }
    if (editor->escape != ESCAPE_NONE && byte >= 0x20 && byte < 0x80)
        take_escape(editor, (char)byte);
    else if (byte < 0x20 || byte == KEY_DELETE)
        take_control(editor, byte);
    else
        take_text(editor, byte);
    return EDITOR_MORE;
}

void editor_begin(struct editor *editor)
{
    editor->length = 0;
    editor->cursor = 0;
    editor->line[0] = '\0';
    editor->overflow = false;
    editor->escape = ESCAPE_NONE;
    editor->character_missing = 0;
    editor->age = 0;
    show_text(editor, editor->prompt);
}

void editor_hide(struct editor *editor)
{
    show_text(editor, "\r\033[K");
}

void editor_show(struct editor *editor)
{
    show_text(editor, editor->prompt);
    show(editor, editor->line, editor->length);
    move_back(editor, columns(editor, editor->cursor, editor->length));
}
