/* train_hash.c - one number for a thousand training steps
 *
 * Trains small networks. Between them they have all kinds of activation and output, every
 * optimizer, three clippers, and Omega in both forms and not at all. Inputs are ids or floats, with
 * lengths, masks and weights. The loss is at every step or at the last, runs are truncated or not,
 * and workspaces frugal or not. One network is so wide that its gradients are long products.
 *
 * What came later is not here, as it would change the number. For clippers of the other kinds,
 * limits of the error's growth and masks of targets, test_bits.c compares instruction sets and
 * tasks. For workspaces that only run forward, tests/api/test_forward_only.c does.
 *
 * Runs on every instruction set that the build and the processor have: by 1, 2, 3 and 8 threads on
 * the one that new models use, by 1 and 3 on the others, or by as many as the argument says. The
 * tasks are in an order drawn for each stage. Prints a line for each run, in four words:
 *
 *   fused               the family of the build's arithmetic
 *   0x0123456789abcdef  a hash of all results on the way and of the parameters, as in training.hash
 *   avx2*               the set, with an asterisk if it is the one that new models use
 *   3                   the threads
 *
 * Every build on every machine must print the same hash in every line (check_bits.sh). Needs no
 * test framework. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "parallel.h"
#include "srnn.h"

/* The networks are no wider and the batches no larger than this. */
#define MAX_STEPS 12u
#define MAX_SEQUENCES 4u
#define MAX_INPUTS 7u
#define MAX_OUTPUTS 5u
#define PAIRS (MAX_STEPS * MAX_SEQUENCES)

/* No instruction set has a greater number than this. */
#define MAX_SETS 16u

/* Success or the end of the program. */
#define MUST(call) must((call), #call)

static void must(int32_t status, const char *call)
{
    if (status != SRNN_OK) {
        fprintf(stderr, "train_hash: %s: %s\n", call, srnn_status_name(status));
        exit(1);
    }
}

/* A network and how it is trained. Of the two optimizers the first takes the first half. */
struct course {
    uint32_t inputs, hidden, outputs;
    uint32_t activation, output, flags;
    uint32_t initializer;
    uint32_t omega; /* 0: none */
    uint32_t clipper;
    double threshold;
    uint32_t optimizer[2];
    double rate[2];
    double error_limit; /* 0: none */
    uint32_t frugal;    /* SRNN_WORKSPACE_FRUGAL, or 0 */
    uint32_t steps;     /* of training */
};

static const struct course courses[] = {
    {6, 13, 4, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, SRNN_MODEL_LEARNED_STATE,
     SRNN_START_SMART_TANH, SRNN_OMEGA_PAPER, SRNN_CLIP_NORM, 1.0,
     {SRNN_OPTIMIZER_MOMENTUM, SRNN_OPTIMIZER_ADAM}, {0.01, 0.003}, 0.0, 0, 200},
    {7, 17, 5, SRNN_HIDDEN_SIGMOID, SRNN_OUTPUT_SIGMOID, 0, SRNN_START_GLOROT, SRNN_OMEGA_SCRIPT,
     SRNN_CLIP_TENSOR, 0.25, {SRNN_OPTIMIZER_NESTEROV, SRNN_OPTIMIZER_RMSPROP}, {0.02, 0.002}, 15.0,
     SRNN_WORKSPACE_FRUGAL, 200},
    {3, 9, 2, SRNN_HIDDEN_RELU, SRNN_OUTPUT_LINEAR, SRNN_MODEL_NO_RECURRENT_BIAS,
     SRNN_START_IDENTITY, SRNN_OMEGA_PAPER, SRNN_CLIP_VALUE, 0.05,
     {SRNN_OPTIMIZER_SGD, SRNN_OPTIMIZER_MOMENTUM}, {0.01, 0.001}, 0.5, 0, 200},
    {2, 8, 3, SRNN_HIDDEN_LINEAR, SRNN_OUTPUT_SOFTMAX,
     SRNN_MODEL_NO_OUTPUT_BIAS | SRNN_MODEL_LEARNED_STATE, SRNN_START_ORTHOGONAL, SRNN_OMEGA_SCRIPT,
     SRNN_CLIP_NORM, 0.5, {SRNN_OPTIMIZER_ADAM, SRNN_OPTIMIZER_SGD}, {0.003, 0.05}, 0.0,
     SRNN_WORKSPACE_FRUGAL, 200},
    {5, 257, 3, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, SRNN_MODEL_LEARNED_STATE, SRNN_START_GLOROT,
     SRNN_OMEGA_PAPER, SRNN_CLIP_NORM, 1.0, {SRNN_OPTIMIZER_SGD, SRNN_OPTIMIZER_MOMENTUM},
     {0.1, 0.01}, 0.0, 0, 2},
    {4, 19, 5, SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0, SRNN_START_GLOROT, 0, SRNN_CLIP_NORM, 0.5,
     {SRNN_OPTIMIZER_SGD, SRNN_OPTIMIZER_ADAM}, {0.1, 0.003}, 0.0, 0, 100},
    {6, 7, 2, SRNN_HIDDEN_SIGMOID, SRNN_OUTPUT_LINEAR, SRNN_MODEL_LEARNED_STATE, SRNN_START_GLOROT,
     0, SRNN_CLIP_TENSOR, 0.2, {SRNN_OPTIMIZER_MOMENTUM, SRNN_OPTIMIZER_SGD}, {0.05, 0.02}, 0.5,
     SRNN_WORKSPACE_FRUGAL, 100},
};

