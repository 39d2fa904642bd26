/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Source of random bytes that is part of x86 CPUs: the instructions RDSEED and RDRAND. Whether this
 * CPU has one is asked when bytes are; the device itself always starts.
 */
#ifndef RDSEED_H
#define RDSEED_H

#include <kernel/device.h>
#include <rdseed_config.h>

extern const struct driver rdseed_driver;

#endif
