/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// before: tests/interface/generate
// link: kernel/cbor.c kernel/interface.c kernel/interface_call.c kernel/registry.c kernel/channel.c
// link: kernel/span.c tests/unit/fake_memory.c tests/unit/host_stack.c
// libraries: -lcmocka
// link: kernel/capability.c kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c
// link: kernel/format.c kernel/device.c kernel/stack.c kernel/status.c tests/unit/kernel_fake.c
// link: services/cells/value.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S
// link: build/host/interface/gen/sample_interface.c kernel/harmony.c
// libraries: -Ibuild/host/interface/gen/include -Itests/unit/arch -Iplatforms/arch/host
// libraries: -Ibuild/sim/gen/include -include build/sim/gen/include/config.h
// seeds: tests/interface/tree/services/sample/*
/*
 * The codec of interfaces: the first byte says which type of the interface sample the others are to
 * be. What is decoded is encoded to the same bytes, for any version to a value that is decoded
 * again, and no byte beyond the input is read. The same bytes as an agent's memory: what is a value
 * there can be encoded, and comes back.
 */
#include <sample_interface.h>

#include <services/cells/value.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t encoded[16384];
static union {
    struct sample_all_request all;
    struct sample_grow_reply grow;
    struct sample_move_request move;
} value, again;

static void require(int holds)
{
    if (!holds)
        abort();
}

/* The bytes, and zeros behind them, as a struct of an agent that was built with some version. */
static void pass(const struct interface_type *type, unsigned version, const uint8_t *data,
                 size_t size)
{
    const uint32_t room = value_size(type, version);
    uint8_t *agent = calloc(1, room ? room : 1);
    size_t length;
    require(agent != NULL && room <= type->size);
    memcpy(agent, data, size < room ? size : room);
    memset(&value, 0, sizeof(value));
    if (value_is_portable(type) && value_get(type, version, agent, &value)) {
        require(interface_encode(type, version, &value, encoded, sizeof(encoded), &length) == OK);
        value_put(type, version, &value, agent);
        memset(&again, 0, sizeof(again));
        require(value_get(type, version, agent, &again));
        require(memcmp(&value, &again, type->size) == 0);
    }
    free(agent);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct interface_call *call = &sample_calls[data[0] / 2 % SAMPLE_CALLS];
    const struct interface_type *type = data[0] % 2 ? call->reply : call->request;
    size_t length = 0;
    data++;
    size--;
    require(type->size <= sizeof(value));
    for (unsigned version = 1; version <= sample_interface.version; version++)
        pass(type, version, data, size);
    if (interface_decode(type, data, size, &value) != OK)
        return 0;
    require(interface_encode(type, sample_interface.version, &value, encoded, sizeof(encoded),
                             &length) == OK);
    require(length == size && memcmp(encoded, data, size) == 0);
    for (unsigned version = 1; version < sample_interface.version; version++) {
        require(interface_encode(type, version, &value, encoded, sizeof(encoded), &length) == OK);
        require(interface_decode(type, encoded, length, &again) == OK);
    }
    return 0;
}
