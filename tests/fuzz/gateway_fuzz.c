/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/gateway/message.c kernel/cbor.c
// seeds: services/gateway/*.h
/*
 * Calls that come over a port: the input is pieces, each after a byte that says how long it is.
 * What is read as a request or reply is written to the same bytes.
 */
#include <services/gateway/message.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds)
        abort();
}

static void check_message(const uint8_t *bytes, size_t length)
{
    uint8_t again[MESSAGE_HEAD];
    struct message_request request;
    struct message_reply reply;
    if (message_read_request(bytes, length, &request)) {
        const size_t head = message_write_request(&request, again);
        require(head + request.body_length == length && memcmp(again, bytes, head) == 0);
    }
    if (message_read_reply(bytes, length, &reply)) {
        const size_t head = message_write_reply(&reply, again);
        require(head + reply.body_length == length && memcmp(again, bytes, head) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { CAPACITY = 300 };
    uint8_t *memory = malloc(CAPACITY);
    struct message_gathering gathering = {.bytes = memory, .capacity = CAPACITY};
    check_message(data, size);
    for (size_t at = 0; at < size;) {
        const size_t length = data[at] < size - at - 1 ? data[at] : size - at - 1;
        if (message_gather(&gathering, data + at + 1, length))
            check_message(memory, gathering.length);
        at += length + 1;
    }
    free(memory);
    return 0;
}
