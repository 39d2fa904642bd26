/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See agent_module.h.
 */
#include "agent_module.h"

#include "agent.h"
#include "command.h"

#include <errno.h>
#include <gen/file.h>
#include <inttypes.h>
#include <services/wasm/refused.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

/* core 2.0, 5.5. */
enum {
    HEAD = 8,
    SECTION_IMPORT = 2,
    SECTION_MEMORY = 5,
    SECTION_EXPORT = 7,
    SECTION_LAST = 12,
    MANIFEST_MAX = 1024,
    NAME_ROOM = 128
};

static const uint8_t head[HEAD] = {0, 'a', 's', 'm', 1, 0, 0, 0};
static const char *const kinds[] = {"function", "table", "memory", "global"};

void agent_hash(const uint8_t *bytes, size_t size, uint8_t hash[32])
{
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, bytes, size);
    SHA256Final(hash, &context);
}

bool agent_write_file(const char *path, const uint8_t *bytes, size_t size)
{
    const bool good = file_write(path, bytes, size);
    if (!good)
        command_fail("%s: %s", path, strerror(errno));
    return good;
}

static struct manifest_section first(const uint8_t *module, size_t size)
{
    return (struct manifest_section){.at = module + HEAD, .end = module + size};
}

/* Whether it begins as a module does and its sections follow one another. */
static bool is_module(const uint8_t *module, size_t size)
{
    if (size < HEAD || memcmp(module, head, HEAD) != 0)
        return false;
    struct manifest_section section = first(module, size);
    enum status status;
    while ((status = manifest_next(&section)) == OK)
        ;
    return status == ERR_NOT_FOUND;
}

bool agent_module_check(const char *path, const uint8_t *module, size_t size)
{
    struct cells_manifest_reply manifest;
    bool good = is_module(module, size);
    if (!good)
        command_fail("%s: this is no WebAssembly module", path);
    else if (manifest_read(module, size, &manifest)) {
        command_fail("%s: its section " MANIFEST_SECTION " is malformed; write it anew with "
                     "`ranvier agent pack`",
                     path);
        good = false;
    }
    return good;
}

int agent_module_refused(const char *path, uint32_t offset, const char *why)
{
    return command_fail("%s: refused at byte %" PRIu32 ": %s", path, offset, why);
}

/* --- what is in it --- */

/* A name as text, in `text` of NAME_ROOM bytes. What can't be printed is a question mark. */
static const char *name_of(struct reader *reader, char *text)
{
    uint32_t length = 0;
    const char *name = read_name(reader, &length);
    size_t put = 0;
    for (; name && put < length && put < NAME_ROOM - 1; put++)
        text[put] = name[put] < ' ' || name[put] > '~' ? '?' : name[put];
    text[put] = '\0';
    return text;
}

/* A memory's size in pages; whether it has a maximum. */
static bool read_limits(struct reader *reader, uint32_t *least, uint32_t *most)
{
    const uint8_t *at = reader->cursor, flags = read_byte(reader);
    if (flags > 1)
        refuse(reader, at, REFUSED_LIMITS, flags, "malformed limits flags");
    *least = read_u32(reader);
    *most = flags & 1 ? read_u32(reader) : 0;
    return flags & 1;
}

static void skip_type(struct reader *reader, uint8_t kind)
{
    uint32_t least, most;
    if (kind == WASM_FUNCTION)
        read_u32(reader);
    if (kind == WASM_TABLE || kind == WASM_GLOBAL)
        read_byte(reader);
    if (kind == WASM_TABLE || kind == WASM_MEMORY)
        read_limits(reader, &least, &most);
    if (kind == WASM_GLOBAL)
        read_byte(reader);
}

/* Whether such an import is a call of a service, which wants a grant of its name. */
static bool is_service(const char *module, uint8_t kind)
{
    static const char *const families[] = {"ranvier", "wasi_snapshot_preview1"};
    bool service = module && kind == 0;
    for (size_t i = 0; service && i < sizeof(families) / sizeof(families[0]); i++)
        service = strcmp(module, families[i]) != 0;
    return service;
}

static void print_name(struct json *json, const char *what, const char *module, const char *name,
                       uint8_t kind)
{
    if (json) {
        json_open_object(json, NULL);
        if (module)
            json_text(json, "module", module);
        json_text(json, "name", name);
        json_text(json, "kind", kinds[kind]);
        if (is_service(module, kind)) {
            char grant[2 * NAME_ROOM];
            snprintf(grant, sizeof(grant), "%s.%s", module, name);
            json_text(json, "grant", grant);
        }
        json_close_object(json);
        return;
    }
    printf("%-14s %s%s%s%s%s%s\n", what, module ? module : "", module ? "." : "", name,
           kind ? ", a " : "", kind ? kinds[kind] : "",
           is_service(module, kind) ? ", a call of a service, to be granted by that name" : "");
}

/* Imports, or exports. */
static void print_names(struct reader *reader, bool imports, struct json *json)
{
    char module[NAME_ROOM], name[NAME_ROOM];
    for (uint32_t left = read_u32(reader); left > 0 && !reader->status; left--) {
        if (imports)
            name_of(reader, module);
        name_of(reader, name);
        const uint8_t *at = reader->cursor, kind = read_byte(reader);
        if (kind > WASM_GLOBAL)
            refuse(reader, at, REFUSED_IMPORT, kind, "malformed import or export kind");
        if (imports)
            skip_type(reader, kind);
        else
            read_u32(reader);
        if (!reader->status)
            print_name(json, imports ? "imports" : "exports", imports ? module : NULL, name, kind);
    }
}

