/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * spec-runner [-m SLICE] SCRIPT: runs the specification's tests on this machine. Exit status 0 when
 * nothing failed, 1 when something did, 2 for what cannot be read.
 *
 * With -m every call is stopped after each SLICE units of fuel and moved, through its written
 * state, to a fresh instance, at most MOVES times.
 */
#define _POSIX_C_SOURCE 200809L
#include "script.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STACK_SLOTS 65536
#define MOVES       100

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context, (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

static const struct wasm_allocator allocator = {resize, NULL};

__attribute__((format(printf, 1, 2))) static void print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

/* The whole file, to be freed; NULL and a message where it cannot be read. */
static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *stream = fopen(path, "rb");
    uint8_t *bytes = NULL;
    long length;

    if (!stream || fseek(stream, 0, SEEK_END) || (length = ftell(stream)) < 0 ||
        fseek(stream, 0, SEEK_SET) || !(bytes = malloc((size_t)length + 1)))
        goto out;
    *size = fread(bytes, 1, (size_t)length, stream);
out:
    if (!bytes)
        perror(path);
    if (stream)
        fclose(stream);
    return bytes;
}

int main(int argc, char **argv)
{
    struct spec_host host = {
        .allocator = &allocator, .stack_slots = STACK_SLOTS, .most = MOVES, .print = print};
    struct spec_counts total = {0};
    enum status status;
    uint8_t *bytes;
    size_t size;
    int option;

    while ((option = getopt(argc, argv, "m:")) == 'm')
        host.slice = strtoll(optarg, NULL, 10);
    if (option != -1 || optind + 1 != argc || host.slice < 0) {
        fprintf(stderr, "usage: %s [-m SLICE] SCRIPT\n", argv[0]);
        return 2;
    }
    bytes = read_file(argv[optind], &size);
    if (!bytes)
        return 2;
    status = spec_script_run(bytes, size, &host, &total);
    free(bytes);
    return status ? 2 : total.failed ? 1 : 0;
}
