/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See record.h.
 */
#include <services/cells/record.h>

#include <services/cells/binding.h>
#include <services/cells/dna.h>

#include <string.h>

enum {
    CREATE_ROOM = 1024, /* bytes of CBOR that the request can have */
    FIXED = 1 + 1 + 4 + 8 + 8 + 4 + 1 + CELL_VALUES,
    FLAG_CALLED = 1,
    FLAG_PENDING = 2,
    FLAG_SUSPENDED = 4,
    FLAGS = FLAG_CALLED | FLAG_PENDING | FLAG_SUSPENDED,
};

/* The request's type; its current version is the only one that is written. */
static const struct interface_type *create_type(void)
{
    return cells_calls[CELLS_CALL_CREATE].request;
}

static void put(uint8_t **to, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        *(*to)++ = (uint8_t)(number >> 8 * i);
}

static uint64_t get(const uint8_t **from, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++)
        number |= (uint64_t) * (*from)++ << 8 * i;
    return number;
}

/* A text, of which both have room for the same length. */
#define COPY(to, from)                                                                             \
    do {                                                                                           \
        _Static_assert(sizeof(to) == sizeof(from), "a record's texts are a cell's");               \
        memcpy(to, from, sizeof(to));                                                              \
    } while (0)

static void fill_request(const struct cell *cell, struct cells_create_request *request)
{
    memset(request, 0, sizeof(*request));
    request->dna.length = DNA_HASH;
    memcpy(request->dna.bytes, cell->dna->hash, DNA_HASH);
    COPY(request->name, cell->name);
    COPY(request->namespace, cell->space->name);
    request->has_parent = cell->has_parent;
    if (cell->has_parent) {
        request->parent.length = sizeof(cell->parent.bytes);
        memcpy(request->parent.bytes, cell->parent.bytes, sizeof(cell->parent.bytes));
    }
    request->policy = cell->policy;
    COPY(request->grants, cell->grants);
    COPY(request->arguments, cell->arguments);
    request->has_environment = *cell->environment != '\0';
    COPY(request->environment, cell->environment);
}

enum status record_write(const struct cell *cell, wasm_write *write, void *context)
{
    struct cells_create_request request;
    uint8_t cbor[2 + CREATE_ROOM], fixed[FIXED], *to = cbor;
    size_t length;
    fill_request(cell, &request);
    enum status status = interface_encode(create_type(), cells_interface.version, &request,
                                          cbor + 2, CREATE_ROOM, &length);
    if (status)
        return status;
    put(&to, length, 2);
    status = write(context, cbor, 2 + length);
    if (status)
        return status;
    to = fixed;
    *to++ = cell->stage;
    *to++ = (uint8_t)((cell->called ? FLAG_CALLED : 0) | (cell->waiting ? FLAG_PENDING : 0) |
                      (cell->is_suspended ? FLAG_SUSPENDED : 0));
    put(&to, cell->waiting ? cell->pending->index : 0, 4);
    put(&to, host_time(cell), 8);
    put(&to, cell->fuel_used, 8);
    put(&to, cell->restarts, 4);
    *to++ = (uint8_t)cell->result_count;
    memcpy(to, cell->result_types, CELL_VALUES);
    return write(context, fixed, sizeof(fixed));
}

static bool is_sound(const struct record *record)
{
    const struct cells_create_request *create = &record->create;
    bool sound = record->stage < STAGE_COUNT && record->result_count <= CELL_VALUES &&
                 create->dna.length == DNA_HASH && record->time <= INT64_MAX &&
                 (!create->has_parent || create->parent.length == sizeof(struct cell_id)) &&
                 *create->name && *create->namespace && strchr(create->name, ' ') == NULL;
    for (uint16_t i = 0; sound && i < record->result_count; i++)
        sound = record->result_types[i] >= WASM_F64 && record->result_types[i] <= WASM_I32;
    return sound;
}

enum status record_read(const uint8_t *body, size_t size, struct record *record, size_t *length)
{
    const uint8_t *from = body;
    if (size < 2)
        return ERR_CORRUPT;
    size_t cbor = (size_t)get(&from, 2);
    if (size - 2 < cbor || size - 2 - cbor < FIXED)
        return ERR_CORRUPT;
    if (interface_decode(create_type(), from, cbor, &record->create))
        return ERR_CORRUPT;
    from += cbor;
    record->stage = *from++;
    const uint8_t flags = *from++;
    record->called = flags & FLAG_CALLED;
    record->pending = flags & FLAG_PENDING;
    record->is_suspended = flags & FLAG_SUSPENDED;
    record->pending_import = (uint32_t)get(&from, 4);
    record->time = get(&from, 8);
    record->fuel_used = get(&from, 8);
    record->restarts = (uint32_t)get(&from, 4);
    record->result_count = *from++;
    memcpy(record->result_types, from, CELL_VALUES);
    from += CELL_VALUES;
    *length = (size_t)(from - body);
    return flags > FLAGS || !is_sound(record) ? ERR_CORRUPT : OK;
}
