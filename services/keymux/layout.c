/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See layout.h.
 */
#include "layout.h"

#include <kernel/keyboard.h>

enum { DELETE_KEY = 0x4c, DELETE = 0x7f, CONTROL_BITS = 0x1f };

/* From USAGE_A on: the character alone, and with Shift. */
static const char characters[][2] = {
    {'a', 'A'}, {'b', 'B'},   {'c', 'C'},   {'d', 'D'},   {'e', 'E'},   {'f', 'F'}, {'g', 'G'},
    {'h', 'H'}, {'i', 'I'},   {'j', 'J'},   {'k', 'K'},   {'l', 'L'},   {'m', 'M'}, {'n', 'N'},
    {'o', 'O'}, {'p', 'P'},   {'q', 'Q'},   {'r', 'R'},   {'s', 'S'},   {'t', 'T'}, {'u', 'U'},
    {'v', 'V'}, {'w', 'W'},   {'x', 'X'},   {'y', 'Y'},   {'z', 'Z'},   {'1', '!'}, {'2', '@'},
    {'3', '#'}, {'4', '$'},   {'5', '%'},   {'6', '^'},   {'7', '&'},   {'8', '*'}, {'9', '('},
    {'0', ')'}, {'\n', '\n'}, {0x1b, 0x1b}, {'\b', '\b'}, {'\t', '\t'}, {' ', ' '}, {'-', '_'},
    {'=', '+'}, {'[', '{'},   {']', '}'},   {'\\', '|'},  {'#', '~'},   {';', ':'}, {'\'', '"'},
    {'`', '~'}, {',', '<'},   {'.', '>'},   {'/', '?'},
};

/* From USAGE_KEYPAD_SLASH on. */
static const char keypad[] = "/*-+\n1234567890.";

bool layout_note(struct layout *layout, uint8_t key, bool pressed)
{
    uint32_t *word = &layout->down[key / 32];
    uint32_t bit = UINT32_C(1) << key % 32;
    bool was_down = *word & bit;
    *word = pressed ? *word | bit : *word & ~bit;
    if (key >= USAGE_LEFT_CONTROL && key <= USAGE_RIGHT_GUI) {
        uint8_t modifier = (uint8_t)(1u << (key - USAGE_LEFT_CONTROL));
        layout->modifiers =
            (uint8_t)(pressed ? layout->modifiers | modifier : layout->modifiers & ~modifier);
    }
    if (key == USAGE_CAPS_LOCK && pressed && !was_down)
        layout->caps = !layout->caps;
    return was_down;
}

uint32_t layout_character(const struct layout *layout, uint8_t key)
{
    bool shift = layout->modifiers & MODIFIER_SHIFT;
    bool is_letter = key >= USAGE_A && key <= USAGE_Z;
    char character = 0;
    if (is_letter && layout->caps)
        shift = !shift;
    if (key >= USAGE_A && key < USAGE_A + sizeof(characters) / sizeof(characters[0]))
        character = characters[key - USAGE_A][shift];
    else if (key >= USAGE_KEYPAD_SLASH && key < USAGE_KEYPAD_SLASH + sizeof(keypad) - 1)
        character = keypad[key - USAGE_KEYPAD_SLASH];
    else if (key == USAGE_NON_US_BACKSLASH)
        character = shift ? '|' : '\\';
    else if (key == DELETE_KEY)
        character = DELETE;
    if (is_letter && (layout->modifiers & MODIFIER_CONTROL))
        character &= CONTROL_BITS;
    return (uint8_t)character;
}
