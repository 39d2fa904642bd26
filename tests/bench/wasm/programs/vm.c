/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * An interpreter in the interpreter: a stack machine with a switch for each of its instructions,
 * which runs a loop of n rounds.
 */
#include "program.h"

EXPORT(vm)

enum { PUSH, LOAD, STORE, ADD, MULTIPLY, XOR, SHIFT, DUPLICATE, LESS, BRANCH, HALT };
enum { ROUND, SUM, ROUNDS, VARIABLES };

/* for (round = 0; round < rounds; round++) sum = (sum + round * round) ^ sum >> 3; */
static const int32_t code[] = {
    PUSH,   0,    STORE,  ROUND, PUSH,  0,     STORE, SUM,    LOAD,  ROUND,     LOAD,
    ROUNDS, LESS, BRANCH, 16,    HALT,  LOAD,  SUM,   LOAD,   ROUND, DUPLICATE, MULTIPLY,
    ADD,    LOAD, SUM,    PUSH,  3,     SHIFT, XOR,   STORE,  SUM,   LOAD,      ROUND,
    PUSH,   1,    ADD,    STORE, ROUND, PUSH,  1,     BRANCH, 8,
};

static uint32_t stack[16], variables[VARIABLES];

/* The second operand is the top, the first and the result below it. */
static uint32_t compute(int32_t instruction, uint32_t a, uint32_t b)
{
    switch (instruction) {
    case ADD:
        return a + b;
    case MULTIPLY:
        return a * b;
    case XOR:
        return a ^ b;
    case SHIFT:
        return a >> (b & 31);
    default:
        return a < b;
    }
}

static void run(void)
{
    const int32_t *pc = code;
    uint32_t *top = stack;

    for (;;) {
        int32_t instruction = *pc++;

        switch (instruction) {
        case PUSH:
            *++top = (uint32_t)*pc++;
            break;
        case LOAD:
            *++top = variables[*pc++];
            break;
        case STORE:
            variables[*pc++] = *top--;
            break;
        case DUPLICATE:
            top[1] = top[0];
            top++;
            break;
        case BRANCH:
            pc = *top-- ? code + *pc : pc + 1;
            break;
        case HALT:
            return;
        default:
            top--;
            top[0] = compute(instruction, top[0], top[1]);
        }
    }
}

PROGRAM(vm)
{
    variables[ROUNDS] = n;
    run();
    return variables[SUM];
}
