/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/sermux/mux.c services/sermux/session.c services/sermux/frame.c
// link: services/sermux/control.c kernel/channel.c kernel/capability.c
// link: kernel/heap.c kernel/heap_check.c kernel/page.c kernel/page_check.c kernel/budget.c
// link: kernel/interrupt.c kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c
// link: kernel/format.c kernel/device.c kernel/stack.c kernel/status.c
// link: tests/unit/kernel_fake.c tests/unit/task_fixture.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c tests/unit/fake_memory.c
// link: tests/unit/host_stack.c
/*
 * The serial mux on a line that takes a byte a tick from a small FIFO: what is sent in which order,
 * that the line never idles while something waits, credit both ways, and bad input.
 */
#include "kernel_fake.h"
#include "task_fixture.h"

#include <kernel/serial.h>
#include <services/sermux/mux.h>
#include <services/sermux/trace.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 1024, PAGES = 256, CAPABILITIES = 32, FIFO = 16, LINE = 65536, FRAME = 64 };

/* --- the line */

static struct {
    uint8_t fifo[FIFO];
    size_t queued;
    uint8_t sent[LINE]; /* that went over the line */
    size_t sent_count;
    uint8_t received[LINE]; /* that wait for the mux */
    size_t received_count, received_read;
    struct event *receivable, *writable;
    uint32_t overruns;
} line;

static size_t line_write(const struct device *device, const uint8_t *data, size_t size)
{
    (void)device;
    size_t taken = 0;
    while (taken < size && line.queued < FIFO)
        line.fifo[line.queued++] = data[taken++];
    return taken;
}

static size_t line_read(const struct device *device, uint8_t *data, size_t size)
{
    (void)device;
    size_t count = 0;
    while (count < size && line.received_read < line.received_count)
        data[count++] = line.received[line.received_read++];
    return count;
}

static void line_listen(const struct device *device, struct event *receivable,
                        struct event *writable)
{
    (void)device;
    line.receivable = receivable;
    line.writable = writable;
}

static uint32_t line_overruns(const struct device *device)
{
    (void)device;
    return line.overruns;
}

static const struct serial_operations line_operations = {
    .write = line_write, .read = line_read, .listen = line_listen, .overruns = line_overruns};
static const struct driver line_driver = {
    .name = "line", .class = "serial", .operations = &line_operations};
static const struct device line_device = {.name = "line", .driver = &line_driver};

/* A byte's time: the line sends one. Whether it had one. */
static bool tick(void)
{
    if (line.queued == 0)
        return false;
    line.sent[line.sent_count++] = line.fifo[0];
    memmove(line.fifo, line.fifo + 1, --line.queued);
    if (line.writable)
        event_signal(line.writable);
    return true;
}

/* --- the log, as port 3 has it */

static char log_text[256];

bool trace_waits(void)
{
    return log_text[0] != '\0';
}

size_t trace_give(uint8_t *data, size_t size)
{
    const size_t length = strnlen(log_text, size);
    memcpy(data, log_text, length);
    memmove(log_text, log_text + length, strlen(log_text + length) + 1);
    return length;
}

void trace_forget(void)
{
}

static uint8_t trace_told[8];

void trace_take(const uint8_t *data, size_t size)
{
    memcpy(trace_told, data, size < sizeof(trace_told) ? size : sizeof(trace_told));
}

/* --- the mux and a client */

static uint8_t ram[PAGES * PAGE] __attribute__((aligned(65536)));
static struct budget budgets[2];
static struct page_pool pool;
static struct heap *heap;
static struct event activity;
static struct capability_slot slots[CAPABILITIES];
static struct capability_holder holder;
static struct mux mux;

/* A port's inbox, as its client has it. */
enum { ROOM = 4 };
static struct channel inbox;
static struct channel_slot inbox_slots[ROOM];
static uint8_t inbox_data[ROOM * FRAME];
static struct capability inbox_own;

