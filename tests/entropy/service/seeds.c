/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See seeds.h.
 */
#include "seeds.h"

#include <kernel/entropy.h>
#include <kernel/log.h>

enum { READS = 2 };

enum status seeds_main(const struct service *service)
{
    for (int i = 0; i < READS; i++) {
        uint64_t words[4] = {0};
        enum status status = entropy_read(words, sizeof(words));
        log_info("seeds", "%s: %llx %llx %llx %llx", status_name(status),
                 (unsigned long long)words[0], (unsigned long long)words[1],
                 (unsigned long long)words[2], (unsigned long long)words[3]);
    }
    log_info("seeds", "all said");
    (void)service;
    return OK;
}
