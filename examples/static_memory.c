/* static_memory.c - training without a heap
 *
 * Every object is in one static array: srnn_X_size returns its size, and srnn_X_init
 * creates it in the next bytes of the array. Training does not allocate. The network
 * learns the parity of bit strings.
 *
 *     cc static_memory.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 6, SEQUENCES = 64, HIDDEN = 12, UPDATES = 4000 };

/* The arena, aligned for any object, and how many of its bytes are in use. */
static union {
    double alignment;
    unsigned char bytes[48 * 1024];
} arena;
static size_t taken;

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* Returns the next `bytes` bytes of the arena. */
static void *take(size_t bytes)
{
    void *piece = arena.bytes + taken;

    bytes = (bytes + srnn_alignment() - 1) / srnn_alignment() * srnn_alignment();
    if (bytes > sizeof arena.bytes - taken) {
        must(SRNN_E_SPACE);
    }
    taken += bytes;
    return piece;
}

/* Writes all 2^STEPS bit strings: ids [STEPS x SEQUENCES], parity [SEQUENCES]. */
static void fill(uint32_t *ids, uint32_t *parity)
{
    for (uint32_t s = 0; s < SEQUENCES; s++) {
        parity[s] = 0;
        for (uint32_t t = 0; t < STEPS; t++) {
            ids[t * SEQUENCES + s] = s >> t & 1;
            parity[s] ^= s >> t & 1;
        }
    }
}

int main(void)
{
    static uint32_t ids[STEPS * SEQUENCES];
    static uint32_t parity[SEQUENCES];
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    float *gradient;
    size_t bytes, n;
    uint64_t wrong;
    int update;

    must(srnn_model_size(2, HIDDEN, 2, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0, &bytes));
    must(srnn_model_init(take(bytes), bytes, 2, HIDDEN, 2, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                         &model));
    n = srnn_model_parameter_count(model);
    bytes = srnn_random_size();
    must(srnn_random_init(take(bytes), bytes, 7, 0, &random));
    bytes = srnn_batch_size();
    must(srnn_batch_init(take(bytes), bytes, &batch));
    must(srnn_workspace_size(model, STEPS, SEQUENCES, SRNN_WORKSPACE_LAST_OUTPUT, &bytes));
    must(srnn_workspace_init(take(bytes), bytes, model, STEPS, SEQUENCES,
                             SRNN_WORKSPACE_LAST_OUTPUT, &workspace));
    bytes = srnn_clipper_size();
    must(srnn_clipper_init(take(bytes), bytes, SRNN_CLIP_NORM, &clipper));
    must(srnn_optimizer_size(SRNN_OPTIMIZER_ADAM, n, &bytes));
    must(srnn_optimizer_init(take(bytes), bytes, SRNN_OPTIMIZER_ADAM, n, &optimizer));
    gradient = take(n * sizeof *gradient);
    printf("%lu bytes in all\n", (unsigned long)taken);

    must(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random));
    fill(ids, parity);
    must(srnn_batch_begin(batch, STEPS, SEQUENCES));
    must(srnn_batch_input_ids(batch, ids, SEQUENCES, 1));
    must(srnn_batch_target_ids(batch, parity, 0, 1));
    for (update = 0;; update++) {
        must(srnn_forward(model, workspace, batch));
        must(srnn_count_errors(model, workspace, batch, 0, NULL, NULL, &wrong, NULL));
        if (wrong == 0 || update == UPDATES) {
            break;
        }
        memset(gradient, 0, n * sizeof *gradient);
        must(srnn_loss(model, workspace, batch, 1.0 / SEQUENCES, NULL, NULL));
        must(srnn_backward(model, workspace, NULL, gradient, n));
        must(srnn_clipper_apply(clipper, model, gradient, n, NULL));
        must(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, n));
    }
    printf("%d of %d bit strings wrong after %d updates\n", (int)wrong, SEQUENCES, update);
    return wrong == 0 ? 0 : 1;
}
