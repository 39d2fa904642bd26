/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The console service: a line editor on a serial device, and commands that show what the generated
 * tables say and what became of it.
 */
#ifndef SERVICES_CONSOLE_H
#define SERVICES_CONSOLE_H

#include <console_config.h>
#include <kernel/board.h>

/* The service's task. */
void console_main(const struct service *service);

#endif