static void print_memory(struct reader *reader, struct json *json)
{
    uint32_t pages, most;
    if (read_u32(reader) == 0)
        return;
    const bool bounded = read_limits(reader, &pages, &most);
    if (reader->status)
        return;
    if (json) {
        json_number(json, "pages", pages);
        if (bounded)
            json_number(json, "pages_at_most", most);
        return;
    }
    printf("%-14s %" PRIu32 " of 64 KiB", "memory pages", pages);
    if (bounded)
        printf(", %" PRIu32 " at most", most);
    putchar('\n');
}

/* A reader of the section of that number, or of an empty list if there is none. */
static struct reader section_of(const uint8_t *module, size_t size, uint8_t id,
                                struct wasm_error *error)
{
    static const uint8_t none[] = {0};
    struct manifest_section section = first(module, size);
    while (manifest_next(&section) == OK)
        if (section.id == id)
            return (struct reader){module, section.content, section.at, OK, error};
    return (struct reader){none, none, none + 1, OK, error};
}

/* The sections that no board knows. */
static enum status check_sections(const uint8_t *module, size_t size, struct wasm_error *error)
{
    struct reader reader = {module, module, module + size, OK, error};
    struct manifest_section section = first(module, size);
    while (manifest_next(&section) == OK)
        if (section.id > SECTION_LAST)
            refuse(&reader, section.begin, REFUSED_SECTION, section.id, "malformed section id");
    return reader.status;
}

static enum status print_part(const uint8_t *module, size_t size, uint8_t id, struct json *json,
                              struct wasm_error *error)
{
    struct reader reader = section_of(module, size, id, error);
    if (id == SECTION_MEMORY) {
        print_memory(&reader, json);
        return reader.status;
    }
    if (json)
        json_open_array(json, id == SECTION_IMPORT ? "imports" : "exports");
    print_names(&reader, id == SECTION_IMPORT, json);
    if (json)
        json_close_array(json);
    return reader.status;
}

int agent_module_print(const char *path, const uint8_t *module, size_t size, struct json *json)
{
    static const uint8_t parts[] = {SECTION_MEMORY, SECTION_IMPORT, SECTION_EXPORT};
    struct cells_manifest_reply manifest;
    struct wasm_error error;
    uint8_t hash[32];
    char text[65];
    if (!agent_module_check(path, module, size))
        return COMMAND_FAILED;
    agent_hash(module, size, hash);
    agent_hex(hash, sizeof(hash), text);
    if (json) {
        json_open_object(json, NULL);
        json_text(json, "file", path);
        json_number(json, "size", size);
        json_text(json, "sha256", text);
    } else {
        printf("%-14s %s, %zu bytes\n%-14s %s\n", "module", path, size, "sha256", text);
    }
    enum status status = check_sections(module, size, &error);
    for (size_t i = 0; i < sizeof(parts) && !status; i++)
        status = print_part(module, size, parts[i], json, &error);
    if (!status && manifest_read(module, size, &manifest) == OK)
        agent_print_policy(json, &manifest.policy, manifest.grants);
    if (json)
        json_close_object(json);
    return status ? agent_module_refused(path, error.offset, error.message) : COMMAND_OK;
}

/* --- the manifest --- */

static size_t put_number(uint8_t *to, uint32_t number)
{
    size_t length = 0;
    do {
        to[length] = (uint8_t)(number & 0x7F);
        number >>= 7;
        if (number)
            to[length] |= 0x80;
        length++;
    } while (number);
    return length;
}

int agent_module_pack(const char *path, const uint8_t *module, size_t size,
                      const struct cells_manifest_reply *manifest, uint8_t **made,
                      size_t *made_size)
{
    uint8_t content[MANIFEST_MAX];
    const size_t name = strlen(MANIFEST_SECTION);
    size_t length;
    if (!is_module(module, size))
        return command_fail("%s: this is no WebAssembly module", path);
    const enum status status =
        interface_encode(cells_calls[CELLS_CALL_MANIFEST].reply, cells_interface.version, manifest,
                         content, sizeof(content), &length);
    if (status)
        return command_fail("the policy: %s", status_text(status));
    uint8_t *to = *made = malloc(size + sizeof(content) + 64);
    if (!to)
        return command_fail("%s", strerror(ENOMEM));
    memcpy(to, module, HEAD);
    to += HEAD;
    struct manifest_section section = first(module, size);
    while (manifest_next(&section) == OK) {
        const size_t bytes = (size_t)(section.at - section.begin);
        if (manifest_is(&section))
            continue;
        memcpy(to, section.begin, bytes);
        to += bytes;
    }
    *to++ = 0;
    to += put_number(to, (uint32_t)(1 + name + length));
    *to++ = (uint8_t)name;
    memcpy(to, MANIFEST_SECTION, name);
    memcpy(to + name, content, length);
    *made_size = (size_t)(to + name + length - *made);
    return COMMAND_OK;
}
