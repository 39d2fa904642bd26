/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The WebAssembly engine's face: load a module, instantiate it, run it on fuel, stop it anywhere
 * and write its state down. WebAssembly 2.0 without vector instructions.
 *
 *   bytes --wasm_module_load--> module --wasm_instance_create--> instance
 *   instance + machine --wasm_machine_call, wasm_machine_run--> results, trap, out of fuel, pending
 *
 * Invariants: (1) a module never changes after it was loaded, so that any number of instances share
 * it; (2) nothing here allocates but through the caller's allocator, and running allocates only for
 * memory.grow and table.grow; (3) the engine has no state of its own. A module must outlive its
 * instances, and an instance those that import from it. Task context only; one task at a time per
 * instance.
 */
#ifndef SERVICES_WASM_WASM_H
#define SERVICES_WASM_WASM_H

#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WASM_PAGE_SIZE 65536u

/* Value types, with their numbers in the binary format (core 2.0, 5.3). */
enum wasm_type {
    WASM_I32 = 0x7F,
    WASM_I64 = 0x7E,
    WASM_F32 = 0x7D,
    WASM_F64 = 0x7C,
    WASM_FUNCREF = 0x70,
    WASM_EXTERNREF = 0x6F,
};

/* Kinds of imports and exports, with their numbers in the binary format (core 2.0, 5.5.5). */
enum wasm_kind { WASM_FUNCTION = 0, WASM_TABLE = 1, WASM_MEMORY = 2, WASM_GLOBAL = 3 };

/* X(name, text): why a program was ended. The texts are the specification tests'. */
#define WASM_TRAP_LIST(X)                                                                          \
    X(NONE, "none")                                                                                \
    X(UNREACHABLE, "unreachable")                                                                  \
    X(MEMORY_BOUNDS, "out of bounds memory access")                                                \
    X(TABLE_BOUNDS, "out of bounds table access")                                                  \
    X(UNDEFINED_ELEMENT, "undefined element")                                                      \
    X(UNINITIALIZED_ELEMENT, "uninitialized element")                                              \
    X(SIGNATURE, "indirect call type mismatch")                                                    \
    X(DIVIDE_BY_ZERO, "integer divide by zero")                                                    \
    X(INTEGER_OVERFLOW, "integer overflow")                                                        \
    X(INVALID_CONVERSION, "invalid conversion to integer")                                         \
    X(STACK, "call stack exhausted")                                                               \
    X(HOST, "host function failed")

enum wasm_trap {
#define WASM_TRAP_ENUM(name, text) WASM_TRAP_##name,
    WASM_TRAP_LIST(WASM_TRAP_ENUM)
#undef WASM_TRAP_ENUM
};

/* One value, in the machine's stack, in a global, or as argument or result. References are 0 for
 * null; an external reference is the host's 32-bit handle plus one. */
union wasm_slot {
    uint32_t u32;
    int32_t i32;
    uint64_t u64;
    int64_t i64;
    float f32;
    double f64;
};

/* The caller's memory. resize(ctx, NULL, 0, n) allocates, resize(ctx, p, n, 0) frees and returns
 * NULL; blocks are aligned for uint64_t; NULL for a non-zero size means that there is no more. New
 * bytes need not be zero. */
struct wasm_allocator {
    void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
    void *context;
};

/* What a module or an instance may use at most; beyond it loading or growing fails. */
struct wasm_limits {
    uint32_t types;         /* function types of a module */
    uint32_t functions;     /* functions of a module, imports included */
    uint32_t locals;        /* locals of a function, parameters included */
    uint32_t globals;       /* globals of a module */
    uint32_t tables;        /* tables of a module */
    uint32_t table_entries; /* entries of a table */
    uint32_t exports;       /* exports of a module */
    uint32_t segments;      /* element segments, and data segments, of a module */
    uint32_t nesting;       /* blocks within blocks */
    uint32_t operands;      /* operands on a function's stack */
    uint32_t pages;         /* 64 KiB pages of a memory */
};

/* Limits that no honest program on a server meets. */
extern const struct wasm_limits wasm_limits_default;

/* Where and why loading failed. The message is a constant. */
struct wasm_error {
    uint32_t offset;     /* into the module's bytes */
    const char *message; /* in the words of the specification's tests where these have any; of
                          * ERR_UNSUPPORTED the feature's name */
};

struct wasm_module;
struct wasm_instance;
struct wasm_machine;
struct wasm_func_type;

/* The name of a trap in words; "unknown trap" for a number that is none. */
const char *wasm_trap_text(enum wasm_trap trap);

