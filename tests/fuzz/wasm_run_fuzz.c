/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// before: make -s TARGET=sim build/sim/gen/sources.mk
// link: services/wasm/*.c
// libraries: -include build/sim/gen/include/config.h -Ibuild/sim/gen/include
// libraries: -Itests/unit/arch -Iplatforms/arch/host
// seeds: tests/fuzz/wasm_input.h
/*
 * Modules from anywhere: decoded, validated, translated; what is valid is run on little fuel, every
 * exported function of it, and must not harm the host.
 */
#include <stdbool.h>

#include "wasm_input.h"
#include <tests/unit/wasm_host.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

/* Calls an export, where it is a function of few parameters, with zeros. */
static void run_export(struct guest *guest, const char *name, size_t length)
{
    static const union wasm_slot arguments[8];
    struct wasm_trap_report report;
    struct wasm_extern found;
    uint32_t parameters;
    int64_t fuel = 500;

    if (!wasm_instance_export(guest->instance, name, length, &found) || found.kind != WASM_FUNCTION)
        return;
    wasm_type_parameters(wasm_function_type(found.function), &parameters);
    if (parameters > sizeof arguments / sizeof *arguments ||
        wasm_machine_call(guest->machine, found.function, arguments))
        return;
    if (wasm_machine_run(guest->machine, &fuel) == WASM_TRAPPED)
        wasm_machine_trap(guest->machine, &report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static const char *const names[] = {"fib", "work", "divide", "spin", "deep"};
    struct host host;
    struct guest guest;
    size_t size;
    uint8_t *module = wasm_input(data, length, wasm_example, sizeof wasm_example, &size);

    if (host_open(&host))
        abort();
    host.most = host.out + (16u << 20);
    if (!guest_open(&guest, &host, module, size) && !wasm_instance_initialise(guest.instance)) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            run_export(&guest, names[i], strlen(names[i]));
    }
    guest_close(&guest);
    host_close(&host);
    free(module);
    return 0;
}
