/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Service that reads the board's random bytes twice, and logs them.
 */
#ifndef SEEDS_H
#define SEEDS_H

#include <kernel/service.h>
#include <seeds_config.h>

extern enum status seeds_main(const struct service *service);

#endif
