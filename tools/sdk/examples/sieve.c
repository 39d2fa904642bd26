/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The sieve of Eratosthenes over the first n numbers, again and again: an agent that is stopped
 * somewhere in it must end with the same count elsewhere.
 */
#include <stdint.h>

#define LIMIT 32768

static uint8_t composite[LIMIT];

uint64_t sieve(uint32_t rounds) __attribute__((export_name("sieve")));

/* How many primes there are below LIMIT, added up over all rounds. */
uint64_t sieve(uint32_t rounds)
{
    uint64_t primes = 0;

    for (uint32_t round = 0; round < rounds; round++) {
        for (uint32_t i = 0; i < LIMIT; i++)
            composite[i] = 0;
        for (uint32_t i = 2; i < LIMIT; i++) {
            if (composite[i])
                continue;
            primes++;
            for (uint32_t k = 2 * i; k < LIMIT; k += i)
                composite[k] = 1;
        }
    }
    return primes;
}
