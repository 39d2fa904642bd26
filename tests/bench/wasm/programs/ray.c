/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A ray tracer in f64: spheres over a plane, one light with shadows, mirrors; n by n pixels.
 */
#include "program.h"

EXPORT(ray)

struct vector {
    double x, y, z;
};

struct sphere {
    struct vector centre;
    double radius, shade, mirror;
};

#define SPHERES 8

static struct sphere spheres[SPHERES];

static struct vector add(struct vector a, struct vector b)
{
    return (struct vector){a.x + b.x, a.y + b.y, a.z + b.z};
}

static struct vector scale(struct vector a, double k)
{
    return (struct vector){a.x * k, a.y * k, a.z * k};
}

static double dot(struct vector a, struct vector b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static struct vector unit(struct vector a)
{
    return scale(a, 1.0 / __builtin_sqrt(dot(a, a)));
}

/* The distance along the ray to a sphere, or -1. */
static double hit(const struct sphere *sphere, struct vector from, struct vector way)
{
    struct vector to = add(sphere->centre, scale(from, -1));
    double along = dot(to, way), square = along * along - dot(to, to);

    square += sphere->radius * sphere->radius;
    if (square < 0)
        return -1;
    square = __builtin_sqrt(square);
    if (along - square > 1e-6)
        return along - square;
    return along + square > 1e-6 ? along + square : -1;
}

static int nearest(struct vector from, struct vector way, double *distance)
{
    int found = -1;

    *distance = 1e30;
    for (int i = 0; i < SPHERES; i++) {
        double d = hit(&spheres[i], from, way);

        if (d > 0 && d < *distance) {
            *distance = d;
            found = i;
        }
    }
    return found;
}

static double trace(struct vector from, struct vector way, int depth)
{
    struct vector light = unit((struct vector){1, 2, -1}), at, normal;
    double distance, other, shade, mirror;
    int index = nearest(from, way, &distance);

    if (index < 0 && way.y >= 0)
        return 0.3 + 0.7 * way.y;
    if (index < 0) {
        distance = -from.y / way.y;
        at = add(from, scale(way, distance));
        normal = (struct vector){0, 1, 0};
        shade = ((int64_t)(at.x + 1000) + (int64_t)(at.z + 1000)) & 1 ? 0.9 : 0.2;
        mirror = 0.1;
    } else {
        at = add(from, scale(way, distance));
        normal = unit(add(at, scale(spheres[index].centre, -1)));
        shade = spheres[index].shade;
        mirror = spheres[index].mirror;
    }
    other = dot(normal, light);
    if (other < 0 || nearest(at, light, &distance) >= 0)
        other = 0;
    shade *= 0.1 + 0.9 * other;
    if (depth == 0)
        return shade;
    way = add(way, scale(normal, -2 * dot(normal, way)));
    return shade * (1 - mirror) + mirror * trace(at, way, depth - 1);
}

PROGRAM(ray)
{
    uint64_t state = 1;
    double sum = 0;

    for (int i = 0; i < SPHERES; i++)
        spheres[i] = (struct sphere){
            {random_unit(&state) * 6 - 3, random_unit(&state) + 0.5, random_unit(&state) * 6},
            0.4 + random_unit(&state) * 0.4,
            0.3 + random_unit(&state) * 0.7,
            0.2 + random_unit(&state) * 0.5};
    for (uint32_t y = 0; y < n; y++) {
        for (uint32_t x = 0; x < n; x++) {
            struct vector way = {(double)x / n - 0.5, 0.5 - (double)y / n, 1};

            sum += trace((struct vector){0, 1, -4}, unit(way), 3);
        }
    }
    return (uint64_t)(sum * 1000);
}
