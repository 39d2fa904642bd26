/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Interrupts of the simulated cores: signals to their threads, with a mask in software for each.
 *
 *   signal --masked--> bit in `pending` --arch_interrupts_restore--> the device's handler
 *      \--enabled----------------------------------------------------/
 *
 * Handlers run on the interrupt stack when the signal finds interrupts enabled, else on the stack
 * of who enables them; all handled signals are blocked meanwhile, so they never nest.
 *
 * A task is preempted by another signal, whose handler runs on the task's own stack: below it the
 * system keeps all of the task's registers, and returning from the handler restores them. It comes
 * only while the task runs code of the image, since the C library is everybody's here: a task that
 * is inside it is left alone until the next interrupt finds it outside.
 */
#include "host.h"
#include <platforms/arch/host/arch_interrupts.h> /* of the image, where tests have their own */

#include <errno.h>
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/core.h>
#include <kernel/device.h>
#include <kernel/panic.h>
#include <kernel/task.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <ucontext.h>
#include <unistd.h>

static const int signals[HOST_INTERRUPT_COUNT] = {
    [HOST_INTERRUPT_TIMER] = SIGALRM,
    [HOST_INTERRUPT_CONSOLE] = SIGIO,
    [HOST_INTERRUPT_KEYBOARD] = SIGURG,
    [HOST_INTERRUPT_CORE] = SIGUSR1,
};

enum { PREEMPTION = SIGUSR2 };

extern const char __executable_start[], etext[];

static const struct device *devices[HOST_INTERRUPT_COUNT];

/* The rest of what a core's signal handler and its other code share: host_mask's `any` is set after
 * one of `pending`, and cleared before they are looked at. */
struct line_state {
    volatile sig_atomic_t pending[HOST_INTERRUPT_COUNT];
    const ucontext_t *interrupted; /* where the signal came that is handled, or NULL */
    pthread_t thread;
};

static struct line_state cores[CONFIG_CORES];
struct host_mask host_masks[CONFIG_CORES];

_Static_assert(sizeof(sig_atomic_t) == sizeof(int), "as struct host_mask has it");

/* Where the compiler did not put them in line. */
extern struct host_mask *host_mask(void);
extern bool arch_interrupts_disable(void);
extern void arch_interrupts_restore(bool enabled);
extern bool arch_in_interrupt(void);

static struct line_state *here(void)
{
    return &cores[core_current()];
}

/* Takes every pending interrupt. Interrupts are masked by flag here, and so stay pending if raised.
 */
static void take_pending(struct line_state *core, struct host_mask *mask)
{
    mask->in_interrupt = 1;
    mask->any = 0;
    atomic_signal_fence(memory_order_seq_cst);
    for (int i = 0; i < HOST_INTERRUPT_COUNT; i++) {
        if (!core->pending[i])
            continue;
        core->pending[i] = 0;
        if (CONFIG_CORES > 1 && i == HOST_INTERRUPT_CORE)
            core_interrupt();
        else if (devices[i])
            devices[i]->driver->interrupt(devices[i]);
    }
    mask->in_interrupt = 0;
    mask->taken = 1;
}

/* Handles what is pending with the mask set, then clears it. A signal between the last look and the
 * clearing is seen by the look after it. */
static void unmask(struct line_state *core, struct host_mask *mask)
{
    do {
        mask->enabled = 0;
        while (mask->any)
            take_pending(core, mask);
        atomic_signal_fence(memory_order_seq_cst);
        mask->enabled = 1;
        atomic_signal_fence(memory_order_seq_cst);
    } while (mask->any);
}

/* True if the code that `context` interrupted is the image's own. */
static bool is_image_code(const ucontext_t *context)
{
    uintptr_t pc = host_program_counter(context);
    return pc >= (uintptr_t)__executable_start && pc < (uintptr_t)etext;
}

