/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Interfaces at run time: what the generator made of a service's `calls:`, as constant tables
 * (<service>_interface.h), and the codec that reads and writes any value by its table.
 *
 * Tasks pass requests and replies as the C structs of that header; callers outside the kernel pass
 * CBOR in its deterministic encoding (RFC 8949, section 4.2.1): a struct is a map with names as
 * keys, an optional field may lack, an enum is its value's number, a capability its handle. An
 * encoding of any value is accepted in one spelling only.
 */
#ifndef KERNEL_INTERFACE_H
#define KERNEL_INTERFACE_H

#include <kernel/capability.h>
#include <kernel/channel.h>
#include <kernel/registry.h>
#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
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
    INTERFACE_CAP,   /* struct capability */
    INTERFACE_ENUM,  /* an enum that counts from 0 */
    INTERFACE_TEXT,  /* UTF-8 that ends with a zero byte */
    INTERFACE_BYTES, /* uint16_t length, then the bytes */
    INTERFACE_ARRAY, /* uint16_t count, then the elements, aligned */
    INTERFACE_STRUCT,
};

struct interface_field;

struct interface_type {
    uint8_t kind;
    uint16_t limit; /* text, bytes: bytes; array: elements; enum: values; struct: fields */
    uint16_t items; /* array: where the first element lies, in bytes */
    uint16_t size;  /* bytes of a value in C, no more than a message has */
    union {
        const struct interface_type *of;      /* array */
        const char *const *names;             /* enum: of its values, as in the interface's file */
        const struct interface_field *fields; /* struct: in the order of their encoding */
    };
};

struct interface_field {
    const char *name;
    const struct interface_type *type;
    uint16_t offset; /* bytes */
    uint16_t has;    /* optional: where the bool is that says whether it is there */
    uint16_t since;  /* the first version of the interface that has it; 0: all */
    bool optional;
};

/* The types that need no table of their own: bool to cap. */
extern const struct interface_type interface_scalars[INTERFACE_CAP + 1];

/* The field of a struct with the lowest offset of at least `offset`, and the one with the highest
 * below it: so one walks the fields as they stand in C, in the order of the interface's file, there
 * and back. NULL if there is none. Any context. */
const struct interface_field *interface_field_from(const struct interface_type *type,
                                                   size_t offset);
const struct interface_field *interface_field_before(const struct interface_type *type,
                                                     size_t offset);

struct interface_call {
    const char *name;
    uint32_t hash; /* of its types */
    const struct interface_type *request, *reply;
};

/* A call as it once was, which is served still. */
struct interface_ancestor {
    uint32_t hash;
    uint16_t call;    /* what it is today: the place in `calls` */
    uint16_t version; /* of the interface that had it so */
};

struct interface {
    const char *name; /* of the service */
    struct uuid uuid;
    bool exposed; /* agents and the shell may reach it */
    uint16_t version;
    uint16_t call_count, ancestor_count;
    const struct interface_call *calls;
    const struct interface_ancestor *ancestors;
};

/* The call with that hash, of today or before, and the version whose callers know it so.
 * ERR_INTERFACE_MISMATCH if none has. Any context. */
enum status interface_find(const struct interface *interface, uint32_t hash,
                           const struct interface_call **call, unsigned *version);

/* Encodes `value` without fields that came after `version`. *length is what it has, or would need
 * where ERR_LIMIT says that it is more than `capacity`. ERR_INVALID if the value breaks a limit of
 * its type. Any context. */
enum status interface_encode(const struct interface_type *type, unsigned version, const void *value,
                             uint8_t *bytes, size_t capacity, size_t *length);

/* Decodes exactly these bytes into the caller's value, of type->size bytes, all of which it writes.
 * ERR_CORRUPT for anything but the deterministic encoding of a value of that type. Any context. */
enum status interface_decode(const struct interface_type *type, const uint8_t *bytes, size_t length,
                             void *value);

/* The client's side of a call: sends the request, its capabilities moving with it, waits for the
 * answer and fills the reply. `request` and `reply` are structs of the call's types, NULL where
 * these have no fields. Returns what the server did, or as channel_call: then the reply means
 * nothing. Task context. */
enum status interface_call(struct capability_holder *holder, struct capability channel,
                           const struct interface_call *call, const void *request, void *reply,
                           uint64_t deadline);

/* The same on a channel that is asked of the interface's provider for this call alone, and dropped
 * after it. Returns as registry_connect besides. Task context. */
enum status interface_call_once(struct capability_holder *holder, const struct interface *interface,
                                const struct interface_call *call, const void *request, void *reply,
                                uint64_t deadline);

/* How the calls of an interface reach a server: generated, one for each interface. */
struct interface_dispatch {
    const struct interface *interface;
    /* Does call number `call`. */
    enum status (*dispatch)(const void *server, void *context, size_t call, const void *request,
                            void *reply);
};

/* A server as interface_serve needs it: the generated <service>_serve makes one. */
struct interface_service {
    const struct interface_dispatch *calls;
    const void *server;
    void *context;
    void *request; /* where any request fits */
    uint16_t room; /* bytes of it */
    void *reply;   /* where any reply fits */
};

/* The server's side: receives one message and, if it is a call, does it and replies. Notified bits
 * go to *notified (NULL: to nobody), which is 0 otherwise. A call of another interface, or whose
 * request is not of its type's size, is answered with ERR_INTERFACE_MISMATCH or ERR_INVALID, and
 * the capabilities in it are dropped. Returns as channel_receive; a caller that has gone is no
 * error, and a reply that cannot be sent reaches the caller as its status, without its content.
 * Task context. */
enum status interface_serve(const struct interface_service *service,
                            struct capability_holder *holder, struct capability channel,
                            uint32_t *notified, uint64_t deadline);

/* What a service offers its interface with: its channel and its row in the registry. One for each
 * service, static; all fields are interface_provide's. */
struct interface_port {
    struct channel channel;
    struct registry_provider provider;
    bool made; /* the channel: it is opened again in the service's next life */
};

/* Opens the service's channel, makes it known, and gives `holder` the capability to receive from
 * it. The rest is borrowed for good. ERR_BUSY if the interface has a provider, ERR_LIMIT if the
 * table of `holder` is full: nothing is left behind then. Task context. */
enum status interface_provide(struct interface_port *port,
                              const struct channel_parameters *parameters,
                              const struct registry_provider *provider,
                              struct capability_holder *holder, struct capability *receiving);

#endif
