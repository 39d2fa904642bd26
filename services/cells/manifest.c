/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See manifest.h.
 */
#include <services/cells/manifest.h>

#include <string.h>

enum { HEAD = 8 /* bytes: magic and version (core 2.0, 5.5.16) */ };

/* An unsigned LEB128 number of at most 32 bits (core 2.0, 5.2.2) from *at on; false where there is
 * none before `end`. */
static bool read_number(const uint8_t **at, const uint8_t *end, uint32_t *number)
{
    *number = 0;
    for (unsigned shift = 0; shift < 35 && *at < end; shift += 7) {
        const uint8_t byte = *(*at)++;
        if (shift == 28 && byte > 0x0F)
            return false;
        *number |= (uint32_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

enum status manifest_next(struct manifest_section *section)
{
    uint32_t size;
    if (section->at >= section->end)
        return ERR_NOT_FOUND;
    section->begin = section->at;
    section->id = *section->at++;
    if (!read_number(&section->at, section->end, &size) ||
        size > (size_t)(section->end - section->at))
        return ERR_CORRUPT;
    section->content = section->at;
    section->at += size;
    section->name_length = 0;
    if (section->id != 0)
        return OK;
    if (!read_number(&section->content, section->at, &section->name_length) ||
        section->name_length > (size_t)(section->at - section->content))
        return ERR_CORRUPT;
    section->name = (const char *)section->content;
    section->content += section->name_length;
    return OK;
}

bool manifest_is(const struct manifest_section *section)
{
    return section->id == 0 && section->name_length == strlen(MANIFEST_SECTION) &&
           memcmp(section->name, MANIFEST_SECTION, section->name_length) == 0;
}

enum status manifest_read(const uint8_t *module, size_t size, struct cells_manifest_reply *manifest)
{
    bool found = false;
    enum status status;
    memset(manifest, 0, sizeof(*manifest));
    if (size < HEAD)
        return ERR_CORRUPT;
    struct manifest_section section = {.at = module + HEAD, .end = module + size};
    while ((status = manifest_next(&section)) == OK) {
        if (!manifest_is(&section))
            continue;
        if (found)
            return ERR_CORRUPT;
        found = true;
        status = interface_decode(cells_calls[CELLS_CALL_MANIFEST].reply, section.content,
                                  (size_t)(section.at - section.content), manifest);
        if (status)
            return status;
    }
    return status == ERR_NOT_FOUND ? OK : status;
}

static void complete_text(char *text, const char *other, size_t size)
{
    if (!*text)
        memcpy(text, other, size);
}

void manifest_complete(const struct cells_manifest_reply *manifest, struct cells_policy *policy)
{
    const struct cells_policy *asked = &manifest->policy;
    if (!policy->memory)
        policy->memory = asked->memory;
    if (!policy->fuel)
        policy->fuel = asked->fuel;
    if (!policy->battery)
        policy->battery = asked->battery;
    if (!policy->latency)
        policy->latency = asked->latency;
    if (!policy->restart)
        policy->restart = asked->restart;
    complete_text(policy->architectures, asked->architectures, sizeof(policy->architectures));
    complete_text(policy->features, asked->features, sizeof(policy->features));
    complete_text(policy->labels, asked->labels, sizeof(policy->labels));
}
