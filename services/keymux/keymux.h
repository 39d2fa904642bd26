/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The keyboard mux service: keys of the board's keyboards, of a port of the serial mux and of
 * whoever publishes some, told to all who have subscribed.
 */
#ifndef SERVICES_KEYMUX_H
#define SERVICES_KEYMUX_H

#include <kernel/board.h>
#include <kernel/status.h>
#include <keymux_config.h>

/* The service's task. Returns why it ended. */
enum status keymux_main(const struct service *service);

#endif
