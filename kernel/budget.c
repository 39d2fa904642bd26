/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Budgets of memory.
 */
#include <kernel/budget.h>

#include <kernel/log.h>

enum status budget_refuse(struct budget *budget, size_t bytes)
{
    budget->refused++;
    if ((budget->refused & (budget->refused - 1)) == 0)
        log_warning("memory", "%s: %zu bytes more than its %zu (%zu used), refused %lu times",
                    budget->owner, bytes - (budget->limit - budget->used), budget->limit,
                    budget->used, (unsigned long)budget->refused);
    return ERR_LIMIT;
}
