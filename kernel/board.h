/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board as the generator knew it: the types of the generated tables (build/<target>/gen/, from
 * templates/), all constant. This is the one place where a board's parts meet; the kernel reads it
 * and knows no board by name.
 */
#ifndef KERNEL_BOARD_H
#define KERNEL_BOARD_H

#include <kernel/device.h>
#include <kernel/interrupt.h>

struct budget;
struct capability_holder;
struct service_life;
struct task;

enum memory_kind { MEMORY_RAM, MEMORY_FLASH, MEMORY_RESERVED };

/* A region of the memory map, as in the board file's `memory:`. */
struct memory_region {
    const char *name;
    uintptr_t base;
    size_t size; /* bytes */
    enum memory_kind kind;
};

/* RAM that the image leaves free. */
struct memory_span {
    uint8_t *start;
    uint8_t *end;
};

/* What a partition of flash, an SD card or a disk is for. */
enum partition_kind {
    PARTITION_IMAGE,   /* an image of this system */
    PARTITION_KEYS,    /* the node's keys */
    PARTITION_JOURNAL, /* what was begun, in the order it was */
    PARTITION_OBJECTS, /* contents by their hash */
    PARTITION_BOOT,    /* what the SoC's firmware reads, in its own format */
    PARTITION_BLOCKS,  /* source text of the Forth shell, in blocks of 1,024 bytes */
    PARTITION_OPTIONS, /* what `ranvier config pack` makes */
    PARTITION_FREE,
};

/* A partition, as in the board file's `partitions:`. */
struct partition {
    const char *name;
    const char *medium;          /* a flash of the memory map, or what `storage:` names */
    const struct device *device; /* of class "block", that has it; NULL: none */
    enum partition_kind kind;
    uint64_t offset; /* bytes, from the medium's start */
    uint64_t size;   /* bytes */
};

/* A part of the linked image; from the linker script, see <kernel/image.h>'s producer link.ld. */
enum memory_access { ACCESS_CODE, ACCESS_CONSTANT, ACCESS_DATA };
struct image_section {
    const char *name; /* "code", "constants", "kernel data", "console data" … */
    enum memory_access access;
    const uint8_t *start;
    const uint8_t *end;
};

/* A task's stack: the lowest `guard` bytes are never accessible. */
struct stack {
    uint8_t *base;
    size_t size;  /* bytes, guard included */
    size_t guard; /* bytes */
};

/* Where the linker put a service's data: first what has initial values, from `zero` on what begins
 * as zero. */
struct service_data {
    uint8_t *start;
    uint8_t *zero;
    uint8_t *end;
    const uint8_t *initial; /* the initial values, kept; NULL where it never restarts */
};

/* A service in the image. */
struct service {
    const char *name;
    const char *summary;
    /* Its task's body; what it returns is why it ended. */
    enum status (*main)(const struct service *service);
    const void *config; /* const struct <service>_config, generated */
    struct stack stack;
    struct capability_holder *holder; /* what it may use (capability.h): RAM, with its table */
    struct service_life *life;        /* what became of it (service.h): RAM */
    struct service_data data;
    const char *needed_by;  /* names of the services that need it, "shell, mesh"; NULL: nobody */
    uint64_t restart_delay; /* ns from its failure to the first restart */
    uint32_t restart_limit; /* restarts in a row; 0: never */
    uint8_t priority;       /* 0 (most urgent) to 15 */
    uint8_t core;           /* that its task begins on */
    uint64_t limit;         /* ns it may run without yielding; 0 for the board's TASK_LIMIT */
};

/* One Kconfig symbol's value and where it came from; for the console's `config`. */
struct config_value {
    const char *name;   /* without CONFIG_ */
    const char *value;  /* as text */
    const char *origin; /* "configs/rpi4.yaml:17", "default", "menuconfig" */
};

/* An option that a file may change at boot (runtime_config.h). */
struct runtime_option {
    const char *name; /* "devices.uart0.baud" */
    void *value;      /* RAM */
    uint64_t min, max;
    uint8_t size; /* bytes of the value */
    bool is_bool;
    bool power_of_two;
};

/* A part of them: those of devices, of services, of the kernel. */
struct runtime_options {
    const struct runtime_option *rows;
    size_t count;
};

struct board {
    const char *name;
    const char *summary;
    const char *arch;
    const char *cpu;                      /* as configured; arch_cpu_name() tells what is there */
    const char *const *cpu_feature_names; /* of what an arch's CPU can have, by bit */
    size_t cpu_feature_count;
    uint64_t cpu_features; /* that it is to have, as in struct profile */
    unsigned cores;
    const char *configuration_hash; /* SHA-256 of the resolved model, 64 hex digits */

    const struct memory_region *regions;
    size_t region_count;
    size_t memory_page;             /* bytes of a page that memory is given out in */
    const struct memory_span *free; /* what memory.h gives out */
    size_t free_count;
    const struct partition *partitions; /* by medium, then by offset */
    size_t partition_count;
    const struct image_section *sections;
    size_t section_count;
    const struct register_window *windows; /* every device's registers, sorted by base */
    size_t window_count;
    const struct device *devices; /* in the order of initialisation */
    size_t device_count;
    bool *devices_up;                     /* `device_count` flags, RAM */
    const struct interrupt_route *routes; /* sorted by number */
    size_t route_count;
    uint32_t *interrupt_counts;     /* `interrupt_limit` counters, RAM */
    const uint16_t *route_index;    /* per interrupt number: its first route, or route_count */
    uint32_t interrupt_limit;       /* interrupt numbers are below this */
    const struct service *services; /* in the order of start */
    size_t service_count;
    struct task *tasks;     /* `service_count` tasks (task.h), RAM: each service's own */
    struct budget *budgets; /* `service_count` + 1 budgets (budget.h), RAM: the kernel's first */
    const struct config_value *config;
    size_t config_count;
    struct runtime_options options[3]; /* none on a board that can load no file */
    uint8_t schema[32];                /* SHA-256 of what they are */

    const struct device *interrupt_controller; /* NULL only where the architecture has none (sim) */
    const struct device *timer;
    const struct device *console; /* the device with `role: console`, or NULL */
};

/* Defined in build/<target>/gen/board.c. */
extern const struct board board;

/* The kernel's own stacks, by core: what boots and idles runs on the first, interrupt handlers on
 * the other. Defined in build/<target>/gen/memory.c. */
extern const struct stack boot_stacks[CONFIG_CORES];
extern const struct stack interrupt_stacks[CONFIG_CORES];

#endif
