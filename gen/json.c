/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See json.h.
 */
#include "json.h"
#include <inttypes.h>

static void write_string(struct json *json, const char *text)
{
    putc('"', json->stream);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(json->stream, "\\%c", *c);
        else if (*c < ' ')
            fprintf(json->stream, "\\u%04x", *c);
        else
            putc(*c, json->stream);
    }
    putc('"', json->stream);
}

static void new_line(struct json *json)
{
    if (json->compact)
        return;
    fprintf(json->stream, "\n%*s", (int)json->depth * 2, "");
}

static void write_key(struct json *json, const char *key)
{
    if (json->started)
        putc(',', json->stream);
    if (json->depth > 0)
        new_line(json);
    json->started = true;
    if (key != NULL) {
        write_string(json, key);
        fputs(json->compact ? ":" : ": ", json->stream);
    }
}

static void open(struct json *json, const char *key, char bracket)
{
    write_key(json, key);
    putc(bracket, json->stream);
    json->depth++;
    json->started = false;
}

static void close(struct json *json, char bracket)
{
    json->depth--;
    if (json->started)
        new_line(json);
    putc(bracket, json->stream);
    json->started = true;
    if (json->depth == 0) {
        putc('\n', json->stream);
        json->started = false;
    }
}

void json_open_object(struct json *json, const char *key)
{
    open(json, key, '{');
}

void json_close_object(struct json *json)
{
    close(json, '}');
}

void json_open_array(struct json *json, const char *key)
{
    open(json, key, '[');
}

void json_close_array(struct json *json)
{
    close(json, ']');
}

void json_text(struct json *json, const char *key, const char *text)
{
    if (text == NULL) {
        json_null(json, key);
        return;
    }
    write_key(json, key);
    write_string(json, text);
}

void json_number(struct json *json, const char *key, uint64_t number)
{
    write_key(json, key);
    fprintf(json->stream, "%" PRIu64, number);
}

void json_numeral(struct json *json, const char *key, const char *numeral)
{
    write_key(json, key);
    fputs(numeral, json->stream);
}

void json_bool(struct json *json, const char *key, bool truth)
{
    write_key(json, key);
    fputs(truth ? "true" : "false", json->stream);
}

void json_null(struct json *json, const char *key)
{
    write_key(json, key);
    fputs("null", json->stream);
}

void json_position(struct json *json, struct position at)
{
    if (!json->positions)
        return;
    write_key(json, "at");
    putc('"', json->stream);
    for (const char *c = at.file == NULL ? "" : at.file; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            putc('\\', json->stream);
        putc(*c, json->stream);
    }
    fprintf(json->stream, ":%u\"", at.line);
}
