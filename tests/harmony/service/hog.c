/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See hog.h.
 */
#include "hog.h"

#include <kernel/log.h>

enum status hog_main(const struct service *service)
{
    log_info(service->name, "never yields");
    for (volatile unsigned turns = 0;; turns = turns + 1)
        continue;
}
