/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See semihosting-config.h. Operations: Arm, "Semihosting for AArch32 and AArch64", 3.1. A block
 * has fields of the machine's word.
 */
#include "semihosting-config.h"

#include <arch_semihosting.h>
#include <kernel/log.h>
#include <kernel/runtime_config.h>
#include <string.h>

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_READ = 0x06,
    SYS_FLEN = 0x0c,
    SYS_GET_CMDLINE = 0x15,
    MODE_READ_BINARY = 1,
};

#define WORD "config="

/* The path on the command line, in the buffer; NULL if there is none. */
static const char *find_path(uint8_t buffer[SEMIHOSTING_CONFIG_MAX])
{
    uintptr_t block[2] = {(uintptr_t)buffer, SEMIHOSTING_CONFIG_MAX};
    char *line = (char *)buffer;
    if (arch_semihosting_call(SYS_GET_CMDLINE, block) != 0 || block[1] >= SEMIHOSTING_CONFIG_MAX)
        return NULL;
    line[block[1]] = '\0';
    char *word = strstr(line, WORD);
    if (!word || (word != line && word[-1] != ' '))
        return NULL;
    word += strlen(WORD);
    word[strcspn(word, " ")] = '\0';
    return word;
}

/* Reads the file into the buffer, where its path may lie; its size, or why there is none. */
static const char *read_file(const char *path, uint8_t buffer[SEMIHOSTING_CONFIG_MAX], size_t *size)
{
    const uintptr_t name[3] = {(uintptr_t)path, MODE_READ_BINARY, strlen(path)};
    const intptr_t handle = arch_semihosting_call(SYS_OPEN, name);
    const char *trouble = NULL;
    if (handle == -1)
        return "the host cannot open the file";
    const uintptr_t file[1] = {(uintptr_t)handle};
    const intptr_t length = arch_semihosting_call(SYS_FLEN, file);
    const uintptr_t where[3] = {(uintptr_t)handle, (uintptr_t)buffer, (uintptr_t)length};
    if (length < 0 || length > SEMIHOSTING_CONFIG_MAX)
        trouble = "the file is too large";
    else if (arch_semihosting_call(SYS_READ, where) != 0)
        trouble = "the host cannot read the file";
    arch_semihosting_call(SYS_CLOSE, file);
    *size = (size_t)length;
    return trouble;
}

static enum status semihosting_config_init(const struct device *device)
{
    struct semihosting_config_state *state = device->state;
    size_t size;
    const char *path = arch_semihosting_probe() ? find_path(state->buffer) : NULL;
    if (!path)
        return OK;
    const char *trouble = read_file(path, state->buffer, &size);
    if (trouble)
        log_error(device->name, "configuration refused: %s", trouble);
    else
        runtime_config_apply(device->name, state->buffer, size);
    return OK;
}

const struct driver semihosting_config_driver = {
    .name = "semihosting-config",
    .class = "configuration",
    .init = semihosting_config_init,
};
