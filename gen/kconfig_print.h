/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Step 2's first half: prints Kconfig.gen, the part of the menu that follows from the board, the
 * bindings and the interfaces:
 *
 *   ARCH_…, HAVE_DRIVER_…, HAVE_SERVICE_…   what is there; no prompt
 *   DRIVER_X     y where the board has such a device
 *   SERVICE_X    y where the board lists it; shown where the board could have it; depends on the
 *                drivers of the devices it is wired to, selects the services it needs
 *   options      below the driver or service that owns them, as the binding describes them
 *
 * Every driver and service of the tree has its symbols on every board, so that each CONFIG_ name is
 * always defined. The same input gives the same text.
 */
#ifndef GEN_KCONFIG_PRINT_H
#define GEN_KCONFIG_PRINT_H

#include "board.h"

#include <stdio.h>

/* Prints for a board that board_read filled. `architectures` are all that the tree has. A
 * `depends:` that is no expression is reported to the board's diagnostics and left out. */
void kconfig_print(const struct board *board, const struct text_list *architectures, FILE *out);

#endif
