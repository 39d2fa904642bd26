/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Block types and local declarations.
 */
#include <services/wasm/body.h>
#include <string.h>

void block_type_read(struct reader *reader, const struct wasm_module *module,
                     struct wasm_func_type *type)
{
    const uint8_t *at = reader->cursor;
    int64_t index;

    *type = (struct wasm_func_type){0};
    if (at != reader->end && (*at & 0xC0) == 0x40) {
        reader->cursor++;
        if (*at != 0x40 && value_type_check(reader, at, *at)) {
            type->results = at;
            type->result_count = 1;
        }
        return;
    }
    index = read_i33(reader);
    if (index < 0 || index >= module->type_count)
        reader_fail_at(reader, at, ERR_CORRUPT, "unknown type");
    else
        *type = module->types[index];
}

void locals_read(struct reader *reader, const struct wasm_module *module,
                 const struct wasm_func_type *type, struct scratch *types, uint32_t *count)
{
    uint32_t groups = read_u32(reader);
    uint64_t total = type->parameter_count;

    if (!scratch_reserve(types, type->parameter_count + 1, 1))
        reader_fail_at(reader, reader->cursor, ERR_NO_MEMORY, "out of memory");
    else if (type->parameter_count)
        memcpy(types->entries, type->parameters, type->parameter_count);
    for (uint32_t i = 0; i < groups && !reader->status; i++) {
        const uint8_t *at = reader->cursor;
        uint32_t n = read_u32(reader);
        uint8_t local = read_byte(reader);

        value_type_check(reader, reader->cursor - 1, local);
        if (total + n > UINT32_MAX)
            reader_fail_at(reader, at, ERR_CORRUPT, "too many locals");
        else if (total + n <= module->limits->locals) {
            if (!scratch_reserve(types, (uint32_t)total + n, 1))
                reader_fail_at(reader, at, ERR_NO_MEMORY, "out of memory");
            else if (n)
                memset((uint8_t *)types->entries + total, local, n);
        }
        total += n;
    }
    if (total > module->limits->locals)
        reader_fail_at(reader, reader->cursor, ERR_LIMIT, "too many locals");
    *count = reader->status ? 0 : (uint32_t)total;
}
