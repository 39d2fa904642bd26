/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The cells service: the board's agents. Its task serves the calls of its interface and runs the
 * agents between them.
 */
#ifndef SERVICES_CELLS_H
#define SERVICES_CELLS_H

#include <cells_config.h>
#include <kernel/board.h>

/* The service's task. */
enum status cells_main(const struct service *service);

#endif
