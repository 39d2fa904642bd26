/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// before: make -s TARGET=sim build/sim/gen/sources.mk
// link: services/wasm/*.c
// libraries: -include build/sim/gen/include/config.h -Ibuild/sim/gen/include
// libraries: -Itests/unit/arch -Iplatforms/arch/host
// seeds: tests/fuzz/wasm_input.h
/*
 * States from anywhere, read into an instance of the example: what is accepted is run, and must not
 * harm the host.
 */
#include <stdbool.h>

#include "wasm_input.h"
#include <tests/unit/wasm_host.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

struct state {
    uint8_t bytes[1u << 16];
    size_t size;
};

static enum status keep(void *context, const void *more, size_t length)
{
    struct state *state = context;

    if (length > sizeof state->bytes - state->size)
        return ERR_LIMIT;
    memcpy(state->bytes + state->size, more, length);
    state->size += length;
    return OK;
}

/* A genuine state: the example in the middle of its work, stopped after `fuel`. */
static void make_state(struct guest *guest, int64_t fuel, struct state *state)
{
    static const union wasm_slot n = {.u64 = 5};

    state->size = 0;
    if (wasm_instance_initialise(guest->instance) || guest_call(guest, "work", &n))
        abort();
    wasm_machine_run(guest->machine, &fuel);
    if (wasm_state_write(guest->machine, guest->instance, keep, state))
        abort();
}

static void read_and_run(struct guest *guest, const uint8_t *bytes, size_t size)
{
    bool pending;
    int64_t fuel = 500;

    if (wasm_state_read(guest->machine, guest->instance, bytes, size, &pending))
        return;
    if (pending)
        wasm_machine_finish(guest->machine, &(union wasm_slot){.u64 = 1});
    wasm_machine_run(guest->machine, &fuel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static struct state state;
    struct host host;
    struct guest guest, fresh;
    uint8_t *bytes;
    size_t size;

    if (length < 1 || host_open(&host) ||
        guest_open(&guest, &host, wasm_example, sizeof wasm_example))
        return 0;
    make_state(&guest, data[0], &state);
    bytes = wasm_input(data + 1, length - 1, state.bytes, state.size, &size);
    fresh = (struct guest){guest.module, NULL, NULL};
    host.most = host.out + (16u << 20);
    if (guest_instantiate(&fresh, &host))
        abort();
    read_and_run(&fresh, bytes, size);
    free(bytes);
    wasm_machine_destroy(fresh.machine);
    wasm_instance_destroy(fresh.instance);
    guest_close(&guest);
    host_close(&host);
    return 0;
}