/* What is drawn for each step of training, time-major and dense. */
struct data {
    uint32_t steps;
    uint32_t sequences;
    float input[PAIRS * MAX_INPUTS];
    uint32_t ids[PAIRS];
    uint32_t lengths[MAX_SEQUENCES];
    uint8_t mask[PAIRS];
    float target[PAIRS * MAX_OUTPUTS];
    uint32_t target_ids[PAIRS];
    float weights[PAIRS];
};

static void draw(struct data *data, const struct course *course, srnn_random *random)
{
    /* Lengths vary; the number of sequences stays, so that a batch can continue the last. */
    data->steps = MAX_STEPS - srnn_random_below(random, 3);
    data->sequences = MAX_SEQUENCES;
    for (size_t i = 0; i < PAIRS * course->inputs; i++) {
        data->input[i] = 2.0f * srnn_random_uniform(random) - 1.0f;
    }
    for (size_t i = 0; i < PAIRS; i++) {
        data->ids[i] = srnn_random_below(random, course->inputs);
        data->mask[i] = (uint8_t)srnn_random_below(random, 8);
        data->weights[i] = 0.5f + srnn_random_uniform(random);
    }
    for (size_t s = 0; s < MAX_SEQUENCES; s++) {
        data->lengths[s] = srnn_random_below(random, data->steps + 1);
    }
    /* Something to learn: targets that depend on the inputs some steps before. */
    for (size_t i = 0; i < PAIRS; i++) {
        const size_t before = i >= 2 * MAX_SEQUENCES ? i - 2 * MAX_SEQUENCES : i;
        data->target_ids[i] = data->ids[before] % course->outputs;
        for (size_t k = 0; k < course->outputs; k++) {
            const float x = data->input[before * course->inputs + k % course->inputs];
            data->target[i * course->outputs + k] = 0.5f + 0.5f * x;
        }
    }
}

/* Describe the data to a batch: which parts of them depends on the step of training. */
static void describe(srnn_batch *batch, const struct data *data, const struct course *course,
                     uint32_t step)
{
    const size_t sequences = data->sequences;
    const size_t last_only = step % 4 == 3;
    const size_t target_step = last_only ? 0 : sequences;

    MUST(srnn_batch_begin(batch, data->steps, data->sequences));
    if (step % 2 == 0) {
        MUST(srnn_batch_input_ids(batch, data->ids, sequences, 1));
    } else {
        MUST(srnn_batch_input(batch, data->input, sequences * course->inputs, course->inputs));
    }
    if (step % 3 == 0) {
        MUST(srnn_batch_lengths(batch, data->lengths));
    }
    if (step % 5 == 0) {
        MUST(srnn_batch_mask(batch, data->mask, sequences, 1));
    }
    if (step % 7 == 0) {
        MUST(srnn_batch_weights(batch, data->weights, target_step, 1));
    }
    if (course->output == SRNN_OUTPUT_SOFTMAX && step % 6 < 3) {
        MUST(srnn_batch_target_ids(batch, data->target_ids, target_step, 1));
    } else {
        MUST(srnn_batch_target(batch, data->target, target_step * course->outputs,
                               course->outputs));
    }
}

