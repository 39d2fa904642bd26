/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the kernel's unit tests use of cmocka, for an image without files, signals and processes:
 * the same names do the same, a failed check ends its test, and each test is a TAP line on the
 * board's console. In front of the real one in the include path of `make kernel-test` only.
 */
#ifndef KERNEL_TEST_CMOCKA_H
#define KERNEL_TEST_CMOCKA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct CMUnitTest {
    const char *name;
    void (*test)(void **state);
    int (*setup)(void **state);
    int (*teardown)(void **state);
};

#define cmocka_unit_test(test)                                                                     \
    {                                                                                              \
#test, test, NULL, NULL                                                                    \
    }
#define cmocka_unit_test_setup(test, setup)                                                        \
    {                                                                                              \
#test, test, setup, NULL                                                                   \
    }
#define cmocka_unit_test_setup_teardown(test, setup, teardown)                                     \
    {                                                                                              \
#test, test, setup, teardown                                                               \
    }

#define cmocka_run_group_tests(tests, setup, teardown)                                             \
    cmocka_run_group_tests_name(#tests, tests, setup, teardown)
#define cmocka_run_group_tests_name(name, tests, setup, teardown)                                  \
    kernel_test_group(tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

/* Runs each test; returns how many failed. */
int kernel_test_group(const struct CMUnitTest *tests, size_t count, int (*setup)(void **state),
                      int (*teardown)(void **state));

/* A check that came out false: what was compared, where, and both values as text. Goes on behind
 * the test that it is in. */
noreturn void kernel_test_fail(const char *check, const char *file, int line, const char *format,
                               ...) __attribute__((format(printf, 4, 5)));

#define kernel_test_check(good, check, ...)                                                        \
    do {                                                                                           \
        if (!(good))                                                                               \
            kernel_test_fail(check, __FILE__, __LINE__, __VA_ARGS__);                              \
    } while (0)

/* Compared as cmocka does, as the largest unsigned integers. */
#define kernel_test_compare(a, operator, b)                                                        \
    do {                                                                                           \
        uint64_t kernel_test_a = (uint64_t)(a), kernel_test_b = (uint64_t)(b);                     \
        kernel_test_check(kernel_test_a operator kernel_test_b, #a " " #operator" " #b,            \
                          "%#llx and %#llx", (unsigned long long)kernel_test_a,                    \
                          (unsigned long long)kernel_test_b);                                      \
    } while (0)

#define assert_true(value)         kernel_test_check(value, #value, "%s", "is false")
#define assert_false(value)        kernel_test_check(!(value), #value, "%s", "is true")
#define assert_null(value)         kernel_test_check(!(value), #value, "%s", "is not NULL")
#define assert_non_null(value)     kernel_test_check(value, #value, "%s", "is NULL")
#define assert_int_equal(a, b)     kernel_test_compare(a, ==, b)
#define assert_int_not_equal(a, b) kernel_test_compare(a, !=, b)
#define assert_ptr_equal(a, b)     kernel_test_compare((uintptr_t)(a), ==, (uintptr_t)(b))
#define assert_ptr_not_equal(a, b) kernel_test_compare((uintptr_t)(a), !=, (uintptr_t)(b))
#define assert_in_range(value, low, high)                                                          \
    do {                                                                                           \
        kernel_test_compare(value, >=, low);                                                       \
        kernel_test_compare(value, <=, high);                                                      \
    } while (0)
#define assert_memory_equal(a, b, size)                                                            \
    kernel_test_check(memcmp(a, b, size) == 0, #a " and " #b, "%s", "differ")
#define assert_string_equal(a, b)                                                                  \
    do {                                                                                           \
        const char *kernel_test_a = (a), *kernel_test_b = (b);                                     \
        kernel_test_check(strcmp(kernel_test_a, kernel_test_b) == 0, #a " and " #b,                \
                          "\"%s\" and \"%s\"", kernel_test_a, kernel_test_b);                      \
    } while (0)
#define fail()        kernel_test_fail("fail", __FILE__, __LINE__, "%s", "reached")
#define fail_msg(...) kernel_test_fail("fail", __FILE__, __LINE__, __VA_ARGS__)

/* On the console. */
void print_message(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
