/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The report of a panic or a fault. It trusts as little as it can: no ring, no event, no
 * allocation, only the console's polled output. `depth` counts entries: a fault while reporting
 * gets one line, a fault in that line none, and one on the way to the run's end halts.
 */
#include <kernel/panic.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/core.h>
#include <kernel/format.h>
#include <kernel/last_panic.h>
#include <kernel/lock.h>
#include <kernel/log.h>
#include <kernel/power.h>
#include <kernel/serial.h>
#include <kernel/stack.h>
#include <kernel/task.h>
#include <string.h>

enum { BACKTRACE_LIMIT = 24, EXIT_PANIC = 1, LAST_RECORDS = 8 };

static volatile unsigned depth;
static struct lock lock; /* of reports after which the run goes on: one after the other */

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
    if (CONFIG_PANIC_KEPT)
        last_panic_add(character);
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

/* Ends the run after a report, or instead of one. */
static noreturn void end(void)
{
    if (CONFIG_PANIC_TELL)
        power_fail(EXIT_PANIC);
    if (CONFIG_PANIC_RESET)
        power_reset();
    arch_halt();
}

/* Begins a report, or ends the run if one is under way. Where the run ends one core reports and the
 * others stop; where it goes on the log is not touched, as somebody may be reading it. */
static void begin(const char *cause, uintptr_t pc, bool goes_on)
{
    if (CONFIG_CORES > 1 && !goes_on && !core_stop_others())
        arch_halt();
    switch (++depth) {
    case 1:
        panic_printf("\n");
        if (goes_on)
            return;
        if (CONFIG_LOG) {
            log_seize();
            log_flush_polled();
        }
        if (CONFIG_PANIC_KEPT)
            last_panic_begin();
        return;
    case 2:
        panic_printf("\npanic: a second one within the report: %s at %p\n", cause, (void *)pc);
        end();
    case 3:
        end();
    default:
        arch_halt();
    }
}

static void print_task(void)
{
    panic_printf("  task: %s%s", task_current_name(),
                 arch_in_interrupt() ? ", in an interrupt" : "");
    if (CONFIG_CORES > 1)
        panic_printf(", on core %u", core_current());
    panic_printf("\n");
}

static void print_backtrace(const uintptr_t *addresses, unsigned count)
{
    panic_printf("  backtrace:\n");
    for (unsigned i = 0; i < count; i++)
        panic_printf("    #%u %p\n", i, (void *)addresses[i]);
}

/* The last records of the log, which may have been shown elsewhere, or long ago. */
static void print_log(void)
{
    struct log_reader reader;
    char text[64];
    bool starts = true;
    log_begin(&reader, LAST_RECORDS);
    for (size_t size; (size = log_read(&reader, text, sizeof(text) - 1)) > 0;) {
        text[size] = '\0';
        const bool ends = text[size - 1] == '\n';
        text[strcspn(text, "\r\n")] = '\0';
        panic_printf("%s%s%s", starts ? "  log: " : "", text, ends ? "\n" : "");
        starts = ends;
    }
}

static noreturn void end_run(void)
{
    if (CONFIG_LOG)
        print_log();
    if (CONFIG_PANIC_KEPT)
        last_panic_end();
    panic_printf("panic: end of report\n");
    end();
}

static void print_fault(const struct fault *fault, const char *word)
{
    panic_printf("%s: %s", word, fault->cause);
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

/* The running task if the fault is its own matter, else NULL. */
static const struct task *culprit(const struct fault *fault)
{
    const struct task *task = task_current();
    return fault->fatal || !task || task->in_kernel ? NULL : task;
}

const struct stack *fault_report(const struct fault *fault)
{
    arch_interrupts_disable();
    const struct task *task = culprit(fault);
    if (task)
        lock_acquire(&lock);
    begin(fault->cause, fault->pc, task != NULL);
    print_fault(fault, task ? "fault" : "panic");
    arch_fault_print_registers(fault);

    uintptr_t addresses[BACKTRACE_LIMIT];
    addresses[0] = fault->pc;
    unsigned count = arch_fault_backtrace(fault, addresses + 1, BACKTRACE_LIMIT - 1);
    print_backtrace(addresses, count + 1);
    if (!task)
        end_run();
    panic_printf("fault: end of report\n");
    depth = 0;
    lock_release(&lock, false);
    return &task->stack;
}

noreturn void panic(const char *format, ...)
{
    arch_interrupts_disable();
    begin("panic", (uintptr_t)__builtin_return_address(0), false);
    panic_printf("panic: ");
    va_list arguments;
    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
    panic_printf("\n");
    print_task();

    uintptr_t addresses[BACKTRACE_LIMIT];
    print_backtrace(addresses, arch_backtrace(addresses, BACKTRACE_LIMIT));
    end_run();
}