static int setup_start(void **state)
{
    (void)state;
    fixture_reset();
    memset(&line, 0, sizeof(line));
    memset(log_text, 0, sizeof(log_text));
    budgets[0] = (struct budget){.owner = "kernel", .limit = SIZE_MAX};
    budgets[1] = (struct budget){.owner = "sermux", .limit = sizeof(ram)};
    page_pool_init(&pool, PAGE, budgets, 2);
    assert_int_equal(page_pool_add(&pool, (uintptr_t)ram, (uintptr_t)ram + sizeof(ram)), OK);
    assert_int_equal(heap_create(&pool, 1, 8000, &heap), OK);
    capability_holder_init(&holder, slots, CAPABILITIES);
    const struct mux_parameters parameters = {.device = &line_device,
                                              .holder = &holder,
                                              .heap = heap,
                                              .activity = &activity,
                                              .ports = 6,
                                              .frame = FRAME};
    assert_int_equal(mux_init(&mux, &parameters), OK);
    return 0;
}

/* A mux that found nothing on the wire. */
static int setup(void **state)
{
    setup_start(state);
    assert_false(mux_receive(&mux));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    heap_destroy(heap);
    assert_int_equal(budgets[1].used, 0);
    return 0;
}

static struct capability make_inbox(void)
{
    const struct channel_parameters parameters = {"inbox", inbox_slots, inbox_data, ROOM, FRAME};
    struct capability to_it;
    channel_init(&inbox, &parameters);
    assert_int_equal(capability_create(&holder, &channel_type, &inbox, CAPABILITY_ALL, &inbox_own),
                     OK);
    assert_int_equal(capability_derive(&holder, inbox_own, CAPABILITY_WRITE, &holder, &to_it), OK);
    return to_it;
}

static struct port *open_port(uint16_t number, uint8_t priority, uint16_t capacity,
                              struct capability in)
{
    const struct port_parameters parameters = {number, priority, capacity, in, ROOM};
    struct port *port = NULL;
    assert_int_equal(mux_open(&mux, &parameters, &port), OK);
    return port;
}

static enum status send(struct port *port, const char *text)
{
    const struct message message = {
        .call = 1, .data = (void *)(uintptr_t)text, .size = (uint16_t)strlen(text), .priority = 1};
    return channel_send(&holder, port->own, &message, 0);
}

/* What the client finds in its inbox; "" for nothing. */
static const char *inbox_text(void)
{
    static char text[FRAME + 1];
    struct message message = {.data = text, .room = FRAME};
    text[0] = '\0';
    if (channel_receive(&holder, inbox_own, &message, 0) == OK)
        text[message.size] = '\0';
    return text;
}

/* --- the host */

static void host_sends(uint16_t port, const void *data, size_t size)
{
    line.received_count += frame_encode(port, data, size, line.received + line.received_count);
}

static void host_says(enum control_kind kind, uint16_t port, uint32_t total)
{
    const struct control control = {kind, CONTROL_VERSION, port, total};
    uint8_t bytes[CONTROL_SIZE];
    host_sends(CONTROL_PORT, bytes, control_encode(&control, bytes));
}

/* Lets the mux and the line run until nothing moves. */
static void settle(void)
{
    bool moved = true;
    while (moved) {
        moved = mux_receive(&mux);
        mux_send(&mux);
        while (tick()) {
            moved = true;
            mux_send(&mux);
        }
    }
}

/* The frames that went over the line since the last time, as text: "port:data port:data ", and
 * control messages as "c<kind>:<port>:<total> ". */
static const char *heard(void)
{
    static char text[4096];
    static uint8_t memory[FRAME];
    struct frame_decoder decoder;
    size_t length = 0;
    settle();
    frame_decoder_init(&decoder, memory, sizeof(memory));
    for (size_t i = 0; i < line.sent_count; i++) {
        const enum frame_event event = frame_decode(&decoder, line.sent[i]);
        assert_true(event == FRAME_MORE || event == FRAME_WHOLE);
        if (event != FRAME_WHOLE)
            continue;
        size_t size, offset = 0;
        const uint8_t *data = frame_data(&decoder, &size);
        struct control control;
        if (frame_port(&decoder) != CONTROL_PORT) {
            length += (size_t)snprintf(text + length, sizeof(text) - length, "%u:%.*s ",
                                       frame_port(&decoder), (int)size, (const char *)data);
            continue;
        }
        while (control_decode(data, size, &offset, &control))
            length +=
                (size_t)snprintf(text + length, sizeof(text) - length, "c%u:%u:%u ",
                                 (unsigned)control.kind, control.port, (unsigned)control.total);
        assert_int_equal(offset, size);
    }
    text[length] = '\0';
    line.sent_count = 0;
    return text;
}

