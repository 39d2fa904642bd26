/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Source of random bytes of the simulated board: the host's getrandom.
 */
#ifndef HOST_ENTROPY_H
#define HOST_ENTROPY_H

#include <host_entropy_config.h>
#include <kernel/device.h>

extern const struct driver host_entropy_driver;

#endif
