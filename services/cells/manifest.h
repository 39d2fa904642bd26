/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A module's manifest: the policy and the grants that it asks for, in its custom section
 * "ranvier.policy" as CBOR of the reply to the call `manifest`. Where an agent's creator leaves a
 * field of the policy at 0 or empty, the module's counts; grants are the creator's to give, and
 * the module's are a wish. Nothing here needs a board: the host tool writes and reads it, too.
 */
#ifndef CELLS_MANIFEST_H
#define CELLS_MANIFEST_H

#include <cells_interface.h>
#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MANIFEST_SECTION "ranvier.policy"

/* Sections of a module (core 2.0, 5.5.2), one after the other: zero but for `at`, which is behind
 * the module's head, and `end`. */
struct manifest_section {
    const uint8_t *at, *end;
    const uint8_t *begin;   /* its id */
    uint8_t id;             /* 0: a custom section */
    const uint8_t *content; /* to `at`, behind a custom section's name */
    const char *name;       /* of a custom section, not terminated */
    uint32_t name_length;
};

/* The next section. ERR_NOT_FOUND: that was all; ERR_CORRUPT. */
enum status manifest_next(struct manifest_section *section);

/* Whether it is the manifest's. */
bool manifest_is(const struct manifest_section *section);

/* Reads a module's manifest; all 0 where it has none. ERR_CORRUPT: it is none, or there are two. */
enum status manifest_read(const uint8_t *module, size_t size,
                          struct cells_manifest_reply *manifest);

/* Fills the fields that the policy leaves open. */
void manifest_complete(const struct cells_manifest_reply *manifest, struct cells_policy *policy);

#endif