static void forget(void)
{
    (void)heard();
}

static void run(void (*body)(void *argument))
{
    fixture_spawn(5, body, NULL);
    fixture_run();
}

/* --- tests */

static void talk_both_ways(void *argument)
{
    (void)argument;
    struct port *port = open_port(10, 1, 4, make_inbox());
    assert_string_equal(heard(), "c5:0:0 ");
    assert_int_equal(send(port, "from the board"), OK);
    assert_int_equal(send(port, ""), OK);
    assert_int_equal(send(port, "again"), OK);
    assert_string_equal(heard(), "10:from the board 10:again ");
    host_sends(10, "from the host", 13);
    settle();
    assert_string_equal(inbox_text(), "from the host");
    assert_string_equal(inbox_text(), "");
}

static void frames_and_messages_pass_into_each_other(void **state)
{
    (void)state;
    run(talk_both_ways);
}

static void send_of_each_priority(void *argument)
{
    (void)argument;
    struct port *patient = open_port(20, 2, 4, (struct capability){0}),
                *usual = open_port(21, 1, 4, (struct capability){0}),
                *other = open_port(22, 1, 4, (struct capability){0}),
                *urgent = open_port(23, 0, 4, (struct capability){0});
    forget();
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(send(patient, "p"), OK);
        assert_int_equal(send(usual, "u"), OK);
        assert_int_equal(send(other, "o"), OK);
        assert_int_equal(send(urgent, "!"), OK);
    }
    assert_string_equal(heard(), "23:! 23:! 21:u 22:o 21:u 22:o 20:p 20:p ");
}

static void the_urgent_go_before_and_equals_in_turn(void **state)
{
    (void)state;
    run(send_of_each_priority);
}

/* Ticks go on whether or not the mux runs, which does so only when its event is signalled, as in
 * the service: a tick without a byte while a message waits is one too many. */
static void count_idle_ticks(void *argument)
{
    (void)argument;
    struct port *a = open_port(30, 1, 8, (struct capability){0}),
                *b = open_port(31, 2, 8, (struct capability){0});
    unsigned idle = 0, busy = 0;
    forget();
    for (unsigned round = 0; round < 20000; round++) {
        if (round % 97 == 0)
            send(a, "a line of some length, as a shell prints them");
        if (round % 31 == 0)
            send(b, "xy");
        if (activity.signalled) {
            activity.signalled = false;
            mux_send(&mux);
        }
        const bool waits = channel_count(&a->channel) + channel_count(&b->channel) > 0 ||
                           mux.wire_sent < mux.wire_length;
        if (tick())
            busy++;
        else if (waits)
            idle++;
    }
    assert_int_equal(idle, 0);
    assert_true(busy > 10000);
}

static void the_line_never_idles_while_data_waits(void **state)
{
    (void)state;
    run(count_idle_ticks);
}

static void hold_back_and_give_credit(void *argument)
{
    (void)argument;
    struct port *slow = open_port(10, 0, 2, make_inbox()),
                *quick = open_port(11, 1, 8, (struct capability){0});
    forget();
    host_says(CONTROL_ANNOUNCE, 0, 0);
    assert_string_equal(heard(), "c1:64:0 c2:10:4 c2:11:0 ");
    host_says(CONTROL_CREDIT, 11, 3);
    settle();
    assert_int_equal(send(slow, "one"), OK);
    assert_int_equal(send(slow, "two"), OK);
    assert_int_equal(send(slow, "three"), ERR_WOULD_BLOCK); /* and blocks nobody else: */
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(send(quick, "q"), OK);
    assert_string_equal(heard(), "11:q 11:q 11:q ");
    host_says(CONTROL_CREDIT, 10, 1);
    assert_string_equal(heard(), "10:one ");
    host_says(CONTROL_CREDIT, 10, 9);
    assert_string_equal(heard(), "10:two ");
    fake.now += NANOSECONDS_PER_SECOND;
    assert_string_equal(heard(), "c3:11:3 ");
    host_says(CONTROL_CREDIT, 11, 4);
    assert_string_equal(heard(), "11:q ");
}

