/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A program in the engine: read from FOLDER/NAME.wasm, opened, run, closed. What goes wrong ends
 * the process with a message. engine.c says why the functions are there twice.
 */
#ifndef TESTS_BENCH_WASM_ENGINE_H
#define TESTS_BENCH_WASM_ENGINE_H

#include <services/wasm/wasm.h>
#include <stdint.h>

struct program {
    uint8_t *bytes;
    struct wasm_module *module;
    struct wasm_instance *instance;
    struct wasm_machine *machine;
    struct wasm_function *function;
};

/* malloc's. */
extern const struct wasm_allocator allocator;

/* A module's bytes, for the caller to free. */
uint8_t *read_module(const char *folder, const char *name, size_t *size);

/* Ends the process with status 1. */
void fail(const char *name, const char *why);

void program_open(struct program *program, const char *folder, const char *name);
void program_close(struct program *program);

/* Calls the program's function with `work`, with all the fuel that there is; its result. */
uint64_t program_run(struct program *program, uint32_t work);

void unfuelled_program_open(struct program *program, const char *folder, const char *name);
void unfuelled_program_close(struct program *program);
uint64_t unfuelled_program_run(struct program *program, uint32_t work);

#endif
