/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Runs Forth on this machine: main [-f FUEL] FILE… interprets the files line by line, in slices of
 * FUEL steps, and ends with 1 where something was thrown. INCLUDED is a word of this host: the file
 * is read once its line is done.
 */
#include <services/forth/forth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 40 };
#include <tests/forth/store.h>

enum { DEPTH = 8, LINE = 256 };

static FILE *files[DEPTH];
static char folders[DEPTH][LINE];
static unsigned depth;

static void write_out(void *context, const char *text, size_t length)
{
    (void)context;
    fwrite(text, 1, length, stdout);
}

/* The next line of the innermost file; -1 at its end, or where it is longer than `size`. */
static int read_line(void *context, bool source, char *text, size_t size)
{
    char line[LINE + 2];
    size_t length;

    (void)context;
    (void)source;
    if (!depth || !fgets(line, sizeof line, files[depth - 1]))
        return -1;
    length = strcspn(line, "\r\n");
    if (length > size)
        return -1;
    memcpy(text, line, length);
    return (int)length;
}

static bool open_file(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (depth == DEPTH || strlen(path) >= LINE)
        return false;
    files[depth] = fopen(path, "r");
    if (!files[depth])
        return false;
    snprintf(folders[depth++], LINE, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    return true;
}

/* ( c-addr u -- ) beside the file that says so */
static int included(struct forth *f, forth_cell *s)
{
    const char *name = (const char *)forth_bytes(f, s[0], s[1]);
    char path[2 * LINE + 2];

    if (!name || !depth || s[1] >= LINE)
        return -38;
    snprintf(path, sizeof path, "%s/%.*s", folders[depth - 1], (int)s[1], name);
    return open_file(path) ? 0 : -38;
}

static const struct forth_host_word host_words[] = {{"INCLUDED", included, 2, 0, NULL}};

static enum forth_result run_line(struct forth *f, const char *line, int length, uint32_t slice)
{
    enum forth_result result;
    uint32_t fuel;

    if (forth_line(f, line, (size_t)length))
        return FORTH_THROWN;
    do {
        fuel = slice;
        result = forth_run(f, &fuel);
    } while (result == FORTH_OUT_OF_FUEL);
    return result;
}

static int run_files(struct forth *f, uint32_t slice)
{
    char line[LINE];
    const char *message, *where;
    size_t length, where_length;
    int got, status = 0;

    while (depth) {
        got = read_line(NULL, true, line, sizeof line);
        if (got < 0) {
            fclose(files[--depth]);
            continue;
        }
        if (run_line(f, line, got, slice) != FORTH_THROWN)
            continue;
        message = forth_message(f, &length);
        where = forth_where(f, &where_length);
        printf("THROWN %ld %.*s at %.*s in: %.*s\n", (long)forth_thrown(f), (int)length, message,
               (int)where_length, where, got, line);
        status = 1;
    }
    return status;
}

int main(int count, char **arguments)
{
    const struct forth_sizes sizes = {.data = 65536,
                                      .code = 32768,
                                      .words = 4096,
                                      .stack = 256,
                                      .returns = 256,
                                      .calls = 512,
                                      .tokens = 16,
                                      .buffers = 2};
    const struct forth_host_words table = {host_words, 1}, *const tables[] = {&table};
    const struct forth_host host = {.write = write_out,
                                    .read = read_line,
                                    .words = tables,
                                    .word_tables = 1,
                                    .blocks = &store_blocks};
    size_t size = forth_memory(&sizes, &host);
    uint32_t slice = UINT32_MAX;
    void *memory = malloc(size);
    struct forth *f;
    int status = 0, first = 1;

    if (count > 2 && strcmp(arguments[1], "-f") == 0) {
        slice = (uint32_t)strtoul(arguments[2], NULL, 10);
        first = 3;
    }
    if (!memory || !slice || forth_create(&f, memory, size, &sizes, &host))
        return 2;
    for (int i = first; i < count; i++) {
        if (!open_file(arguments[i])) {
            fprintf(stderr, "main: can't read %s\n", arguments[i]);
            return 2;
        }
        status |= run_files(f, slice);
    }
    free(memory);
    return status;
}
