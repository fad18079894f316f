/* order.h - the temporal order problem, small enough for a microcontroller
 *
 * Sequences of STEPS symbols. Two of them, an early and a late one, are A or B; the others are one
 * of four that do not matter. Which two they were, and in which order, is the class, asked for at the
 * last step. */
#ifndef ORDER_H
#define ORDER_H

#include "srnn.h"

enum { SYMBOLS = 6, CLASSES = 4, STEPS = 10, SEQUENCES = 8, HIDDEN = 8 };

/* Draw a batch: symbols [STEPS x SEQUENCES], classes [SEQUENCES]. */
void order_draw(srnn_random *random, uint32_t *symbols, uint32_t *classes);

/* A training: what it has made and the last batch. */
struct order {
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    uint32_t symbols[STEPS * SEQUENCES];
    uint32_t classes[SEQUENCES];
    double loss;  /* of the last update */
    double omega; /* and Omega */
    double norm;  /* of its gradient */
};

/* Train a network on it from scratch, in the image's arena. */
void order_train(struct order *order);

#endif
