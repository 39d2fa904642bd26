/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See agent_import.h.
 */
#include "agent_import.h"

const struct agent_import agent_own_imports[] = {
    {"find", NULL},     {"id", NULL},      {"log", "log"},   {"migrate_me", "migrate"},
    {"node", NULL},     {"receive", NULL}, {"send", "send"}, {"sleep", NULL},
    {"spawn", "spawn"}, {"time", NULL},    {"yield", NULL},
};
const size_t agent_own_import_count = sizeof(agent_own_imports) / sizeof(agent_own_imports[0]);

/* `input` lets others write what the agent reads by WASI. */
const char *const agent_own_grants[] = {"input", "log", "migrate", "send", "spawn"};
const size_t agent_own_grant_count = sizeof(agent_own_grants) / sizeof(agent_own_grants[0]);
