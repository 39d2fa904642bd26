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
enum { FAKE_INTERRUPTS = 8, FAKE_TICK = 2 /* ns */ };

enum fake_end { FAKE_OFF = 1, FAKE_RESET, FAKE_HALT };

struct fake {
    uint64_t now;      /* ns; what the timer says */
    uint64_t deadline; /* what the timer was asked for last */
    unsigned programmed;

    size_t output_length; /* of fake_output */
    size_t room;          /* how many bytes more it takes; SIZE_MAX for any number */
    bool polled;          /* the last output was polled */
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
    bool nobody_listens;               /* power-off returns for a failure */
    void (*on_end)(enum fake_end end); /* the run's end; does not return */

    void (*idle)(void); /* what the CPU meets while it sleeps */
};

extern struct fake fake;

/* What %p prints first of a pointer that 32 bits hold. */
#if UINTPTR_MAX > UINT32_MAX
#define HIGH_DIGITS "00000000"
#else
#define HIGH_DIGITS ""
#endif

/* What the serial device took, NUL-terminated. */
enum { FAKE_OUTPUT = sizeof(void *) == 8 ? 65536 : 12288 };
extern char fake_output[FAKE_OUTPUT];

/* Its RAM, all of it free. */
extern uint8_t fake_ram[16384];

/* The hardware of the fake board, for tests that link kernel/profile.c: `profile = fake_profile`.
 */
extern const struct profile fake_profile;

/* Everything as after a reset, with every device up. */
void fake_reset(void);

/* Initialises devices through device_init_all instead, none up before. */
void fake_all_down(void);

#endif
