/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From the loader to C. Both loaders enter at _start in 32-bit protected mode, paging and interrupts
 * off, A20 open, flat segments: GRUB by the multiboot2 header (eax tells, ebx points to its
 * information), QEMU and Xen by the PVH note (ebx points to struct hvm_start_info).
 *
 * Here .bss is zeroed, everything below 4 GB is mapped to itself with 2 MB pages, long mode and the
 * vector state are turned on, which compiled code may use anywhere. mmu.c replaces these tables.
 *
 * A CPU that lacks long mode or the no-execute bit stops here for good.
 */
    .set    MULTIBOOT2_MAGIC, 0xe85250d6
    .set    PVH_ENTRY, 18               // XEN_ELFNOTE_PHYS32_ENTRY

    .set    CODE, 0x08                  // enum in x86_64.h
    .set    DATA, 0x10

    .set    PAGE_PRESENT_WRITABLE, 3
    .set    PAGE_LARGE_WRITABLE, 0x83
    .set    TABLE, 4096
    .set    CR4_PAE_SSE, 1 << 5 | 1 << 9 | 1 << 10      // PAE, OSFXSR, OSXMMEXCPT
    .set    MSR_EFER, 0xc0000080
    .set    EFER_LONG_NX, 1 << 8 | 1 << 11              // LME, NXE
    .set    CR0_ON, 1 << 31 | 1 << 16 | 1 << 5 | 1 << 1 | 1     // PG, WP, NE, MP, PE
    .set    CPUID_LONG_NX, 1 << 29 | 1 << 20
    .set    CPUID_XSAVE, 1 << 26
    .set    CR4_OSXSAVE, 1 << 18
    .set    STATE_TO_AVX, 7             // x87, SSE, AVX
    .set    STATE_AVX512, 0xe4          // AVX and its three: all or none; AMX's 8 KB stay off

    .section .note.boot, "a", %note
    .balign 4
    .long   4, 4, PVH_ENTRY             // sizes of name and value, type
    .asciz  "Xen"
    .long   _start

    .section .start, "ax"
    .balign 8
multiboot2_header:
    .long   MULTIBOOT2_MAGIC
    .long   0                           // architecture: i386
    .long   multiboot2_end - multiboot2_header
    .long   -(MULTIBOOT2_MAGIC + (multiboot2_end - multiboot2_header))
    .short  0, 0                        // end of tags
    .long   8
multiboot2_end:

    .code32
    .global _start
    .type   _start, %function
_start:
    cli
    cld
    mov     $__boot_stack_end, %esp
    mov     %eax, %esi                  // esi = magic, ebx = information, on to C
    rdtsc
    push    %edx
    push    %eax

    push    %ebx
    mov     $0x80000000, %eax
    cpuid
    cmp     $0x80000001, %eax
    jb      unfit
    mov     $0x80000001, %eax
    cpuid
    not     %edx
    test    $CPUID_LONG_NX, %edx
    jnz     unfit
    pop     %ebx

    push    %esi
    mov     $__copy_table_start, %edx   // rows of destination, source, bytes
copy_row:
    cmp     $__copy_table_end, %edx
    jae     copy_done
    mov     (%edx), %edi
    mov     8(%edx), %esi
    mov     16(%edx), %ecx
    rep movsb
    add     $24, %edx
    jmp     copy_row
copy_done:
    pop     %esi

    mov     $__zero_table_start, %edx   // rows of destination, bytes
zero_row:
    cmp     $__zero_table_end, %edx
    jae     zero_done
    mov     (%edx), %edi
    mov     8(%edx), %ecx
    xor     %eax, %eax
    rep stosb
    add     $16, %edx
    jmp     zero_row
zero_done:

    movl    $early_tables + TABLE + PAGE_PRESENT_WRITABLE, early_tables
    mov     $early_tables + TABLE, %edi
    mov     $early_tables + 2 * TABLE + PAGE_PRESENT_WRITABLE, %eax
    mov     $4, %ecx
each_directory:
    mov     %eax, (%edi)
    add     $8, %edi
    add     $TABLE, %eax
    loop    each_directory
    mov     $early_tables + 2 * TABLE, %edi
    mov     $PAGE_LARGE_WRITABLE, %eax
    mov     $4 * 512, %ecx
