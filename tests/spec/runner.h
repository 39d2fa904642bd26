/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Carries out the specification's assertions on the engine. Knows neither files nor JSON, so that a
 * board can run the same: the caller brings bytes and values. An instance lives as long as a
 * command or another instance may reach it.
 */
#ifndef TESTS_SPEC_RUNNER_H
#define TESTS_SPEC_RUNNER_H

#include <services/wasm/wasm.h>

/* An argument, or what a result must be. */
enum spec_match { SPEC_EXACT, SPEC_NAN_CANONICAL, SPEC_NAN_ARITHMETIC, SPEC_ANY_REFERENCE };

struct spec_value {
    enum wasm_type type;
    enum spec_match match;
    union wasm_slot value; /* references as in the engine: 0 or handle plus one */
};

/* What came of a command: whether it happened, and if not why. */
struct spec_outcome {
    enum status status;  /* of loading or linking */
    enum wasm_trap trap; /* of running */
    const char *message; /* of a status that is not OK */
    uint32_t result_count;
    const uint8_t *result_types;
    const union wasm_slot *results; /* valid until the next command */
};

struct spec_runner;

enum status spec_runner_create(struct spec_runner **runner, const struct wasm_allocator *allocator,
                               uint32_t stack_slots);
void spec_runner_destroy(struct spec_runner *runner);

/* Lets every call stop after each `slice` units of fuel, at most `most` times: its state is then
 * written, read into a fresh instance and machine, compared, and the call goes on there. Instances
 * that others import from stay where they are, and so do calls across instances. */
void spec_runner_move(struct spec_runner *runner, int64_t slice, uint32_t most);

/* How many times a call was moved. */
uint32_t spec_runner_moves(const struct spec_runner *runner);

/* Loads and instantiates; runs the start function. The bytes are borrowed for the runner's life.
 * With `to_be_used` the instance becomes the current one; if there is none then, no other is.
 * `name` may be NULL. */
struct spec_outcome spec_module(struct spec_runner *runner, const char *name, const uint8_t *bytes,
                                size_t size, bool to_be_used);

/* Lets later modules import from an instance (NULL: the current one) as `as`. */
bool spec_register(struct spec_runner *runner, const char *name, const char *as);

/* Calls an exported function of an instance (NULL: the current one). ERR_NOT_FOUND. */
struct spec_outcome spec_invoke(struct spec_runner *runner, const char *name, const char *field,
                                size_t field_length, const struct spec_value *arguments,
                                uint32_t argument_count);

/* Reads an exported global. ERR_NOT_FOUND. */
struct spec_outcome spec_get(struct spec_runner *runner, const char *name, const char *field,
                             size_t field_length);

/* Whether an outcome has exactly these results. */
bool spec_results_match(const struct spec_outcome *outcome, const struct spec_value *expected,
                        uint32_t count);

#endif
