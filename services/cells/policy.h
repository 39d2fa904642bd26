/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What an agent needs and may use: its policy, and fuel by the second. The policy itself is the
 * interface's struct, so that it is the same in a call, in a module and in a snapshot.
 */
#ifndef CELLS_POLICY_H
#define CELLS_POLICY_H

#include <cells_interface.h>
#include <kernel/status.h>
#include <stdbool.h>
#include <stdint.h>

/* Fuel that comes back with time: a bucket of one second's worth. All zero but for `rate` is a full
 * one. */
struct allowance {
    uint64_t rate;   /* units a second; 0: any number */
    int64_t spent;   /* units taken and not yet come back; may exceed the rate a little */
    uint64_t filled; /* ns: up to when `spent` has been paid back */
};

/* How many units may be taken now, at most `wanted`; 0: none until allowance_ready. */
int64_t allowance_get(struct allowance *allowance, uint64_t now, int64_t wanted);

/* Takes units: those of allowance_get, or a little more (a bulk instruction overdraws). */
void allowance_take(struct allowance *allowance, int64_t units);

/* When there is some again, ns. */
uint64_t allowance_ready(const struct allowance *allowance);

/* Whether this node suits the policy and has what the grants name. ERR_UNSUPPORTED: it lacks a
 * feature or a label that the policy requires, or there is nothing that such a grant would allow;
 * ERR_INVALID: no node can. `reason` gets why. A node is taken to be on mains, its battery full. */
struct cells;
enum status policy_check(const struct cells *cells, const struct cells_policy *policy,
                         const char *grants, char *reason, size_t size);

#endif
