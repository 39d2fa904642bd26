/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The way to a board: a serial device, a pty, a socket or a process's standard input and output.
 * Written as one word:
 *
 *   /dev/ttyUSB0[,BAUD]    a serial device or a pty (115200 bit/s, 8 bits, no parity)
 *   unix:PATH              a Unix socket, as QEMU's `-serial unix:PATH,server=on`
 *   tcp:HOST:PORT          TCP
 *
 * or as a command line behind `--`, whose process is the board.
 */
#ifndef RANVIER_LINK_H
#define RANVIER_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct link {
    const char *name; /* as given; borrowed */
    char **command;   /* instead, or NULL; ends with NULL; borrowed */
    int in, out;      /* descriptors, not blocking, mostly the same; -1: closed */
    pid_t process;    /* of the command; 0: none, or it has ended */
    int status;       /* how it ended, as from waitpid */
};

/* What a person reads of links, for `--help`. */
#define LINK_HELP                                                                                  \
    "LINK is /dev/ttyX[,BAUD] (a serial device or a pty), unix:PATH, tcp:HOST:PORT, or at the\n"   \
    "end `-- COMMAND ARGUMENT…`, a process whose standard input and output are the wire.\n"

/* Takes the link from what is left of the command line; NULL if that is right, else what is wrong.
 */
const char *link_parse(struct link *link, int count, char **words);

/* Opens it. NULL, or what went wrong. */
const char *link_open(struct link *link);

/* Closes it; ends the command's process if it still runs. */
void link_close(struct link *link);

/* Reads or writes without waiting: bytes; 0 for none now; -1 if the link has ended. */
ssize_t link_read(struct link *link, void *bytes, size_t size);
ssize_t link_write(struct link *link, const void *bytes, size_t size);

#endif
