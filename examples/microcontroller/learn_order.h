/* learn_order.h - a network that learns on the device, in static memory
 *
 * The temporal order problem: two symbols of a sequence are A or B, the others do not matter. After
 * the sequence the network answers which two they were, and in which order. A board calls
 * learn_begin once, then learn_go_on until it is done. */
#ifndef LEARN_ORDER_H
#define LEARN_ORDER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes of a line of text, with its zero. */
#define LEARN_LINE 96

/* Makes the network and what trains it, and writes to `line` [LEARN_LINE] how much memory they
 * take. Returns SRNN_OK or an error of the library. */
int32_t learn_begin(char *line);

/* Makes some updates, tests the network on fresh sequences, and writes the loss and the share of
 * wrong answers to `line` [LEARN_LINE]. *done becomes 1 when the network has learnt, -1 when it has
 * not within 1,000 updates, and else 0. Returns SRNN_OK or an error of the library. */
int32_t learn_go_on(char *line, int *done);

#ifdef __cplusplus
}
#endif

#endif
