/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A path tracer in f64: a lamp in a box of walls and balls, random bounces, many samples of few
 * pixels; n samples.
 */
#include "program.h"

EXPORT(path)

struct vector {
    double v[3];
};

struct ball {
    struct vector centre, colour;
    double radius, lamp;
};

static const struct ball balls[] = {
    {{{1e3 + 1, 40, 80}}, {{0.75, 0.25, 0.25}}, 1e3, 0},
    {{{-1e3 + 99, 40, 80}}, {{0.25, 0.25, 0.75}}, 1e3, 0},
    {{{50, 40, 1e3}}, {{0.75, 0.75, 0.75}}, 1e3, 0},
    {{{50, 1e3, 80}}, {{0.75, 0.75, 0.75}}, 1e3, 0},
    {{{50, -1e3 + 80, 80}}, {{0.75, 0.75, 0.75}}, 1e3, 0},
    {{{27, 16, 47}}, {{0.9, 0.9, 0.9}}, 16, 0},
    {{{73, 16, 78}}, {{0.9, 0.9, 0.6}}, 16, 0},
    {{{50, 78, 80}}, {{0, 0, 0}}, 10, 12},
};

#define BALLS ((int)(sizeof balls / sizeof *balls))

static double dot(const struct vector *a, const struct vector *b)
{
    return a->v[0] * b->v[0] + a->v[1] * b->v[1] + a->v[2] * b->v[2];
}

static void normalise(struct vector *a)
{
    double k = 1.0 / __builtin_sqrt(dot(a, a));

    for (int i = 0; i < 3; i++)
        a->v[i] *= k;
}

static double distance_to(const struct ball *ball, const struct vector *from,
                          const struct vector *way)
{
    struct vector to;
    double along, root;

    for (int i = 0; i < 3; i++)
        to.v[i] = ball->centre.v[i] - from->v[i];
    along = dot(&to, way);
    root = along * along - dot(&to, &to) + ball->radius * ball->radius;
    if (root < 0)
        return 0;
    root = __builtin_sqrt(root);
    return along - root > 1e-4 ? along - root : along + root > 1e-4 ? along + root : 0;
}

/* A direction in the half space of the normal, more often near it: a point in the unit ball, moved
 * by the normal. */
static void bounce(struct vector *way, const struct vector *normal, uint64_t *state)
{
    do {
        for (int i = 0; i < 3; i++)
            way->v[i] = 2 * random_unit(state) - 1;
    } while (dot(way, way) > 1);
    for (int i = 0; i < 3; i++)
        way->v[i] += normal->v[i] * 1.001;
    normalise(way);
}

static double radiance(struct vector from, struct vector way, uint64_t *state)
{
    struct vector through = {{1, 1, 1}}, normal;
    double light = 0;

    for (int depth = 0; depth < 8; depth++) {
        double nearest = 1e20;
        int found = -1;

        for (int i = 0; i < BALLS; i++) {
            double d = distance_to(&balls[i], &from, &way);

            if (d > 0 && d < nearest) {
                nearest = d;
                found = i;
            }
        }
        if (found < 0)
            break;
        for (int i = 0; i < 3; i++) {
            from.v[i] += way.v[i] * nearest;
            normal.v[i] = from.v[i] - balls[found].centre.v[i];
        }
        normalise(&normal);
        if (dot(&normal, &way) > 0) {
            for (int i = 0; i < 3; i++)
                normal.v[i] = -normal.v[i];
        }
        light += balls[found].lamp * (through.v[0] + through.v[1] + through.v[2]);
        for (int i = 0; i < 3; i++)
            through.v[i] *= balls[found].colour.v[i];
        bounce(&way, &normal, state);
    }
    return light;
}

PROGRAM(path)
{
    uint64_t state = 7;
    double sum = 0;

    for (uint32_t i = 0; i < n; i++) {
        struct vector way = {
            {random_unit(&state) - 0.5, random_unit(&state) - 0.5, -1 - random_unit(&state)}};

        normalise(&way);
        sum += radiance((struct vector){{50, 45, 160}}, way, &state);
    }
    return (uint64_t)(sum * 1000);
}
