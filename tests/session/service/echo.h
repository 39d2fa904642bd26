/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A service for tests of the shell: gives back what it gets.
 */
#ifndef SERVICES_ECHO_H
#define SERVICES_ECHO_H

#include <kernel/board.h>

/* The service's task. */
enum status echo_main(const struct service *service);

#endif
