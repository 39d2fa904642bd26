/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a service's interface.yaml says of its calls, as types: `types:` and `calls:`.
 *
 * A type is known by its structure: names of types and the order in which a file gives fields do
 * not count, so the text of a call (interface_call_text) is the same wherever two ends agree, and
 * the call's hash is that of its text. Fields are kept in the order in which their names are
 * encoded (RFC 8949, section 4.2.1), with the file's order beside it.
 *
 * interface.lock holds the versions of an interface that were accepted. A call of today serves
 * those of before from which it grew: all that was there is there, and what is new is optional.
 */
#ifndef GEN_INTERFACE_H
#define GEN_INTERFACE_H

#include "json.h"
#include "text_list.h"
#include "yaml_tree.h"
#include <stdint.h>

enum interface_kind {
    INTERFACE_BOOL,
    INTERFACE_U8,
    INTERFACE_U16,
    INTERFACE_U32,
    INTERFACE_U64,
    INTERFACE_I8,
    INTERFACE_I16,
    INTERFACE_I32,
    INTERFACE_I64,
    INTERFACE_F32,
    INTERFACE_F64,
    INTERFACE_CAP, /* a capability; moves with the message */
    INTERFACE_TEXT,
    INTERFACE_BYTES,
    INTERFACE_ARRAY,
    INTERFACE_OPTIONAL,
    INTERFACE_ENUM,
    INTERFACE_STRUCT,
};

#define INTERFACE_LIMIT_MAX 65535 /* of texts and bytes, in bytes; of arrays, in elements */
#define INTERFACE_DEPTH_MAX 8     /* structs and arrays within one another */
#define INTERFACE_QUEUE     4     /* messages that a channel holds unless its file says how many */
#define INTERFACE_QUEUE_MAX 255   /* CHANNEL_CAPACITY_MAX of kernel/channel.h */
#define INTERFACE_CAPS_MAX  2     /* MESSAGE_CAPABILITIES of kernel/channel.h */

struct interface_type {
    enum interface_kind kind;
    const char *name; /* under types:; NULL where it has none */
    struct position at;
    uint64_t limit;                  /* text, bytes, array */
    const struct interface_type *of; /* array, optional */
    struct text_list values;         /* enum */
    struct interface_field *fields;  /* struct: in the order of encoding */
    unsigned depth;                  /* of structs and arrays within it, itself included */
    struct interface_type *next;     /* under types:, in the file's order */
};

struct interface_field {
    const char *name;
    struct position at;
    const struct interface_type *type;
    unsigned place; /* in the file's order */
    unsigned since; /* the first version that has it; 0 for all */
    struct interface_field *next;
};

struct interface_call {
    const char *name;
    struct position at;
    const char *summary;
    struct interface_type *request, *reply; /* structs */
    struct text_list errors;                /* "no_memory" */
    uint32_t hash;
    struct interface_call *next; /* in the file's order */
};

/* One accepted version of an interface. */
struct interface_version {
    struct position at;
    struct interface_call *calls;
    struct interface_version *next; /* oldest first */
};

/* A call as it was, which is served still. */
struct interface_ancestor {
    uint32_t hash;
    const struct interface_call *call; /* what it is today */
    unsigned version;                  /* the oldest that has it so */
    struct interface_ancestor *next;
};

struct interface {
    const char *service;
    const char *uuid;
    const char *summary;
    const char *lock; /* services/…/interface.lock */
    bool exposed;     /* agents and the shell may reach it */
    uint64_t queue;   /* messages that its channel holds */
    struct interface_type *types;
    struct interface_call *calls;
    struct interface_version *versions;
    unsigned version; /* the number of what it is now; the oldest in the lock has number 1 */
    struct interface_ancestor *ancestors;
};

/* The names of the kinds, "u16", as in interface.yaml and in model.json. */
extern const char *const interface_kind_names[INTERFACE_STRUCT + 1];

/* Reads `exposed:`, `queue:`, `types:` and `calls:` of an interface file's root. */
struct interface *interface_parse(struct diagnostics *diagnostics, const struct node *root,
                                  const char *service, const char *uuid, const char *summary);

/* Reports a name, of a type or a call, that cannot be one in the generated C. */
bool interface_name_check(struct diagnostics *diagnostics, const struct node *node);

/* The types of `map`, each with the names of those before it; they are appended to *types. */
void interface_types_parse(struct diagnostics *diagnostics, const struct node *map,
                           struct interface_type **types);

/* A struct of the fields in `map` (NULL: none), which may name `types`; where `locked`, every type
 * stands in its place, without a name. */
struct interface_type *interface_fields_parse(struct diagnostics *diagnostics,
                                              const struct node *map,
                                              const struct interface_type *types, bool locked);

/* Reads the lock at interface->lock, if there is one. */
void interface_lock_read(struct diagnostics *diagnostics, struct interface *interface);

/* Finds the calls of before that are served still, and says since when each field of today is. */
void interface_ancestry(struct diagnostics *diagnostics, struct interface *interface);

/* A call's hash: of whose it is, its name and its types. */
uint32_t interface_call_hash(struct arena *arena, const struct interface *interface,
                             const struct interface_call *call);

/* A call's types as one line of YAML: what its hash is of, and what the lock says. */
const char *interface_call_text(struct arena *arena, const struct interface_call *call);

/* How `call` differs from what it was in a way that its callers notice: where and how,
 * "request.port was u16, is u32"; NULL if it grew at the most. */
const char *interface_call_break(struct arena *arena, const struct interface_call *old,
                                 const struct interface_call *call);

/* The call of that name, or NULL. */
const struct interface_call *interface_call_find(const struct interface_call *calls,
                                                 const char *name);

/* Whether the newest version in the lock is what the interface is now. */
bool interface_is_accepted(struct arena *arena, const struct interface *interface);

/* Reports what breaks callers of the newest accepted version; prints what only grew. */
void interface_check(struct diagnostics *diagnostics, const struct interface *interface,
                     FILE *stream);

/* Puts what the interface is now into the lock as its newest version and takes out the calls of
 * before that it no longer serves. Returns false with errno set if it can't be written. */
bool interface_lock_write(struct arena *arena, const struct interface *interface);

/* The interface as an object of model.json. */
void interface_print(const struct interface *interface, const char *key, struct json *json);

#endif
