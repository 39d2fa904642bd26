/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Calls: Fibonacci's numbers by the definition.
 */
#include "program.h"

EXPORT(fib)

static __attribute__((noinline)) uint32_t fib(uint32_t n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

PROGRAM(fib)
{
    return fib(n);
}
