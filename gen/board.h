/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board between the steps. board_read (step 1's end) makes it from the layered tree and the
 * catalog: every device that the board describes, every service that exists, each property with its
 * typed value. Step 2, kconfig_choose, fills `config`. Step 3, board_resolve, says what is in the
 * image, checks what clashes and orders it.
 */
#ifndef GEN_BOARD_H
#define GEN_BOARD_H

#include "layer.h"
#include "schema.h"
#include "value.h"

/* A property of a device or service with its value. */
struct setting {
    const struct property *property;
    enum setting_origin {
        SETTING_ABSENT,    /* optional, not given, no default */
        SETTING_DEFAULT,   /* the binding's */
        SETTING_GIVEN,     /* the board's */
        SETTING_AUTOMATIC, /* chosen because nothing else fits */
        SETTING_INVALID,   /* an error was reported; `value` means nothing */
    } origin;
    struct position at; /* of the value, or of the property in the binding */
    struct node *node;  /* given: in the layered tree */
    struct value value;
    struct setting *next;
};

/* Why a device or service is in the image or is not. */
struct reason {
    struct position at; /* line 0 and file NULL: no place */
    const char *text;   /* "configs/x.yaml lists it", "service sermux needs it" */
    struct reason *next;
};

struct device {
    const char *name;
    struct position at;       /* of its name, where it first stands */
    struct node *node;        /* in the layered tree */
    struct binding *driver;   /* NULL if unknown; an error was reported */
    struct node *driver_node; /* the value of driver: */
    bool runs;                /* this CPU can run the driver */
    const char *role;         /* NULL if none */
    struct node *role_node;
    const char *summary; /* NULL if none */
    struct setting *settings;
    bool enabled;         /* in the image: set by board_resolve */
    struct reason *users; /* "interrupts of uart0", "service console" */
    unsigned mark;        /* ordering's own, as is what it follows the path by: */
    const struct setting *followed;
    const struct device *need; /* what `followed` names, the next of the path */
    struct device *next;       /* in the order of the files; after resolving, of initialisation */
};

struct service {
    const char *name;
    struct binding *interface;
    struct node *node;      /* under services:, NULL if the board does not list it */
    struct position at;     /* of its name there, or in its interface file */
    bool listed;            /* the board lists it, or has agents that run on it */
    bool asked;             /* listed, or a service that is asked for needs it */
    bool possible;          /* this board can have it */
    const char *obstacle;   /* if not possible: what is missing, "the CPU has no fp" */
    const char *remedy;     /* what to do about that */
    struct reason *reasons; /* why it is asked for; also kept from `explain` of what is not */
    uint64_t stack;         /* bytes a task may use */
    uint64_t memory;        /* bytes it may allocate */
    uint64_t limit;         /* ns it may run without yielding; 0: the board's TASK_LIMIT */
    unsigned priority;
    unsigned core; /* that its task begins on */
    struct position core_at;
    struct restart restart;
    struct setting *settings;
    bool enabled; /* in the image: set by board_resolve */
    unsigned mark;
    struct service *next; /* sorted by name; after resolving, in order of start */
};

struct region {
    const char *name;
    struct position at;
    enum region_kind { REGION_RAM, REGION_FLASH, REGION_RESERVED } kind;
    uint64_t base, size;      /* bytes */
    const struct node *node;  /* in the layered tree */
    const struct node *block; /* the value of block:, for a flash as a medium; NULL if none */
    struct region *next;      /* sorted by base */
};

/* What partitions lie on: a flash of the memory map, or what `storage:` lists. */
struct medium {
    const char *name;
    const char *kind;    /* "flash", "sd", "disk" */
    const char *summary; /* NULL if none */
    struct position at;
    const struct node *node;
    struct region *region; /* a flash of the memory map; else NULL */
    uint64_t size;         /* bytes */
    uint64_t *blocks;      /* sizes of the blocks that are erased at once, from the start on */
    size_t block_count;    /* at least one; the last repeats */
    struct device *device; /* of class block, that reads and writes it; NULL: none does */
    struct medium *next;   /* the flashes by base, then in the order of the files */
};

struct partition {
    const char *name;
    struct position at;
    struct medium *medium;
    enum partition_kind {
        PARTITION_IMAGE,
        PARTITION_KEYS,
        PARTITION_JOURNAL,
        PARTITION_OBJECTS,
        PARTITION_BOOT,    /* what the firmware of the SoC reads, in its own format */
        PARTITION_BLOCKS,  /* source text of the Forth shell, in blocks of 1,024 bytes */
        PARTITION_OPTIONS, /* what `ranvier config pack` makes */
        PARTITION_FREE,
    } kind;
    uint64_t offset, size;  /* bytes, from the medium's start */
    struct partition *next; /* by medium, then by offset */
};

/* Their names, as in a board file and in model.json. */
extern const char *const partition_kind_names[PARTITION_FREE + 1];

/* Where the block that `offset` lies in begins; its size goes to *size. */
uint64_t medium_block(const struct medium *medium, uint64_t offset, uint64_t *size);

/* An agent that is in the image. */
/* A function that an agent's module imports. */
struct module_import {
    const char *module, *name;
    const struct module_import *next;
};

struct agent {
    const char *name;
    struct position at;
    const char *file;                       /* of its module: in the tree, or below build/agents/ */
    bool built;                             /* the latter: from a C file */
    size_t size;                            /* bytes of it */
    const char *hash;                       /* their SHA-256; NULL: an error was reported */
    uint64_t pages;                         /* of 64 KiB, that its memory begins with */
    const char *space, *grants, *arguments; /* words, blanks between them */
    const char *environment;                /* NAME=VALUE, the same */
    const struct node *grants_node;         /* NULL: none */
    const struct module_import *imports;    /* functions, in the module's order */
    bool start;
    uint64_t memory, fuel, battery, latency; /* bytes, units a second, percent, ns; 0: any */
    const char *restart, *architectures, *features, *labels;
    struct agent *next; /* in the order of the files */
};

/* A Kconfig symbol with its effective value; sorted by name. */
struct config_value {
    const char *name; /* without CONFIG_ */
    enum option_type type;
    const char *value;  /* y or n, 1024, 0x10, text */
    const char *origin; /* "configs/x.yaml:17", "default", "menuconfig" */
    struct position
        at; /* of what set it: the board's file, or choices.config; file NULL: default */
    struct config_value *next;
};

struct arch {
    const char *name, *summary, *toolchain, *emulator;
    unsigned bits;
    struct text_list flags;
    struct text_list features, feature_summaries; /* that a CPU of it can have */
    const char *protection;                       /* "mmu", "mpu" */
    uint64_t page, memory_page, guard, stack_alignment;
    uint64_t preemption; /* bytes of a task's stack that it takes to preempt it */
};

struct cpu {
    const char *model;
    struct position at;
    unsigned cores;
    struct position cores_at;
    struct text_list flags, features;
};

struct image {
    struct text_list formats; /* empty on host */
    uint64_t offset;
    struct position at;
    struct region *code, *data; /* NULL on host */
};

struct qemu {
    bool present;
    const char *machine, *cpu;
    struct region *memory; /* the region whose size is the machine's memory, or NULL */
    struct text_list arguments;
};

struct board {
    struct arena *arena; /* borrowed, as the rest */
    struct diagnostics *diagnostics;
    const struct layered *layered;
    const struct catalog *catalog;
    const char *name, *summary;
    struct arch arch;
    struct cpu cpu;
    struct image image;
    struct qemu qemu;
    struct region *regions;
    struct medium *media;
    struct partition *partitions;
    struct agent *agents;
    struct device *devices;
    struct service *services;    /* every service that exists */
    struct node *config_node;    /* the merged `config:`, NULL if none; its values are scalars */
    struct config_value *config; /* step 2's result */
    /* step 3's results */
    struct device *controller, *timer, *console; /* NULL if none */
    struct interrupt_route {
        uint64_t number;
        struct device *device;
        const struct setting *setting;
        const struct value *value; /* the setting's, or an element of it */
        struct interrupt_route *next;
    } * routes; /* sorted by number */
    uint64_t interrupt_limit;
    struct pin_claim {
        struct device *controller;
        struct device *device; /* that claims it; the controller itself, too */
        const struct setting *setting;
        const struct value *value; /* the setting's, or an element of it */
        struct pin_claim *next;
    } * pins; /* by controller, number and what is claimed */
};

/* Step 1's end: checks the layered tree against the catalog and fills `board` up to what step 2
 * needs. All errors are reported; a board with errors still has what could be understood. */
void board_read(struct arena *arena, struct diagnostics *diagnostics, const struct layered *layered,
                const struct catalog *catalog, struct board *board);

/* Prints model.json; `board_resolve` is done and there are no errors. */
void board_print(const struct board *board, FILE *stream);

/* Step 3. `board->config` is there. */
void board_resolve(struct board *board);

/* Lookups; NULL if there is none. */
struct device *board_device(const struct board *board, const char *name);
struct service *board_service(const struct board *board, const char *name);
const struct setting *setting_find(const struct setting *settings, const char *name);

/* The effective value of a symbol as text, "n" if it has none. */
const char *board_config(const struct board *board, const char *name);

/* How many cores the kernel runs on: CORES. Valid after step 2. */
unsigned board_cores(const struct board *board);

/* PL011 of "pl011", ARM_GENERIC_TIMER of "arm-generic-timer": a name as part of a symbol. */
const char *symbol_name(struct arena *arena, const char *name);

#endif
