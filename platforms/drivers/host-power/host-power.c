/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Off is the process's exit status; reset runs the same program again in the same process.
 */
#include "host-power.h"

#include <platforms/arch/host/host.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static enum status host_power_init(const struct device *device)
{
    (void)device;
    return OK;
}

static void host_power_off(const struct device *device, int status)
{
    (void)device;
    host_run_end_hooks();
    _exit(status);
}

static void host_power_reset(const struct device *device)
{
    (void)device;
    host_run_end_hooks();
    /* A signal would end a program that has no handlers yet: they wait until the new one lets them
     * in. */
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    execv("/proc/self/exe", host_arguments());
}

static const struct power_operations operations = {
    .off = host_power_off,
    .reset = host_power_reset,
};

const struct driver host_power_driver = {
    .name = "host-power",
    .class = "power",
    .init = host_power_init,
    .operations = &operations,
};
