/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Interrupts of the simulated core: signals, with a mask in software.
 *
 *   signal --masked--> bit in `pending` --arch_interrupts_restore--> the device's handler
 *      \--enabled----------------------------------------------------/
 *
 * Handlers run on the interrupt stack when the signal finds interrupts enabled, else on the stack
 * of who enables them; all handled signals are blocked meanwhile, so they never nest.
 */
#include "host.h"

#include <errno.h>
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/device.h>
#include <kernel/panic.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static const int signals[HOST_INTERRUPT_COUNT] = {
    [HOST_INTERRUPT_TIMER] = SIGALRM,
    [HOST_INTERRUPT_CONSOLE] = SIGIO,
};

static const struct device *devices[HOST_INTERRUPT_COUNT];
static pthread_t core;

static volatile sig_atomic_t masked = 1;
static volatile sig_atomic_t in_interrupt;
static volatile sig_atomic_t pending[HOST_INTERRUPT_COUNT];

/* Takes every pending interrupt. Interrupts are masked by flag here, and so stay pending if raised.
 */
static void take_pending(void)
{
    in_interrupt = 1;
    for (int i = 0; i < HOST_INTERRUPT_COUNT; i++) {
        if (!pending[i])
            continue;
        pending[i] = 0;
        if (devices[i])
            devices[i]->driver->interrupt(devices[i]);
    }
    in_interrupt = 0;
}

static bool any_pending(void)
{
    for (int i = 0; i < HOST_INTERRUPT_COUNT; i++)
        if (pending[i])
            return true;
    return false;
}

/* Handles what is pending with the mask set, then clears it. A signal between the last look and the
 * clearing is seen by the look after it. */
static void unmask(void)
{
    do {
        masked = 1;
        while (any_pending())
            take_pending();
        atomic_signal_fence(memory_order_seq_cst);
        masked = 0;
        atomic_signal_fence(memory_order_seq_cst);
    } while (any_pending());
}

static void on_signal(int number)
{
    int saved = errno;
    for (int i = 0; i < HOST_INTERRUPT_COUNT; i++)
        if (signals[i] == number)
            pending[i] = 1;
    if (!masked)
        unmask();
    errno = saved;
}

static void all_interrupt_signals(sigset_t *set)
{
    sigemptyset(set);
    for (int i = 0; i < HOST_INTERRUPT_COUNT; i++)
        sigaddset(set, signals[i]);
}

void host_interrupts_init(void)
{
    core = pthread_self();
    const stack_t stack = {.ss_sp = interrupt_stack.base + interrupt_stack.guard,
                           .ss_size = interrupt_stack.size - interrupt_stack.guard};
    if (sigaltstack(&stack, NULL))
        panic("no signal stack: error %d", errno);

    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_RESTART};
    all_interrupt_signals(&action.sa_mask);
    for (int i = 0; i < HOST_INTERRUPT_COUNT; i++)
        if (sigaction(signals[i], &action, NULL))
            panic("no handler of signal %d: error %d", signals[i], errno);
    /* Whoever started the process, or the process itself before it started anew, may have blocked
     * them. */
    if (pthread_sigmask(SIG_UNBLOCK, &action.sa_mask, NULL))
        panic("signals stay blocked");
}

enum status host_interrupt_attach(enum host_interrupt interrupt, const struct device *device)
{
    if (devices[interrupt])
        return ERR_BUSY;
    devices[interrupt] = device;
    return OK;
}

int host_interrupt_signal(enum host_interrupt interrupt)
{
    return signals[interrupt];
}

void host_interrupt_raise(enum host_interrupt interrupt)
{
    pthread_kill(core, signals[interrupt]);
}

enum status host_thread_start(void *(*body)(void *argument), void *argument)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, body, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error)
        return ERR_DEVICE;
    pthread_detach(thread);
    return OK;
}

bool arch_interrupts_disable(void)
{
    bool enabled = !masked;
    masked = 1;
    atomic_signal_fence(memory_order_seq_cst);
    return enabled;
}

void arch_interrupts_restore(bool enabled)
{
    atomic_signal_fence(memory_order_seq_cst);
    if (enabled)
        unmask();
}

void arch_idle(void)
{
    sigset_t interrupts, before;
    all_interrupt_signals(&interrupts);
    pthread_sigmask(SIG_BLOCK, &interrupts, &before);
    if (!any_pending())
        sigsuspend(&before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool arch_in_interrupt(void)
{
    return in_interrupt;
}

noreturn void arch_halt(void)
{
    host_run_end_hooks();
    _exit(EXIT_HALTED);
}
