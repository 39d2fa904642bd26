/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The commands about what is compiled in (command.h): choices, savedefconfig, random-config.
 */
#include "command.h"
#include "kconfig_random.h"
#include "savedefconfig.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* Step 1, then step 2 with what a person chose. */
static bool choose(struct session *session)
{
    return session_read(session) && kconfig_choose(&session->board, &session->inputs,
                                                   session->options->build, &session->kconfig);
}

/* Says what differs from the board's defaults, so that nobody has to look into the file. */
static void print_choices(const struct kconfig *kconfig)
{
    if (kconfig->chosen.count == 0)
        printf("%s: as its file and the defaults have it\n", kconfig->board->name);
    else
        printf("%s: chosen, in %s/choices.config:\n", kconfig->board->name, kconfig->build);
    for (size_t i = 0; i < kconfig->chosen.count; i++)
        printf("  %s: %s\n", kconfig->chosen.items[i].name, kconfig->chosen.items[i].value);
}

int command_choices(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    bool ok = choose(&session) && session.diagnostics.error_count == 0;
    if (ok)
        print_choices(&session.kconfig);
    return session_close(&session, ok ? 0 : 1);
}

int command_savedefconfig(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    bool ok = choose(&session) && session.diagnostics.error_count == 0 &&
              savedefconfig(&session.kconfig, stdout);
    return session_close(&session, ok ? 0 : 1);
}

int command_random_config(const struct options *options)
{
    char *end = NULL;
    errno = 0;
    uint64_t seed = options->seed != NULL ? strtoull(options->seed, &end, 10) : 0;
    if (options->seed == NULL || end == options->seed || *end != '\0' || errno != 0)
        return usage_error("random-config wants --seed and a number");
    struct session session;
    session_open(&session, options);
    bool ok = session_read(&session) && session.diagnostics.error_count == 0 &&
              kconfig_check(&session.board, &session.inputs, &session.kconfig);
    if (ok)
        kconfig_random(&session.kconfig, seed, stdout);
    return session_close(&session, ok ? 0 : 1);
}
