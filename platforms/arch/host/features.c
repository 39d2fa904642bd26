/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the simulated board's CPU is.
 */
#include <kernel/arch.h>

#include <kernel/format.h>
#include <sys/utsname.h>

const char *arch_cpu_name(void)
{
    static char name[96];
    struct utsname system;
    if (!name[0] && uname(&system) == 0)
        format_text(name, sizeof(name), "%s process on %s", system.machine, system.sysname);
    return name;
}
