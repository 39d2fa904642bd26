/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * BLOCKS blocks of Forth in memory, as who includes this says; the last cannot be read, the one
 * before it not be written.
 */
#ifndef TESTS_FORTH_STORE_H
#define TESTS_FORTH_STORE_H

#include <services/forth/forth.h>
#include <string.h>

static uint8_t store[BLOCKS][FORTH_BLOCK];

static int store_read(void *context, forth_cell block, uint8_t data[FORTH_BLOCK])
{
    (void)context;
    if (block >= BLOCKS)
        return THROW_BLOCK_NUMBER;
    if (block == BLOCKS - 1)
        return THROW_BLOCK_READ;
    memcpy(data, store[block], FORTH_BLOCK);
    return 0;
}

static int store_write(void *context, forth_cell block, const uint8_t data[FORTH_BLOCK])
{
    (void)context;
    if (block >= BLOCKS)
        return THROW_BLOCK_NUMBER;
    if (block == BLOCKS - 2)
        return THROW_BLOCK_WRITE;
    memcpy(store[block], data, FORTH_BLOCK);
    return 0;
}

static int store_flush(void *context)
{
    (void)context;
    return 0;
}

static const struct forth_blocks store_blocks = {store_read, store_write, store_flush};

#endif
