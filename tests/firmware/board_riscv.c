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

/* Ticks of the counter between two readings. A processor ticks once for each instruction; QEMU
 * reports what its clock has done, which with -icount is a fixed number for each. */
static uint32_t began;

static uint32_t ticks_now(void)
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
    began = ticks_now();
}

/* How many ticks an instruction takes is found by a loop of two. */
uint32_t board_clock_stop(void)
{
    const uint32_t ticks = ticks_now() - began;
    uint32_t turns = 5000;
    uint32_t yardstick;

    began = ticks_now();
    __asm__ volatile("1:\taddi %0, %0, -1\n\tbnez %0, 1b" : "+r"(turns));
    yardstick = ticks_now() - began;
    if (ticks == 0 || yardstick < 10000) {
        board_say("the counter does not count\n");
        board_exit(1);
    }
    return (uint32_t)((uint64_t)ticks * 10000u / yardstick);
}
