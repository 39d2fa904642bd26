/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The large memory of the fake board and of the fixture's tasks, apart so that an image of many
 * tests has it once.
 */
#include "kernel_fake.h"
#include "task_fixture.h"

uint8_t fixture_stacks[FIXTURE_TASKS][FIXTURE_STACK] __attribute__((aligned(4096)));
char fake_output[FAKE_OUTPUT];
uint8_t fake_ram[16384] __attribute__((aligned(4096)));