/* How the arithmetic is run, which must not show in the hash. */
struct way {
    uint32_t instructions;
    uint32_t threads;
    struct pool pool;
};

/* Everything that one course needs. */
struct training {
    srnn_random *random;
    srnn_model *model;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_regularizer *regularizer;
    srnn_clipper *clipper;
    srnn_optimizer *optimizer[2];
    float *parameters;
    float *gradient;
    size_t count;
};

static void begin(struct training *t, const struct course *course, struct way *way)
{
    const uint32_t views = SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT |
                           SRNN_WORKSPACE_KEEP_INPUT_GRADIENT | SRNN_WORKSPACE_KEEP_FLOW;

    MUST(srnn_random_create(NULL, NULL, 20130616, course->hidden, &t->random));
    MUST(srnn_model_create(NULL, NULL, course->inputs, course->hidden, course->outputs,
                           course->activation, course->output, course->flags, &t->model));
    MUST(srnn_model_set(t->model, SRNN_MODEL_INSTRUCTIONS, way->instructions));
    MUST(srnn_model_initialize(t->model, course->initializer, t->random));
    MUST(srnn_batch_create(NULL, NULL, &t->batch));
    MUST(srnn_workspace_create(NULL, NULL, t->model, MAX_STEPS, MAX_SEQUENCES,
                               views | course->frugal, &t->workspace));
    /* More tasks than threads, and not a multiple of them. */
    MUST(srnn_workspace_parallel(t->workspace, run_pool, &way->pool, 2 * way->threads + 1));
    if (course->error_limit > 0.0) {
        MUST(srnn_workspace_set(t->workspace, SRNN_WORKSPACE_ERROR_LIMIT, course->error_limit));
    }
    t->regularizer = NULL;
    if (course->omega != 0) {
        MUST(srnn_regularizer_create(NULL, NULL, t->model, course->omega, &t->regularizer));
        MUST(srnn_regularizer_set(t->regularizer, SRNN_OMEGA_WEIGHT, 0.5));
    }
    MUST(srnn_clipper_create(NULL, NULL, course->clipper, &t->clipper));
    MUST(srnn_clipper_set(t->clipper, SRNN_CLIP_THRESHOLD, course->threshold));
    t->parameters = srnn_model_parameters(t->model);
    t->count = srnn_model_parameter_count(t->model);
    for (size_t half = 0; half < 2; half++) {
        MUST(srnn_optimizer_create(NULL, NULL, course->optimizer[half], t->count,
                                   &t->optimizer[half]));
        MUST(srnn_optimizer_set(t->optimizer[half], SRNN_OPTIMIZER_RATE, course->rate[half]));
    }
    t->gradient = malloc(t->count * sizeof *t->gradient);
    if (t->gradient == NULL) {
        fprintf(stderr, "train_hash: no memory left\n");
        exit(1);
    }
}

static void end(struct training *t)
{
    free(t->gradient);
    srnn_optimizer_destroy(t->optimizer[1]);
    srnn_optimizer_destroy(t->optimizer[0]);
    srnn_clipper_destroy(t->clipper);
    srnn_regularizer_destroy(t->regularizer);
    srnn_workspace_destroy(t->workspace);
    srnn_batch_destroy(t->batch);
    srnn_model_destroy(t->model);
    srnn_random_destroy(t->random);
}

