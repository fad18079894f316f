/* own_optimizer.c - an update rule that the library does not have
 *
 * Parameters and gradient are two flat vectors in the same order, so an optimizer is a
 * loop over both. Here it is iRprop- (Igel and Huesken 2000), which uses only the signs of
 * the gradient: each parameter has a step of its own, which grows while the sign stays the
 * same and shrinks when it changes. Weight decay applies to matrices only; the table of
 * tensors says which parameters belong to one. The network learns the parity of bit strings.
 *
 *     cc own_optimizer.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 6, SEQUENCES = 64, HIDDEN = 12, UPDATES = 2000 };

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* The state of iRprop-: for each parameter its last gradient, its step, and the share of
 * it that decays in an update. All arrays are [count]. */
struct rprop {
    size_t count;
    float *last;
    float *step;
    float *decay;
};

/* Allocates one block for all three vectors; free(rprop->last) frees it. */
static void rprop_create(struct rprop *rprop, const srnn_model *model)
{
    const size_t n = srnn_model_parameter_count(model);
    float *block = calloc(3 * n, sizeof *block);
    size_t offset;
    uint32_t t = 0, rows, columns;

    if (block == NULL) {
        must(SRNN_E_MEMORY);
    }
    *rprop = (struct rprop){n, block, block + n, block + 2 * n};
    for (size_t i = 0; i < n; i++) {
        rprop->step[i] = 0.01f;
    }
    while (srnn_model_tensor(model, t++, NULL, &offset, &rows, &columns) == SRNN_OK) {
        for (size_t i = 0; rows > 1 && i < (size_t)rows * columns; i++) {
            rprop->decay[offset + i] = 1e-5f;
        }
    }
}

/* Updates parameters [count] by gradient [count]. */
static void rprop_update(struct rprop *rprop, float *parameters, const float *gradient)
{
    for (size_t i = 0; i < rprop->count; i++) {
        const float g = isfinite(gradient[i]) ? gradient[i] : 0; /* no step */
        const float turn = g * rprop->last[i];
        float *step = &rprop->step[i];

        rprop->last[i] = g;
        if (turn > 0) {
            *step = *step < 0.5f ? *step * 1.2f : 0.5f;
        } else if (turn < 0) {
            *step = *step > 1e-6f ? *step * 0.5f : 1e-6f;
            rprop->last[i] = 0; /* no step in this update */
        }
        parameters[i] -= rprop->decay[i] * parameters[i];
        if (rprop->last[i] != 0) {
            parameters[i] -= rprop->last[i] > 0 ? *step : -*step;
        }
    }
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
    struct rprop rprop;
    uint64_t wrong;
    double loss;
    int update;

    must(srnn_model_create(NULL, NULL, 2, HIDDEN, 2, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0,
                           &model));
    const size_t n = srnn_model_parameter_count(model);
    must(srnn_random_create(NULL, NULL, 1, 0, &random));
    must(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random));
    must(srnn_workspace_create(NULL, NULL, model, STEPS, SEQUENCES, SRNN_WORKSPACE_LAST_OUTPUT,
                               &workspace));
    fill(ids, parity);
    must(srnn_batch_create(NULL, NULL, &batch));
    must(srnn_batch_begin(batch, STEPS, SEQUENCES));
    must(srnn_batch_input_ids(batch, ids, SEQUENCES, 1));
    must(srnn_batch_target_ids(batch, parity, 0, 1));
    rprop_create(&rprop, model);
    float *gradient = malloc(n * sizeof *gradient);
    if (gradient == NULL) {
        must(SRNN_E_MEMORY);
    }

    for (update = 0;; update++) {
        must(srnn_forward(model, workspace, batch));
        must(srnn_count_errors(model, workspace, batch, 0, NULL, NULL, &wrong, NULL));
        must(srnn_loss(model, workspace, batch, 1.0 / SEQUENCES, &loss, NULL));
        if (wrong == 0 || update == UPDATES) {
            break;
        }
        memset(gradient, 0, n * sizeof *gradient);
        must(srnn_backward(model, workspace, NULL, gradient, n));
        rprop_update(&rprop, srnn_model_parameters(model), gradient);
    }
    printf("%d of %d bit strings wrong after %d updates, loss %.4f\n", (int)wrong, SEQUENCES,
           update, loss / SEQUENCES);

    free(gradient);
    free(rprop.last);
    srnn_workspace_destroy(workspace);
    srnn_batch_destroy(batch);
    srnn_random_destroy(random);
    srnn_model_destroy(model);
    return wrong == 0 ? 0 : 1;
}
