/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See random.h.
 */
#include <services/cells/random.h>

#include <kernel/clock.h>
#include <kernel/entropy.h>
#include <kernel/log.h>
#include <services/cells/sha256.h>
#include <string.h>

void random_stir(struct cells *cells, const void *bytes, size_t size)
{
    uint64_t now = clock_now();
    CSha256 context;
    sha256_begin(&context);
    Sha256_Update(&context, cells->pool, sizeof(cells->pool));
    Sha256_Update(&context, (const uint8_t *)&now, sizeof(now));
    Sha256_Update(&context, (const uint8_t *)&cells->pool_drawn, sizeof(cells->pool_drawn));
    Sha256_Update(&context, bytes, size);
    Sha256_Final(&context, cells->pool);
}

enum status random_seed(struct cells *cells)
{
    uint8_t seed[sizeof(cells->pool)];
    enum status status = entropy_read(seed, sizeof(seed));
    if (status)
        return status;
    random_stir(cells, seed, sizeof(seed));
    cells->pool_seeded = true;
    return OK;
}

void random_begin(struct cells *cells, const char *node)
{
    random_stir(cells, node, strlen(node));
    if (random_seed(cells) == ERR_DEVICE)
        log_warning("cells", "the source of random bytes fails");
}

void random_warn(struct cells *cells)
{
    if (!cells->pool_seeded && !cells->pool_told)
        log_info("cells", "no source of random bytes here: those of agents are not for keys");
    cells->pool_told = true;
}

/* What is drawn does not tell the pool, as it is a hash of it; nor does the pool tell what was
 * drawn, as it goes on before and after. */
void random_draw(struct cells *cells, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    while (size > 0) {
        uint8_t drawn[32];
        CSha256 context;
        size_t part = size < sizeof(drawn) ? size : sizeof(drawn);
        cells->pool_drawn++;
        random_stir(cells, "next", 4);
        sha256_begin(&context);
        Sha256_Update(&context, (const uint8_t *)"draw", 4);
        Sha256_Update(&context, cells->pool, sizeof(cells->pool));
        Sha256_Final(&context, drawn);
        memcpy(to, drawn, part);
        to += part;
        size -= part;
    }
    random_stir(cells, "done", 4);
}
