/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A service that fails in its first life, with tasks that do not care that they are cancelled, and
 * an alarm that goes off again and again, on every core.
 */
#ifndef STUBBORN_H
#define STUBBORN_H

#include <kernel/board.h>
#include <kernel/status.h>

enum status stubborn_main(const struct service *service);

#endif
