/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What may be said: the drivers' binding.yaml, the services' interface.yaml and the classes of
 * devices (platforms/classes.yaml), read, checked and as structs. Everything of a driver or service
 * that the generator knows comes from here.
 */
#ifndef GEN_SCHEMA_H
#define GEN_SCHEMA_H

#include "layer.h"
#include "text_list.h"
#include <stdint.h>

enum property_type {
    TYPE_BOOL,
    TYPE_U8,
    TYPE_U16,
    TYPE_U32,
    TYPE_U64,
    TYPE_SIZE, /* bytes; K, M, G, T */
    TYPE_TIME, /* nanoseconds; ns, us, ms, s */
    TYPE_ADDRESS,
    TYPE_TEXT,
    TYPE_ENUM,
    TYPE_INTERRUPT, /* a number, or { number, trigger, shared } */
    TYPE_REGISTERS, /* a base, or { base, size } */
    TYPE_PIN,       /* a pin of the device itself or of the controller that it names: pin.c */
    TYPE_DEVICE,
    TYPE_PARTITION, /* of a medium that a device gives access to */
    TYPE_LIST,
};

/* Their names, as in a binding and in model.json: "bool", "u8", … */
extern const char *const property_type_names[TYPE_LIST + 1];

/* What a pin that a property names is claimed for (pin.c), in the order in which they are told. */
enum pin_claims { PIN_CLAIMS_NOTHING, PIN_CLAIMS_FUNCTION, PIN_CLAIMS_PULL, PIN_CLAIMS_USE };

/* Their names, as in a binding and in model.json; "nothing" is for none. */
extern const char *const pin_claim_names[PIN_CLAIMS_USE + 1];

struct property {
    const char *name;
    struct position at; /* of its name in the binding */
    const char *summary;
    enum property_type type;
    enum property_type of; /* a list's elements */
    bool required;
    uint64_t min, max; /* numbers, sizes, times; 0 and UINT64_MAX where not given */
    bool power_of_two;
    bool runtime;            /* a packed file may change it at boot */
    bool in_place;           /* partition: it is only read, where it lies in the memory map */
    struct text_list values; /* enum */
    const char *class_name;  /* device: the class it must be of */
    uint64_t size;           /* registers: bytes, where the board gives a base only */
    uint64_t limit;          /* list: most elements */
    enum pin_claims claims;  /* pin: for what each may be named once only */
    bool edge;               /* interrupt: triggered by an edge unless the board says otherwise */
    struct node *default_value; /* NULL if none */
    struct property *next;
};

enum option_type { OPTION_BOOL, OPTION_INT, OPTION_HEX, OPTION_STRING };

/* Their names as Kconfig and model.json write them: "bool", "int", "hex", "string". */
extern const char *const option_type_names[OPTION_STRING + 1];

/* A Kconfig symbol that stands in a binding or interface file. */
struct option {
    const char *name; /* PL011_BUFFER: CONFIG_ goes before it in C */
    struct position at;
    enum option_type type;
    const char *default_value; /* as Kconfig writes it (y, n, 1024, 0x10, text); NULL if none */
    const char *min, *max;     /* likewise; both or neither */
    bool power_of_two;
    const char *summary;
    const char *help;    /* NULL if none */
    const char *depends; /* a Kconfig expression, or NULL */
    struct position depends_at;
    struct option *next;
};

/* How often a service that failed starts again, and when first. */
struct restart {
    uint64_t delay; /* ns */
    uint64_t limit; /* in a row; 0: never */
};

/* Reads `restart:` over what `restart` has; nothing if `node` is NULL. */
void restart_read(struct diagnostics *diagnostics, const struct node *node,
                  struct restart *restart);

struct interface;

/* A driver or a service: both have a name, properties and options. */
struct binding {
    enum binding_kind { BINDING_DRIVER, BINDING_SERVICE } kind;
    const char *name;   /* "arm-generic-timer" */
    const char *file;   /* platforms/drivers/…/binding.yaml, services/…/interface.yaml */
    const char *folder; /* where its sources are */
    struct position at; /* of its name */
    const char *summary;
    struct text_list arch;     /* runs on these only; none given: on any */
    struct text_list features; /* that the CPU must have */
    struct property *properties;
    struct option *options;
    /* drivers */
    const char *provides; /* its class: "serial" */
    bool state;           /* has struct <driver>_state */
    /* services */
    const char *uuid;
    uint64_t stack;    /* bytes; 0 for drivers */
    uint64_t memory;   /* bytes it may allocate */
    uint64_t limit;    /* ns it may run without yielding; 0: the board's TASK_LIMIT */
    unsigned priority; /* 0 (most urgent) to 15 */
    struct restart restart;
    struct text_list needs;     /* services it needs */
    struct position *needs_at;  /* of each */
    struct text_list parts;     /* folders of services/ that it is built with: engines */
    struct text_list libraries; /* of tools/deps that it is linked with */
    struct interface *calls;    /* interface.h */
    unsigned mark;              /* catalog_read's own */
    size_t followed;            /* likewise: the need that is being followed */
    struct binding *next;       /* sorted by name */
};

/* A class of devices. */
struct class_info {
    const char *name;
    const char *summary;
    struct position at;
    bool shared;            /* several services may use one device */
    bool single;            /* an image has at most one */
    bool required;          /* an image has at least one */
    struct text_list roles; /* that a device of the class may take */
    struct class_info *next;
};

/* What CPUs of an architecture can have. */
struct arch_features {
    const char *arch;
    struct text_list names;
    struct arch_features *next;
};

struct catalog {
    struct arch_features *features;
    struct binding *drivers;
    struct binding *services;
    struct class_info *classes;
};

/* Reads platforms/classes.yaml, every architecture's features and every binding and interface file
 * in the tree; errors in one do not hide those in the next. */
void catalog_read(struct diagnostics *diagnostics, struct inputs *inputs, struct catalog *catalog);

/* One binding or interface file's tree, as a struct; NULL where it has not even a name. Of the
 * catalog it reads classes and features. */
struct binding *binding_parse(struct diagnostics *diagnostics, const struct catalog *catalog,
                              enum binding_kind kind, const char *folder, struct node *root);

/* The properties of `map` (a binding's `properties:`), in its order. */
struct property *properties_parse(struct diagnostics *diagnostics, const struct class_info *classes,
                                  const struct node *map);

/* The options of `map` (a binding's `options:`), in its order. */
struct option *options_parse(struct diagnostics *diagnostics, const struct node *map);

/* Kinds of names, by what they become: a C identifier and part of a symbol, a field of a C struct,
 * a Kconfig symbol, a file of its own (a board, a SoC, an architecture). Reports and returns false
 * if `text`, at `node`'s key, is none. */
enum name_kind { NAME_THING, NAME_FIELD, NAME_SYMBOL, NAME_FILE };
bool name_check(struct diagnostics *diagnostics, const struct node *node, enum name_kind kind);
bool name_is_valid(const char *text, enum name_kind kind);

/* The entry of that name, or NULL. */
struct binding *binding_find(struct binding *bindings, const char *name);
const struct class_info *class_find(const struct class_info *classes, const char *name);

/* The names of all, for suggestions. */
struct text_list binding_names(struct arena *arena, const struct binding *bindings);
struct text_list class_names(struct arena *arena, const struct class_info *classes);

#endif
