# Where a run begins, and how it ends with a code that is known only at run time.

    .section .text._start, "ax", @progbits
    .globl  _start
    .type   _start, @function
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    lui     sp, 0x200               # the stack's top, 0x00200400; it grows down to 0x400
    addi    sp, sp, 0x400
    li      a0, 0
    li      a1, 0
    call    main
    tail    guest_finish
    .size   _start, . - _start

# terminate has its code in the instruction, so there is one instruction for each code.
    .section .text.guest_terminate, "ax", @progbits
    .globl  guest_terminate
    .type   guest_terminate, @function
guest_terminate:
    la      t0, 1f
    andi    a0, a0, 255
    slli    a0, a0, 2
    add     t0, t0, a0
    jr      t0
1:
    .set    code, 0
    .rept   256
    .insn   i 0x0b, 0, x0, x0, code
    .set    code, code + 1
    .endr
    .size   guest_terminate, . - guest_terminate
