/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The serial mux service: virtual ports over one serial device, for the services of the board and
 * for the host. The wire's format is in frame.h and control.h.
 */
#ifndef SERVICES_SERMUX_H
#define SERVICES_SERMUX_H

#include <kernel/board.h>
#include <kernel/status.h>
#include <sermux_config.h>

/* The service's task. Returns why it ended. */
enum status sermux_main(const struct service *service);

#endif
