/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What services/cells offers agents itself, as the generator and the host tool know it. The rows of
 * services/cells/ranvier.c say the same; tests/unit/cells_test.c compares them.
 */
#ifndef GEN_AGENT_IMPORT_H
#define GEN_AGENT_IMPORT_H

#include <stddef.h>

/* An import of the module ranvier. */
struct agent_import {
    const char *name;
    const char *grant; /* that it wants; NULL: none */
};

extern const struct agent_import agent_own_imports[];
extern const size_t agent_own_import_count;

/* Grants that are no calls of services. */
extern const char *const agent_own_grants[];
extern const size_t agent_own_grant_count;

#endif
