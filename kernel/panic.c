/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The panic report. It trusts as little as it can: no ring, no event, no allocation, only the
 * console's polled output. `depth` counts entries: a fault while reporting gets one line, a fault
 * in that line none, and one on the way to power-off halts.
 */
#include <kernel/panic.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <kernel/power.h>
#include <kernel/serial.h>
#include <kernel/stack.h>
#include <kernel/task.h>

enum { BACKTRACE_LIMIT = 24, EXIT_PANIC = 1 };

static volatile unsigned depth;

/* Collects a piece of output, so that a device is not called for every byte. */
struct console_sink {
    struct format_sink sink; /* first: put converts back */
    size_t length;
    uint8_t buffer[64];
};

static void flush(struct console_sink *to)
{
    if (board.console)
        serial(board.console)->write_polled(board.console, to->buffer, to->length);
    to->length = 0;
}

static void put_polled(struct format_sink *sink, char character)
{
    struct console_sink *to = (struct console_sink *)sink;
    if (to->length + 2 > sizeof(to->buffer))
        flush(to);
    if (character == '\n')
        to->buffer[to->length++] = '\r';
    to->buffer[to->length++] = (uint8_t)character;
}

static void print(const char *format, va_list arguments)
{
    struct console_sink to = {.sink = {put_polled}};
    format_write(&to.sink, format, arguments);
    flush(&to);
}

void panic_printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
}

/* Begins a report, or ends the run if one is under way. */
static void begin(const char *cause, uintptr_t pc)
{
    switch (++depth) {
    case 1:
        panic_printf("\n");
        log_flush_polled();
        return;
    case 2:
        panic_printf("\npanic: a second one within the report: %s at %p\n", cause, (void *)pc);
        power_off(EXIT_PANIC);
    case 3:
        power_off(EXIT_PANIC);
    default:
        arch_halt();
    }
}

static void print_task(void)
{
    panic_printf("  task: %s%s\n", task_current_name(),
                 arch_in_interrupt() ? ", in an interrupt" : "");
}

static void print_backtrace(const uintptr_t *addresses, unsigned count)
{
    panic_printf("  backtrace:\n");
    for (unsigned i = 0; i < count; i++)
        panic_printf("    #%u %p\n", i, (void *)addresses[i]);
}

static noreturn void end(void)
{
    panic_printf("panic: end of report\n");
    power_off(EXIT_PANIC);
}

static void print_fault(const struct fault *fault)
{
    panic_printf("panic: %s", fault->cause);
    if (fault->access)
        panic_printf(": %s %p", fault->access, (void *)fault->address);
    if (fault->detail)
        panic_printf(", %s", fault->detail);
    panic_printf("\n");
    print_task();
    const struct task *task = task_current();
    if (task && fault->access && stack_guard_has(&task->stack, fault->address))
        panic_printf("  stack overflow: %zu bytes are too few\n",
                     task->stack.size - task->stack.guard);
}

noreturn void fault_report(const struct fault *fault)
{
    arch_interrupts_disable();
    begin(fault->cause, fault->pc);
    print_fault(fault);
    arch_fault_print_registers(fault);

    uintptr_t addresses[BACKTRACE_LIMIT];
    addresses[0] = fault->pc;
    unsigned count = arch_fault_backtrace(fault, addresses + 1, BACKTRACE_LIMIT - 1);
    print_backtrace(addresses, count + 1);
    end();
}

noreturn void panic(const char *format, ...)
{
    arch_interrupts_disable();
    begin("panic", (uintptr_t)__builtin_return_address(0));
    panic_printf("panic: ");
    va_list arguments;
    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
    panic_printf("\n");
    print_task();

    uintptr_t addresses[BACKTRACE_LIMIT];
    print_backtrace(addresses, arch_backtrace(addresses, BACKTRACE_LIMIT));
    end();
}
