/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The hardware profile against the board's file.
 */
#include <kernel/profile.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/log.h>
#include <string.h>

bool profile_has(const char *feature)
{
    const struct cpu_profile *profile = arch_cpu_profile();

    for (size_t i = 0; i < profile->feature_count; i++)
        if (strcmp(profile->features[i].name, feature) == 0)
            return profile->features[i].present;
    return false;
}

void profile_check(void)
{
    for (size_t i = 0; i < board.cpu_feature_count; i++)
        if (!profile_has(board.cpu_features[i]))
            log_warning("cpu", "no %s, which %s is to have: going on without it",
                        board.cpu_features[i], board.cpu);
}

const char *cache_kind_name(enum cache_kind kind)
{
    static const char *const names[] = {"data", "instruction", "unified"};
    return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "?";
}
