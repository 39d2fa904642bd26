/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The groups of tests in the image; the table is written by kernel-test.mk.
 */
#ifndef KERNEL_TESTS_H
#define KERNEL_TESTS_H

#include <kernel/service.h>
#include <stddef.h>

struct kernel_test {
    const char *name;
    int (*run)(void); /* main of the test's program; 0 if all passed */
};

extern const struct kernel_test kernel_tests[];
extern const size_t kernel_test_count;

/* What the linker puts in the shell's place. */
enum status __wrap_shell_main(const struct service *service);

/* The watchdog's part. */
void __wrap_watchdog_start(void);

#endif
