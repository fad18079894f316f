/* own_loss.c - a loss that the library does not have
 *
 * To use another loss, call srnn_loss_begin in the place of srnn_loss, and write dE/dz, the
 * loss's derivative by the logits, into the view LOGIT_GRADIENT. Here it is the
 * quantile ("pinball") loss (Koenker and Bassett 1978). There are two linear outputs: one
 * learns the median, the other the 90 % quantile of a noisy number that depends on the
 * inputs of this step and the one before. Of new targets 50 % and 90 % should be below
 * them.
 *
 *     cc own_loss.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 20, BATCH = 32, HIDDEN = 16, QUANTILES = 2, UPDATES = 3000, JUDGED = 200 };

static const float quantiles[QUANTILES] = {0.5f, 0.9f};

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* Draws uniform x [STEPS x BATCH], and target [STEPS x BATCH]: the sum of x, x of the step
 * before, and noise. */
static void draw(srnn_random *random, float *x, float *target)
{
    for (uint32_t i = 0; i < STEPS * BATCH; i++) {
        x[i] = srnn_random_uniform(random);
        target[i] = x[i] + (i < BATCH ? 0.0f : x[i - BATCH]) + srnn_random_uniform(random);
    }
}

/* Returns the loss of the last forward, the mean over all outputs, and writes its gradient:
 * E = max(q d, (q - 1) d) with d = target - z, so that dE/dz is -q or 1 - q. Adds to
 * below [QUANTILES] the number of targets below each output. */
static double pinball(srnn_workspace *workspace, const float *target, double *below)
{
    const float scale = 1.0f / (STEPS * BATCH);
    const float *z;
    float *gradient;
    size_t z_step, z_sequence, g_step, g_sequence;
    uint32_t width; /* of both: QUANTILES */
    double loss = 0;

    must(srnn_loss_begin(workspace));
    must(srnn_workspace_view_const(workspace, SRNN_VIEW_LOGIT, &z, &z_step, &z_sequence, &width));
    must(srnn_workspace_view(workspace, SRNN_VIEW_LOGIT_GRADIENT, &gradient, &g_step, &g_sequence,
                             &width));
    for (size_t t = 0; t < STEPS; t++) {
        for (size_t s = 0; s < BATCH; s++) {
            for (size_t i = 0; i < QUANTILES; i++) {
                const float q = quantiles[i];
                const float d = target[t * BATCH + s] - z[t * z_step + s * z_sequence + i];
                loss += d > 0 ? q * d : (q - 1) * d;
                below[i] += d < 0;
                gradient[t * g_step + s * g_sequence + i] = scale * (d > 0 ? -q : 1 - q);
            }
        }
    }
    return loss / (STEPS * BATCH * QUANTILES);
}

int main(void)
{
    static float x[STEPS * BATCH], target[STEPS * BATCH];
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_optimizer *optimizer;
    double below[QUANTILES] = {0};
    int good = 1;

    must(srnn_model_create(NULL, NULL, 1, HIDDEN, QUANTILES, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR,
                           0, &model));
    const size_t n = srnn_model_parameter_count(model);
    must(srnn_random_create(NULL, NULL, 5, 0, &random));
    must(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random));
    must(srnn_batch_create(NULL, NULL, &batch));
    must(srnn_batch_begin(batch, STEPS, BATCH));
    must(srnn_batch_input(batch, x, BATCH, 1)); /* no target: the loss is ours */
    must(srnn_workspace_create(NULL, NULL, model, STEPS, BATCH, 0, &workspace));
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_ADAM, n, &optimizer));
    float *gradient = malloc(n * sizeof *gradient);
    if (gradient == NULL) {
        must(SRNN_E_MEMORY);
    }

    for (int update = 0; update < UPDATES; update++) {
        draw(random, x, target);
        must(srnn_forward(model, workspace, batch));
        const double loss = pinball(workspace, target, below);
        must(isfinite(loss) ? SRNN_OK : SRNN_E_NONFINITE); /* of a NaN target dE/dz is finite */
        memset(gradient, 0, n * sizeof *gradient);
        must(srnn_backward(model, workspace, NULL, gradient, n));
        for (size_t i = 0; i < n; i++) {
            must(isfinite(gradient[i]) ? SRNN_OK : SRNN_E_NONFINITE); /* of an infinite input */
        }
        must(srnn_optimizer_set(optimizer, SRNN_OPTIMIZER_RATE,
                                0.01 * (1 - (double)update / UPDATES)));
        must(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, n));
        if (update % 1000 == 0 || update == UPDATES - 1) {
            printf("update %4d  loss %.4f\n", update, loss);
        }
    }
    memset(below, 0, sizeof below);
    for (int i = 0; i < JUDGED; i++) {
        draw(random, x, target);
        must(srnn_forward(model, workspace, batch));
        pinball(workspace, target, below);
    }
    for (int i = 0; i < QUANTILES; i++) {
        const double share = below[i] / ((double)JUDGED * STEPS * BATCH);
        printf("quantile %.2f: %.4f of new targets are below it\n", (double)quantiles[i], share);
        good = good && share > (double)quantiles[i] - 0.02 && share < (double)quantiles[i] + 0.02;
    }

    free(gradient);
    srnn_optimizer_destroy(optimizer);
    srnn_workspace_destroy(workspace);
    srnn_batch_destroy(batch);
    srnn_random_destroy(random);
    srnn_model_destroy(model);
    return good ? 0 : 1;
}
