/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A task that holds vector registers while interrupts come whose handler spoils them all, and while
 * it is preempted by a task that does so too. It runs once, before the console, and logs for each
 * kind of registers whether they kept their values.
 */
#ifndef VECTORS_H
#define VECTORS_H

#include <kernel/board.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum status vectors_main(const struct service *service);

/* A kind of registers. One row for each that the architecture can have: hold.c. */
struct hold {
    const char *name;
    bool (*exists)(void);
    size_t (*size)(void); /* bytes of all of them, at most HOLD_SIZE */
    /* Fills the registers from `put`, spins until *count is `until` or more, stores them to `got`.
     */
    void (*run)(const uint8_t *put, uint8_t *got, const volatile uint32_t *count, uint32_t until);
};

enum { HOLD_SIZE = 8192 };

extern const struct hold holds[];
extern const size_t hold_count;

/* Overwrites all the registers that C code may use. Interrupt context. */
void hold_spoil(void);

/* The same, and what interrupts leave alone. Task context. */
void hold_spoil_all(void);

#endif
