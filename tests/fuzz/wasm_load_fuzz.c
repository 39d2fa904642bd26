/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// before: make -s TARGET=sim build/sim/gen/sources.mk
// link: services/wasm/*.c
// libraries: -include build/sim/gen/include/config.h -Ibuild/sim/gen/include
// libraries: -Itests/unit/arch -Iplatforms/arch/host
// seeds: tests/fuzz/wasm_input.h
// long: 3600
/*
 * The decoder and the validator alone, on modules from anywhere.
 */
#include <stdbool.h>

#include "wasm_input.h"
#include <tests/unit/wasm_host.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    struct wasm_module *module;
    struct wasm_error error;
    struct host host;
    size_t size;
    uint8_t *bytes = wasm_input(data, length, wasm_example, sizeof wasm_example, &size);

    if (host_open(&host))
        abort();
    host.most = host.out + (16u << 20);
    if (wasm_module_load(&module, &host.allocator, &wasm_limits_default, bytes, size, &error) &&
        (error.offset > size || !error.message))
        abort();
    wasm_module_destroy(module);
    host_close(&host);
    free(bytes);
    return 0;
}
