/* bidirectional.c - a network that reads each sequence from both ends
 *
 * Two models read the same sequences: one as they are, one from the end of each to its
 * start. The logits of a step are the sum of both. It is written to the view LOGIT of the
 * first model, from which srnn_loss and srnn_count_errors take it; what srnn_loss writes to
 * LOGIT_GRADIENT is the gradient for both. A target is the number of ones among two bits:
 * AWAY steps before and AWAY steps after. One direction alone does not see both.
 *
 *     cc bidirectional.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 16, BATCH = 16, AWAY = 2, HIDDEN = 12, SUMS = 3, UPDATES = 1000 };
enum { N = (2 + HIDDEN + 1) * HIDDEN + (HIDDEN + 1) * SUMS }; /* parameters of one direction */

static float parameters[2 * N], gradient[2 * N];
static uint32_t bits[2][STEPS * BATCH]; /* as they are; each sequence from its end */
static uint32_t targets[STEPS * BATCH], lengths[BATCH];
static srnn_model *model[2];
static srnn_workspace *workspace[2];
static srnn_batch *batch[2];

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* Draws sequences of AWAY + 1 to STEPS bits. */
static void draw(srnn_random *random)
{
    for (uint32_t s = 0; s < BATCH; s++) {
        const uint32_t length = lengths[s] = AWAY + 1 + srnn_random_below(random, STEPS - AWAY);
        for (uint32_t t = 0; t < length; t++) {
            const uint32_t bit = srnn_random_below(random, 2);
            bits[0][t * BATCH + s] = bits[1][(length - 1 - t) * BATCH + s] = bit;
        }
        for (uint32_t t = 0; t < length; t++) {
            targets[t * BATCH + s] = (t < AWAY ? 0 : bits[0][(t - AWAY) * BATCH + s]) +
                                     (t + AWAY < length ? bits[0][(t + AWAY) * BATCH + s] : 0);
        }
    }
}

/* Returns the row of a direction's view for step t of sequence s, counted from the start. */
static float *row(int direction, uint32_t view, uint32_t t, uint32_t s)
{
    float *data;
    size_t step, sequence;
    uint32_t width;

    must(srnn_workspace_view(workspace[direction], view, &data, &step, &sequence, &width));
    return data + (direction == 0 ? t : lengths[s] - 1 - t) * step + s * sequence;
}

/* Runs both directions forward, and adds the logits of the second to those of the first. */
static void forward(void)
{
    for (int d = 0; d < 2; d++) {
        must(srnn_forward(model[d], workspace[d], batch[d]));
    }
    for (uint32_t s = 0; s < BATCH; s++) {
        for (uint32_t t = 0; t < lengths[s]; t++) {
            float *sum = row(0, SRNN_VIEW_LOGIT, t, s);
            const float *other = row(1, SRNN_VIEW_LOGIT, t, s);
            for (int k = 0; k < SUMS; k++) {
                sum[k] += other[k];
            }
        }
    }
}

/* Writes the gradient. What a logit of the sum gets, the logits of both directions get. */
static void backward(void)
{
    must(srnn_loss(model[0], workspace[0], batch[0], 1.0 / BATCH, NULL, NULL));
    must(srnn_loss_begin(workspace[1]));
    for (uint32_t s = 0; s < BATCH; s++) {
        for (uint32_t t = 0; t < lengths[s]; t++) {
            memcpy(row(1, SRNN_VIEW_LOGIT_GRADIENT, t, s), row(0, SRNN_VIEW_LOGIT_GRADIENT, t, s),
                   SUMS * sizeof(float));
        }
    }
    memset(gradient, 0, sizeof gradient);
    for (int d = 0; d < 2; d++) {
        must(srnn_backward(model[d], workspace[d], NULL, gradient + d * N, N));
    }
}

int main(void)
{
    srnn_random *random;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    uint64_t wrong, steps;

    must(srnn_random_create(NULL, NULL, 1, 0, &random));
    must(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_ADAM, 2 * N, &optimizer));
    for (int d = 0; d < 2; d++) {
        must(srnn_model_create(NULL, NULL, 2, HIDDEN, SUMS, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX,
                               SRNN_MODEL_EXTERNAL, &model[d]));
        must(srnn_model_bind(model[d], parameters + d * N, N));
        must(srnn_model_initialize(model[d], SRNN_START_ORTHOGONAL, random));
        must(srnn_workspace_create(NULL, NULL, model[d], STEPS, BATCH, 0, &workspace[d]));
        must(srnn_batch_create(NULL, NULL, &batch[d]));
        must(srnn_batch_begin(batch[d], STEPS, BATCH));
        must(srnn_batch_input_ids(batch[d], bits[d], BATCH, 1));
        must(srnn_batch_lengths(batch[d], lengths));
    }
    must(srnn_batch_target_ids(batch[0], targets, BATCH, 1));

    for (int update = 0; update < UPDATES; update++) {
        draw(random);
        forward();
        backward();
        must(srnn_clipper_apply(clipper, NULL, gradient, 2 * N, NULL));
        must(srnn_optimizer_step(optimizer, parameters, gradient, 2 * N));
    }
    draw(random);
    forward();
    must(srnn_count_errors(model[0], workspace[0], batch[0], 0, &wrong, &steps, NULL, NULL));
    printf("%" PRIu64 " of %" PRIu64 " steps wrong after %d updates\n", wrong, steps, UPDATES);

    for (int d = 0; d < 2; d++) {
        srnn_batch_destroy(batch[d]);
        srnn_workspace_destroy(workspace[d]);
        srnn_model_destroy(model[d]);
    }
    srnn_optimizer_destroy(optimizer);
    srnn_clipper_destroy(clipper);
    srnn_random_destroy(random);
    return wrong == 0 ? 0 : 1;
}
