/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Source of random bytes that is part of Arm CPUs from Armv8.5-A on, if they have FEAT_RNG. Whether
 * this one does is asked when bytes are; the device itself always starts.
 */
#ifndef RNDR_H
#define RNDR_H

#include <kernel/device.h>
#include <rndr_config.h>

extern const struct driver rndr_driver;

#endif
