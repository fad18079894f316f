/* board_arm.c - Cortex-M boards: start, faults, semihosting, the clock
 *
 * Semihosting (Arm's "Semihosting for AArch32 and AArch64") is how an emulator or a debugger writes
 * for the image; the clock is SysTick, which every Cortex-M of these has. */
#include "image.h"
#include "board_stack.h"

#include "srnn.h"

#define SYS_WRITE0 0x04u
#define SYS_EXIT_EXTENDED 0x20u
#define APPLICATION_EXIT 0x20026u

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYSTICK_CONTROL REGISTER(0xe000e010u)
#define SYSTICK_RELOAD REGISTER(0xe000e014u)
#define SYSTICK_VALUE REGISTER(0xe000e018u)
#define COPROCESSORS REGISTER(0xe000ed88u)
#define SYSTICK_MOST 0x00ffffffu

extern uint32_t bss_start[], stack_top[];

void image_start(void);

static void semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void board_say(const char *text)
{
    semihost(SYS_WRITE0, text);
}

void board_exit(int status)
{
    uint32_t block[2];

    block[0] = APPLICATION_EXIT;
    block[1] = (uint32_t)status;
    semihost(SYS_EXIT_EXTENDED, block);
    for (;;) {
    }
}

void board_tell_cost(const char *what, uint32_t cost)
{
    board_say("cost ");
    say_number(what, cost);
}

/* A fault ends the image with a status of its own. */
static void fault(void)
{
    board_say("a fault\n");
    board_exit(99);
}

void image_start(void)
{
    for (volatile uint32_t *at = bss_start; at < bss_end; at++) {
        *at = 0;
    }
#if defined(__ARM_FP)
    COPROCESSORS = COPROCESSORS | 0x00f00000u;
    __asm__ volatile("dsb\n\tisb" : : : "memory");
#endif
    board_exit(image());
}

/* Where the stack begins, where the image begins, and the faults: NMI to usage fault, then those
 * that nothing here raises. */
__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {
    (uintptr_t)stack_top, (uintptr_t)image_start, (uintptr_t)fault, (uintptr_t)fault,
    (uintptr_t)fault,     (uintptr_t)fault,       (uintptr_t)fault, (uintptr_t)fault,
    (uintptr_t)fault,     (uintptr_t)fault,       (uintptr_t)fault, (uintptr_t)fault,
    (uintptr_t)fault,     (uintptr_t)fault,       (uintptr_t)fault, (uintptr_t)fault,
};

/* Ticks of the clock between two readings; it counts down and starts again at the top. */
static uint32_t began;

static void start(void)
{
    SYSTICK_RELOAD = SYSTICK_MOST;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = 5; /* run, by the processor's clock */
    began = SYSTICK_VALUE;
}

/* 0 when the clock has run out, as its control register says. */
static uint32_t stop(void)
{
    const uint32_t ticks = (began - SYSTICK_VALUE) & SYSTICK_MOST;

    return (SYSTICK_CONTROL & 0x00010000u) != 0 ? 0 : ticks;
}

void board_clock_start(void)
{
    start();
}

/* How many ticks an instruction takes is found by a loop of two. */
uint32_t board_clock_stop(void)
{
    const uint32_t ticks = stop();
    uint32_t turns = 5000;
    uint32_t yardstick;

    start();
    __asm__ volatile(".syntax unified\n1:\tsubs %0, #1\n\tbne 1b" : "+l"(turns) : : "cc");
    yardstick = stop();
    if (ticks == 0 || yardstick == 0) {
        board_say("the clock has run out\n");
        board_exit(1);
    }
    return (uint32_t)((uint64_t)ticks * 10000u / yardstick);
}
