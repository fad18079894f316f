/* pytorch.h - a model as the weights of a torch.nn.RNN and a torch.nn.Linear
 *
 * PyTorch stores each matrix as [to x from], the transpose of ours. Its layer has two
 * biases, and only their sum matters:
 *
 *     h' = f(x weight_ih_l0^T + bias_ih_l0 + h weight_hh_l0^T + bias_hh_l0)
 *     z  = h' weight^T + bias
 *
 * (documentation of torch.nn.RNN and torch.nn.Linear). Elements are transposed one at a
 * time on their way into or out of a file, so no scratch memory is needed. */
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
    SRNN__INITIAL_STATE,
    SRNN__PYTORCH_TENSORS
};

/* The modules that the tensors belong to. In a file each module has one prefix. */
enum { SRNN__MODULE_RNN, SRNN__MODULE_HEAD, SRNN__MODULE_NONE, SRNN__MODULES };

/* A tensor of PyTorch's. */
struct srnn__pytorch {
    char name[13];   /* its name in its module */
    uint8_t module;  /* SRNN__MODULE_ */
    uint8_t tensor;  /* SRNN__W_IN .. of the model; SRNN__TENSORS for the second bias */
    uint8_t rows;    /* SRNN__SIDE_ of its rows; SRNN__SIDE_ONE for a vector */
    uint8_t columns; /* SRNN__SIDE_ of its columns */
};

/* Returns the table of these tensors [SRNN__PYTORCH_TENSORS]. */
const struct srnn__pytorch *srnn__pytorch(void);

#endif
