/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Contexts: context_switch.S exchanges registers and stack; this file keeps the bounds of the
 * current stack and tells the address sanitizer, before and after, which stack is in use.
 */
#include "host.h"

#include <kernel/arch.h>
#include <kernel/core.h>

/* In context_switch.S: saves the callee-saved registers on the stack, its pointer in *from, and
 * continues from `to`. */
void host_switch(void **from, void *to);

/* In context_switch.S: first code of a context, which takes function and argument off its stack. */
void host_context_begin(void);

/* Where host_context_begin goes on, as if called from nowhere. */
void host_context_enter(void (*entry)(void *argument), void *argument);

void __sanitizer_start_switch_fiber(void **save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *save, const void **bottom, size_t *size);
void __asan_unpoison_memory_region(const volatile void *address, size_t size);

/* Places in what host_switch saves, in words from the stack pointer. */
#if defined(__x86_64__)
enum { FRAME_RETURN = 0, FRAME_ENTRY = 1, FRAME_ARGUMENT = 2, FRAME_WORDS = 4 };
#elif defined(__aarch64__)
enum { FRAME_ENTRY = 0, FRAME_ARGUMENT = 1, FRAME_RETURN = 11, FRAME_WORDS = 20 };
#else
#error "the simulated board runs on x86-64 and arm64"
#endif

const struct arch_context *host_running[CONFIG_CORES];
static const struct arch_context *ended[CONFIG_CORES]; /* during the last switch from it */

struct host_stack host_current_stack(void)
{
    const struct arch_context *current = host_running[core_current()];
    if (!current || !current->stack)
        return host_kernel_stack();
    return (struct host_stack){current->stack, current->stack_size};
}

void arch_context_init(struct arch_context *context, void *stack, size_t size,
                       void (*entry)(void *argument), void *argument)
{
    if (CONFIG_ASAN) /* red zones of a context that was left for good, as unit tests do */
        __asan_unpoison_memory_region(stack, size);
    *context = (struct arch_context){.stack = stack, .stack_size = size};
    uintptr_t top = ((uintptr_t)stack + size) & ~(uintptr_t)15;
    uintptr_t *frame = (uintptr_t *)top - FRAME_WORDS;
    for (unsigned i = 0; i < FRAME_WORDS; i++)
        frame[i] = 0; /* the frame pointer too, where a backtrace ends */
    frame[FRAME_ENTRY] = (uintptr_t)entry;
    frame[FRAME_ARGUMENT] = (uintptr_t)argument;
    frame[FRAME_RETURN] = (uintptr_t)host_context_begin;
    context->stack_pointer = frame;
}

void host_leave_fiber(struct arch_context *from)
{
    struct host_stack stack = host_current_stack();
    ended[core_current()] = from->ended ? from : NULL;
    __sanitizer_start_switch_fiber(from->ended ? NULL : &from->fake_stack, stack.base, stack.size);
}

/* First thing on the other stack. Who ended left red zones where it did, in memory that may be
 * anything from now on. */
void host_enter_fiber(void *fake_stack)
{
    __sanitizer_finish_switch_fiber(fake_stack, NULL, NULL);
    const struct arch_context **left = &ended[core_current()];
    if (*left)
        __asan_unpoison_memory_region((*left)->stack, (*left)->stack_size);
    *left = NULL;
}

void host_context_enter(void (*entry)(void *argument), void *argument)
{
    if (CONFIG_ASAN)
        host_enter_fiber(NULL);
    entry(argument);
}

void arch_context_switch(struct arch_context *from, struct arch_context *to)
{
    host_running[core_current()] = to;
    if (CONFIG_ASAN)
        host_leave_fiber(from);
    host_switch(&from->stack_pointer, to->stack_pointer);
    if (CONFIG_ASAN)
        host_enter_fiber(from->fake_stack);
}

static void call_entry(void *argument)
{
    void (*const *entry)(void) = argument;
    (*entry)();
}

noreturn void host_enter_kernel(void (*entry)(void))
{
    struct arch_context process = {0}, kernel;
    struct host_stack stack = host_kernel_stack();
    arch_context_init(&kernel, (void *)stack.base, stack.size, call_entry, &entry);
    arch_context_switch(&process, &kernel);
    arch_halt();
}
