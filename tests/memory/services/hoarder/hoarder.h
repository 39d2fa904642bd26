/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A service that takes memory of every kind once, gives a part of it back and keeps the rest. An
 * error is returned with what is held: it is for the kernel to take it back.
 */
#ifndef HOARDER_H
#define HOARDER_H

#include <kernel/board.h>

enum status hoarder_main(const struct service *service);

#endif
