/* step_srnn.c - libsrnn's side of `make bench-peers`: the training step of `srnn bench`
 *
 *     step_srnn INPUTS HIDDEN OUTPUTS STEPS BATCH last|every THREADS FILE
 *
 * Writes FILE, which gives the other sides the same network and data, and what must come out.
 * It has float32 in the machine's order, but for the targets, which are uint32.
 * These follow each other:
 *
 *     parameters [n]                  in srnn_model_parameters' order
 *     gradient [n]                    of the loss / batch, before clipping
 *     loss [1]                        the sum over all targets
 *     inputs [steps x batch x inputs]
 *     targets [batch], or [steps x batch] with a loss at every step
 *     errors [batch x hidden]         dE/dh of the last step; only with the loss there
 *
 * Then prints "ready" and a description of itself. A line on standard input is the seconds of one
 * turn. The answer is four numbers: the least, the median and the most milliseconds of a step in
 * that turn, and the peak of one core in GFLOP/s, measured just before. Ends with standard input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/bench_training.h"
#include "commands/peak.h"
#include "srnn.h"
#include "support/exit_codes.h"
#include "support/message.h"
#include "support/pool.h"
#include "support/try.h"

/* Forward, loss and backward, without an update. Returns a status of the library. */
static int32_t compute_gradient(struct training *t, float *loss)
{
    double sum, weight;

    memset(t->gradient, 0, t->count * sizeof *t->gradient);
    TRY(srnn_forward(t->model, t->workspace, t->batch));
    TRY(srnn_loss(t->model, t->workspace, t->batch, 1.0 / t->plan.shape.batch, &sum, &weight));
    *loss = (float)sum;
    return srnn_backward(t->model, t->workspace, NULL, t->gradient, t->count);
}

/* The errors that enter the last step from its logits: dE/dz W_out^T, to errors [batch x hidden].
 * Only for a loss at the last step. Returns a status of the library. */
static int32_t last_errors(struct training *t, float *errors)
{
    const struct shape *s = &t->plan.shape;
    const float *w_out = srnn_model_parameters_const(t->model) +
                         (size_t)(s->inputs + s->hidden + 1) * s->hidden; /* [hidden x outputs] */
    const float *slope;
    size_t step, sequence;
    uint32_t width;

    TRY(srnn_workspace_view_const(t->workspace, SRNN_VIEW_LOGIT_GRADIENT, &slope, &step, &sequence,
                                  &width));
    for (size_t b = 0; b < s->batch; b++) {
        for (size_t h = 0; h < s->hidden; h++) {
            float sum = 0.0f;

            for (size_t o = 0; o < s->outputs; o++) {
                sum += slope[b * sequence + o] * w_out[h * s->outputs + o];
            }
            errors[b * s->hidden + h] = sum;
        }
    }
    return SRNN_OK;
}

/* Write the data that the other sides need. Returns 0, or EXIT_FAILED after a message. */
static int write_data(struct training *t, const char *name)
{
    const struct shape *s = &t->plan.shape;
    const size_t pairs = (size_t)s->steps * s->batch;
    float *errors = malloc((size_t)s->batch * s->hidden * sizeof *errors);
    FILE *file = fopen(name, "wb");
    float loss = 0.0f;
    int good = errors != NULL && file != NULL && compute_gradient(t, &loss) == SRNN_OK &&
               (!s->last_step_only || last_errors(t, errors) == SRNN_OK);

    if (good) {
        fwrite(srnn_model_parameters_const(t->model), sizeof(float), t->count, file);
        fwrite(t->gradient, sizeof(float), t->count, file);
        fwrite(&loss, sizeof(float), 1, file);
        fwrite(t->inputs, sizeof(float), pairs * s->inputs, file);
        fwrite(t->targets, sizeof(uint32_t), s->last_step_only ? s->batch : pairs, file);
        fwrite(errors, sizeof(float), s->last_step_only ? (size_t)s->batch * s->hidden : 0, file);
        good = !ferror(file);
    }
    good = (file == NULL || fclose(file) == 0) && good;
    free(errors);
    return good ? 0 : fail("step_srnn: %s: the data cannot be written", name);
}

/* Answer each line of standard input with the times of a turn. */
static int serve(struct training *training)
{
    char line[64];

    printf("ready libsrnn %s, %s\n", srnn_version_string(), srnn_build_info());
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        const double peak = measure_peak_gflops(NULL);
        struct timing timing;

        TRY(training_time(training, strtod(line, NULL), &timing));
        printf("%.6f %.6f %.6f %.3f\n", timing.least * 1e3, timing.median * 1e3, timing.most * 1e3,
               peak);
        fflush(stdout);
    }
    return 0;
}

/* Arguments `words` [5] to a shape. Returns 0, or EXIT_MISUSED after a message. */
static int read_shape(char **words, struct shape *shape)
{
    uint32_t *const fields[5] = {&shape->inputs, &shape->hidden, &shape->outputs, &shape->steps,
                                 &shape->batch};

    for (size_t i = 0; i < 5; i++) {
        const unsigned long value = strtoul(words[i], NULL, 10);

        if (value < 1 || value > SRNN_MODEL_MAX_WIDTH) {
            return misuse("step_srnn: %s: not a size", words[i]);
        }
        *fields[i] = (uint32_t)value;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct plan plan = {{0, 0, 0, 0, 0, 0}, 0.0, 0, NULL};
    struct training training;
    uint32_t threads;
    int result;

    if (argc != 9) {
        return misuse("step_srnn: INPUTS HIDDEN OUTPUTS STEPS BATCH last|every THREADS FILE");
    }
    TRY(read_shape(argv + 1, &plan.shape));
    plan.shape.last_step_only = strcmp(argv[6], "last") == 0;
    threads = (uint32_t)strtoul(argv[7], NULL, 10);
    TRY(plan_check(&plan));
    if (threads > 1) {
        TRY(pool_create(threads, &plan.pool));
    }
    result = training_open(&training, &plan);
    if (result == 0) {
        result = write_data(&training, argv[8]);
    }
    if (result == 0) {
        result = serve(&training);
    }
    training_close(&training);
    pool_destroy(plan.pool);
    return result;
}
