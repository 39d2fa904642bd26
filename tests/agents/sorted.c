/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A plain program with the C library: it prints its arguments in their order, and says why there is
 * no file of that name. How many they are is its exit status. One named abort ends it at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
    qsort(argv + 1, (size_t)argc - 1, sizeof(*argv), compare);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "r");

        printf("%.1f %s, a file: %s", i / 2.0, argv[i], file ? "yes" : strerror(errno));
        fflush(stdout);
        if (strcmp(argv[i], "abort") == 0)
            abort();
        puts("");
    }
    return argc - 1;
}
