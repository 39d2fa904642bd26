/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The shell service: Forth with a line editor on a terminal, or on several. Its words are the
 * engine's, commands that show what the generated tables say and what became of it, and the calls
 * of exposed services.
 */
#ifndef SERVICES_SHELL_H
#define SERVICES_SHELL_H

#include <kernel/board.h>
#include <shell_config.h>

/* The service's task. */
enum status shell_main(const struct service *service);

#endif