static void a_slow_reader_loses_nothing_and_blocks_nobody(void **state)
{
    (void)state;
    run(hold_back_and_give_credit);
}

static void take_at_the_inbox_pace(void *argument)
{
    (void)argument;
    struct port *port = open_port(10, 1, 4, make_inbox());
    host_says(CONTROL_ANNOUNCE, 0, 0);
    forget();
    for (unsigned i = 0; i < ROOM; i++)
        host_sends(10, "x", 1);
    assert_string_equal(heard(), "");
    (void)inbox_text();
    assert_string_equal(heard(), "c2:10:5 "); /* there was no credit left */
    (void)inbox_text();
    assert_string_equal(heard(), "");
    (void)inbox_text();
    (void)inbox_text();
    assert_string_equal(heard(), "c2:10:8 "); /* more than half of the room */
    host_says(CONTROL_STALLED, 10, 8);        /* four were lost on the wire */
    assert_string_equal(heard(), "c2:10:12 ");
    assert_int_equal(port->dropped, 0);
    for (unsigned i = 0; i < ROOM + 2; i++)
        host_sends(10, "x", 1); /* more than there is credit for */
    settle();
    assert_int_equal(port->dropped, 2);
}

static void the_host_gets_credit_as_the_inbox_is_read(void **state)
{
    (void)state;
    run(take_at_the_inbox_pace);
}

static void end_of_agreement(void *argument)
{
    (void)argument;
    struct port *port = open_port(10, 1, 4, (struct capability){0});
    host_says(CONTROL_ANNOUNCE, 0, 0);
    assert_int_equal(send(port, "silence"), OK);
    forget();
    assert_int_equal(mux_deadline(&mux), NANOSECONDS_PER_SECOND / 2);
    fake.now += (CONTROL_SILENCE + 1) * NANOSECONDS_PER_SECOND;
    assert_string_equal(heard(), "10:silence ");
    assert_int_equal(mux_deadline(&mux), CLOCK_NEVER);
    host_says(CONTROL_ALIVE, 0, 0); /* it was only slow, and doesn't know: */
    assert_string_equal(heard(), "c5:0:0 ");
    host_says(CONTROL_ANNOUNCE, 0, 0);
    assert_int_equal(send(port, "slow"), OK);
    for (unsigned i = 0; i < CONTROL_SILENCE; i++) { /* data are a sign of life, too */
        fake.now += 2 * NANOSECONDS_PER_SECOND;
        host_sends(77, "nobody", 6);
        forget();
    }
    host_says(CONTROL_CREDIT, 10, 1);
    assert_string_equal(heard(), "10:slow ");
    host_says(CONTROL_ANNOUNCE, 0, 0);
    forget();
    assert_int_equal(send(port, "bye"), OK);
    assert_string_equal(heard(), "");
    host_says(CONTROL_BYE, 0, 0);
    assert_string_equal(heard(), "10:bye ");
    host_says(CONTROL_ANNOUNCE, 0, 0);
    forget();
    host_says(CONTROL_CREDIT, 99, 5);
    assert_string_equal(heard(), "c4:99:0 ");
    mux_close(&mux, port);
    assert_string_equal(heard(), "c4:10:0 ");
}

static void a_host_may_fall_silent_or_leave(void **state)
{
    (void)state;
    run(end_of_agreement);
}

static void send_what_is_bad(void *argument)
{
    (void)argument;
    static const uint8_t noise[] = "\x0bno frame\0\x03\x01\x01", zeros[3] = {0}, big[200] = {1};
    struct port *port = open_port(10, 1, 4, make_inbox());
    memcpy(line.received, noise, sizeof(noise));
    line.received_count = sizeof(noise);
    memcpy(line.received + line.received_count, zeros, sizeof(zeros));
    line.received_count += sizeof(zeros);
    host_sends(10, big, sizeof(big));
    host_sends(77, "nobody", 6);
    host_sends(10, "good", 4);
    settle();
    assert_int_equal(mux.counts.damaged, 2);
    assert_int_equal(mux.counts.too_long, 1);
    assert_int_equal(mux.counts.unknown, 1);
    assert_int_equal(port->frames_in, 1);
    assert_string_equal(inbox_text(), "good");
    for (unsigned i = 0; i < ROOM + 3; i++)
        host_sends(10, "flood", 5);
    settle();
    assert_int_equal(port->dropped, 3);
}

