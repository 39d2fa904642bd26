/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What an ordinary program does, n times: a linked list is searched, reversed and sorted, a small
 * integer matrix multiplied, numbers in a text recognised by a state machine, a check sum made of
 * all of it bit by bit.
 */
#include "program.h"

EXPORT(mixed)

#define NODES 64
#define SIDE  10

struct node {
    struct node *next;
    int16_t value, key;
};

static struct node nodes[NODES];
static int16_t left[SIDE][SIDE], right[SIDE][SIDE];
static int32_t product[SIDE][SIDE];

static const char text[] = "5012,0x1f,-874,3.1415,1e9,+7,forty,-0.5e-3,12a,0xg,88,.5,1.5.2,-,6";

enum state { START, SIGN, INTEGER, ZERO, HEX, POINT, EXPONENT, EXPONENT_SIGN, DONE_BAD, STATES };

static uint16_t crc_step(uint16_t crc, uint8_t byte)
{
    for (int i = 0; i < 8; i++) {
        uint16_t bit = (uint16_t)((crc ^ byte) & 1);

        crc >>= 1;
        if (bit)
            crc ^= 0xA001;
        byte >>= 1;
    }
    return crc;
}

static uint16_t crc_add(uint16_t crc, uint32_t value)
{
    crc = crc_step(crc, (uint8_t)value);
    crc = crc_step(crc, (uint8_t)(value >> 8));
    crc = crc_step(crc, (uint8_t)(value >> 16));
    return crc_step(crc, (uint8_t)(value >> 24));
}

static struct node *list_make(uint64_t *state)
{
    for (int i = 0; i < NODES; i++) {
        nodes[i].next = i + 1 < NODES ? &nodes[i + 1] : 0;
        nodes[i].value = (int16_t)random_next(state);
        nodes[i].key = (int16_t)i;
    }
    return nodes;
}

static struct node *list_find(struct node *list, int16_t key)
{
    while (list && list->key != key)
        list = list->next;
    return list;
}

static struct node *list_reverse(struct node *list)
{
    struct node *done = 0;

    while (list) {
        struct node *next = list->next;

        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static int by_value(const struct node *a, const struct node *b)
{
    return a->value - b->value;
}

static int by_key(const struct node *a, const struct node *b)
{
    return a->key - b->key;
}

static struct node *list_sort(struct node *list,
                              int (*compare)(const struct node *, const struct node *))
{
    struct node *sorted = 0;

    while (list) {
        struct node *node = list, **place = &sorted;

        list = list->next;
        while (*place && compare(*place, node) < 0)
            place = &(*place)->next;
        node->next = *place;
        *place = node;
    }
    return sorted;
}

static uint16_t list_work(uint64_t *state, uint16_t crc)
{
    struct node *list = list_make(state);

    for (int16_t key = 0; key < NODES; key += 5)
        crc = crc_add(crc, (uint32_t)list_find(list, key)->value);
    list = list_reverse(list);
    list = list_sort(list, by_value);
    crc = crc_add(crc, (uint32_t)list->value);
    list = list_sort(list, by_key);
    return crc_add(crc, (uint32_t)list->value);
}

static uint16_t matrix_work(uint64_t *state, uint16_t crc)
{
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            left[i][j] = (int16_t)random_next(state);
            right[i][j] = (int16_t)(i * j);
        }
    }
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            int32_t sum = 0;

            for (int k = 0; k < SIDE; k++)
                sum += left[i][k] * right[k][j];
            product[i][j] = sum >> 3 & 0xFFFF;
            crc = crc_add(crc, (uint32_t)product[i][j]);
        }
    }
    return crc;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static enum state step(enum state state, char c)
{
    switch (state) {
    case START:
        return c == '+' || c == '-' ? SIGN
               : c == '0'           ? ZERO
               : c == '.'           ? POINT
               : is_digit(c)        ? INTEGER
                                    : DONE_BAD;
    case SIGN:
        return c == '.' ? POINT : is_digit(c) ? INTEGER : DONE_BAD;
    case ZERO:
        return c == 'x' ? HEX : c == '.' ? POINT : is_digit(c) ? INTEGER : DONE_BAD;
    case INTEGER:
        return c == '.' ? POINT : c == 'e' ? EXPONENT_SIGN : is_digit(c) ? INTEGER : DONE_BAD;
    case HEX:
        return is_digit(c) || (c >= 'a' && c <= 'f') ? HEX : DONE_BAD;
    case POINT:
        return c == 'e' ? EXPONENT_SIGN : is_digit(c) ? POINT : DONE_BAD;
    case EXPONENT_SIGN:
        return c == '-' || is_digit(c) ? EXPONENT : DONE_BAD;
    case EXPONENT:
        return is_digit(c) ? EXPONENT : DONE_BAD;
    default:
        return DONE_BAD;
    }
}

static uint16_t text_work(uint16_t crc)
{
    uint32_t counts[STATES] = {0};
    enum state state = START;

    for (const char *p = text; *p; p++) {
        if (*p == ',') {
            counts[state]++;
            state = START;
        } else {
            state = step(state, *p);
        }
    }
    for (int i = 0; i < STATES; i++)
        crc = crc_add(crc, counts[i]);
    return crc;
}

PROGRAM(mixed)
{
    uint64_t state = 11;
    uint16_t crc = 0xFFFF;

    for (uint32_t i = 0; i < n; i++) {
        crc = list_work(&state, crc);
        crc = matrix_work(&state, crc);
        crc = text_work(crc);
    }
    return crc;
}
