/* stacked.c - a network of two layers, trained, saved and restored as one
 *
 * The hidden states of the lower layer are the inputs of the upper one. On the way back, the
 * upper layer's gradient by its inputs, which is zero after the end of a sequence, is added
 * to HIDDEN_GRADIENT of the lower one. All parameters lie in one vector, so one norm is
 * clipped and one optimizer updates them. A target is the sum modulo 2 of this bit and the
 * one two steps before.
 *
 *     cc stacked.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 12, BATCH = 8, BITS = 2, HIDDEN = 10, UPDATES = 500 };
/* Parameters: of the lower layer, of the upper one, and of both. */
enum { N0 = (BITS + HIDDEN + 1) * HIDDEN + HIDDEN * BITS };
enum { N1 = (HIDDEN + HIDDEN + 1) * HIDDEN + HIDDEN * BITS, N = N0 + N1 };

/* The lower layer is number 0. A layer has outputs: those of the lower one are of no use. */
static srnn_model *model[2];
static srnn_workspace *workspace[2];
static srnn_batch *batch[2];

static float parameters[N], gradient[N];
static uint32_t bits[STEPS * BATCH], targets[STEPS * BATCH];
static const uint32_t lengths[BATCH] = {12, 3, 7, 12, 5, 9, 4, 11};
static srnn_random *random_bits;
static srnn_clipper *clipper;
static srnn_optimizer *optimizer;

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* Returns element (0, 0, 0) of a layer's view, and its strides. */
static float *look(int layer, uint32_t view, size_t *step, size_t *sequence)
{
    float *data;
    uint32_t width; /* HIDDEN, of each view that is taken here */

    must(srnn_workspace_view(workspace[layer], view, &data, step, sequence, &width));
    return data;
}

/* Runs both layers forward and back. Returns the mean loss of a step, and writes the gradient. */
static double pass(void)
{
    size_t step, sequence, from_step, from_sequence;
    double loss, weight;

    must(srnn_forward(model[0], workspace[0], batch[0]));
    const float *h = look(0, SRNN_VIEW_HIDDEN, &step, &sequence);
    must(srnn_batch_input(batch[1], h, step, sequence));
    must(srnn_forward(model[1], workspace[1], batch[1]));
    must(srnn_loss(model[1], workspace[1], batch[1], 1.0 / BATCH, &loss, &weight));

    memset(gradient, 0, sizeof gradient);
    must(srnn_backward(model[1], workspace[1], NULL, gradient + N0, N1));
    must(srnn_loss_begin(workspace[0])); /* the lower layer has no loss of its own */
    const float *from = look(1, SRNN_VIEW_INPUT_GRADIENT, &from_step, &from_sequence);
    float *to = look(0, SRNN_VIEW_HIDDEN_GRADIENT, &step, &sequence);
    for (size_t i = 0; i < STEPS * BATCH * HIDDEN; i++) {
        const size_t t = i / (BATCH * HIDDEN), s = i / HIDDEN % BATCH, unit = i % HIDDEN;
        to[t * step + s * sequence + unit] += from[t * from_step + s * from_sequence + unit];
    }
    must(srnn_backward(model[0], workspace[0], NULL, gradient, N0));
    return loss / weight;
}

/* Trains for UPDATES, and returns the last loss. */
static double train(void)
{
    double loss = 0;

    for (int update = 0; update < UPDATES; update++) {
        for (uint32_t i = 0; i < STEPS * BATCH; i++) {
            bits[i] = srnn_random_below(random_bits, 2);
            targets[i] = bits[i] ^ (i < 2 * BATCH ? 0 : bits[i - 2 * BATCH]);
        }
        loss = pass();
        must(srnn_clipper_apply(clipper, NULL, gradient, N, NULL));
        must(srnn_optimizer_step(optimizer, parameters, gradient, N));
    }
    return loss;
}

/* Makes layer i and adds it to the checkpoint. */
static void make(int i, srnn_checkpoint *checkpoint)
{
    must(srnn_model_create(NULL, NULL, i == 0 ? BITS : HIDDEN, HIDDEN, BITS, SRNN_HIDDEN_TANH,
                           SRNN_OUTPUT_SOFTMAX, SRNN_MODEL_EXTERNAL | SRNN_MODEL_NO_OUTPUT_BIAS,
                           &model[i]));
    must(srnn_model_bind(model[i], parameters + i * N0, i == 0 ? N0 : N1));
    must(srnn_model_initialize(model[i], SRNN_START_ORTHOGONAL, random_bits));
    must(srnn_checkpoint_add(checkpoint, i == 0 ? "lower" : "upper", model[i]));
    must(srnn_workspace_create(
        NULL, NULL, model[i], STEPS, BATCH,
        SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT | SRNN_WORKSPACE_KEEP_INPUT_GRADIENT, &workspace[i]));
    must(srnn_batch_create(NULL, NULL, &batch[i]));
    must(srnn_batch_begin(batch[i], STEPS, BATCH));
    must(srnn_batch_lengths(batch[i], lengths));
}

int main(void)
{
    static unsigned char file[1 << 15];
    static float end[N];
    srnn_checkpoint *checkpoint;
    size_t bytes;

    must(srnn_random_create(NULL, NULL, 1, 0, &random_bits));
    must(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_ADAM, N, &optimizer));
    must(srnn_checkpoint_create(NULL, NULL, 5, &checkpoint));
    must(srnn_checkpoint_add(checkpoint, "random", random_bits));
    must(srnn_checkpoint_add(checkpoint, "clipper", clipper));
    must(srnn_checkpoint_add(checkpoint, "optimizer", optimizer));
    make(0, checkpoint);
    make(1, checkpoint);
    must(srnn_batch_input_ids(batch[0], bits, BATCH, 1));
    must(srnn_batch_target_ids(batch[1], targets, BATCH, 1));

    train();
    must(srnn_checkpoint_save(checkpoint, file, sizeof file, &bytes));
    const double loss = train();
    memcpy(end, parameters, sizeof end);
    must(srnn_checkpoint_open(checkpoint, file, bytes));
    must(srnn_checkpoint_restore(checkpoint));
    const int same = train() == loss && memcmp(end, parameters, sizeof end) == 0;
    printf("loss of a step %.5f; from the checkpoint of %zu bytes again, with %s\n", loss, bytes,
           same ? "the same bits" : "other bits");

    srnn_checkpoint_destroy(checkpoint);
    srnn_optimizer_destroy(optimizer);
    srnn_clipper_destroy(clipper);
    srnn_random_destroy(random_bits);
    for (int i = 0; i < 2; i++) {
        srnn_batch_destroy(batch[i]);
        srnn_workspace_destroy(workspace[i]);
        srnn_model_destroy(model[i]);
    }
    return same && loss < 0.05 ? 0 : 1;
}