static void what_is_bad_is_counted_and_passed_over(void **state)
{
    (void)state;
    run(send_what_is_bad);
}

/* What a host opens with, its third byte lost: a frame of port 3 that nobody has sent. */
static const uint8_t opening_with_hole[] = {0, 2, 3, 1, 1, 1, 1, 0};

static void put_bytes(const uint8_t *bytes, size_t size)
{
    memcpy(line.received + line.received_count, bytes, size);
    line.received_count += size;
}

static void lose_bytes(void *argument)
{
    (void)argument;
    struct port *port = open_port(10, 1, 4, make_inbox()),
                *log = open_port(MUX_TRACE, 1, 1, (struct capability){0});
    host_sends(10, "before", 6);
    settle();
    assert_string_equal(inbox_text(), "before");
    put_bytes(opening_with_hole, sizeof(opening_with_hole));
    host_sends(10, "waits", 5);
    line.overruns++;
    settle();
    host_sends(10, "under way", 9); /* its beginning may have been lost, too */
    host_sends(10, "after", 5);
    settle();
    assert_string_equal(inbox_text(), "after");
    assert_string_equal(inbox_text(), "");
    assert_int_equal(log->frames_in, 0);
    assert_int_equal(port->frames_in, 2);
    assert_int_equal(mux.counts.damaged, 3);
}

static void nothing_is_delivered_from_around_lost_bytes(void **state)
{
    (void)state;
    run(lose_bytes);
}

static void lose_bytes_in_mid_frame(void *argument)
{
    (void)argument;
    open_port(10, 1, 4, make_inbox());
    static const uint8_t half[] = {2, 10, 6, 'a', 'b'};
    put_bytes(half, sizeof(half));
    settle();
    line.overruns++;
    settle();
    static const uint8_t other_half[] = {'c', 'd', 'e', 0};
    put_bytes(other_half, sizeof(other_half));
    host_sends(10, "next", 4);
    settle();
    assert_string_equal(inbox_text(), "next");
    assert_int_equal(mux.counts.damaged, 1);
}

static void the_frame_under_way_ends_with_lost_bytes(void **state)
{
    (void)state;
    run(lose_bytes_in_mid_frame);
}

/* More than is read at once waits when the device has lost bytes. */
static void lose_bytes_behind_many(void *argument)
{
    (void)argument;
    struct port *port = open_port(10, 1, 4, make_inbox());
    for (unsigned i = 0; i < 40; i++)
        host_sends(10, "suspect", 7);
    line.overruns++;
    settle();
    assert_int_equal(port->frames_in, 0);
    assert_int_equal(mux.counts.damaged, 40);
    put_bytes((const uint8_t *)"", 1);
    host_sends(10, "sound", 5);
    settle();
    assert_string_equal(inbox_text(), "sound");
}

static void all_that_waits_is_suspect(void **state)
{
    (void)state;
    run(lose_bytes_behind_many);
}

/* A board that was reset, or a device that was not set up yet, has the end of a frame. */
static void start_in_mid_frame(void *argument)
{
    (void)argument;
    struct port *log = open_port(MUX_TRACE, 1, 1, (struct capability){0});
    open_port(10, 1, 4, make_inbox());
    put_bytes(opening_with_hole, sizeof(opening_with_hole));
    put_bytes(opening_with_hole + 1, 3);
    settle();
    put_bytes(opening_with_hole + 4, 4);
    host_sends(10, "first", 5);
    settle();
    assert_string_equal(inbox_text(), "first");
    assert_int_equal(log->frames_in, 0);
}

static void what_came_before_the_start_counts_for_nothing(void **state)
{
    (void)state;
    run(start_in_mid_frame);
}