/* Loads: decodes, validates, translates. Borrows `bytes` for the module's whole life. Returns the
 * module through `module`; wasm_module_destroy frees it. ERR_CORRUPT: malformed or invalid;
 * ERR_UNSUPPORTED: uses a feature beyond 2.0, or vectors, named in `error`; ERR_LIMIT;
 * ERR_NO_MEMORY. core 2.0, chapters 3 and 5. */
enum status wasm_module_load(struct wasm_module **module, const struct wasm_allocator *allocator,
                             const struct wasm_limits *limits, const uint8_t *bytes, size_t size,
                             struct wasm_error *error);

/* Frees a module that no instance uses any more; NULL is fine. */
void wasm_module_destroy(struct wasm_module *module);

/* A function's name: from the name section, else its export name, else NULL. The text is borrowed
 * from the module's bytes, and not terminated: `length` is its size. */
const char *wasm_function_name(const struct wasm_module *module, uint32_t function,
                               uint32_t *length);

/* Parameters and results of a function type, as arrays of enum wasm_type borrowed from the module.
 */
const uint8_t *wasm_type_parameters(const struct wasm_func_type *type, uint32_t *count);
const uint8_t *wasm_type_results(const struct wasm_func_type *type, uint32_t *count);

/* What a host function answers. PENDING: the machine stops as if out of fuel; the caller gives the
 * results later with wasm_machine_finish. FAILED: trap HOST. */
enum wasm_host_answer { WASM_HOST_DONE, WASM_HOST_PENDING, WASM_HOST_FAILED };

/* A function of the host. `values` holds the arguments and takes the results (from its start). */
typedef enum wasm_host_answer wasm_host_function(void *context, struct wasm_machine *machine,
                                                 union wasm_slot *values);

struct wasm_function;
struct wasm_table;
struct wasm_memory;
struct wasm_global;

/* Something that can be imported; which member counts says `kind`. */
struct wasm_extern {
    enum wasm_kind kind;
    union {
        struct wasm_function *function;
        struct wasm_table *table;
        struct wasm_memory *memory;
        struct wasm_global *global;
    };
};

/* What a module wants to import. The names are borrowed from the module, and not terminated. */
struct wasm_import_request {
    const char *module, *name;
    uint32_t module_length, name_length;
    enum wasm_kind kind;
    const struct wasm_func_type *type; /* of a function, else NULL */
};

/* Finds an import; false where there is none. */
typedef bool wasm_resolve_import(void *context, const struct wasm_import_request *request,
                                 struct wasm_extern *found);

/* Objects that the host makes for import. `parameters` and `results` are strings of the letters
 * i I f F p e (i32 i64 f32 f64 funcref externref). They are freed with wasm_extern_destroy. */
enum status wasm_host_function_create(struct wasm_extern *made,
                                      const struct wasm_allocator *allocator,
                                      const char *parameters, const char *results,
                                      wasm_host_function *function, void *context);
enum status wasm_host_global_create(struct wasm_extern *made,
                                    const struct wasm_allocator *allocator, enum wasm_type type,
                                    bool is_mutable, union wasm_slot value);
enum status wasm_host_memory_create(struct wasm_extern *made,
                                    const struct wasm_allocator *allocator, uint32_t minimum_pages,
                                    uint32_t maximum_pages);
enum status wasm_host_table_create(struct wasm_extern *made, const struct wasm_allocator *allocator,
                                   enum wasm_type type, uint32_t minimum, uint32_t maximum);
void wasm_extern_destroy(struct wasm_extern *made);

/* Makes an instance: resolves imports, makes globals, tables and memory. Copies no segment and runs
 * nothing: wasm_instance_initialise and the start function do. ERR_NOT_FOUND: unknown import;
 * ERR_DENIED: import of another type (both with `error->message`); ERR_NO_MEMORY; ERR_LIMIT. */
enum status wasm_instance_create(struct wasm_instance **instance, struct wasm_module *module,
                                 const struct wasm_allocator *allocator,
                                 const struct wasm_limits *limits, wasm_resolve_import *resolve,
                                 void *context, struct wasm_error *error);

/* Copies the active element and data segments, in order; the first that does not fit ends it.
 * Returns the trap, WASM_TRAP_NONE where all is well. core 2.0, 4.5.4. */
enum wasm_trap wasm_instance_initialise(struct wasm_instance *instance);

/* The start function; false where the module has none. */
bool wasm_instance_start(struct wasm_instance *instance, struct wasm_function **start);

/* An export by name; false where there is none. */
bool wasm_instance_export(struct wasm_instance *instance, const char *name, size_t length,
                          struct wasm_extern *found);

/* Frees an instance; NULL is fine. */
void wasm_instance_destroy(struct wasm_instance *instance);

const struct wasm_func_type *wasm_function_type(const struct wasm_function *function);
union wasm_slot wasm_global_get(const struct wasm_global *global, enum wasm_type *type);

