/* step_time.c - the time of one step of training: the native side of `make bench-wasm`
 *
 *     step_time STEPS REPEATS
 *
 * The network is that of the temporal order problem, 6-50-4, with 20 sequences of so many steps
 * and a target at the last. Prints the least and the median of the processor's microseconds of a
 * step, and a hash of the parameters in the end. step_time.mjs does the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hash.h"
#include "srnn.h"

#define INPUTS 6u
#define HIDDEN 50u
#define OUTPUTS 4u
#define SEQUENCES 20u
#define MAX_STEPS 1000u
#define MAX_REPEATS 10000u

static void must(int32_t status)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "step_time: %s\n", srnn_status_name(status));
        exit(1);
    }
}

/* The processor's microseconds of this process. */
static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return 1e6 * (double)time.tv_sec + 1e-3 * (double)time.tv_nsec;
}

static int compare(const void *one, const void *other)
{
    const double a = *(const double *)one;
    const double b = *(const double *)other;

    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    static uint32_t ids[MAX_STEPS * SEQUENCES], classes[SEQUENCES];
    static double times[MAX_REPEATS];
    const uint32_t steps = argc == 3 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
    const uint32_t repeats = argc == 3 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
    srnn_random *random;
    srnn_model *model;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    float *gradient;
    size_t n;

    if (steps < 1 || steps > MAX_STEPS || repeats < 1 || repeats > MAX_REPEATS) {
        fprintf(stderr, "usage: step_time STEPS REPEATS\n");
        return 2;
    }
    must(srnn_random_create(NULL, NULL, 1, 0, &random));
    must(srnn_model_create(NULL, NULL, INPUTS, HIDDEN, OUTPUTS, SRNN_HIDDEN_TANH,
                           SRNN_OUTPUT_SOFTMAX, 0, &model));
    must(srnn_model_initialize(model, SRNN_START_SMART_TANH, random));
    must(srnn_batch_create(NULL, NULL, &batch));
    must(srnn_workspace_create(NULL, NULL, model, steps, SEQUENCES, SRNN_WORKSPACE_LAST_OUTPUT,
                               &workspace));
    must(srnn_clipper_create(NULL, NULL, SRNN_CLIP_NORM, &clipper));
    n = srnn_model_parameter_count(model);
    must(srnn_optimizer_create(NULL, NULL, SRNN_OPTIMIZER_SGD, n, &optimizer));
    gradient = malloc(n * sizeof *gradient);
    must(gradient == NULL ? SRNN_E_MEMORY : SRNN_OK);
    for (uint32_t i = 0; i < repeats; i++) {
        double norm, loss, start;

        for (uint32_t k = 0; k < steps * SEQUENCES; k++) {
            ids[k] = srnn_random_below(random, INPUTS);
        }
        for (uint32_t s = 0; s < SEQUENCES; s++) {
            classes[s] = srnn_random_below(random, OUTPUTS);
        }
        start = now();
        memset(gradient, 0, n * sizeof *gradient);
        must(srnn_batch_begin(batch, steps, SEQUENCES));
        must(srnn_batch_input_ids(batch, ids, SEQUENCES, 1));
        must(srnn_batch_target_ids(batch, classes, 0, 1));
        must(srnn_forward(model, workspace, batch));
        must(srnn_loss(model, workspace, batch, 1.0 / SEQUENCES, &loss, NULL));
        must(srnn_backward(model, workspace, NULL, gradient, n));
        must(srnn_clipper_apply(clipper, model, gradient, n, &norm));
        must(srnn_optimizer_step(optimizer, srnn_model_parameters(model), gradient, n));
        times[i] = now() - start;
    }
    qsort(times, repeats, sizeof *times, compare);
    printf("%.0f %.0f %016llx\n", times[0], times[repeats / 2],
           (unsigned long long)hash_floats(HASH_START, srnn_model_parameters(model), n));
    return 0;
}
