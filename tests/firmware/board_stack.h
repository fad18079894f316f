/* board_stack.h - how deep the stack gets: paint what lies below, run, look
 *
 * For boards whose stack grows down from `stack_top` towards `bss_end` (image.ld); included once by
 * each of them, because a frame's address is asked of the compiler. */
#ifndef BOARD_STACK_H
#define BOARD_STACK_H

#include "image.h"

#define PAINT 0x5aa55aa5u

extern uint32_t bss_end[];

/* The end of the paint, which spares the painter's own frame, and where the caller's begins. */
static uint32_t *painted_end;
static uint32_t *caller;

void board_stack_paint(void)
{
    caller = __builtin_frame_address(0);
    painted_end = caller - 16;
    for (volatile uint32_t *at = bss_end; at < painted_end; at++) {
        *at = PAINT;
    }
}

uint32_t board_stack_depth(void)
{
    const volatile uint32_t *at = bss_end;

    while (at < painted_end && *at == PAINT) {
        at++;
    }
    if (at == bss_end) {
        board_say("the stack has no end\n");
        board_exit(1);
    }
    return (uint32_t)((uintptr_t)caller - (uintptr_t)at);
}

#endif
