/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Runs the specification's tests as convert.py wrote them, on this machine or on a board: prints
 * TAP, a line for each file of tests, and before it what failed and what was skipped. The form, in
 * WebAssembly's own encodings (core 2.0, 5.2):
 *
 *   script    "ranspec1", length, strings; file...
 *   file      name, length, command...
 *   command   kind (enum command in script.c), signed step to its line, text; what the kind needs
 *   string    length, bytes, 0; a reference to one is its offset, and 0 is none
 *   value     type, constant; or type + 0x80 and an enum spec_match
 */
#ifndef TESTS_SPEC_SCRIPT_H
#define TESTS_SPEC_SCRIPT_H

#include "runner.h"

struct spec_host {
    const struct wasm_allocator *allocator;
    uint32_t stack_slots; /* values on the stack of a call */
    int64_t slice;        /* as in spec_runner_move; 0: calls run in one go */
    uint32_t most;
    void (*print)(const char *format, ...) __attribute__((format(printf, 1, 2)));
    void (*command_done)(void); /* after each command; may be NULL */
    void (*file_done)(void);    /* nothing of `allocator` is in use; may be NULL */
};

/* Assertions by what became of them; `text` of those that passed were refused by the converter. */
struct spec_counts {
    unsigned passed, failed, skipped, text;
    unsigned moves;
};

/* Runs all files. A command that failed in a file where memory was refused before counts as
 * skipped. ERR_CORRUPT: `bytes` are no script. */
enum status spec_script_run(const uint8_t *bytes, size_t size, const struct spec_host *host,
                            struct spec_counts *total);

#endif
