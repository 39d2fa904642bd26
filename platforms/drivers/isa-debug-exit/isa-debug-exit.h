/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * QEMU's isa-debug-exit (`-device isa-debug-exit,iobase=0xf4,iosize=4`): ends the emulator with
 * twice the written number and one, so never with 0; an orderly end is another device's.
 */
#ifndef ISA_DEBUG_EXIT_H
#define ISA_DEBUG_EXIT_H

#include <isa_debug_exit_config.h>
#include <kernel/device.h>

extern const struct driver isa_debug_exit_driver;

#endif