static void on_signal(int number, siginfo_t *information, void *context)
{
    (void)information;
    int saved = errno;
    struct line_state *core = here();
    struct host_mask *mask = host_mask();
    for (int i = 0; i < HOST_INTERRUPT_COUNT; i++)
        if (signals[i] == number)
            core->pending[i] = 1;
    mask->any = 1;
    if (mask->enabled) {
        core->interrupted = context;
        unmask(core, mask);
        core->interrupted = NULL;
        if (CONFIG_PREEMPTION && task_preemption_is_due() && is_image_code(context)) {
            mask->enabled = 0; /* what comes until the handler runs stays pending */
            pthread_kill(core->thread, PREEMPTION);
        }
    }
    errno = saved;
}

static void on_preemption(int number)
{
    (void)number;
    int saved = errno;
    task_preempt();
    unmask(here(), host_mask());
    errno = saved;
}

unsigned arch_interrupted_backtrace(uintptr_t *addresses, unsigned limit)
{
    const ucontext_t *context = here()->interrupted;
    if (!context || !limit)
        return 0;
    addresses[0] = host_program_counter(context);
    return 1 + host_unwind(host_frame_pointer(context), addresses + 1, limit - 1);
}

static void all_interrupt_signals(sigset_t *set)
{
    sigemptyset(set);
    for (int i = 0; i < HOST_INTERRUPT_COUNT; i++)
        sigaddset(set, signals[i]);
}

void host_interrupts_init_core(void)
{
    const struct stack *interrupts = &interrupt_stacks[core_current()];
    const stack_t stack = {.ss_sp = interrupts->base + interrupts->guard,
                           .ss_size = interrupts->size - interrupts->guard};
    here()->thread = pthread_self();
    if (sigaltstack(&stack, NULL))
        panic("no signal stack: error %d", errno);
    /* The process blocked them before it started anew, and whoever started it may have; so has the
     * thread that starts another core. */
    sigset_t all;
    sigemptyset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, NULL))
        panic("signals stay blocked");
}

void host_interrupts_init(void)
{
    struct sigaction action = {.sa_sigaction = on_signal,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    all_interrupt_signals(&action.sa_mask);
    sigaddset(&action.sa_mask, PREEMPTION);
    for (int i = 0; i < HOST_INTERRUPT_COUNT; i++)
        if (sigaction(signals[i], &action, NULL))
            panic("no handler of signal %d: error %d", signals[i], errno);
    /* SA_NODEFER: other tasks run before this handler returns, and may be preempted too. */
    struct sigaction preemption = {.sa_handler = on_preemption,
                                   .sa_flags = SA_NODEFER | SA_RESTART};
    sigemptyset(&preemption.sa_mask);
    if (sigaction(PREEMPTION, &preemption, NULL))
        panic("no handler of signal %d: error %d", PREEMPTION, errno);
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

void host_interrupt_raise(enum host_interrupt interrupt, unsigned core)
{
    pthread_kill(cores[core].thread, signals[interrupt]);
}

void host_watchdog_raise(unsigned core)
{
    pthread_kill(cores[core].thread, HOST_WATCHDOG_SIGNAL);
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

void host_catch_up(void)
{
    struct host_mask *mask = host_mask();
    unmask(here(), mask);
    mask->taken = 0;
    if (CONFIG_PREEMPTION && !mask->in_interrupt && task_preemption_is_due()) {
        mask->enabled = 0;
        task_preempt();
        unmask(here(), host_mask());
    }
}

bool host_masked(void)
{
    return !host_mask()->enabled;
}

void arch_idle(void)
{
    sigset_t interrupts, before;
    all_interrupt_signals(&interrupts);
    pthread_sigmask(SIG_BLOCK, &interrupts, &before);
    if (!host_mask()->any)
        sigsuspend(&before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The process's memory ends with it. */
void arch_memory_settle(const void *start, size_t size)
{
    (void)start;
    (void)size;
}

noreturn void arch_halt(void)
{
    sigset_t all;
    sigfillset(&all);
    while (CONFIG_CORES > 1 && core_is_stopped())
        sigsuspend(&all);
    host_run_end_hooks();
    _exit(EXIT_HALTED);
}
