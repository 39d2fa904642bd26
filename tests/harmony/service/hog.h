/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A task that never yields, more urgent than all others.
 */
#ifndef HOG_H
#define HOG_H

#include <kernel/board.h>
#include <kernel/status.h>

enum status hog_main(const struct service *service);

#endif
