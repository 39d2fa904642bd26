/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * The serial buffer with a model of a UART that has room for three bytes in each direction: order,
 * back-pressure both ways, who is woken when, and that nothing is lost between the two.
 */
#include "kernel_fake.h"

#include <kernel/serial_buffer.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CAPACITY = 8, FIFO = 3, WIRE = 4096 };

struct fifo {
    uint8_t bytes[FIFO];
    unsigned count;
};

static struct {
    struct serial_buffer buffer;
    uint8_t received[CAPACITY], sending[CAPACITY];
    struct fifo in, out;
    uint8_t sent[WIRE]; /* what left the device */
    size_t sent_count;
} uart;

static const struct device device = {.name = "uart", .state = &uart};
static struct event receivable, writable;

static bool fifo_put(struct fifo *fifo, uint8_t byte)
{
    if (fifo->count == FIFO)
        return false;
    fifo->bytes[fifo->count++] = byte;
    return true;
}

static bool fifo_take(struct fifo *fifo, uint8_t *byte)
{
    if (fifo->count == 0)
        return false;
    *byte = fifo->bytes[0];
    memmove(fifo->bytes, fifo->bytes + 1, --fifo->count);
    return true;
}

static void push(const struct device *one)
{
    struct serial_buffer *buffer = one->state;
    uint8_t byte;
    assert_false(fake.interrupts_enabled);
    while (uart.out.count < FIFO && ring_take(&buffer->sending, &byte))
        fifo_put(&uart.out, byte);
}

static void service(const struct device *one)
{
    struct serial_buffer *buffer = one->state;
    uint8_t byte;
    while (serial_buffer_has_room(buffer) && fifo_take(&uart.in, &byte))
        assert_true(ring_put(&buffer->received, byte));
    push(one);
}

static void put(const struct device *one, uint8_t byte)
{
    (void)one;
    uart.sent[uart.sent_count++] = byte;
}

static bool send_one(void)
{
    uint8_t byte;
    if (!fifo_take(&uart.out, &byte))
        return false;
    put(&device, byte);
    return true;
}

static bool was_signalled(struct event *event)
{
    bool signalled = event->signalled;
    event->signalled = false;
    return signalled;
}

static size_t write(const char *text)
{
    return serial_buffer_write(&device, (const uint8_t *)text, strlen(text), push);
}

static const char *read(size_t size)
{
    static char text[CAPACITY + 1];
    text[serial_buffer_read(&device, (uint8_t *)text, size, service)] = '\0';
    return text;
}

static int set_up(void **state)
{
    (void)state;
    fake_reset();
    fake.interrupts_enabled = true;
    memset(&uart, 0, sizeof(uart));
    receivable = writable = (struct event){0};
    serial_buffer_init(&uart.buffer, uart.received, uart.sending, CAPACITY);
    serial_buffer_listen(&device, &receivable, &writable);
    return 0;
}

static void sends_in_order_and_says_when_there_is_room(void **state)
{
    (void)state;
    assert_int_equal(write("0123456789"), 8); /* and the device took three */
    assert_int_equal(write("89abcd"), 3);
    assert_true(fake.interrupts_enabled);
    for (unsigned i = 0; i < 4; i++) {
        assert_true(send_one());
        serial_buffer_serve(&device, service);
        assert_int_equal(was_signalled(&writable), i == 3); /* half of it is free */
    }
    while (serial_buffer_is_sending(&uart.buffer)) {
        assert_false(was_signalled(&writable));
        assert_true(send_one());
        serial_buffer_serve(&device, service);
    }
    assert_true(was_signalled(&writable)); /* all of it is */
    serial_buffer_serve(&device, service);
    assert_false(was_signalled(&writable));
    while (send_one())
        continue;
    assert_memory_equal(uart.sent, "0123456789a", 11);
    assert_false(was_signalled(&receivable));
}

static void receives_and_wakes(void **state)
{
    (void)state;
    assert_string_equal(read(4), "");
    fifo_put(&uart.in, 'a');
    fifo_put(&uart.in, 'b');
    serial_buffer_serve(&device, service);
    assert_true(was_signalled(&receivable));
    assert_false(was_signalled(&writable));
    assert_string_equal(read(1), "a");
    assert_string_equal(read(4), "b");
    serial_buffer_serve(&device, service);
    assert_false(was_signalled(&receivable));
}

/* A full buffer leaves bytes in the device, and the read that makes room takes them. */
static void holds_the_sender_back(void **state)
{
    (void)state;
    for (char next = 'a'; next < 'a' + CAPACITY + FIFO; next++) {
        assert_true(fifo_put(&uart.in, (uint8_t)next));
        serial_buffer_serve(&device, service);
    }
    assert_true(uart.buffer.stalled);
    assert_false(fifo_put(&uart.in, 'x'));
    was_signalled(&receivable);
    assert_string_equal(read(2), "ab");
    assert_true(was_signalled(&receivable));
    assert_true(uart.buffer.stalled);
    assert_string_equal(read(CAPACITY), "cdefghij");
    assert_false(uart.buffer.stalled);
    assert_string_equal(read(CAPACITY), "k");
    assert_int_equal(serial_buffer_overruns(&device), 0);
    uart.buffer.overruns = 3;
    assert_int_equal(serial_buffer_overruns(&device), 3);
}

static void polls_after_what_was_queued(void **state)
{
    (void)state;
    write("0123456");
    while (send_one())
        continue;
    serial_buffer_write_polled(&device, (const uint8_t *)"xy", 2, put);
    assert_memory_equal(uart.sent, "0123456xy", 9);
}

static void works_with_no_listener(void **state)
{
    (void)state;
    serial_buffer_listen(&device, NULL, NULL);
    fifo_put(&uart.in, 'a');
    write("b");
    assert_true(send_one());
    serial_buffer_serve(&device, service);
    assert_false(was_signalled(&receivable) || was_signalled(&writable));
    assert_string_equal(read(4), "a");
}

/* Anything at any time: what goes in comes out, in order, in both directions. */
static void loses_nothing(void **state)
{
    uint8_t in = 0, out = 0, expected = 0, bytes[5];
    (void)state;
    srand(4);
    for (unsigned i = 0; i < 20000 && uart.sent_count < WIRE - FIFO; i++) {
        size_t size = (size_t)rand() % sizeof(bytes);
        switch (rand() % 5) {
        case 0:
            in += fifo_put(&uart.in, in);
            break;
        case 1:
            send_one();
            break;
        case 2:
            serial_buffer_serve(&device, service);
            break;
        case 3:
            for (size_t j = 0; j < size; j++)
                bytes[j] = (uint8_t)(out + j);
            out = (uint8_t)(out + serial_buffer_write(&device, bytes, size, push));
            break;
        case 4:
            size = serial_buffer_read(&device, bytes, size, service);
            for (size_t j = 0; j < size; j++)
                assert_int_equal(bytes[j], expected++);
            break;
        }
    }
    assert_true(uart.sent_count > 1000);
    for (size_t i = 0; i < uart.sent_count; i++)
        assert_int_equal(uart.sent[i], (uint8_t)i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sends_in_order_and_says_when_there_is_room, set_up),
        cmocka_unit_test_setup(receives_and_wakes, set_up),
        cmocka_unit_test_setup(holds_the_sender_back, set_up),
        cmocka_unit_test_setup(polls_after_what_was_queued, set_up),
        cmocka_unit_test_setup(works_with_no_listener, set_up),
        cmocka_unit_test_setup(loses_nothing, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
