/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Serial device of the simulated board: standard input and output of the process.
 */
#ifndef HOST_CONSOLE_H
#define HOST_CONSOLE_H

#include <host_console_config.h>
#include <kernel/ring.h>
#include <kernel/serial.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <termios.h>

enum { HOST_CONSOLE_BUFFER = 4096 }; /* bytes that wait for standard output; a power of two */

struct host_console_state {
    struct event *receivable;
    struct event *writable;

    sem_t wanted;         /* the core waits for input */
    atomic_bool watching; /* the receiver was told and has not answered yet */
    atomic_bool received; /* the receiver's interrupt: there is input, or its end */
    bool ended;           /* end of input */

    sem_t queued;          /* bytes were put into the ring */
    struct ring ring;      /* from the core to the sender */
    _Atomic uint32_t sent; /* the ring's tail up to which bytes are really written */
    atomic_bool room;      /* the sender's interrupt: there is room in the ring */
    bool carriage_return;  /* one is held back until it is known what follows */
    uint8_t buffer[HOST_CONSOLE_BUFFER];

    bool terminal; /* `modes` are to be restored */
    struct termios modes;
};

extern const struct driver host_console_driver;

#endif
