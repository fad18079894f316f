/* model.h - a model's shape and where its tensors lie. */
#ifndef SRNN_MODEL_H
#define SRNN_MODEL_H

#include "base/base.h"

/* The tensors in the order in which they lie in the flat vector. */
enum { SRNN__W_IN, SRNN__W_REC, SRNN__B_REC, SRNN__W_OUT, SRNN__B_OUT, SRNN__H0, SRNN__TENSORS };

/* The offset of a tensor that the model does not have. */
#define SRNN__ABSENT SIZE_MAX

/* Holds no pointer into its own block, so that it may be copied as bytes: the
 * parameters follow this header unless SRNN_EXTERNAL says that they lie where
 * `bound` or `bound_const` points. */
struct srnn_model {
    struct srnn__object object;
    uint32_t inputs;
    uint32_t hidden;
    uint32_t outputs;
    uint32_t activation;
    uint32_t output;
    uint32_t flags;
    uint32_t instructions;
    size_t count;
    size_t offset[SRNN__TENSORS];
    float *bound;
    const float *bound_const;
};

/* The parts of a parameter or gradient vector; NULL where the model has none. */
struct srnn__parameters {
    const float *w_in;  /* [inputs x hidden] */
    const float *w_rec; /* [hidden x hidden], from x to */
    const float *b_rec; /* [hidden] */
    const float *w_out; /* [hidden x outputs] */
    const float *b_out; /* [outputs] */
    const float *h0;    /* [hidden] */
};

/* Whether this is a live model, and whether it has parameters to read. */
static inline int srnn__model_alive(const srnn_model *model)
{
    return srnn__alive(model, SRNN__TAG_MODEL);
}

/* ARGUMENT for what is no live model, STATE for one that is not bound. */
int32_t srnn__model_ready(const srnn_model *model);

/* Split the model's parameters. The model is ready. */
void srnn__model_split(const srnn_model *model, struct srnn__parameters *parts);

/* A tensor of the vector `base`, NULL when the model lacks it. */
static inline float *srnn__tensor_of(const srnn_model *model, float *base, uint32_t tensor)
{
    return model->offset[tensor] == SRNN__ABSENT ? NULL : base + model->offset[tensor];
}

/* Rows, columns and name of a tensor, by its place in the full order. */
void srnn__tensor_shape(const srnn_model *model, uint32_t tensor, uint32_t *rows,
                        uint32_t *columns);
const char *srnn__tensor_name(uint32_t tensor);

#endif
