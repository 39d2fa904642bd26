/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/forth/*.c
// seeds: tests/forth/*.fth
/*
 * Lines from anywhere, in a task and then in its child, on little fuel, with a few blocks.
 */
#include <services/forth/forth.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 6 };
#include <tests/forth/store.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void write_out(void *context, const char *text, size_t length)
{
    static volatile char last;

    (void)context;
    for (size_t i = 0; i < length; i++)
        last = text[i];
    (void)last;
}

static void run_lines(struct forth *f, const uint8_t *data, size_t length)
{
    size_t end;
    uint32_t fuel;

    for (size_t at = 0; at < length; at = end + 1) {
        for (end = at; end < length && data[end] != '\n'; end++)
            ;
        if (forth_line(f, (const char *)data + at, end - at))
            continue;
        for (unsigned slice = 0; slice < 3; slice++) {
            fuel = 1000;
            if (forth_run(f, &fuel) != FORTH_OUT_OF_FUEL)
                break;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    const struct forth_host host = {.write = write_out, .blocks = &store_blocks};
    struct forth_sizes sizes = forth_sizes_default;
    sizes.buffers = 2;
    size_t size = forth_memory(&sizes, &host);
    void *first = malloc(size), *second = malloc(size);
    struct forth *f, *child;

    memset(store, 0, sizeof store); /* each input is a run of its own */
    if (!first || !second || forth_create(&f, first, size, &sizes, &host))
        abort();
    run_lines(f, data, length);
    if (!forth_fork(&child, second, size, f, &host))
        run_lines(child, data, length);
    free(first);
    free(second);
    return 0;
}
