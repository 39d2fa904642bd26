/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The status service: tells others, by the calls of its interface, what this node is and what runs
 * on it.
 */
#ifndef SERVICES_STATUS_H
#define SERVICES_STATUS_H

#include <kernel/board.h>

/* The service's task. Returns why it serves no more. */
enum status status_main(const struct service *service);

#endif
