/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The gateway: who is at the other end of a port of the serial mux calls exposed services of this
 * board, as message.h says. Interfaces without `exposed: true` refuse.
 */
#ifndef SERVICES_GATEWAY_H
#define SERVICES_GATEWAY_H

#include <gateway_config.h>
#include <kernel/board.h>
#include <kernel/status.h>

/* The service's task. Returns why it ended. */
enum status gateway_main(const struct service *service);

#endif
