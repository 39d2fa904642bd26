/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A board for the kernel's unit tests: its architecture is a flag for the interrupt mask, its
 * devices record what is asked of them, and its time stands still until a test moves it. Contexts
 * are the simulated board's, so tasks really run.
 */
#ifndef KERNEL_FAKE_H
#define KERNEL_FAKE_H

#include <kernel/board.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fake_device { FAKE_TIMER, FAKE_CONTROLLER, FAKE_UART, FAKE_MUTE, FAKE_POWER, FAKE_COUNT };
enum { FAKE_INTERRUPTS = 8 };

enum fake_end { FAKE_OFF = 1, FAKE_RESET, FAKE_HALT };

struct fake {
    uint64_t now;      /* ns; what the timer says */
    uint64_t deadline; /* what the timer was asked for last */
    unsigned programmed;

    char output[65536]; /* what the serial device took, NUL-terminated */
    size_t output_length;
    size_t room; /* how many bytes more it takes; SIZE_MAX for any number */
    bool polled; /* the last output was polled */
    struct event *writable;

    bool interrupts_enabled;
    bool in_interrupt;
    enum status init_status[FAKE_COUNT]; /* what each device's init returns */
    unsigned init_order[FAKE_COUNT];     /* the devices, as they were initialised */
    unsigned init_count;
    unsigned handled[FAKE_COUNT]; /* calls of each device's interrupt handler */
    uint32_t enabled;             /* bit n: the controller has interrupt n enabled */
    enum interrupt_trigger triggers[FAKE_INTERRUPTS];

    int off_status; /* what power-off was called with */
    unsigned resets;
    bool power_fails;                  /* power-off and reset return */
    void (*on_end)(enum fake_end end); /* the run's end; does not return */

    void (*idle)(void); /* what the CPU meets while it sleeps */
};

extern struct fake fake;

/* Everything as after a reset, with every device up. */
void fake_reset(void);

/* Initialises devices through device_init_all instead, none up before. */
void fake_all_down(void);

#endif
