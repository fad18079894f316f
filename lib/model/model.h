/* model.h - a model's shape, and where its tensors are in the vector of parameters. */
#ifndef SRNN_MODEL_H
#define SRNN_MODEL_H

#include "base/base.h"

/* The tensors, in the order in which the vector of parameters holds them. */
enum { SRNN__W_IN, SRNN__W_REC, SRNN__B_REC, SRNN__W_OUT, SRNN__B_OUT, SRNN__H0, SRNN__TENSORS };

/* All flags of a model. */
#define SRNN__MODEL_FLAGS                                                                          \
    (SRNN_MODEL_NO_RECURRENT_BIAS | SRNN_MODEL_NO_OUTPUT_BIAS | SRNN_MODEL_LEARNED_STATE |         \
     SRNN_MODEL_EXTERNAL)

/* The offset of a tensor that the model does not have. */
#define SRNN__ABSENT SIZE_MAX

/* A model. The parameters follow this struct in the block. With SRNN_MODEL_EXTERNAL they
 * are in the caller's memory, at `bound_const`. The struct has no pointer into its
 * own block, so a model in the caller's memory may be copied as bytes. */
struct srnn_model {
    struct srnn__object object;
    uint32_t inputs;              /* number of inputs */
    uint32_t hidden;              /* number of hidden units */
    uint32_t outputs;             /* number of outputs */
    uint32_t activation;          /* SRNN_HIDDEN_TANH .. of the hidden units */
    uint32_t output;              /* SRNN_OUTPUT_LINEAR .. kind of the outputs */
    uint32_t flags;               /* SRNN_MODEL_NO_RECURRENT_BIAS .. */
    uint32_t instructions;        /* SRNN_INSTRUCTIONS_BASELINE .. instruction set in use */
    size_t count;                 /* number of parameters */
    size_t offset[SRNN__TENSORS]; /* of each tensor in the parameters, or SRNN__ABSENT */
    float *bound;                 /* [count] caller's parameters, NULL when read-only */
    const float *bound_const;     /* [count] caller's parameters, NULL when not bound */
};

/* The tensors of a vector of parameters. Every model has the weights. */
struct srnn__parameters {
    const float *w_in;  /* [inputs x hidden] */
    const float *w_rec; /* [hidden x hidden], from x to */
    const float *b_rec; /* [hidden], or NULL */
    const float *w_out; /* [hidden x outputs] */
    const float *b_out; /* [outputs], or NULL */
    const float *h0;    /* [hidden], or NULL */
};

/* Returns whether this is a live model. */
static inline int srnn__model_alive(const srnn_model *model)
{
    return srnn__alive(model, SRNN__TAG_MODEL);
}

/* Checks that a model can be used. Errors: ARGUMENT (not a live model), STATE (no
 * parameters bound yet). */
int32_t srnn__model_ready(const srnn_model *model);

/* Finds the tensors of a model's parameters. srnn__model_ready has accepted it. */
void srnn__model_split(const srnn_model *model, struct srnn__parameters *parts);

/* Returns a tensor of the vector `base` [count], NULL when the model lacks it. The weights, which
 * no model lacks, are at base + offset. */
static inline float *srnn__tensor_of(const srnn_model *model, float *base, uint32_t tensor)
{
    return model->offset[tensor] == SRNN__ABSENT ? NULL : base + model->offset[tensor];
}

/* Finds the shape of a tensor, SRNN__W_IN to SRNN__H0. A bias and h0 have one row. */
void srnn__tensor_shape(const srnn_model *model, uint32_t tensor, uint32_t *rows,
                        uint32_t *columns);

#endif
