/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/page_check.c kernel/budget.c kernel/interrupt.c
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * The tests of the page allocator again, without CONFIG_MEMORY_DEBUG.
 */
#undef CONFIG_MEMORY_DEBUG
#define CONFIG_MEMORY_DEBUG 0
#include <kernel/page.c>

#include "page_test.c"
