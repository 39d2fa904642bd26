/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The options of a resolved board that a packed file may change at boot: properties of devices and
 * services that are marked `runtime: true` and have a value, and the kernel's own.
 */
#ifndef GEN_RUNTIME_H
#define GEN_RUNTIME_H

#include "board.h"
#include <sha2.h>

struct runtime_option {
    const char *name; /* "devices.uart0.baud" */
    const char *owner, *field;
    enum runtime_section { RUNTIME_DEVICES, RUNTIME_SERVICES, RUNTIME_LOG } section;
    const struct property *property;
    struct runtime_option *next;
};

/* The options, in the order of the tables; NULL where there are none or it loads none. */
struct runtime_option *runtime_options(const struct board *board);

/* Greatest value that the option's place in the image is to hold, of those that its type has. */
uint64_t runtime_max(const struct property *property);

/* Hash of what the options are. */
void runtime_schema(const struct board *board, const struct runtime_option *options,
                    uint8_t schema[SHA256_DIGEST_LENGTH]);

#endif
