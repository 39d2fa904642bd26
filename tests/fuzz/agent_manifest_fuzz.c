/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// before: make -s TARGET=sim build/sim/gen/sources.mk
// link: services/cells/manifest.c kernel/cbor.c kernel/interface.c kernel/interface_call.c
// link: kernel/registry.c kernel/channel.c kernel/span.c kernel/capability.c kernel/task*.c
// link: kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c kernel/stack.c
// link: kernel/status.c kernel/harmony.c tests/unit/kernel_fake.c tests/unit/fake_memory.c
// link: tests/unit/host_stack.c platforms/arch/host/context.c platforms/arch/host/context_switch.S
// link: build/sim/gen/cells_interface.c
// libraries: -include build/sim/gen/include/config.h -Ibuild/sim/gen/include
// libraries: -Itests/unit/arch -Iplatforms/arch/host -lcmocka
// seeds: tests/fuzz/agent_manifest_seeds/*
/*
 * The manifest in a module: the input is a module's sections, and then the content of its manifest.
 * What is read is encoded to the same bytes, and fills only what a policy leaves open.
 */
#include <services/cells/manifest.h>

#include <stdlib.h>
#include <string.h>

enum { HEAD = 8, ROOM = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds)
        abort();
}

static void check_sections(const uint8_t *data, size_t size)
{
    struct cells_manifest_reply manifest;
    uint8_t *module = malloc(HEAD + size); /* of that size: so that a byte beyond is seen */
    require(module != NULL);
    memset(module, 0, HEAD);
    if (size > 0)
        memcpy(module + HEAD, data, size);
    manifest_read(module, HEAD + size, &manifest);
    free(module);
}

static void check_content(const uint8_t *data, size_t size)
{
    const struct interface_type *type = cells_calls[CELLS_CALL_MANIFEST].reply;
    const size_t name = strlen(MANIFEST_SECTION);
    struct cells_manifest_reply manifest;
    uint8_t module[HEAD + 4 + 64 + ROOM] = {0}, again[ROOM], *to = module + HEAD;
    const size_t content = 1 + name + size;
    size_t length;
    if (size > ROOM)
        return;
    *to++ = 0;
    *to++ = (uint8_t)(content | 0x80);
    *to++ = (uint8_t)(content >> 7 & 0x7F);
    *to++ = (uint8_t)name;
    memcpy(to, MANIFEST_SECTION, name);
    memcpy(to + name, data, size);
    if (manifest_read(module, (size_t)(to + name + size - module), &manifest))
        return;
    require(interface_encode(type, cells_interface.version, &manifest, again, sizeof(again),
                             &length) == OK);
    require(length == size && memcmp(again, data, size) == 0);
    struct cells_policy policy = {.memory = 1};
    manifest_complete(&manifest, &policy);
    require(policy.memory == 1 && policy.fuel == manifest.policy.fuel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_sections(data, size);
    if (size > 0)
        check_content(data, size);
    return 0;
}
