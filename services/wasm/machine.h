/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Instances and machines as the handlers and the state writer see them.
 */
#ifndef SERVICES_WASM_MACHINE_H
#define SERVICES_WASM_MACHINE_H

#include <services/wasm/code.h>

/* A function that can be called: of an instance, or of the host (`instance` is NULL). */
struct wasm_function {
    struct wasm_instance *instance;
    const struct wasm_func_type *type;
    union {
        const struct instruction *code;
        wasm_host_function *host;
    };
    union {
        uint32_t index; /* in the instance's function space */
        void *context;
    };
};

/* Entries are 0 for null, else the address of a wasm_function or a handle plus one. */
struct wasm_table {
    const struct wasm_allocator *allocator;
    uintptr_t *entries;
    uint32_t size, maximum;
    uint32_t declared_maximum; /* what importers are checked against */
    bool has_maximum;
    uint8_t type;
};

struct wasm_memory {
    const struct wasm_allocator *allocator;
    uint8_t *bytes;
    uint32_t pages, maximum;
    uint32_t declared_maximum;
    bool has_maximum;
};

struct wasm_global {
    union wasm_slot value;
    uint8_t type;
    bool is_mutable;
};

/* Index spaces with the imports first. What is its own is freed with the instance. */
struct wasm_instance {
    struct wasm_module *module;
    const struct wasm_allocator *allocator;
    struct wasm_function *own_functions; /* without the imported ones */
    struct wasm_function **functions;
    struct wasm_table *own_tables;
    struct wasm_table **tables;
    struct wasm_global *own_globals;
    struct wasm_global **globals;
    struct wasm_memory own_memory;
    struct wasm_memory *memory;
    uint8_t *dropped_elements, *dropped_data; /* a byte each: segments that are gone */
};

/* A 32-bit machine counts fuel 32 bits at a time. */
#if WASM_ACCUMULATORS
typedef int64_t fuel_count;
#define FUEL_COUNT_MAX INT64_MAX
#else
typedef int32_t fuel_count;
#define FUEL_COUNT_MAX INT32_MAX
#endif

/* The registers in memory, while no handler runs, and what handlers need of the instance. */
struct wasm_machine {
    const struct instruction *pc;
    union wasm_slot *fp;
    union wasm_slot *end; /* of the stack */
    size_t memory_size;   /* in bytes */
    size_t beyond[4];     /* the first address that is none for 1, 2, 4, 8 bytes */
    struct wasm_instance *instance;
    struct instruction *const *code; /* by function index; imports are NULL */
    const struct wasm_func_type *types;
    struct wasm_global **globals;
    fuel_count fuel;
    uint8_t run;  /* enum wasm_run */
    uint8_t trap; /* enum wasm_trap */
    bool running; /* for the loop that runs handlers where there are no tail calls */
    uint32_t slots;
    union wasm_slot *stack;
    struct wasm_function *entered; /* the outermost function */
    struct wasm_function *callee;  /* of call_out */
    uint32_t pending_results;      /* of the host call that has not answered */
    const struct wasm_allocator *allocator;
    struct instruction entry[2]; /* call_entry, halt */
    struct instruction cross[2]; /* where a callee in another instance returns to */
#if WASM_ACCUMULATORS
    uint64_t r;
    float s;
    double d;
#endif
    uint8_t *memory;
};

/* Makes the machine's copies of an instance's fields right; after a switch, a growth, a host call.
 */
void machine_load(struct wasm_machine *machine, struct wasm_instance *instance);

/* Which function and instruction `pc` is in; false where it is in none of the instance. */
bool machine_locate(const struct wasm_instance *instance, const struct instruction *pc,
                    uint32_t *function, uint32_t *instruction);

/* Grow by `delta`: the size before, or -1 (as uint32_t) where it cannot be. New entries get
 * `value`. */
uint32_t memory_grow(struct wasm_memory *memory, uint32_t delta);
uint32_t table_grow(struct wasm_table *table, uint32_t delta, uintptr_t value);

/* Whether `count` from `from` on lie within `size`. */
static inline bool span_fits(size_t size, uint32_t from, uint32_t count)
{
    return from <= size && count <= size - from;
}

/* The bulk instructions; the trap, or WASM_TRAP_NONE. */
enum wasm_trap table_init(struct wasm_instance *instance, uint32_t table, uint32_t segment,
                          uint32_t to, uint32_t from, uint32_t count);
enum wasm_trap table_copy(struct wasm_table *to_table, const struct wasm_table *from_table,
                          uint32_t to, uint32_t from, uint32_t count);
enum wasm_trap table_fill(struct wasm_table *table, uint32_t to, uintptr_t value, uint32_t count);
enum wasm_trap memory_init_segment(struct wasm_instance *instance, uint32_t segment, uint32_t to,
                                   uint32_t from, uint32_t count);

#endif
