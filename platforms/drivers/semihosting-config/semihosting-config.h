/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A packed configuration (runtime_config.h) in a file of the host that a debugger or QEMU runs on:
 * the one that the word config=PATH of the semihosting command line names.
 */
#ifndef SEMIHOSTING_CONFIG_H
#define SEMIHOSTING_CONFIG_H

#include <kernel/device.h>

enum { SEMIHOSTING_CONFIG_MAX = 1024 /* bytes, of the file and of the command line */ };

struct semihosting_config_state {
    uint8_t buffer[SEMIHOSTING_CONFIG_MAX];
};

extern const struct driver semihosting_config_driver;

#endif
