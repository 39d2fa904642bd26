/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Cores that firmware leaves waiting, each until a word of memory is the address to go on at
 * (Devicetree Specification 0.4, 3.8.1, enable-method "spin-table"). On Raspberry Pi the words are
 * in page 0.
 */
#ifndef SPIN_TABLE_H
#define SPIN_TABLE_H

#include <kernel/device.h>
#include <spin_table_config.h>

extern const struct driver spin_table_driver;

#endif
