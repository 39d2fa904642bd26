/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a plain program for wasm32-wasi does: arguments, printf with a double, the clock, random
 * bytes, memory from malloc, a file that is not there, sleep, an exit status.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct timespec before, after;
    unsigned char bytes[16] = {0}, more[16] = {0};
    char *block = malloc(20000);

    for (int i = 0; i < argc; i++)
        printf("argument %d: %s\n", i, argv[i]);
    printf("%.3f %s\n", 355.0 / 113.0, strcmp(argv[0], "hello") ? "misnamed" : "named");
    clock_gettime(CLOCK_MONOTONIC, &before);
    usleep(20000);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long slept = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    printf("slept %s\n", slept >= 20 ? "long enough" : "too short");
    printf("random %s\n", !getentropy(bytes, 16) && !getentropy(more, 16) && memcmp(bytes, more, 16)
                              ? "bytes differ"
                              : "bytes repeat");
    printf("memory %s\n", block && memset(block, 1, 20000) ? "there" : "missing");
    printf("file %s\n", fopen("file", "r") ? "open" : "refused");
    return 3;
}
