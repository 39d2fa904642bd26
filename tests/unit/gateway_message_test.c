/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/gateway/message.c kernel/cbor.c
/*
 * Calls over a port: pieces put together again, and what is no message.
 */
#include <services/gateway/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 3000 };

static uint8_t memory[SIZE], message[SIZE], piece[64];

static void pieces_make_the_message_again(void **state)
{
    (void)state;
    struct message_gathering gathering = {.bytes = memory, .capacity = SIZE};
    for (size_t i = 0; i < SIZE; i++)
        message[i] = (uint8_t)(i * 11);
    for (size_t length = 1; length <= SIZE; length += 13) {
        size_t offset = 0, size;
        unsigned whole = 0;
        while ((size = message_piece(message, length, &offset, piece, sizeof(piece) / 4)) > 0)
            whole += message_gather(&gathering, piece, size);
        assert_int_equal(whole, 1);
        assert_int_equal(gathering.length, length);
        assert_memory_equal(memory, message, length);
    }
}

static bool gather(struct message_gathering *gathering, uint8_t place, const char *text)
{
    piece[0] = place;
    memcpy(piece + 1, text, strlen(text));
    return message_gather(gathering, piece, 1 + strlen(text));
}

static void a_lost_piece_costs_one_message(void **state)
{
    (void)state;
    struct message_gathering gathering = {.bytes = memory, .capacity = 8};
    assert_false(gather(&gathering, 0, "ab"));
    assert_false(gather(&gathering, MESSAGE_LAST | 2, "ef"));
    assert_true(gather(&gathering, MESSAGE_LAST, "good"));
    assert_int_equal(gathering.length, 4);
    assert_false(gather(&gathering, MESSAGE_LAST, "too long for it"));
    assert_false(gather(&gathering, MESSAGE_LAST | 1, ""));
    assert_false(message_gather(&gathering, piece, 0));
    assert_true(gather(&gathering, MESSAGE_LAST, "x"));
}

static void requests_and_replies_come_back(void **state)
{
    (void)state;
    struct message_request request = {
        .id = 0x12345678, .uuid = "0123456789abcde", .hash = 0xfedcba98};
    struct message_request asked;
    size_t length = message_write_request(&request, message);
    assert_true(length <= MESSAGE_HEAD);
    message[length] = 0xa0;
    assert_true(message_read_request(message, length + 1, &asked));
    assert_int_equal(asked.id, request.id);
    assert_int_equal(asked.hash, request.hash);
    assert_memory_equal(asked.uuid, request.uuid, MESSAGE_UUID);
    assert_ptr_equal(asked.body, message + length);
    assert_int_equal(asked.body_length, 1);
    for (size_t cut = 0; cut < length; cut++)
        assert_false(message_read_request(message, cut, &asked));

    struct message_reply reply = {.id = 7}, got;
    length = message_write_reply(&reply, message);
    message[length] = 0xa0;
    assert_true(message_read_reply(message, length + 1, &got));
    assert_int_equal(got.id, 7);
    assert_int_equal(got.body_length, 1);
    reply.status = 3;
    length = message_write_reply(&reply, message);
    assert_true(message_read_reply(message, length, &got));
    assert_int_equal(got.status, 3);
    assert_false(message_read_reply(message, length + 1, &got)); /* a refusal says no more */
    assert_false(message_read_request(message, length, &asked));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_make_the_message_again),
        cmocka_unit_test(a_lost_piece_costs_one_message),
        cmocka_unit_test(requests_and_replies_come_back),
    };
    return cmocka_run_group_tests_name("gateway messages", tests, NULL, NULL);
}
