/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Faults of the simulated core: the signals that a bad instruction raises, reported as a board's
 * vectors would. They run on the interrupt stack, so a task's stack overflow is reported too.
 * Signals that ask the process to end are here as well, since the terminal must be left as it was
 * found.
 */
#include "host.h"

#include <errno.h>
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/panic.h>
#include <kernel/task.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <ucontext.h>

static const struct {
    int signal;
    const char *cause;
} faults[] = {
    {SIGSEGV, "memory fault"},    {SIGBUS, "bus error"}, {SIGILL, "illegal instruction"},
    {SIGFPE, "arithmetic fault"}, {SIGTRAP, "trap"},     {HOST_WATCHDOG_SIGNAL, "watchdog"},
};

static const int end_requests[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

void __asan_unpoison_memory_region(const volatile void *address, size_t size);

static const ucontext_t *interrupted(const struct fault *fault)
{
    return fault->registers;
}

#if defined(__x86_64__)

static uintptr_t register_of(const ucontext_t *context, int number)
{
    return (uintptr_t)context->uc_mcontext.gregs[number];
}

/* As if `function` had been called on the empty stack below `top`. */
static void continue_at(ucontext_t *context, void (*function)(void), uintptr_t top)
{
    uintptr_t *return_address = (uintptr_t *)top - 1;
    *return_address = 0;
    context->uc_mcontext.gregs[REG_RSP] = (greg_t)(uintptr_t)return_address;
    context->uc_mcontext.gregs[REG_RBP] = 0;
    context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)function;
}

/* Intel SDM volume 3, 4.7: the page fault's error code. */
static const char *access_of(const ucontext_t *context)
{
    uintptr_t code = register_of(context, REG_ERR);
    if (code & 16)
        return "fetch from";
    return code & 2 ? "write to" : "read from";
}

void arch_fault_print_registers(const struct fault *fault)
{
    static const struct {
        const char *name;
        int number;
    } registers[] = {
        {"rip", REG_RIP}, {"rsp", REG_RSP}, {"rbp", REG_RBP}, {"rax", REG_RAX}, {"rbx", REG_RBX},
        {"rcx", REG_RCX}, {"rdx", REG_RDX}, {"rsi", REG_RSI}, {"rdi", REG_RDI}, {"r8", REG_R8},
        {"r9", REG_R9},   {"r10", REG_R10}, {"r11", REG_R11}, {"r12", REG_R12}, {"r13", REG_R13},
        {"r14", REG_R14}, {"r15", REG_R15}, {"efl", REG_EFL},
    };
    for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++)
        panic_printf("  %-3s %p%s", registers[i].name,
                     (void *)register_of(interrupted(fault), registers[i].number),
                     i % 3 == 2 ? "\n" : "");
}

#elif defined(__aarch64__)

/* As if `function` had been called on the empty stack below `top`. */
static void continue_at(ucontext_t *context, void (*function)(void), uintptr_t top)
{
    context->uc_mcontext.sp = top;
    context->uc_mcontext.regs[29] = context->uc_mcontext.regs[30] = 0;
    context->uc_mcontext.pc = (uintptr_t)function;
}

static const char *access_of(const ucontext_t *context)
{
    if (context->uc_mcontext.fault_address == context->uc_mcontext.pc)
        return "fetch from";
    return "access to"; /* the direction is in a record that the system need not give */
}

void arch_fault_print_registers(const struct fault *fault)
{
    const mcontext_t *registers = &interrupted(fault)->uc_mcontext;
    panic_printf("  pc  %p  sp  %p  psr %p\n", (void *)registers->pc, (void *)registers->sp,
                 (void *)registers->pstate);
    for (unsigned i = 0; i <= 30; i++)
        panic_printf("  x%-2u %p%s", i, (void *)registers->regs[i],
                     i % 3 == 2 || i == 30 ? "\n" : "");
}

#endif

static const char *cause_of(int signal)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        if (faults[i].signal == signal)
            return faults[i].cause;
    return "fault";
}

static const char *detail_of(const siginfo_t *information)
{
    if (CONFIG_UBSAN && (information->si_signo == SIGILL || information->si_signo == SIGTRAP))
        return "most likely undefined behaviour, which UBSan makes trap";
    if (information->si_signo != SIGSEGV)
        return NULL;
    switch (information->si_code) {
    case SEGV_MAPERR:
        return "nothing is mapped there";
    case SEGV_ACCERR:
        return "not permitted";
    default:
        return "general protection";
    }
}

static void on_fault(int signal, siginfo_t *information, void *context)
{
    bool has_address = signal == SIGBUS || (signal == SIGSEGV && information->si_code > 0 &&
                                            information->si_code != SI_KERNEL);
    const struct fault fault = {
        .cause = cause_of(signal),
        .detail = detail_of(information),
        .access = has_address ? access_of(context) : NULL,
        .address = (uintptr_t)information->si_addr,
        .pc = host_program_counter(context),
        .fatal = signal == HOST_WATCHDOG_SIGNAL || host_masked() || arch_in_interrupt(),
        .registers = context,
    };
    const struct stack *stack = fault_report(&fault);
    if (CONFIG_ASAN) /* red zones of the frames that are lost */
        __asan_unpoison_memory_region(stack->base, stack->size);
    uintptr_t top = ((uintptr_t)stack->base + stack->size) & ~(uintptr_t)15;
    continue_at(context, task_fault, top);
    arch_interrupts_restore(true);
}

/* Restores the terminal, then lets the signal do what it does to any process. */
static void on_end_request(int signal)
{
    host_run_end_hooks();
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL);
    raise(signal);
}

void host_faults_init(void)
{
    /* SA_NODEFER: a fault within the report must reach the report. */
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        if (sigaction(faults[i].signal, &action, NULL))
            panic("no handler of signal %d: error %d", faults[i].signal, errno);

    struct sigaction ending = {.sa_handler = on_end_request, .sa_flags = SA_ONSTACK};
    sigfillset(&ending.sa_mask);
    for (size_t i = 0; i < sizeof(end_requests) / sizeof(end_requests[0]); i++)
        if (sigaction(end_requests[i], &ending, NULL))
            panic("no handler of signal %d: error %d", end_requests[i], errno);

    struct sigaction ignore = {.sa_handler = SIG_IGN}; /* a closed output is an error of write(2) */
    sigaction(SIGPIPE, &ignore, NULL);
}

unsigned arch_fault_backtrace(const struct fault *fault, uintptr_t *addresses, unsigned limit)
{
    return host_unwind(host_frame_pointer(interrupted(fault)), addresses, limit);
}
