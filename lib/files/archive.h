/* archive.h - a model in a file. */
#ifndef SRNN_ARCHIVE_H
#define SRNN_ARCHIVE_H

#include "files/header.h"

/* The sides of a model's tensors. SRNN__SIDE_ONE is the one row of a vector. */
enum { SRNN__SIDE_ONE, SRNN__SIDE_INPUTS, SRNN__SIDE_HIDDEN, SRNN__SIDE_OUTPUTS, SRNN__SIDES };

/* A model in a file. */
struct srnn__stored_model {
    uint32_t activation;                      /* SRNN_HIDDEN_TANH .. of the hidden units */
    uint32_t output;                          /* SRNN_OUTPUT_LINEAR .. kind of the outputs */
    uint32_t flags;                           /* flags of the model */
    uint32_t side[SRNN__SIDES];               /* length of each side, 0 if not known */
    const unsigned char *data[SRNN__TENSORS]; /* elements of each tensor, or NULL; little-endian,
                                                 at any alignment */
};

/* Stores the length of side `which`. Returns 0, and stores nothing, if no model can have the length
 * or if the side has another already. */
static inline int srnn__match_side(uint32_t side[SRNN__SIDES], uint32_t which, uint64_t length)
{
    if (length == 0 || length > SRNN_MODEL_MAX_WIDTH ||
        (side[which] != 0 && side[which] != length)) {
        return 0;
    }
    side[which] = (uint32_t)length;
    return 1;
}

/* Finds the model `part` of an opened file. Checks that a model of its shape can exist, and that
 * all parameters are finite. Errors: FORMAT (no such part, or no such model), NONFINITE,
 * OVERFLOW. */
int32_t srnn__stored_model(const struct srnn__file *file, const char *part,
                           struct srnn__stored_model *stored);

/* Returns the number of elements of a tensor that the model has. */
size_t srnn__stored_count(const struct srnn__stored_model *stored, uint32_t tensor);

/* Copies the parameters to `parameters` [count], the vector of `model`, which has the shape of
 * `stored`. */
void srnn__stored_parameters(const struct srnn__stored_model *stored, const srnn_model *model,
                             float *parameters);

#endif