/* One step of training; goes on from `hash` with all results. */
static uint64_t train(struct training *t, const struct course *course, uint32_t step, uint64_t hash)
{
    static struct data data;
    double results[4] = {0.0};

    draw(&data, course, t->random);
    describe(t->batch, &data, course, step);
    memset(t->gradient, 0, t->count * sizeof *t->gradient);
    if (step % 8 == 7) {
        MUST(srnn_forward_continue(t->model, t->workspace, t->batch));
    } else {
        MUST(srnn_forward(t->model, t->workspace, t->batch));
    }
    MUST(srnn_loss(t->model, t->workspace, t->batch, 0.25, &results[0], &results[1]));
    MUST(srnn_backward(t->model, t->workspace, t->regularizer, t->gradient, t->count));
    if (t->regularizer != NULL) {
        MUST(srnn_regularizer_apply(t->regularizer, t->model, t->gradient, t->count, &results[2]));
    }
    MUST(srnn_clipper_apply(t->clipper, t->model, t->gradient, t->count, &results[3]));
    MUST(srnn_optimizer_step(t->optimizer[step >= course->steps / 2], t->parameters, t->gradient,
                             t->count));
    return hash_doubles(hash, results, 4);
}

/* A whole course; goes on from `hash` with the results, the parameters and, unless that would
 * take longer than the training, their spectrum. */
static uint64_t take(const struct course *course, struct way *way, uint64_t hash)
{
    struct training t;
    double radius;

    begin(&t, course, way);
    for (uint32_t step = 0; step < course->steps; step++) {
        hash = train(&t, course, step, hash);
    }
    if (holds_nan(t.parameters, t.count)) {
        fprintf(stderr, "train_hash: a parameter became NaN\n");
        exit(1);
    }
    hash = hash_floats(hash, t.parameters, t.count);
    if (course->hidden < 100) {
        MUST(srnn_spectrum(t.parameters + (size_t)course->inputs * course->hidden, course->hidden,
                           t.gradient, t.count, &radius, NULL));
        hash = hash_doubles(hash, &radius, 1);
    }
    end(&t);
    return hash;
}

/* All courses on an instruction set by so many threads; prints the line of it. */
static void take_all(uint32_t instructions, uint32_t threads, uint32_t chosen)
{
    static const char *const names[] = {"baseline", "avx2", "avx512", "avx512_dual"};
    struct way way = {.instructions = instructions, .threads = threads};
    uint64_t hash = HASH_START;

    if (pool_open(&way.pool, threads, 20130616) != 0) {
        fprintf(stderr, "train_hash: no %u threads\n", (unsigned)threads);
        exit(1);
    }
    for (size_t i = 0; i < sizeof courses / sizeof courses[0]; i++) {
        hash = take(&courses[i], &way, hash);
    }
    pool_close(&way.pool);
    printf("%s 0x%016llx ", srnn_arithmetic() == SRNN_ARITHMETIC_SEPARATE ? "separate" : "fused",
           (unsigned long long)hash);
    if (instructions <= SRNN_INSTRUCTIONS_AVX512_DUAL) {
        printf("%s", names[instructions - SRNN_INSTRUCTIONS_BASELINE]);
    } else {
        printf("set-%u", (unsigned)instructions);
    }
    printf("%s %u\n", instructions == chosen ? "*" : "", (unsigned)threads);
}

int main(int argc, char **argv)
{
    uint32_t threads[] = {1, 2, 3, 8};
    size_t count = sizeof threads / sizeof threads[0];
    srnn_model *model;
    double chosen;

    if (argc > 1) {
        threads[0] = (uint32_t)strtoul(argv[1], NULL, 10);
        count = 1;
    }
    MUST(srnn_model_create(NULL, NULL, 1, 1, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR, 0, &model));
    MUST(srnn_model_get(model, SRNN_MODEL_INSTRUCTIONS, &chosen));
    for (uint32_t set = SRNN_INSTRUCTIONS_BASELINE; set < SRNN_INSTRUCTIONS_BASELINE + MAX_SETS;
         set++) {
        /* How work is divided depends on no set: the others take every second number. */
        const size_t stride = set == (uint32_t)chosen ? 1 : 2;

        if (srnn_model_set(model, SRNN_MODEL_INSTRUCTIONS, set) != SRNN_OK) {
            continue;
        }
        for (size_t i = 0; i < count; i += stride) {
            take_all(set, threads[i], (uint32_t)chosen);
        }
    }
    srnn_model_destroy(model);
    return 0;
}
