/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A client of the service cells that has an agent live from its upload to its migration. A call
 * that is answered with ERR_NO_MEMORY is made again and must be done then, as if there had been no
 * other.
 */
#ifndef ASKER_H
#define ASKER_H

#include <kernel/board.h>

enum status asker_main(const struct service *service);

#endif
