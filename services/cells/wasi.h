/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * WASI preview 1 (wasi_snapshot_preview1), as far as there is a device behind it: arguments,
 * clocks, random bytes, standard output and error (the agent's log), waiting, ending. Everything
 * else that the interface has is there, too, and answers ENOSYS, so that programs that never come
 * to it run. Standard input is at its end; there are no environment variables and no files.
 */
#ifndef CELLS_WASI_H
#define CELLS_WASI_H

#include <services/cells/host.h>

extern const struct host_import wasi_imports[];
extern const size_t wasi_import_count;

#endif
