/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A recursive descent over dependency expressions; see kconfig_expression.h.
 */
#include "kconfig_expression.h"

#include <ctype.h>
#include <string.h>

#define NESTING_MAX 32

struct parser {
    const char *text;
    const char *next;
    unsigned depth;
    void (*visit)(void *context, const char *name, size_t length);
    void *context;
};

static bool parse_or(struct parser *parser);

/* Skips blanks and takes `token` if it is next. */
static bool take(struct parser *parser, const char *token)
{
    parser->next += strspn(parser->next, " \t");
    size_t length = strlen(token);
    if (strncmp(parser->next, token, length) != 0)
        return false;
    parser->next += length;
    return true;
}

static bool parse_symbol(struct parser *parser)
{
    parser->next += strspn(parser->next, " \t");
    const char *start = parser->next;
    while (isalnum((unsigned char)*parser->next) || *parser->next == '_')
        parser->next++;
    size_t length = (size_t)(parser->next - start);
    bool constant = length == 1 && (*start == 'y' || *start == 'n');
    if (length > 0 && !constant && !isdigit((unsigned char)*start) && parser->visit != NULL)
        parser->visit(parser->context, start, length);
    return length > 0;
}

static bool parse_comparison(struct parser *parser)
{
    static const char *const operators[] = {"!=", "<=", ">=", "=", "<", ">"};
    if (!parse_symbol(parser))
        return false;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (take(parser, operators[i]))
            return parse_symbol(parser);
    }
    return true;
}

static bool parse_not(struct parser *parser)
{
    while (take(parser, "!"))
        continue;
    if (!take(parser, "("))
        return parse_comparison(parser);
    if (++parser->depth > NESTING_MAX)
        return false;
    bool ok = parse_or(parser) && take(parser, ")");
    parser->depth--;
    return ok;
}

static bool parse_and(struct parser *parser)
{
    do {
        if (!parse_not(parser))
            return false;
    } while (take(parser, "&&"));
    return true;
}

static bool parse_or(struct parser *parser)
{
    do {
        if (!parse_and(parser))
            return false;
    } while (take(parser, "||"));
    return true;
}

bool kconfig_expression_check(const char *text, size_t *error,
                              void (*visit)(void *context, const char *name, size_t length),
                              void *context)
{
    struct parser parser = {.text = text, .next = text, .visit = visit, .context = context};
    bool ok = parse_or(&parser);
    parser.next += strspn(parser.next, " \t");
    *error = (size_t)(parser.next - text);
    return ok && *parser.next == '\0';
}
