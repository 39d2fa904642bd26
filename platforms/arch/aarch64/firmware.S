/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Calls to who is above or beside EL1: hypervisor, secure firmware (SMC calling convention, Arm DEN
 * 0028) and debugger (semihosting, Arm IHI 0096). Where nobody is, the instruction is undefined;
 * fault_handle knows this stretch of code and lets the call return -1.
 */
    .section .text.firmware, "ax"
    .global firmware_calls_start
firmware_calls_start:

    .global firmware_hvc
    .type   firmware_hvc, %function
firmware_hvc:
    hvc     #0
    ret
    .size   firmware_hvc, . - firmware_hvc

    .global firmware_smc
    .type   firmware_smc, %function
firmware_smc:
    smc     #0
    ret
    .size   firmware_smc, . - firmware_smc

    .global firmware_semihosting
    .type   firmware_semihosting, %function
firmware_semihosting:
    hlt     #0xf000
    ret
    .size   firmware_semihosting, . - firmware_semihosting

    .global firmware_calls_end
firmware_calls_end:
