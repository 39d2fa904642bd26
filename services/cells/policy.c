/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See policy.h.
 */
#include <services/cells/policy.h>

#include <kernel/clock.h>
#include <kernel/format.h>
#include <services/cells/features.h>
#include <services/cells/service_call.h>
#include <services/cells/words.h>
#include <string.h>

enum { MICROSECOND = 1000, MICROSECONDS = 1000000, BATTERY_FULL = 100 };

/* A rate above this is as good as any; products with microseconds of a second stay in 64 bits. */
#define RATE_MAX (UINT64_C(1) << 43)

static uint64_t rate_of(const struct allowance *allowance)
{
    return allowance->rate < RATE_MAX ? allowance->rate : RATE_MAX;
}

static void pay_back(struct allowance *allowance, uint64_t now)
{
    uint64_t elapsed = now - allowance->filled;
    if (elapsed >= NANOSECONDS_PER_SECOND && allowance->spent <= (int64_t)rate_of(allowance)) {
        allowance->spent = 0;
        allowance->filled = now;
        return;
    }
    if (elapsed > NANOSECONDS_PER_SECOND)
        elapsed = NANOSECONDS_PER_SECOND;
    uint64_t back = elapsed / MICROSECOND * rate_of(allowance) / MICROSECONDS;
    if (back == 0)
        return;
    allowance->spent = (uint64_t)allowance->spent > back ? allowance->spent - (int64_t)back : 0;
    allowance->filled = now;
}

int64_t allowance_get(struct allowance *allowance, uint64_t now, int64_t wanted)
{
    if (allowance->rate == 0)
        return wanted;
    pay_back(allowance, now);
    int64_t left = (int64_t)rate_of(allowance) - allowance->spent;
    return left <= 0 ? 0 : left < wanted ? left : wanted;
}

void allowance_take(struct allowance *allowance, int64_t units)
{
    if (allowance->rate > 0)
        allowance->spent += units;
}

uint64_t allowance_ready(const struct allowance *allowance)
{
    int64_t rate = (int64_t)rate_of(allowance);
    if (rate == 0 || allowance->spent < rate)
        return 0;
    /* A sixteenth of a second's worth at once: not a wake-up for each unit. */
    int64_t missing = allowance->spent - rate + rate / 16 + 1;
    return allowance->filled + (uint64_t)(missing / rate) * NANOSECONDS_PER_SECOND +
           (uint64_t)(missing % rate) * MICROSECONDS / (uint64_t)rate * MICROSECOND + MICROSECOND;
}

/* What words of a policy name. */
enum { FEATURE, LABEL, GRANT, KINDS };

static bool has(const struct cells *cells, unsigned kind, const char *word, size_t length)
{
    if (kind == FEATURE)
        return feature_has(word, length);
    if (kind == LABEL)
        return words_have(cells->is.labels, word, length);
    /* The grants of `ranvier` and of WASI's input: agents import calls of services beside these. */
    return words_have("input log migrate send spawn", word, length) ||
           service_granting(cells, word, length);
}

enum status policy_check(const struct cells *cells, const struct cells_policy *policy,
                         const char *grants, char *reason, size_t size)
{
    static const char *const lacks[KINDS] = {"CPU has no", "node has no label",
                                             "node has nothing to grant as"};
    const char *const asked[KINDS] = {policy->features, policy->labels, grants}, *word;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        const char *at = asked[kind];
        for (size_t length; (length = words_next(&at, &word)) > 0;) {
            if (!has(cells, kind, word, length)) {
                format_text(reason, size, "this %s %.*s", lacks[kind], (int)length, word);
                return ERR_UNSUPPORTED;
            }
        }
    }
    if (policy->battery > BATTERY_FULL) {
        format_text(reason, size, "no battery has %u percent", policy->battery);
        return ERR_INVALID;
    }
    return OK;
}
