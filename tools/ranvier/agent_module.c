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
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

/* core 2.0, 5.5. */
enum {
    HEAD = 8,
    SECTION_IMPORT = 2,
    SECTION_MEMORY = 5,
    SECTION_EXPORT = 7,
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

/* --- what is in it --- */

/* A reader of a section's content; `bad` once something was not as it should be. */
struct content {
    const uint8_t *at, *end;
    bool bad;
};

static uint32_t number_of(struct content *content)
{
    uint32_t number = 0;
    content->bad |= !manifest_number(&content->at, content->end, &number);
    return content->bad ? 0 : number;
}

static uint8_t byte_of(struct content *content)
{
    content->bad |= content->at >= content->end;
    return content->bad ? 0 : *content->at++;
}

/* A name as text, in `text` of NAME_ROOM bytes. What can't be printed is a question mark. */
static const char *name_of(struct content *content, char *text)
{
    const uint32_t length = number_of(content);
    content->bad |= length > (size_t)(content->end - content->at);
    size_t put = 0;
    for (uint32_t i = 0; !content->bad && i < length && put < NAME_ROOM - 1; i++)
        text[put++] = content->at[i] < ' ' || content->at[i] > '~' ? '?' : (char)content->at[i];
    if (!content->bad)
        content->at += length;
    text[put] = '\0';
    return text;
}

static void skip_limits(struct content *content)
{
    const uint8_t flags = byte_of(content);
    number_of(content);
    if (flags & 1)
        number_of(content);
}

static void skip_type(struct content *content, uint8_t kind)
{
    if (kind == 0)
        number_of(content);
    if (kind == 1 || kind == 3)
        byte_of(content);
    if (kind == 1 || kind == 2)
        skip_limits(content);
    if (kind == 3)
        byte_of(content);
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
static bool print_names(struct content content, bool imports, struct json *json)
{
    char module[NAME_ROOM], name[NAME_ROOM];
    for (uint32_t left = number_of(&content); left > 0 && !content.bad; left--) {
        if (imports)
            name_of(&content, module);
        name_of(&content, name);
        const uint8_t kind = byte_of(&content);
        content.bad |= kind >= sizeof(kinds) / sizeof(kinds[0]);
        if (content.bad)
            break;
        if (imports)
            skip_type(&content, kind);
        else
            number_of(&content);
        print_name(json, imports ? "imports" : "exports", imports ? module : NULL, name, kind);
    }
    return !content.bad;
}

static bool print_memory(struct content content, struct json *json)
{
    if (number_of(&content) == 0)
        return !content.bad;
    const uint8_t flags = byte_of(&content);
    const uint32_t pages = number_of(&content), most = flags & 1 ? number_of(&content) : 0;
    if (content.bad)
        return false;
    if (json) {
        json_number(json, "pages", pages);
        if (flags & 1)
            json_number(json, "pages_at_most", most);
        return true;
    }
    printf("%-14s %" PRIu32 " of 64 KiB", "memory pages", pages);
    if (flags & 1)
        printf(", %" PRIu32 " at most", most);
    putchar('\n');
    return true;
}

/* The section of that number, empty if there is none. */
static struct content section_of(const uint8_t *module, size_t size, uint8_t id)
{
    static const uint8_t none[] = {0};
    struct manifest_section section = first(module, size);
    while (manifest_next(&section) == OK)
        if (section.id == id)
            return (struct content){section.content, section.at, false};
    return (struct content){none, none + 1, false};
}

static bool print_part(const uint8_t *module, size_t size, uint8_t id, struct json *json)
{
    const struct content content = section_of(module, size, id);
    if (id == SECTION_MEMORY)
        return print_memory(content, json);
    if (json)
        json_open_array(json, id == SECTION_IMPORT ? "imports" : "exports");
    const bool good = print_names(content, id == SECTION_IMPORT, json);
    if (json)
        json_close_array(json);
    return good;
}

int agent_module_print(const char *path, const uint8_t *module, size_t size, struct json *json)
{
    struct cells_manifest_reply manifest;
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
    const bool good = print_part(module, size, SECTION_MEMORY, json) &&
                      print_part(module, size, SECTION_IMPORT, json) &&
                      print_part(module, size, SECTION_EXPORT, json);
    if (good && manifest_read(module, size, &manifest) == OK)
        agent_print_policy(json, &manifest.policy, manifest.grants);
    if (json)
        json_close_object(json);
    return good ? COMMAND_OK : command_fail("%s: its sections are malformed", path);
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