/* The bytes of a memory, and how many. They move when it grows: do not keep them over a call. */
uint8_t *wasm_memory_bytes(struct wasm_memory *memory, size_t *size);

/* The memory of an instance; NULL where it has none. */
struct wasm_memory *wasm_instance_memory(const struct wasm_instance *instance);

/* How a run ended. */
enum wasm_run { WASM_DONE, WASM_TRAPPED, WASM_OUT_OF_FUEL, WASM_PENDING };

/* Where a program was ended. */
struct wasm_trap_report {
    enum wasm_trap trap;
    uint32_t function; /* index in the module's function space */
    uint32_t offset;   /* of the instruction, into the module's bytes */
    const struct wasm_module *module;
};

/* Makes a machine, a stack of `slots` values on which one call runs at a time: it bounds the depth
 * of recursion. ERR_NO_MEMORY. */
enum status wasm_machine_create(struct wasm_machine **machine,
                                const struct wasm_allocator *allocator, uint32_t slots);
void wasm_machine_destroy(struct wasm_machine *machine);

/* Prepares a call; the arguments must be of the function's types. What ran before is forgotten.
 * ERR_LIMIT: no room on the stack for the arguments or results. */
enum status wasm_machine_call(struct wasm_machine *machine, struct wasm_function *function,
                              const union wasm_slot *arguments);

/* Runs or goes on, until done, trap, out of fuel or a pending host call. Each call and each turn of
 * a loop takes one unit from `fuel`, bulk instructions one more for each 256 bytes or entries; what
 * is left comes back in it (a bulk instruction may overdraw it). */
enum wasm_run wasm_machine_run(struct wasm_machine *machine, int64_t *fuel);

/* After WASM_DONE: the results, as many as the function's type says. Borrowed until the next call.
 */
const union wasm_slot *wasm_machine_results(const struct wasm_machine *machine);

/* After WASM_PENDING: gives the host function's results; wasm_machine_run then goes on. */
void wasm_machine_finish(struct wasm_machine *machine, const union wasm_slot *results);

/* After WASM_TRAPPED: why and where. Translates the function once more to find the offset; where no
 * memory is left for that, the offset is the function's start. */
void wasm_machine_trap(const struct wasm_machine *machine, struct wasm_trap_report *report);

/* Takes a piece of a state; what it returns ends the writing. */
typedef enum status wasm_write(void *context, const void *bytes, size_t size);

/* Writes down the state of an instance and the call that runs on it: frames, operands, locals,
 * globals, tables, memory. The form does not depend on the board, nor on how the engine keeps it
 * (see state.h). Possible before a run, after it, out of fuel, and while a host call is pending,
 * but not between wasm_machine_finish and the next run. ERR_UNSUPPORTED: there are frames or
 * references of other instances, or the pending call is the outermost; ERR_NO_MEMORY; what `write`
 * returned. */
enum status wasm_state_write(const struct wasm_machine *machine,
                             const struct wasm_instance *instance, wasm_write *write,
                             void *context);

/* Whether a block of 4 KiB of the memory, `block` of them from its start, is to be written. */
typedef bool wasm_block_wanted(void *context, uint32_t block, const uint8_t *bytes);

/* The same with those blocks of memory only that are wanted: a state that is read upon another,
 * which has the others. `wanted` and `write` get the same context, and blocks come in their order.
 */
enum status wasm_state_write_some(const struct wasm_machine *machine,
                                  const struct wasm_instance *instance, wasm_block_wanted *wanted,
                                  wasm_write *write, void *context);

/* Reads a state into a fresh instance of the same module; `machine` then goes on where the other
 * stopped: `pending` says that it waits for a host function's results. Everything is checked: bytes
 * that no engine wrote are refused. ERR_CORRUPT; ERR_LIMIT: it does not fit here; ERR_NO_MEMORY.
 * After an error the instance is fit to be destroyed only. */
enum status wasm_state_read(struct wasm_machine *machine, struct wasm_instance *instance,
                            const uint8_t *bytes, size_t size, bool *pending);

/* Reads a state of wasm_state_write_some; memory that it lacks is as in `base`, another instance of
 * the module, which is only read. Otherwise as above. */
enum status wasm_state_read_upon(struct wasm_machine *machine, struct wasm_instance *instance,
                                 const struct wasm_instance *base, const uint8_t *bytes,
                                 size_t size, bool *pending);

/* While a host call is pending: how many results it is to have. */
uint32_t wasm_machine_pending_results(const struct wasm_machine *machine);

/* For host functions: the calling instance, and its memory (NULL where it has none). */
struct wasm_instance *wasm_machine_instance(const struct wasm_machine *machine);
struct wasm_memory *wasm_machine_memory(const struct wasm_machine *machine);

#endif
