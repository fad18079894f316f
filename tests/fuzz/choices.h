/* choices.h - numbers from the bytes of an input
 *
 * Once the bytes are used up, every choice is the first. So a shorter input does less. */
#ifndef CHOICES_H
#define CHOICES_H

#include <stddef.h>
#include <stdint.h>

struct choices {
    const uint8_t *at;
    const uint8_t *end;
};

/* Begin to choose from data [size]. */
struct choices choices_of(const uint8_t *data, size_t size);

/* Whether bytes are left. */
int choices_left(const struct choices *choices);

/* A number below `bound`, which is from 1 to 65536. Takes one byte, or two for bounds above 256. */
uint32_t choose(struct choices *choices, uint32_t bound);

/* Whether a chance of one in `odds` came up; not when no bytes are left. */
int choose_rarely(struct choices *choices, uint32_t odds);

/* A size: mostly from 0 to 23, now and then one at a limit or beyond it. */
uint32_t choose_size(struct choices *choices);

/* A number for an option, a constant among them, or a float: common, at a limit, or not finite. */
double choose_number(struct choices *choices);
float choose_float(struct choices *choices);

#endif
