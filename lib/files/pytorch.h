/* pytorch.h - a model as the weights of a torch.nn.RNN and a torch.nn.Linear
 *
 * PyTorch keeps each matrix as [to x from], the transpose of ours, and gives a layer two
 * biases, of which only the sum counts:
 *
 *     h' = f(x weight_ih_l0^T + bias_ih_l0 + h weight_hh_l0^T + bias_hh_l0)
 *     z  = h' weight^T + bias
 *
 * (the documentation of torch.nn.RNN and torch.nn.Linear). Elements move one at a time
 * between the two orders, so nothing is copied on the way. */
#ifndef SRNN_PYTORCH_H
#define SRNN_PYTORCH_H

#include "files/archive.h"

/* The tensors of such a file, in the order in which they are written. */
enum {
    SRNN__WEIGHT_IH,
    SRNN__WEIGHT_HH,
    SRNN__BIAS_IH,
    SRNN__BIAS_HH,
    SRNN__HEAD_WEIGHT,
    SRNN__HEAD_BIAS,
    SRNN__STATE,
    SRNN__PYTORCH_TENSORS
};

/* The modules that they belong to. A file has one prefix for each. */
enum { SRNN__MODULE_RNN, SRNN__MODULE_HEAD, SRNN__MODULE_NONE, SRNN__MODULES };

/* How a tensor is called in its module, and what it is of the model. SRNN__TENSORS stands
 * for the second bias, which no model has. */
struct srnn__pytorch {
    char name[13];
    uint8_t module;
    uint8_t tensor;  /* SRNN__W_IN .. */
    uint8_t rows;    /* SRNN__SIDE_, SRNN__SIDE_ONE of a vector */
    uint8_t columns; /* SRNN__SIDE_ */
};

/* The table of all of them [SRNN__PYTORCH_TENSORS]. */
const struct srnn__pytorch *srnn__pytorch(void);

#endif
