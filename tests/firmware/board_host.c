/* board_host.c - an image as a program on the host: the boards must print what it prints */
#include "image.h"

#include <stdio.h>
#include <stdlib.h>

void board_say(const char *text)
{
    fputs(text, stdout);
}

void board_exit(int status)
{
    exit(status);
}

void board_tell_cost(const char *what, uint32_t cost)
{
    (void)what;
    (void)cost;
}

void board_stack_paint(void)
{
}

uint32_t board_stack_depth(void)
{
    return 0;
}

void board_clock_start(void)
{
}

uint32_t board_clock_stop(void)
{
    return 1;
}

int main(void)
{
    return image();
}
