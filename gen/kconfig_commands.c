/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The commands around Kconfig: choices, savedefconfig and random-config (command.h).
 */
#include "command.h"
#include "kconfig_random.h"
#include "savedefconfig.h"
#include "scalar.h"

/* What differs from the board as its files have it, so that nobody has to look for it. */
static void print_choices(const struct kconfig *kconfig)
{
    if (kconfig->chosen.count == 0)
        printf("%s: nothing but what its files say\n", kconfig->board->name);
    else
        printf("%s: chosen, in %s/choices.config:\n", kconfig->board->name, kconfig->build);
    for (size_t i = 0; i < kconfig->chosen.count; i++)
        printf("  %s: %s\n", kconfig->chosen.items[i].name, kconfig->chosen.items[i].value);
}

int command_choices(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    if (session_read(&session) &&
        kconfig_choose(&session.board, &session.inputs, options->build, &session.kconfig) &&
        session.diagnostics.error_count == 0)
        print_choices(&session.kconfig);
    return session_close(&session, 0);
}

int command_savedefconfig(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    if (session_read(&session) &&
        kconfig_choose(&session.board, &session.inputs, options->build, &session.kconfig) &&
        session.diagnostics.error_count == 0)
        savedefconfig(&session.kconfig, stdout);
    return session_close(&session, 0);
}

int command_random_config(const struct options *options)
{
    uint64_t seed = 0;
    if (options->seed == NULL || !number_parse(options->seed, &seed))
        return usage_error("random-config wants --seed N, a number");
    struct session session;
    session_open(&session, options);
    if (session_read(&session) && kconfig_check(&session.board, &session.inputs, &session.kconfig))
        kconfig_random(&session.kconfig, seed, stdout);
    return session_close(&session, 0);
}