each_large_page:
    mov     %eax, (%edi)
    add     $8, %edi
    add     $0x200000, %eax
    loop    each_large_page

    mov     $CR4_PAE_SSE, %eax
    mov     %eax, %cr4
    mov     $early_tables, %eax
    mov     %eax, %cr3
    mov     $MSR_EFER, %ecx
    rdmsr
    or      $EFER_LONG_NX, %eax
    wrmsr
    mov     $CR0_ON, %eax
    mov     %eax, %cr0
    xor     %ebp, %ebp                  // the first core
    lgdt    descriptor_table_pointer
    ljmp    $CODE, $long_mode

unfit:
    hlt
    jmp     unfit

    .code64
long_mode:
    mov     $DATA, %eax
    mov     %eax, %ds
    mov     %eax, %es
    mov     %eax, %ss
    xor     %eax, %eax
    mov     %eax, %fs
    mov     %eax, %gs
    lldt    %ax
    fninit
    ldmxcsr initial_mxcsr
    mov     %ebx, %r8d
    mov     $1, %eax
    cpuid
    test    $CPUID_XSAVE, %ecx
    jz      vectors_done
    mov     %cr4, %rax
    or      $CR4_OSXSAVE, %rax
    mov     %rax, %cr4
    mov     $0xd, %eax                  // what of the state there is
    xor     %ecx, %ecx
    cpuid
    and     $STATE_TO_AVX | STATE_AVX512, %eax
    mov     %eax, %edx
    not     %edx
    test    $STATE_AVX512, %edx
    jz      has_avx512
    and     $STATE_TO_AVX, %eax
has_avx512:
    xor     %ecx, %ecx
    xor     %edx, %edx
    xsetbv
vectors_done:
.if CONFIG_CORES > 1
    test    %ebp, %ebp
    jnz     other_core
.endif
    mov     %esi, %edi
    mov     %r8d, %esi
    mov     %esp, %esp                  // the upper half is undefined after the switch
    pop     %rdx
    xor     %ebp, %ebp
    call    x86_64_boot
    ud2

.if CONFIG_CORES > 1
    .set    STACK_SIZE, 24              // struct stack is {base, size, guard}
other_core:                             // it asks who it is: it may come when nobody waits for it
    mov     $1, %eax                    // any more, and the next one is being started
    cpuid
    shr     $24, %ebx                   // its local APIC's number: arch_core
    mov     %ebx, %edi
    imul    $STACK_SIZE, %ebx
    mov     boot_stacks(%rbx), %rsp
    add     boot_stacks + 8(%rbx), %rsp
    xor     %ebp, %ebp
    call    x86_64_core_boot
    ud2
.endif
    .size   _start, . - _start

.if CONFIG_CORES > 1
/* Where other cores come out of reset: in real mode, at the copy's first byte. From there to long mode
 * in one step, with the tables of above. */
    .section .rodata.trampoline, "a"
    .balign 16
    .code16
    .global x86_64_trampoline
    .global x86_64_trampoline_end
x86_64_trampoline:
    cli
    cld
    mov     %cs, %ax
    mov     %ax, %ds
    mov     $CR4_PAE_SSE, %eax
    mov     %eax, %cr4
    mov     $early_tables, %eax
    mov     %eax, %cr3
    mov     $MSR_EFER, %ecx
    rdmsr
    or      $EFER_LONG_NX, %eax
    wrmsr
    lgdtl   trampoline_pointer - x86_64_trampoline
    mov     $CR0_ON, %eax
    mov     %eax, %cr0
    mov     $1, %ebp                    // not the first core
    ljmpl   $CODE, $long_mode
    .balign 4
trampoline_pointer:
    .short  x86_64_descriptors_end - x86_64_descriptors - 1
    .long   x86_64_descriptors
x86_64_trampoline_end:
    .code64
.endif

    .section .rodata.start, "a"
    .balign 8
initial_mxcsr:
    .long   0x1f80
descriptor_table_pointer:
    .short  x86_64_descriptors_end - x86_64_descriptors - 1
    .quad   x86_64_descriptors

/* Null, code, data, and two rows for each core's task state. */
    .section .data.descriptors, "aw"
    .balign 16
    .global x86_64_descriptors
x86_64_descriptors:
    .quad   0
    .quad   0x00af9b000000ffff          // 64-bit code, accessed
    .quad   0x00cf93000000ffff          // data, accessed
    .skip   16 * CONFIG_CORES           // descriptors.c: the task states
x86_64_descriptors_end:

    .section .bss.early_tables, "aw", %nobits
    .balign TABLE
early_tables:
    .skip   6 * TABLE
