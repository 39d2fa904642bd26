/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Writes JSON (RFC 8259) to a stream, indented or (`compact`) one outermost value a line, keys in
 * the order they come. Where `positions` is false, json_position writes nothing: for the hash of
 * what a board is, wherever it is written.
 */
#ifndef GEN_JSON_H
#define GEN_JSON_H

#include "diagnostic.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *stream;
    unsigned depth;
    bool started; /* the innermost object or array has a member */
    bool positions;
    bool compact;
};

/* `key` is NULL for an element of an array and for the outermost value. */
void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);
/* null where `text` is NULL. */
void json_text(struct json *json, const char *key, const char *text);
void json_number(struct json *json, const char *key, uint64_t number);
/* Digits as they are: a number that no uint64_t holds. */
void json_numeral(struct json *json, const char *key, const char *numeral);
void json_bool(struct json *json, const char *key, bool truth);
void json_null(struct json *json, const char *key);
/* "at": "file:line"; nothing without positions. */
void json_position(struct json *json, struct position at);

#endif
