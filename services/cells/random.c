/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See random.h.
 */
#include <services/cells/random.h>

#include <kernel/clock.h>
#include <sha2.h>
#include <string.h>

void random_stir(struct cells *cells, const void *bytes, size_t size)
{
    uint64_t now = clock_now();
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, cells->pool, sizeof(cells->pool));
    SHA256Update(&context, (const uint8_t *)&now, sizeof(now));
    SHA256Update(&context, (const uint8_t *)&cells->pool_drawn, sizeof(cells->pool_drawn));
    SHA256Update(&context, bytes, size);
    SHA256Final(cells->pool, &context);
}

void random_begin(struct cells *cells, const char *node)
{
    random_stir(cells, node, strlen(node));
}

/* What is drawn does not tell the pool: it is a hash of it, and the pool goes on before the next.
 */
void random_draw(struct cells *cells, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    while (size > 0) {
        uint8_t drawn[32];
        SHA2_CTX context;
        size_t part = size < sizeof(drawn) ? size : sizeof(drawn);
        cells->pool_drawn++;
        random_stir(cells, "next", 4);
        SHA256Init(&context);
        SHA256Update(&context, (const uint8_t *)"draw", 4);
        SHA256Update(&context, cells->pool, sizeof(cells->pool));
        SHA256Final(drawn, &context);
        memcpy(to, drawn, part);
        to += part;
        size -= part;
    }
}
