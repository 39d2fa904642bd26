/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See image.h.
 */
#include <services/cells/image.h>

#include <services/cells/dna.h>

#include <kernel/log.h>

static enum status start_one(struct cells *cells, const struct agent_image *image)
{
    struct dna *dna;
    struct cell *cell;
    struct wasm_error error;
    enum status status = dna_add(cells, image->module, (size_t)(image->module_end - image->module),
                                 true, &dna, &error);
    if (status) {
        log_error("cells", "%s: its module is refused at byte %u: %s", image->name,
                  (unsigned)error.offset, error.message);
        return status;
    }
    const struct cell_parameters parameters = {
        .dna = dna,
        .name = image->name,
        .space = image->space,
        .policy = &image->policy,
        .grants = image->grants,
        .arguments = image->arguments,
        .environment = image->environment,
    };
    status = cell_create(cells, &parameters, &cell);
    return status || !image->start ? status : cell_start(cell);
}

void image_start(struct cells *cells, const struct agent_image *images)
{
    for (const struct agent_image *image = images; image->name; image++) {
        enum status status = start_one(cells, image);
        if (status)
            log_error("cells", "agent %s does not start: %s", image->name, status_text(status));
    }
}