static void open_what_cannot_be(void *argument)
{
    (void)argument;
    struct port *port;
    struct port_parameters parameters = {CONTROL_PORT, 0, 1, {0}, 0};
    assert_int_equal(mux_open(&mux, &parameters, &port), ERR_INVALID);
    parameters = (struct port_parameters){5, CHANNEL_PRIORITIES, 1, {0}, 0};
    assert_int_equal(mux_open(&mux, &parameters, &port), ERR_INVALID);
    parameters = (struct port_parameters){5, 0, 0, {0}, 0};
    assert_int_equal(mux_open(&mux, &parameters, &port), ERR_INVALID);
    parameters = (struct port_parameters){5, 0, 1, {77}, 0};
    assert_int_equal(mux_open(&mux, &parameters, &port), ERR_NOT_FOUND);
    struct port *first = open_port(5, 0, 1, (struct capability){0});
    parameters = (struct port_parameters){5, 0, 1, {0}, 0};
    assert_int_equal(mux_open(&mux, &parameters, &port), ERR_BUSY);
    for (uint16_t number = 6; number < 11; number++)
        open_port(number, 0, 1, (struct capability){0});
    parameters.number = 11;
    assert_int_equal(mux_open(&mux, &parameters, &port), ERR_LIMIT);
    const struct capability channel = first->own;
    mux_close(&mux, first);
    const struct message message = {.call = 1};
    assert_int_equal(channel_send(&holder, channel, &message, 0), ERR_NOT_FOUND);
    budgets[1].limit = budgets[1].used;
    parameters.capacity = 255;
    assert_int_equal(mux_open(&mux, &parameters, &port), ERR_LIMIT); /* of its memory */
    parameters.capacity = 1;
    assert_int_equal(mux_open(&mux, &parameters, &port), OK);
}

static void ports_open_and_close(void **state)
{
    (void)state;
    run(open_what_cannot_be);
}

static void lose_the_client(void *argument)
{
    (void)argument;
    open_port(10, 1, 4, make_inbox());
    capability_drop(&holder, inbox_own); /* as when its service ends: what came of it goes, too */
    host_sends(10, "hello?", 6);
    settle();
    assert_null(mux_find(&mux, 10));
}

static void a_port_ends_with_its_client(void **state)
{
    (void)state;
    run(lose_the_client);
}

static void trace(void *argument)
{
    (void)argument;
    open_port(MUX_TRACE, 1, 1, (struct capability){0});
    strcpy(log_text, "records");
    forget();
    strcpy(log_text, "more");
    host_says(CONTROL_ANNOUNCE, 0, 0);
    assert_string_equal(heard(), "c1:64:0 c2:3:1 ");
    fake.now += NANOSECONDS_PER_SECOND;
    assert_string_equal(heard(), "c3:3:0 ");
    host_says(CONTROL_CREDIT, MUX_TRACE, 2);
    host_sends(MUX_TRACE, "L2", 2);
    assert_string_equal(heard(), "c2:3:2 3:more ");
    assert_string_equal((const char *)trace_told, "L2");
}

static void the_log_waits_for_credit_too(void **state)
{
    (void)state;
    run(trace);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(frames_and_messages_pass_into_each_other),
        TEST(the_urgent_go_before_and_equals_in_turn),
        TEST(the_line_never_idles_while_data_waits),
        TEST(a_slow_reader_loses_nothing_and_blocks_nobody),
        TEST(the_host_gets_credit_as_the_inbox_is_read),
        TEST(a_host_may_fall_silent_or_leave),
        TEST(what_is_bad_is_counted_and_passed_over),
        TEST(nothing_is_delivered_from_around_lost_bytes),
        TEST(the_frame_under_way_ends_with_lost_bytes),
        TEST(all_that_waits_is_suspect),
        cmocka_unit_test_setup_teardown(what_came_before_the_start_counts_for_nothing, setup_start,
                                        teardown),
        TEST(ports_open_and_close),
        TEST(a_port_ends_with_its_client),
        TEST(the_log_waits_for_credit_too),
    };
    return cmocka_run_group_tests_name("sermux", tests, NULL, NULL);
}
