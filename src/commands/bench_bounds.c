/* bench_bounds.c - the share of the processor's peak that a training step can have at most
 *
 * All work is counted in multiply-adds, whose rate is the peak. */
#include "commands/bench_bounds.h"

#include <stdint.h>

#include "srnn.h"
#include "support/message.h"

/* What the activation of one unit at one step takes of the multiply-add units, in multiply-adds:
 * 19 multiplications and multiply-adds of the library's tanh, its division, and 2 of the slope
 * (1 - h^2) and its product. Additions, comparisons and logic are not counted: on some processors
 * other units do them. */
#define ACTIVATION_WORK 22.0

/* The floats of the shortest vectors that reach the peak of an instruction set, one of
 * SRNN_INSTRUCTIONS. */
static uint32_t vector_floats(uint32_t instructions)
{
    switch (instructions) {
    case SRNN_INSTRUCTIONS_AVX512_DUAL:
        return 16;
    case SRNN_INSTRUCTIONS_AVX512: /* one unit of 16 does two vectors of 8 in the same time */
    case SRNN_INSTRUCTIONS_AVX2:
        return 8;
    default:
        return 4;
    }
}

/* What a row of `width` floats lacks of whole vectors. */
static double padding_of(uint32_t width, uint32_t floats)
{
    return (double)((floats - width % floats) % floats);
}

/* Rows are padded in the products x W_in + h W_rec and v W_rec^T, and where there is a loss in
 * h W_out and (dE/dz) W_out^T. An outer product can be laid out so that little is lost. */
int training_bounds(const struct training *training, struct bounds *bounds)
{
    const struct shape *s = &training->plan.shape;
    const double pairs = (double)s->steps * s->batch;
    const double losses = s->last_step_only ? (double)s->batch : pairs;
    const double useful = plan_operations(&training->plan) / 2.0;
    const double activation = pairs * s->hidden * ACTIVATION_WORK;
    double instructions, hidden_padding, output_padding, padding;
    uint32_t floats;
    const int32_t status = srnn_model_get(training->model, SRNN_MODEL_INSTRUCTIONS, &instructions);

    if (status != SRNN_OK) {
        return fail_status(status, "bench: the model's instruction set");
    }
    floats = vector_floats((uint32_t)instructions);
    hidden_padding = padding_of(s->hidden, floats);
    output_padding = padding_of(s->outputs, floats);
    padding = pairs * ((double)s->inputs + 2.0 * s->hidden) * hidden_padding +
              losses * (s->hidden * output_padding + s->outputs * hidden_padding);
    bounds->with_tanh = useful / (useful + activation);
    bounds->with_padding = useful / (useful + activation + padding);
    return 0;
}
