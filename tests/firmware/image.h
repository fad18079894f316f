/* image.h - what the images of this folder and the boards they run on know of each other
 *
 * An image is one source, image_*.c; a board is board_arm.c, board_riscv.c or, for the program on
 * the host that every image is compared with, board_host.c. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdint.h>

/* What the image does, printed line by line. 0 when all went well, else the board ends with the
 * number as its exit status. */
int image(void);

/* Print something: the host must print the same. */
void board_say(const char *text);

/* Tell what it costs here. Hosts keep silent. */
void board_tell_cost(const char *what, uint32_t cost);

/* A clock of instructions: how many of them pass between two calls, at least 1. Boards count them
 * by their own timers, which QEMU drives by instructions (-icount). */
void board_clock_start(void);
uint32_t board_clock_stop(void);

/* How deep the stack below the caller gets: paint it, run, look. */
void board_stack_paint(void);
uint32_t board_stack_depth(void);

/* Lines made of a text and a number. */
void say_number(const char *what, uint32_t number);
void say_hash(const char *what, uint64_t hash);

/* The end of the image: status 1 and a line, unless `status` is the one that is expected. */
void expect_status(int32_t status, int32_t expected, const char *call);
#define MUST(call) expect_status((call), 0, #call)
#define REFUSED(status, call) expect_status((call), (status), #call)
void board_exit(int status);

/* The memory that everything is built in. image_take returns the next `bytes` bytes of it or ends
 * the image; image_taken returns how many are taken. */
void *image_take(uint32_t bytes);
uint32_t image_taken(void);

#endif
