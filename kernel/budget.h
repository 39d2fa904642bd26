/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Budgets: how much memory each owner (the kernel, a service) may hold. Charged where memory is
 * given out, credited where it comes back.
 *
 * Invariant: used <= peak <= limit.
 */
#ifndef KERNEL_BUDGET_H
#define KERNEL_BUDGET_H

#include <kernel/status.h>
#include <stddef.h>
#include <stdint.h>

struct budget {
    const char *owner; /* static text */
    size_t limit;      /* bytes */
    size_t used;       /* bytes */
    size_t peak;       /* most bytes ever used */
    uint32_t refused;  /* how often the limit was in the way */
};

/* Counts and tells a charge beyond the limit; returns ERR_LIMIT. Only for budget_charge. */
enum status budget_refuse(struct budget *budget, size_t bytes);

/* Charges `bytes`. ERR_LIMIT if the owner would hold more than its limit; the log names it, at the
 * 1st, 2nd, 4th, 8th … refusal. The caller holds the pool's lock. Any context. */
static inline enum status budget_charge(struct budget *budget, size_t bytes)
{
    if (bytes > budget->limit - budget->used)
        return budget_refuse(budget, bytes);
    budget->used += bytes;
    if (budget->used > budget->peak)
        budget->peak = budget->used;
    return OK;
}

/* Gives back what was charged. The caller holds the pool's lock. Any context. */
static inline void budget_credit(struct budget *budget, size_t bytes)
{
    budget->used -= bytes;
}

#endif
