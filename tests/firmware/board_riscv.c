/* board_riscv.c - QEMU's RISC-V board `virt`: start, traps, UART, the counter of instructions */
#include "image.h"
#include "board_stack.h"

#include "srnn.h"

#define UART (*(volatile uint8_t *)0x10000000u)
#define FINISHER (*(volatile uint32_t *)0x00100000u)

void image_run(void);
void image_trap(void);

extern uint32_t bss_start[];

/* The stack, traps, and the floating-point unit where there is one (mstatus.FS). The compiler's
 * architecture leaves the control registers out, the processor does not. */
__asm__(".section .vectors, \"ax\"\n"
        ".option push\n"
        ".option arch, +zicsr\n"
        ".globl image_start\n"
        "image_start:\n"
        "    la sp, stack_top\n"
        "    la t0, trap\n"
        "    csrw mtvec, t0\n"
#if defined(__riscv_flen)
        "    li t0, 0x2000\n"
        "    csrs mstatus, t0\n"
#endif
        "    j image_run\n"
        "    .balign 4\n"
        "trap:\n"
        "    j image_trap\n"
        ".option pop\n"
        ".text\n");

void board_say(const char *text)
{
    while (*text != '\0') {
        UART = (uint8_t)*text++;
    }
}

/* QEMU's finisher takes a status in the upper half of a word. */
void board_exit(int status)
{
    FINISHER = status == 0 ? 0x5555u : (uint32_t)status << 16 | 0x3333u;
    for (;;) {
    }
}

void board_tell_cost(const char *what, uint32_t cost)
{
    board_say("cost ");
    say_number(what, cost);
}

void image_trap(void)
{
    board_say("a trap\n");
    board_exit(99);
}

void image_run(void)
{
    for (volatile uint32_t *at = bss_start; at < bss_end; at++) {
        *at = 0;
    }
    board_exit(image());
}

static uint32_t began;

static uint32_t retired(void)
{
    uint32_t count;

    __asm__ volatile(".option push\n\t.option arch, +zicsr\n\tcsrr %0, minstret\n\t.option pop"
                     : "=r"(count)
                     :
                     : "memory");
    return count;
}

void board_clock_start(void)
{
    began = retired();
}

uint32_t board_clock_stop(void)
{
    return retired() - began;
}
