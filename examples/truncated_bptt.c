/* truncated_bptt.c - truncated back-propagation through time, on an endless stream
 *
 * The stream is cut into chunks. The gradient goes back through time within a chunk only;
 * the hidden state carries over to the next chunk (srnn_forward_continue). The input is a
 * stream of random bits, and the target at each step is the bit of DELAY steps before. At
 * the first steps of a chunk that bit is in the chunk before: a network whose state is
 * reset for each chunk can only guess it.
 *
 *     cc truncated_bptt.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 12, STREAMS = 16, DELAY = 5, HIDDEN = 30, CHUNKS = 3000, JUDGED = 200 };

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* Draws the next chunk of all streams into bits [(DELAY + CHUNK) x STREAMS], behind the
 * last DELAY steps of the chunk before. The inputs are its last CHUNK steps, the targets its
 * first CHUNK steps. */
static void draw(srnn_random *random, uint32_t *bits)
{
    memmove(bits, bits + CHUNK * STREAMS, DELAY * STREAMS * sizeof *bits);
    for (uint32_t i = DELAY * STREAMS; i < (DELAY + CHUNK) * STREAMS; i++) {
        bits[i] = srnn_random_below(random, 2);
    }
}

/* Trains on CHUNKS chunks, with the state carried over or not. Returns the share of wrong
 * steps in the last JUDGED chunks. */
static double learn(int carry)
{
    static uint32_t bits[(DELAY + CHUNK) * STREAMS];
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    uint64_t wrong, steps, all_wrong = 0, all_steps = 0;

    must(srnn_model_create(NULL, NULL, 2, HIDDEN, 2, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                           &model));
    const size_t n = srnn_model_parameter_count(model);
    must(srnn_random_create(NULL, NULL, 3, 0, &random));
    must(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random));
    must(srnn_batch_create(NULL, NULL, &batch));
    must(srnn_workspace_create(NULL, NULL, model, CHUNK, STREAMS, 0, &workspace));
    must(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_ADAM, n, &optimizer));
    must(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE, 0.003));
    float *gradient = malloc(n * sizeof *gradient);
    if (gradient == NULL) {
        must(SRNN_E_MEMORY);
    }
    draw(random, bits);

    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        draw(random, bits);
        must(srnn_batch_begin(batch, CHUNK, STREAMS));
        must(srnn_batch_input_ids(batch, bits + DELAY * STREAMS, STREAMS, 1));
        must(srnn_batch_target_ids(batch, bits, STREAMS, 1));
        if (carry && chunk > 0) {
            must(srnn_forward_continue(model, workspace, batch));
        } else {
            must(srnn_forward(model, workspace, batch));
        }
        must(srnn_loss(model, workspace, batch, 1.0 / STREAMS, NULL, NULL));
        memset(gradient, 0, n * sizeof *gradient);
        must(srnn_backward(model, workspace, NULL, gradient, n));
        must(srnn_clipper_apply(clipper, model, gradient, n, NULL));
        must(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, n));
        must(srnn_count_errors(model, workspace, batch, 0, &wrong, &steps, NULL, NULL));
        if (chunk >= CHUNKS - JUDGED) {
            all_wrong += wrong;
            all_steps += steps;
        }
    }

    free(gradient);
    srnn_optimizer_destroy(optimizer);
    srnn_clipper_destroy(clipper);
    srnn_workspace_destroy(workspace);
    srnn_batch_destroy(batch);
    srnn_random_destroy(random);
    srnn_model_destroy(model);
    return (double)all_wrong / (double)all_steps;
}

int main(void)
{
    const double carried = learn(1);
    const double reset = learn(0);

    printf("state carried over  %6.2f %% of the steps wrong\n", 100 * carried);
    printf("state reset         %6.2f %%; %.2f %% can only be guessed\n", 100 * reset,
           50.0 * DELAY / CHUNK);
    return carried < 0.01 && reset > 0.15 ? 0 : 1;
}
