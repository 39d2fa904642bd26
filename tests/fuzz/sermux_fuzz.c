/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/sermux/frame.c services/sermux/control.c
// seeds: services/sermux/*.h
/*
 * What comes from the serial mux's wire: the first byte says how much memory the decoder has. A
 * frame that is whole is encoded to something that is the same frame again, and each control
 * message in it to its own bytes.
 */
#include <services/sermux/control.h>
#include <services/sermux/frame.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds)
        abort();
}

static void check_control(const uint8_t *data, size_t size)
{
    struct control control;
    uint8_t bytes[CONTROL_SIZE];
    for (size_t offset = 0, before = 0; control_decode(data, size, &offset, &control);
         before = offset) {
        require(offset <= size);
        require(control_encode(&control, bytes) == offset - before);
        require(memcmp(bytes, data + before, offset - before) == 0);
    }
}

static void check_frame(const struct frame_decoder *decoder)
{
    uint8_t wire[FRAME_WIRE(FRAME_HEADER + 256)], memory[FRAME_HEADER + 256];
    struct frame_decoder again;
    size_t size, got;
    const uint8_t *data = frame_data(decoder, &size);
    check_control(data, size);
    const size_t length = frame_encode(frame_port(decoder), data, size, wire);
    require(length <= FRAME_WIRE(FRAME_HEADER + size));
    frame_decoder_init(&again, memory, sizeof(memory));
    for (size_t i = 0; i + 1 < length; i++)
        require(wire[i] && frame_decode(&again, wire[i]) == FRAME_MORE);
    require(frame_decode(&again, wire[length - 1]) == FRAME_WHOLE);
    require(frame_port(&again) == frame_port(decoder));
    const uint8_t *decoded = frame_data(&again, &got);
    require(got == size && memcmp(decoded, data, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct frame_decoder decoder;
    uint8_t *memory = malloc(data[0] + 1u); /* so that what is beyond it is found */
    frame_decoder_init(&decoder, memory, data[0] + 1u);
    for (size_t i = 1; i < size; i++)
        if (frame_decode(&decoder, data[i]) == FRAME_WHOLE)
            check_frame(&decoder);
    free(memory);
    return 0;
}
