/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/page.c kernel/page_check.c kernel/budget.c
// link: kernel/interrupt.c kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c
// link: kernel/format.c kernel/device.c kernel/stack.c kernel/status.c tests/unit/kernel_fake.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S kernel/harmony.c
// link: kernel/channel.c kernel/capability.c tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * The tests of objects again, without CONFIG_MEMORY_DEBUG.
 */
#undef CONFIG_MEMORY_DEBUG
#define CONFIG_MEMORY_DEBUG 0
#include <kernel/object.c>

#include "object_test.c"
