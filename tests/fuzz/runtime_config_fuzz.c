/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// before: make -s build/sim/gen/.rendered TARGET=sim
// link: kernel/runtime_config.c kernel/cbor.c kernel/format.c
// libraries: -Iplatforms/arch/host -Ibuild/sim/gen/include -include build/sim/gen/include/config.h
// seeds: tests/fuzz/runtime_config_seeds/*
/*
 * Bytes as the content of a packed configuration, behind a header that fits them, since no input
 * would find its CRC; then as the whole file. What must hold: no byte beyond the input is read, a
 * file that is refused changes nothing, and what is merged is within its option's limits.
 */
#include <kernel/log.h>
#include <kernel/runtime_config.h>
#include <kernel/runtime_file.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    bool flag;
    uint8_t byte;
    uint32_t power;
    uint64_t time;
} values, baked = {.flag = true, .byte = 1, .power = 8, .time = 1000};

static const struct runtime_option options[] = {
    {.name = "a.flag", .value = &values.flag, .max = 1, .size = 1, .is_bool = true},
    {.name = "a.byte", .value = &values.byte, .min = 1, .max = 3, .size = 1},
    {.name = "a.power", .value = &values.power, .max = 64, .size = 4, .power_of_two = true},
    {.name = "a.time", .value = &values.time, .max = UINT64_MAX, .size = 8},
};

const struct board board = {.name = "f", .options = {{options, 4}}, .schema = {1}};

void log_write(const struct log_site *site, const char *module, uint32_t shape, ...)
{
    (void)site;
    (void)module;
    (void)shape;
}

static void apply(const uint8_t *file, size_t size)
{
    memcpy(&values, &baked, sizeof(values));
    const enum status status = runtime_config_apply("fuzz", file, size);
    if (status && memcmp(&values, &baked, sizeof(values)) != 0)
        abort();
    uint8_t flag;
    memcpy(&flag, &values.flag, 1);
    if (flag > 1 || values.byte < 1 || values.byte > 3 || values.power > 64 ||
        (values.power & (values.power - 1)) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *file = malloc(RUNTIME_FILE_HEADER + size);
    if (!file)
        abort();
    const uint32_t words[] = {(uint32_t)size, runtime_file_crc(data, size)};
    memcpy(file, RUNTIME_FILE_MAGIC, 4);
    memcpy(file + 4, words, sizeof(words));
    if (size)
        memcpy(file + RUNTIME_FILE_HEADER, data, size);
    apply(file, RUNTIME_FILE_HEADER + size);
    free(file);
    apply(data, size);
    return 0;
}
