/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Names that become identifiers of the generated C, and what keeps one from being used (schema.h).
 */
#include "board.h"
#include <string.h>

#define NAME_LENGTH_MAX 48

/* C17, 6.4.1, and what the kernel's headers make of some. */
static const char *const c_keywords[] = {
    "auto",    "bool",   "break",    "case",   "char",     "const",    "continue", "default",
    "do",      "double", "else",     "enum",   "extern",   "false",    "float",    "for",
    "goto",    "if",     "inline",   "int",    "long",     "noreturn", "register", "restrict",
    "return",  "short",  "signed",   "sizeof", "static",   "struct",   "switch",   "true",
    "typedef", "union",  "unsigned", "void",   "volatile", "while",
};

static bool is_c_keyword(const char *text)
{
    for (size_t i = 0; i < sizeof(c_keywords) / sizeof(c_keywords[0]); i++)
        if (strcmp(text, c_keywords[i]) == 0)
            return true;
    return false;
}

bool name_is_valid(const char *text, enum name_kind kind)
{
    static const char *const firsts[] = {
        [NAME_THING] = "abcdefghijklmnopqrstuvwxyz",
        [NAME_FIELD] = "abcdefghijklmnopqrstuvwxyz",
        [NAME_SYMBOL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [NAME_FILE] = "abcdefghijklmnopqrstuvwxyz",
    };
    static const char *const separators[] = {[NAME_THING] = "-0123456789",
                                             [NAME_FIELD] = "_0123456789",
                                             [NAME_SYMBOL] = "_0123456789",
                                             [NAME_FILE] = "-_0123456789"};
    size_t length = strlen(text);
    if (length == 0 || length > NAME_LENGTH_MAX || strchr(firsts[kind], text[0]) == NULL)
        return false;
    for (const char *c = text; *c != '\0'; c++)
        if (strchr(firsts[kind], *c) == NULL && strchr(separators[kind], *c) == NULL)
            return false;
    return kind != NAME_FIELD || !is_c_keyword(text);
}

bool name_check(struct diagnostics *diagnostics, const struct node *node, enum name_kind kind)
{
    static const char *const rules[] = {
        [NAME_THING] = "start with a-z and go on with a-z, 0-9 and -",
        [NAME_FIELD] = "start with a-z, go on with a-z, 0-9 and _, and choose no keyword of C",
        [NAME_SYMBOL] = "start with A-Z and go on with A-Z, 0-9 and _",
        [NAME_FILE] = "start with a-z and go on with a-z, 0-9, - and _",
    };
    if (name_is_valid(node->key, kind))
        return true;
    struct diagnostic *error = diagnostic_error(diagnostics, node->key_at, "%s: not a valid name",
                                                node_path(diagnostics->arena, node));
    diagnostic_fix(diagnostics, error, "%s; at most %d characters", rules[kind], NAME_LENGTH_MAX);
    return false;
}

const char *symbol_name(struct arena *arena, const char *name)
{
    char *symbol = arena_strdup(arena, name);
    for (char *c = symbol; *c != '\0'; c++)
        *c = *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    return symbol;
}
