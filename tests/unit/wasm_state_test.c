/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/wasm/*.c
/*
 * The state: a call is stopped at each of its safepoints and goes on in a fresh instance; states
 * that are cut off or changed are refused, or at least harm nobody.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "wasm_host.h"

#include <cmocka.h>

#define STATE_ROOM (1u << 18)

static struct host host;
static uint8_t bytes[STATE_ROOM];
static size_t size;

static enum status keep(void *context, const void *more, size_t length)
{
    (void)context;
    if (length > sizeof bytes - size)
        return ERR_LIMIT;
    memcpy(bytes + size, more, length);
    size += length;
    return OK;
}

static enum status write_down(const struct guest *guest)
{
    size = 0;
    return wasm_state_write(guest->machine, guest->instance, keep, NULL);
}

/* Replaces instance and machine by fresh ones that go on from the state. */
static void move(struct guest *guest, bool expect_pending)
{
    struct guest next = {guest->module, NULL, NULL};
    bool pending;

    assert_int_equal(write_down(guest), OK);
    assert_int_equal(guest_instantiate(&next, &host), OK);
    assert_int_equal(wasm_state_read(next.machine, next.instance, bytes, size, &pending), OK);
    assert_int_equal(pending, expect_pending);
    wasm_machine_destroy(guest->machine);
    wasm_instance_destroy(guest->instance);
    *guest = next;
}

static void open_at(struct guest *guest, uint32_t n)
{
    union wasm_slot argument = {.u64 = n};

    assert_int_equal(guest_open(guest, &host, wasm_example, sizeof wasm_example), OK);
    assert_int_equal(wasm_instance_initialise(guest->instance), WASM_TRAP_NONE);
    assert_int_equal(guest_call(guest, "work", &argument), OK);
}

/* Runs in slices and moves after each; 0: in one go. Returns the result. */
static uint64_t run_in_slices(struct guest *guest, int64_t slice, uint32_t *moves)
{
    enum wasm_run how;

    do {
        int64_t fuel = slice ? slice : INT64_MAX;

        how = wasm_machine_run(guest->machine, &fuel);
        if (how == WASM_OUT_OF_FUEL || (how == WASM_PENDING && slice)) {
            move(guest, how == WASM_PENDING);
            ++*moves;
        }
        if (how == WASM_PENDING)
            wasm_machine_finish(guest->machine, &(union wasm_slot){.u64 = 100000 + host.argument});
    } while (how == WASM_OUT_OF_FUEL || how == WASM_PENDING);
    assert_int_equal(how, WASM_DONE);
    return wasm_machine_results(guest->machine)->u64;
}

static int open_host(void **state)
{
    (void)state;
    return host_open(&host);
}

static int close_host(void **state)
{
    (void)state;
    host_close(&host);
    assert_int_equal(host.out, 0);
    return 0;
}

static void goes_on_from_every_safepoint(void **state)
{
    uint64_t expected;
    uint32_t moves = 0;
    struct guest guest;

    (void)state;
    open_at(&guest, 12);
    expected = run_in_slices(&guest, 0, &moves);
    guest_close(&guest);
    for (int64_t slice = 1; slice < 12; slice++) {
        moves = 0;
        open_at(&guest, 12);
        assert_int_equal(run_in_slices(&guest, slice, &moves), expected);
        assert_true(moves > 5);
        guest_close(&guest);
    }
}

static void a_prepared_call_moves(void **state)
{
    struct guest guest;
    uint64_t expected;
    uint32_t moves = 0;

    (void)state;
    open_at(&guest, 3);
    expected = run_in_slices(&guest, 0, &moves);
    guest_close(&guest);
    open_at(&guest, 3);
    move(&guest, false);
    assert_int_equal(run_in_slices(&guest, 0, &moves), expected);
    move(&guest, false); /* done: nothing runs, globals and memory move */
    guest_close(&guest);
}

/* Reads the bytes into a fresh guest; where they are accepted, runs it a little. */
static enum status try_state(struct wasm_module *module, const uint8_t *state, size_t length)
{
    struct guest next = {module, NULL, NULL};
    enum status status;
    bool pending;

    host.most = host.out + (1u << 24);
    status = guest_instantiate(&next, &host);
    assert_int_equal(status, OK);
    status = wasm_state_read(next.machine, next.instance, state, length, &pending);
    if (!status && !pending) {
        int64_t fuel = 1000;

        wasm_machine_run(next.machine, &fuel);
    }
    wasm_machine_destroy(next.machine);
    wasm_instance_destroy(next.instance);
    host.most = SIZE_MAX;
    return status;
}

static void stop_in_the_middle(struct guest *guest)
{
    int64_t fuel = 20;

    open_at(guest, 8);
    assert_int_equal(wasm_machine_run(guest->machine, &fuel), WASM_OUT_OF_FUEL);
    assert_int_equal(write_down(guest), OK);
}

static void refuses_a_state_that_is_cut_off(void **state)
{
    struct guest guest;

    (void)state;
    stop_in_the_middle(&guest);
    for (size_t length = 0; length < size; length += length < 600 ? 1 : 97) {
        uint8_t *cut = malloc(length + 1);

        memcpy(cut, bytes, length);
        assert_int_not_equal(try_state(guest.module, cut, length), OK);
        free(cut);
    }
    guest_close(&guest);
}

static void a_changed_state_harms_nobody(void **state)
{
    static uint8_t changed[STATE_ROOM];
    struct guest guest;
    uint32_t refused = 0;

    (void)state;
    stop_in_the_middle(&guest);
    for (size_t i = 0; i < size && i < 600; i++) {
        for (int bit = 0; bit < 8; bit++) {
            memcpy(changed, bytes, size);
            changed[i] ^= (uint8_t)(1 << bit);
            refused += try_state(guest.module, changed, size) != OK;
        }
    }
    assert_true(refused > 300);
    guest_close(&guest);
}

static void a_state_of_another_module_is_refused(void **state)
{
    static const uint8_t empty[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    struct guest guest, other;
    bool pending;

    (void)state;
    stop_in_the_middle(&guest);
    assert_int_equal(guest_open(&other, &host, empty, sizeof empty), OK);
    assert_int_equal(wasm_state_read(other.machine, other.instance, bytes, size, &pending),
                     ERR_CORRUPT);
    guest_close(&other);
    guest_close(&guest);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_host, close_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(goes_on_from_every_safepoint),         TEST(a_prepared_call_moves),
        TEST(refuses_a_state_that_is_cut_off),      TEST(a_changed_state_harms_nobody),
        TEST(a_state_of_another_module_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
