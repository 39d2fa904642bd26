/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A packed configuration (runtime_config.h) in the file after `--config` on the command line.
 */
#ifndef HOST_CONFIG_H
#define HOST_CONFIG_H

#include <kernel/device.h>

extern const struct driver host_config_driver;

#endif
