/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The codec on a line protocol, for tests/interface/run. A line `CALL PART VERSION HEX` names a
 * type of the interface sample, as in `all request 3 a1…`: the answer is the decoded value, encoded
 * again for that version, or the status that either ended with. `sample` prints a value made in C.
 * Each value goes through an agent's memory before it is encoded (services/cells/value.h).
 */
#include <sample_interface.h>

#include <services/cells/value.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t bytes[8192], encoded[8192];

static void print_hex(const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++)
        printf("%02x", from[i]);
    putchar('\n');
}

static size_t parse_hex(const char *text)
{
    size_t length = 0;
    unsigned byte;
    for (; sscanf(text, "%2x", &byte) == 1 && length < sizeof(bytes); text += 2)
        bytes[length++] = (uint8_t)byte;
    return length;
}

static const struct interface_type *find_type(const char *name, const char *part)
{
    for (size_t i = 0; i < sample_interface.call_count; i++)
        if (strcmp(sample_calls[i].name, name) == 0)
            return strcmp(part, "reply") == 0 ? sample_calls[i].reply : sample_calls[i].request;
    fprintf(stderr, "no call %s\n", name);
    exit(2);
}

/* The value as an agent of that version gets it, and gives it back; its bytes are where structs of
 * this machine have them, which lays them out as wasm32 does. */
static void pass(const struct interface_type *type, unsigned version, uint8_t *value)
{
    const uint32_t size = value_size(type, version);
    if (!value_is_portable(type))
        return;
    if (version == sample_interface.version && size != type->size) {
        fprintf(stderr, "an agent's struct has %u bytes, not %u\n", size, type->size);
        exit(2);
    }
    uint8_t *agent = calloc(1, size + 1); /* so that ASan sees what reads beyond */
    agent = realloc(agent, size ? size : 1);
    value_put(type, version, value, agent);
    memset(value, 0, type->size);
    if (!value_get(type, version, agent, value)) {
        fprintf(stderr, "a value is none any more\n");
        exit(2);
    }
    free(agent);
}

static void answer(const struct interface_type *type, unsigned version, size_t length)
{
    uint8_t *value = malloc(type->size + 1);
    uint8_t *exact = malloc(length + 1); /* so that ASan sees what reads beyond */
    memcpy(exact, bytes, length);
    exact = realloc(exact, length ? length : 1);
    size_t needed = 0;
    enum status status = interface_decode(type, exact, length, value);
    if (status == OK)
        pass(type, version, value);
    if (status == OK)
        status = interface_encode(type, version, value, encoded, sizeof(encoded), &needed);
    if (status == OK)
        print_hex(encoded, needed);
    else
        puts(status_name(status));
    free(value);
    free(exact);
}

/* What a caller in C would say; tests/interface/run has the same in Python. */
static void print_sample(void)
{
    static struct sample_all_request all = {
        .truth = true,
        .u8 = 255,
        .u16 = 256,
        .u32 = UINT32_MAX,
        .u64 = UINT64_MAX,
        .i8 = INT8_MIN,
        .i16 = -1,
        .i32 = INT32_MIN,
        .i64 = INT64_MIN,
        .f32 = 0.5f,
        .f64 = 0.1,
        .name = "Gr\xc3\xbc\xc3\x9f",
        .data = {3, {1, 2, 3}},
        .hue = SAMPLE_COLOUR_BLUE,
        .shape = {.colour = SAMPLE_COLOUR_GREEN,
                  .points = {2,
                             {{.x = 1, .y = -2},
                              {.x = 3, .y = 4, .has_label = true, .label = "eight ch"}}}},
        .numbers = {3, {1, 1000, 65535}},
        .names = {2, {"a", "sixsix"}},
        .parts = {2, {{1, {9}}, {3, {7, 8, 9}}}},
        .has_some = true,
        .some = {2, {1.5, NAN}},
        .has_other = true,
        .other = {.has_tag = true, .tag = {5, {5, 4, 3, 2, 1}}},
        .a_name_of_more_than_twenty_three_bytes = 24,
    };
    size_t length = 0;
    const struct interface_type *type = sample_calls[SAMPLE_CALL_ALL].request;
    puts(status_name(interface_encode(type, 3, &all, encoded, 10, &length)));
    printf("%zu\n", length);
    puts(status_name(interface_encode(type, 3, &all, encoded, length, &length)));
    print_hex(encoded, length);
    all.hue = (enum sample_colour)3;
    puts(status_name(interface_encode(type, 3, &all, encoded, sizeof(encoded), &length)));
    all.hue = SAMPLE_COLOUR_RED;
    all.numbers.count = 31;
    puts(status_name(interface_encode(type, 3, &all, encoded, sizeof(encoded), &length)));
    all.numbers.count = 30;
    memset(all.name, 'x', sizeof(all.name));
    puts(status_name(interface_encode(type, 3, &all, encoded, sizeof(encoded), &length)));
    memcpy(all.name, "\xff", 2);
    puts(status_name(interface_encode(type, 3, &all, encoded, sizeof(encoded), &length)));
    all.name[0] = '\0';
    all.shape.tag.length = 6;
    puts(status_name(interface_encode(type, 3, &all, encoded, sizeof(encoded), &length)));
    all.shape.has_tag = true;
    puts(status_name(interface_encode(type, 3, &all, encoded, sizeof(encoded), &length)));
}

/* Which call a hash means, and to whom. */
static void print_call(uint32_t hash)
{
    const struct interface_call *call = NULL;
    unsigned version = 0;
    enum status status = interface_find(&sample_interface, hash, &call, &version);
    if (status)
        puts(status_name(status));
    else
        printf("%s %u\n", call->name, version);
}

int main(void)
{
    static char line[20000], hex[17000];
    while (fgets(line, sizeof(line), stdin)) {
        char call[64], part[16];
        unsigned version;
        uint32_t hash;
        hex[0] = '\0';
        if (strcmp(line, "sample\n") == 0)
            print_sample();
        else if (sscanf(line, "find %" SCNx32, &hash) == 1)
            print_call(hash);
        else if (sscanf(line, "%63s %15s %u %16999s", call, part, &version, hex) >= 3)
            answer(find_type(call, part), version, parse_hex(hex));
    }
    return 0;
}
