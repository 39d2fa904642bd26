/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the files of this folder share, and the drivers of the core's own devices use: the registers
 * of the System Control Space (Armv7-M ARM, DDI 0403E, B3.2 to B3.5) and the functions that
 * start.S and vectors.S call. The System Control Space is always accessible to privileged code,
 * whatever the MPU says (B3.5.1).
 */
#ifndef ARMV7M_H
#define ARMV7M_H

#include <stdbool.h>
#include <stdint.h>

#define SCS_REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define SCB_ICTR  SCS_REGISTER(0xe000e004) /* interrupt controller type */
#define SCB_CPUID SCS_REGISTER(0xe000ed00)
#define SCB_ICSR  SCS_REGISTER(0xe000ed04) /* interrupt control and state */
#define SCB_AIRCR SCS_REGISTER(0xe000ed0c) /* application interrupt and reset control */
#define SCB_CCR   SCS_REGISTER(0xe000ed14) /* configuration and control */
#define SCB_SHPR3 SCS_REGISTER(0xe000ed20)
#define SCB_SHCSR SCS_REGISTER(0xe000ed24) /* system handler control and state */
#define SCB_CFSR  SCS_REGISTER(0xe000ed28) /* configurable fault status */
#define SCB_HFSR  SCS_REGISTER(0xe000ed2c) /* hard fault status */
#define SCB_MMFAR SCS_REGISTER(0xe000ed34) /* address of a memory management fault */
#define SCB_BFAR  SCS_REGISTER(0xe000ed38) /* address of a bus fault */

#define ID_MMFR0  SCS_REGISTER(0xe000ed50)
#define ID_ISAR0  SCS_REGISTER(0xe000ed60)
#define ID_ISAR3  SCS_REGISTER(0xe000ed6c)
#define FPU_MVFR0 SCS_REGISTER(0xe000ef40)
#define FPU_MVFR1 SCS_REGISTER(0xe000ef44)

#define ICSR_PENDSTSET    (1u << 26)
#define ICSR_PENDSVSET    (1u << 28)
#define AIRCR_VECTKEY     (0x05fau << 16)
#define AIRCR_SYSRESETREQ (1u << 2)
#define AIRCR_PRIGROUP    (7u << 8)
#define CCR_DIV_0_TRP     (1u << 4)
#define CCR_STKALIGN      (1u << 9)
#define SHCSR_MEMFAULTENA (1u << 16)
#define SHCSR_BUSFAULTENA (1u << 17)
#define SHCSR_USGFAULTENA (1u << 18)

#define MPU_TYPE  SCS_REGISTER(0xe000ed90)
#define MPU_CTRL  SCS_REGISTER(0xe000ed94)
#define MPU_RNR   SCS_REGISTER(0xe000ed98) /* region number */
#define MPU_RBAR  SCS_REGISTER(0xe000ed9c) /* region base address */
#define MPU_RASR  SCS_REGISTER(0xe000eda0) /* region attribute and size: PMSAv7 */
#define MPU_RLAR  SCS_REGISTER(0xe000eda0) /* region limit address: PMSAv8 */
#define MPU_MAIR0 SCS_REGISTER(0xe000edc0)

#define MPU_CTRL_ENABLE (1u << 0)

/* Bytes at the code's start without code: the vector table, and the page at 0 that nothing may
 * reach. */
enum { NULL_PAGE = 256 };

enum {
    EXCEPTION_NMI = 2,
    EXCEPTION_SVCALL = 11,
    EXCEPTION_PENDSV = 14,
    EXCEPTION_SYSTICK = 15,
    EXCEPTION_EXTERNAL = 16,
};

/* The number of the exception that this core handles; 0 in thread mode. Any context. */
static inline uint32_t armv7m_exception(void)
{
    uint32_t ipsr;
    __asm__ volatile("mrs %0, ipsr" : "=r"(ipsr));
    return ipsr & 0x1ff;
}

/* Whether PRIMASK holds interrupts back. Any context. */
static inline bool armv7m_interrupts_masked(void)
{
    uint32_t masked;
    __asm__ volatile("mrs %0, primask" : "=r"(masked));
    return masked != 0;
}

/* Makes preceding writes to the System Control Space hold for what follows. Any context. */
static inline void armv7m_synchronise(void)
{
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* start.S calls these in this order, on the boot stack with interrupts masked. */
void fault_init(void);
void mpu_init(void);
void cache_init(void);
void features_init(void);
void profile_init(void);

/* Where the exceptions lead. */
void _start(void);
void fault_entry(void);
void interrupt_entry(void);
void preempt_entry(void);
void preempt_leave(void);

#endif
