/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See terminal.h.
 */
#include "terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    CONTROL_A = 0x01,
    CONTROL_C = 0x03,
    BACKSPACE = 0x08,
    CONTROL_U = 0x15,
    ESCAPE = 0x1b,
    DELETE = 0x7f
};

static const char help[] = "\r\nCtrl-A X       leave\r\n"
                           "Ctrl-A H       this help\r\n"
                           "Ctrl-A Ctrl-A  send Ctrl-A\r\n";

void terminal_enter(struct terminal *terminal, bool edits)
{
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &terminal->before))
        return;
    struct termios raw = terminal->before;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    terminal->edits = edits;
    terminal->changed = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

void terminal_leave(struct terminal *terminal)
{
    if (terminal->changed)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->before);
    terminal->changed = false;
}

/* --- lines that are edited here */

static void print(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return; /* then nobody sees it */
}

static void erase(struct terminal *terminal)
{
    for (; terminal->length > 0; terminal->length--)
        print("\b \b");
}

/* Shows a line of the history, `up` older or newer than the one that is shown. */
static void recall(struct terminal *terminal, bool up)
{
    const size_t oldest =
        terminal->lines > TERMINAL_HISTORY ? terminal->lines - TERMINAL_HISTORY : 0;
    if (up ? terminal->shown <= oldest : terminal->shown >= terminal->lines)
        return;
    terminal->shown += up ? (size_t)-1 : 1;
    erase(terminal);
    if (terminal->shown == terminal->lines)
        return;
    const char *text = terminal->history[terminal->shown % TERMINAL_HISTORY];
    terminal->length = strlen(text);
    memcpy(terminal->line, text, terminal->length);
    print(text);
}

/* Ends the line: keeps it and writes it to `out`. */
static size_t end_line(struct terminal *terminal, uint8_t *out)
{
    const size_t length = terminal->length;
    memcpy(out, terminal->line, length);
    out[length] = '\r';
    if (length > 0) {
        char *kept = terminal->history[terminal->lines++ % TERMINAL_HISTORY];
        memcpy(kept, terminal->line, length);
        kept[length] = '\0';
    }
    terminal->shown = terminal->lines;
    terminal->length = 0;
    print("\r\n");
    return length + 1;
}

/* Takes a key of an arrow's sequence. False if it is none. */
static bool take_arrow(struct terminal *terminal, uint8_t key)
{
    if (terminal->arrow == 0 && key != ESCAPE)
        return false;
    if (terminal->arrow == 2 && (key == 'A' || key == 'B'))
        recall(terminal, key == 'A');
    terminal->arrow =
        terminal->arrow == 0 || (terminal->arrow == 1 && key == '[') ? terminal->arrow + 1 : 0;
    return true;
}

static size_t edit(struct terminal *terminal, uint8_t key, uint8_t *out)
{
    if (take_arrow(terminal, key))
        return 0;
    if (key == '\r' || key == '\n')
        return end_line(terminal, out);
    if (key == CONTROL_U) {
        erase(terminal);
    } else if (key == BACKSPACE || key == DELETE) {
        if (terminal->length > 0) {
            terminal->length--;
            print("\b \b");
        }
    } else if (key < ' ') {
        out[0] = key; /* Ctrl-C and its like are the board's at once */
        return 1;
    } else if (terminal->length + 1 < TERMINAL_LINE) {
        const char shown[2] = {(char)key, '\0'};
        terminal->line[terminal->length++] = (char)key;
        print(shown);
    }
    return 0;
}

/* --- keys */

static size_t pass(struct terminal *terminal, uint8_t key, uint8_t *out)
{
    if (terminal->edits)
        return edit(terminal, key, out);
    out[0] = key;
    return 1;
}

/* The key behind Ctrl-A. */
static size_t take_command(struct terminal *terminal, uint8_t key, uint8_t *out)
{
    terminal->escaped = false;
    if (key == 'x' || key == 'X') {
        terminal->quit = true;
        return 0;
    }
    if (key == 'h' || key == 'H' || key == '?') {
        print(help);
        return 0;
    }
    if (key == CONTROL_A)
        return pass(terminal, key, out);
    const size_t length = pass(terminal, CONTROL_A, out);
    return length + pass(terminal, key, out + length);
}

size_t terminal_keys(struct terminal *terminal, const uint8_t *keys, size_t count, uint8_t *out)
{
    size_t length = 0;
    if (!terminal->changed) {
        memcpy(out, keys, count);
        return count;
    }
    for (size_t i = 0; i < count; i++) {
        if (terminal->escaped)
            length += take_command(terminal, keys[i], out + length);
        else if (keys[i] == CONTROL_A)
            terminal->escaped = true;
        else
            length += pass(terminal, keys[i], out + length);
    }
    return length;
}
