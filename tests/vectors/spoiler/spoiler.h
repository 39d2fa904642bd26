/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A task that spoils all vector registers, each time that another is preempted.
 */
#ifndef SPOILER_H
#define SPOILER_H

#include <kernel/board.h>
#include <kernel/status.h>

enum status spoiler_main(const struct service *service);

#endif
