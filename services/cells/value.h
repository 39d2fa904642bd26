/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Values of an interface's types in an agent's memory: the structs of <service>_agent.h, as C lays
 * them out for wasm32 whatever the node is. Fields in the file's order, each at a multiple of its
 * alignment, little endian; an enum has 4 bytes; what is optional comes after its bool; fields that
 * came after the version that the agent was built with are not there.
 *
 * What an agent has written is not to be trusted: nothing gets into a C struct of ours that is not
 * a value of its type.
 */
#ifndef CELLS_VALUE_H
#define CELLS_VALUE_H

#include <kernel/interface.h>

/* Whether agents can have values of that type: structs without capabilities. */
bool value_is_portable(const struct interface_type *type);

/* Bytes of a value in an agent's memory. */
uint32_t value_size(const struct interface_type *type, unsigned version);

/* Reads a value of value_size bytes into the C struct, which is zero before. False where it is no
 * value of that type: a text without end or not UTF-8, a length, count or enum beyond its limit, a
 * bool that is neither. */
bool value_get(const struct interface_type *type, unsigned version, const uint8_t *bytes,
               void *value);

/* Writes one. What an optional field that is not there would take stays as it is. */
void value_put(const struct interface_type *type, unsigned version, const void *value,
               uint8_t *bytes);

#endif
