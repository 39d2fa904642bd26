/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See clock_real.h.
 */
#include <kernel/clock_real.h>

#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/lock.h>
#include <kernel/rtc.h>
#include <string.h>

static struct lock lock;
static bool known;
static uint64_t offset; /* of real time from the clock, modulo 2^64 */

static enum status ask_device(uint64_t *nanoseconds)
{
    for (size_t i = 0; i < board.device_count; i++) {
        const struct device *device = &board.devices[i];
        if (strcmp(device->driver->class, "rtc") == 0 && device_is_up(device))
            return rtc(device)->read(device, nanoseconds);
    }
    return ERR_NOT_FOUND;
}

void clock_set_real(uint64_t nanoseconds)
{
    bool enabled = lock_acquire(&lock);
    offset = nanoseconds - clock_now();
    known = true;
    lock_release(&lock, enabled);
}

enum status clock_real(uint64_t *nanoseconds)
{
    bool enabled = lock_acquire(&lock);
    bool is_known = known;
    *nanoseconds = clock_now() + offset;
    lock_release(&lock, enabled);
    if (is_known)
        return OK;
    enum status status = ask_device(nanoseconds);
    if (status == OK)
        clock_set_real(*nanoseconds);
    return status;
}
