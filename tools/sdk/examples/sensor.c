/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A sensor: takes a sample each tenth of a second and says the mean of ten. The samples are those
 * of a made-up pendulum, for there is no thermometer on every board. Its policy, as `ranvier agent
 * pack` writes it: little memory, little fuel, begun anew when it fails. Grants: log.
 */
#include <ranvier.h>

enum { SAMPLES = 10 };

/* Thousandths: x' = v, v' = -x, a step of a sixteenth. */
static int32_t place = 1000, speed;

static int32_t sample(void)
{
    speed -= place / 16;
    place += speed / 16;
    return place;
}

RANVIER_EXPORT(mean) int32_t mean(void)
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        sum += sample();
        ranvier_sleep(RANVIER_SECOND / 10);
    }
    return sum / SAMPLES;
}

RANVIER_EXPORT(_start) void start(void)
{
    for (;;) {
        int32_t now = mean();
        ranvier_print(now < 0 ? "mean -" : "mean ");
        ranvier_print_number(now < 0 ? (uint64_t)-now : (uint64_t)now);
        ranvier_print("\n");
    }
}
