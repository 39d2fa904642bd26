/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A packed configuration (runtime_config.h) at the beginning of a partition of a flash that is in
 * the memory map, where a programmer has written it. A partition that is erased has none.
 */
#ifndef FLASH_CONFIG_H
#define FLASH_CONFIG_H

#include <flash_config_config.h>
#include <kernel/device.h>

extern const struct driver flash_config_driver;

#endif
