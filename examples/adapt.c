/* adapt.c - adapt a trained model on the device, in static memory
 *
 * A model is trained in the factory to smooth the readings of a sensor: its output is the mean
 * of the last four. On the device the sensor has another gain and offset, and the outputs are
 * wrong. A few updates on the device's own data correct them: of the output weights alone, or of
 * all weights. The device has the model's archive in flash memory and one static array for
 * all objects.
 *
 *     cc adapt.c $(pkg-config --cflags --libs srnn) && ./a.out */
#include <srnn.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 16, BATCH = 8, HIDDEN = 12, FACTORY = 3000, DEVICE = 200, JUDGED = 50 };

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "%s: %s\n", srnn_status_name(status), srnn_status_text(status));
        exit(1);
    }
}

/* The arena, aligned for any object, and how many of its bytes are in use. */
static union {
    double alignment;
    unsigned char bytes[24 * 1024];
} arena;
static size_t taken;

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

/* Draws readings x [STEPS x BATCH] of a sensor, and target [STEPS x BATCH]: the true means. */
static void read_sensor(srnn_random *random, float gain, float offset, float *x, float *target)
{
    for (int s = 0; s < BATCH; s++) {
        float truth[4] = {0};
        for (int t = 0; t < STEPS; t++) {
            truth[t % 4] = 2 * srnn_random_uniform(random) - 1;
            x[t * BATCH + s] = gain * truth[t % 4] + offset;
            target[t * BATCH + s] = 0.25f * (truth[0] + truth[1] + truth[2] + truth[3]);
        }
    }
}

/* Sets the gradient [n] to zero except for the output weights and biases. */
static void keep_outputs(const srnn_model *model, float *gradient)
{
    const char *name;
    size_t offset;
    uint32_t i = 0, rows, columns;

    while (srnn_model_tensor(model, i++, &name, &offset, &rows, &columns) == SRNN_OK) {
        if (strcmp(name, "w_out") != 0 && strcmp(name, "b_out") != 0) {
            memset(gradient + offset, 0, (size_t)rows * columns * sizeof *gradient);
        }
    }
}

/* Trains for `updates`; returns the mean squared error of the JUDGED batches after them. */
static double train(srnn_model *model, srnn_random *random, float gain, float offset, int updates,
                    int outputs_only)
{
    static float x[STEPS * BATCH], target[STEPS * BATCH];
    const size_t n = srnn_model_parameter_count(model);
    const size_t before = taken;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    double error = 0, loss;
    size_t bytes;

    must(srnn_batch_init(take(srnn_batch_size()), srnn_batch_size(), &batch));
    must(srnn_workspace_size(model, STEPS, BATCH, 0, &bytes));
    must(srnn_workspace_init(take(bytes), bytes, model, STEPS, BATCH, 0, &workspace));
    bytes = srnn_clipper_size();
    must(srnn_clipper_init(take(bytes), bytes, SRNN_CLIP_NORM, &clipper));
    must(srnn_clipper_set(clipper, SRNN_CLIP_POLICY, SRNN_CLIP_POLICY_SKIP));
    must(srnn_optimizer_size(SRNN_OPTIMIZER_ADAM, n, &bytes));
    must(srnn_optimizer_init(take(bytes), bytes, SRNN_OPTIMIZER_ADAM, n, &optimizer));
    float *gradient = take(n * sizeof *gradient);
    must(srnn_batch_begin(batch, STEPS, BATCH));
    must(srnn_batch_input(batch, x, BATCH, 1));
    must(srnn_batch_target(batch, target, BATCH, 1));
    for (int update = 0; update < updates + JUDGED; update++) {
        read_sensor(random, gain, offset, x, target);
        must(srnn_forward(model, workspace, batch));
        must(srnn_loss(model, workspace, batch, 1.0 / (STEPS * BATCH), &loss, NULL));
        if (update >= updates) {
            error += loss / (STEPS * BATCH);
            continue;
        }
        memset(gradient, 0, n * sizeof *gradient);
        must(srnn_backward(model, workspace, NULL, gradient, n));
        if (outputs_only) {
            keep_outputs(model, gradient);
        }
        must(srnn_clipper_apply(clipper, model, gradient, n, NULL)); /* 0 after NaN */
        must(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, n));
    }
    taken = before;
    return error / JUDGED;
}

int main(void)
{
    static const char *const how[] = {"as it came", "output weights", "all weights"};
    enum { RECURRENT = HIDDEN * (1 + HIDDEN + 1) }; /* w_in, w_rec, b_rec: the first parameters */
    static unsigned char flash[4096];
    static float factory[RECURRENT];
    double error[3];
    srnn_model *model;
    srnn_random *random;
    size_t bytes, archive;
    int same = 0;

    must(srnn_random_init(take(srnn_random_size()), srnn_random_size(), 1, 0, &random));
    must(srnn_model_size(1, HIDDEN, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0, &bytes));
    must(srnn_model_init(take(bytes), bytes, 1, HIDDEN, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0,
                         &model));
    must(srnn_model_initialize(model, SRNN_START_ORTHOGONAL, random));
    printf("factory                 error %.5f\n", train(model, random, 1, 0, FACTORY, 0));
    memcpy(factory, srnn_model_parameters(model), sizeof factory);
    must(srnn_model_save(model, flash, sizeof flash, &archive));
    for (int i = 0; i < 3; i++) {
        taken = 0; /* nothing of the factory is left but the archive in flash */
        must(srnn_random_init(take(srnn_random_size()), srnn_random_size(), 2, 0, &random));
        must(srnn_model_load_size(flash, archive, 0, &bytes));
        must(srnn_model_load(take(bytes), bytes, flash, archive, 0, &model));
        error[i] = train(model, random, 0.6f, 0.3f, i == 0 ? 0 : DEVICE, i == 1);
        same += memcmp(factory, srnn_model_parameters(model), sizeof factory) == 0;
        printf("device, %-14s  error %.5f\n", how[i], error[i]);
    }
    printf("%d of 3 kept all but the output weights, objects in %zu bytes\n", same, sizeof arena);
    return error[1] < error[0] / 5 && error[2] < error[0] / 100 && same == 2 ? 0 : 1;
}
