/* overlapped_bptt.c - truncated back-propagation through time, in windows that overlap
 *
 * A window has the 2 x CHUNK steps that end with the newest one. Only its later half has a
 * loss (srnn_batch_weights), so every error goes back at least CHUNK steps. The next window
 * starts a chunk later, from the state in the middle of this one (srnn_workspace_set_state).
 * Here no window updates the parameters, so that the sum of their gradients can be compared
 * with the gradient of one pass over all steps: by how much of its squared norm it is off.
 *
 *     cc overlapped_bptt.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 5, CHUNKS = 40, STEPS = CHUNK * CHUNKS, STREAMS = 8, SYMBOLS = 4, HIDDEN = 12 };
enum { N = (SYMBOLS + HIDDEN + 1) * HIDDEN + (HIDDEN + 1) * SYMBOLS }; /* parameters */

static uint32_t ids[(STEPS + 1) * STREAMS]; /* the target of a step is the next symbol */
static float weights[STEPS * STREAMS];
static srnn_model *model;
static srnn_workspace *workspace;
static srnn_batch *batch;

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* Runs a window of `steps` from step `first` on. Returns the loss of its steps, of which the
 * first `silent` have none, and adds the gradient to `gradient` [N]. */
static double pass(uint32_t first, uint32_t steps, uint32_t silent, float *gradient)
{
    double loss;

    for (uint32_t i = 0; i < steps * STREAMS; i++) {
        weights[i] = i < silent * STREAMS ? 0.0f : 1.0f;
    }
    must(srnn_batch_begin(batch, steps, STREAMS));
    must(srnn_batch_input_ids(batch, ids + first * STREAMS, STREAMS, 1));
    must(srnn_batch_target_ids(batch, ids + (first + 1) * STREAMS, STREAMS, 1));
    must(srnn_batch_weights(batch, weights, STREAMS, 1));
    if (first == 0) {
        must(srnn_forward(model, workspace, batch));
    } else {
        must(srnn_forward_continue(model, workspace, batch));
    }
    must(srnn_loss(model, workspace, batch, 1.0, &loss, NULL));
    must(srnn_backward(model, workspace, NULL, gradient, N));
    return loss;
}

/* Runs over all steps in windows of `length`, each a chunk later than the one before. Returns the
 * loss of all steps and adds its gradient to `gradient` [N]. */
static double in_windows(uint32_t length, float *gradient)
{
    double loss = 0;
    float *h;
    size_t step, sequence;
    uint32_t width;

    for (uint32_t first = 0; first + length <= STEPS; first += CHUNK) {
        if (first > 0) { /* the state after the window's first chunk, where the next starts */
            must(srnn_workspace_view(workspace, SRNN_VIEW_HIDDEN, &h, &step, &sequence, &width));
            must(srnn_workspace_set_state(workspace, h + (CHUNK - 1) * step, sequence, STREAMS));
        }
        loss += pass(first, length, first == 0 ? 0 : length - CHUNK, gradient);
        /* In a training, clipper and optimizer come here, and the gradient becomes zero again. */
    }
    return loss;
}

/* Returns |a - b|^2 / |b|^2 for two gradients [N]. */
static double distance(const float *a, const float *b)
{
    double difference = 0, norm = 0;

    for (size_t i = 0; i < N; i++) {
        difference += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
        norm += (double)b[i] * (double)b[i];
    }
    return difference / norm;
}

int main(void)
{
    static float whole[N], chunks[N], windows[N];
    srnn_random *random;

    must(srnn_random_create(NULL, NULL, 1, 0, &random));
    must(srnn_model_create(NULL, NULL, SYMBOLS, HIDDEN, SYMBOLS, SRNN_HIDDEN_TANH,
                           SRNN_OUTPUT_SOFTMAX, 0, &model));
    must(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random));
    must(srnn_workspace_create(NULL, NULL, model, STEPS, STREAMS, 0, &workspace));
    must(srnn_batch_create(NULL, NULL, &batch));
    for (uint32_t i = 0; i < (STEPS + 1) * STREAMS; i++) {
        const int same = i >= 7 * STREAMS && srnn_random_below(random, 4) > 0;
        ids[i] = same ? ids[i - 7 * STREAMS] : srnn_random_below(random, SYMBOLS);
    }
    const double loss = pass(0, STEPS, 0, whole);
    const double loss_in_chunks = in_windows(CHUNK, chunks);
    const double loss_in_windows = in_windows(2 * CHUNK, windows);
    const double cut = distance(chunks, whole), overlapped = distance(windows, whole);
    printf("loss        %.4f, in chunks %.4f, in windows that overlap %.4f\n", loss, loss_in_chunks,
           loss_in_windows);
    printf("gradient    off by %.4f of its squared norm in chunks, by %.4f in windows\n", cut,
           overlapped);

    srnn_batch_destroy(batch);
    srnn_workspace_destroy(workspace);
    srnn_model_destroy(model);
    srnn_random_destroy(random);
    return overlapped < 0.1 * cut ? 0 : 1;
}
