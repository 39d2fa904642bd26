/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The one list of results. Every function that can fail returns one of these; OK is 0, so that
 * `if (status)` reads as "if it failed". Numbers are part of the wire formats: append only.
 */
#ifndef KERNEL_STATUS_H
#define KERNEL_STATUS_H

/* X(name, text): text is what a person reads in a log line. */
#define STATUS_LIST(X)                                                                             \
    X(OK, "ok")                                                                                    \
    X(ERR_INVALID, "invalid argument")                                                             \
    X(ERR_NO_MEMORY, "out of memory")                                                              \
    X(ERR_NOT_FOUND, "not found")                                                                  \
    X(ERR_BUSY, "busy")                                                                            \
    X(ERR_TIMEOUT, "timed out")                                                                    \
    X(ERR_WOULD_BLOCK, "would block")                                                              \
    X(ERR_CANCELLED, "cancelled")                                                                  \
    X(ERR_CLOSED, "closed")                                                                        \
    X(ERR_LIMIT, "limit reached")                                                                  \
    X(ERR_UNSUPPORTED, "not supported")                                                            \
    X(ERR_DEVICE, "device error")                                                                  \
    X(ERR_DENIED, "permission denied")                                                             \
    X(ERR_CORRUPT, "damaged data")                                                                 \
    X(ERR_INTERFACE_MISMATCH, "not the interface that was compiled against")                       \
    X(ERR_MIGRATED, "the agent has moved meanwhile")                                               \
    X(ERR_FAULT, "a fault")

enum status {
#define STATUS_ENUM(name, text) name,
    STATUS_LIST(STATUS_ENUM)
#undef STATUS_ENUM
        STATUS_COUNT
};

/* The name of a status, "ERR_TIMEOUT"; "ERR_?" for a number that is none. Any context. */
const char *status_name(enum status status);

/* What the status means in words, "timed out"; "unknown error" for a number that is none. Any
 * context. */
const char *status_text(enum status status);

#endif
