/* bench.c - the command `bench`: a training step against the processor's peak
 *
 * Counts useful work only: the multiply-adds of the equations, two operations
 * each, no padding, no activations. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "message.h"
#include "options.h"
#include "peak.h"
#include "pool.h"
#include "srnn.h"

/* What is trained: a network on float inputs, with a softmax loss at the last
 * step or at every one. */
struct shape {
    uint32_t inputs, hidden, outputs, steps, batch;
    int last;
};

/* The shapes of the design: the paper's synthetic tasks, music, characters. */
static const struct shape standard[] = {
    {6, 50, 4, 200, 20, 1},    {6, 100, 4, 100, 20, 1},   {88, 200, 88, 100, 20, 0},
    {50, 500, 50, 150, 10, 0}, {50, 500, 50, 150, 64, 0}, {64, 1024, 64, 64, 64, 0},
};

struct bench_settings {
    const char *shape;
    uint64_t threads;
    double omega;
    double seconds;
    int last;
    int csv;
};

#define SETTING(field) offsetof(struct bench_settings, field)

static const struct option rows[] = {
    {"shape", OPTION_TEXT, SETTING(shape), "I,H,O,T,B", NULL, 0, 0, NULL, KEEP_NOT, 0,
     "inputs, hidden, outputs, steps, sequences of your own"},
    {"last", OPTION_FLAG, SETTING(last), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "with --shape: a loss at the last step only"},
    {"threads", OPTION_COUNT, SETTING(threads), "N", "2", 1, MAX_THREADS, NULL, KEEP_NOT, 0,
     "measure 1 thread and this many"},
    {"omega", OPTION_NUMBER, SETTING(omega), "WEIGHT", "4", 0, 1e30, NULL, KEEP_NOT, 0,
     "weight of the regulariser; 0: measure without it only"},
    {"seconds", OPTION_SECONDS, SETTING(seconds), "TIME", "0.7", 0.01, 3600, NULL, KEEP_NOT, 0,
     "for each row of the table"},
    {"csv", OPTION_FLAG, SETTING(csv), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "print comma-separated values"},
};

static const struct option_table table = {
    "bench",
    "[options]",
    "Measure a training step (forward, loss, back-propagation, clipping, SGD) and\n"
    "compare it with the peak of fused multiply-adds of one core, measured in the\n"
    "same run. Counts useful operations only. Share is of one core's peak times the\n"
    "threads; bytes are those of all objects, parameters and gradient.",
    0,
    0,
    rows,
    sizeof rows / sizeof rows[0],
    NULL};

/* What the library has taken, and how often it asked. */
struct account {
    size_t bytes;
    size_t calls;
};

static void *account_allocate(void *user, void *block, size_t old_size, size_t new_size)
{
    struct account *account = user;

    account->calls++;
    if (block != NULL) {
        account->bytes -= old_size;
        free(block);
        return NULL;
    }
    account->bytes += new_size;
    return malloc(new_size);
}

/* Everything that one measured training needs. */
struct training {
    struct account account;
    struct shape shape;
    srnn_model *model;
    srnn_random *random;
    srnn_batch *batch;
    srnn_workspace *workspace;
    srnn_regularizer *regularizer; /* NULL without Omega */
    srnn_clipper *clipper;
    srnn_optimizer *optimizer;
    size_t count;
    float *gradient;   /* [count] */
    float *inputs;     /* [steps x batch x inputs] */
    uint32_t *targets; /* [steps x batch] */
};

static void close_training(struct training *t)
{
    srnn_optimizer_destroy(t->optimizer);
    srnn_clipper_destroy(t->clipper);
    srnn_regularizer_destroy(t->regularizer);
    srnn_workspace_destroy(t->workspace);
    srnn_batch_destroy(t->batch);
    srnn_random_destroy(t->random);
    srnn_model_destroy(t->model);
    free(t->gradient);
    free(t->inputs);
    free(t->targets);
}

/* Create the library's objects of a training, all through the account. */
static int32_t create_objects(struct training *t, double omega, struct pool *pool)
{
    const struct shape *s = &t->shape;
    struct account *account = &t->account;
    int32_t status = srnn_model_create(account_allocate, account, s->inputs, s->hidden, s->outputs,
                                       SRNN_TANH, SRNN_SOFTMAX, 0, &t->model);

    t->count = srnn_model_parameter_count(t->model);
    if (status == SRNN_OK) {
        status = srnn_random_create(account_allocate, account, 1, 0, &t->random);
    }
    if (status == SRNN_OK) {
        status = srnn_model_initialize(t->model, SRNN_ORTHOGONAL, t->random);
    }
    if (status == SRNN_OK) {
        status = srnn_batch_create(account_allocate, account, &t->batch);
    }
    if (status == SRNN_OK) {
        status = srnn_workspace_create(account_allocate, account, t->model, s->steps, s->batch,
                                       s->last ? SRNN_LAST_OUTPUT : 0, &t->workspace);
    }
    if (status == SRNN_OK && pool != NULL) {
        status = srnn_workspace_parallel(t->workspace, pool_run, pool, pool_threads(pool));
    }
    if (status == SRNN_OK && omega > 0) {
        status = srnn_regularizer_create(account_allocate, account, t->model, SRNN_OMEGA,
                                         &t->regularizer);
    }
    if (status == SRNN_OK && omega > 0) {
        status = srnn_regularizer_set(t->regularizer, SRNN_OMEGA_WEIGHT, omega);
    }
    if (status == SRNN_OK) {
        status = srnn_clipper_create(account_allocate, account, SRNN_CLIP_NORM, &t->clipper);
    }
    if (status == SRNN_OK) {
        status =
            srnn_optimizer_create(account_allocate, account, SRNN_SGD, t->count, &t->optimizer);
    }
    return status;
}

/* Random inputs and classes; the batch looks at them. */
static int32_t create_data(struct training *t)
{
    const struct shape *s = &t->shape;
    const size_t pairs = (size_t)s->steps * s->batch;
    int32_t status;

    t->gradient = account_allocate(&t->account, NULL, 0, t->count * sizeof *t->gradient);
    t->inputs = malloc(pairs * s->inputs * sizeof *t->inputs);
    t->targets = malloc(pairs * sizeof *t->targets);
    if (t->gradient == NULL || t->inputs == NULL || t->targets == NULL) {
        return SRNN_E_MEMORY;
    }
    for (size_t i = 0; i < pairs * s->inputs; i++) {
        t->inputs[i] = srnn_random_uniform(t->random);
    }
    for (size_t i = 0; i < pairs; i++) {
        t->targets[i] = srnn_random_below(t->random, s->outputs);
    }
    status = srnn_batch_begin(t->batch, s->steps, s->batch);
    if (status == SRNN_OK) {
        status = srnn_batch_input(t->batch, t->inputs, (size_t)s->batch * s->inputs, s->inputs);
    }
    if (status == SRNN_OK) {
        status = srnn_batch_target_ids(t->batch, t->targets, s->last ? 0 : s->batch, 1);
    }
    return status;
}

/* One training step. */
static int32_t train_once(struct training *t)
{
    double loss, weight, norm;
    int32_t status;

    memset(t->gradient, 0, t->count * sizeof *t->gradient);
    status = srnn_forward(t->model, t->workspace, t->batch);
    if (status == SRNN_OK) {
        status = srnn_loss(t->model, t->workspace, t->batch, 1.0 / t->shape.batch, &loss, &weight);
    }
    if (status == SRNN_OK) {
        status = srnn_backward(t->model, t->workspace, t->regularizer, t->gradient, t->count);
    }
    if (status == SRNN_OK && t->regularizer != NULL) {
        status = srnn_regularizer_apply(t->regularizer, t->model, t->gradient, t->count, NULL);
    }
    if (status == SRNN_OK) {
        status = srnn_clipper_apply(t->clipper, t->model, t->gradient, t->count, &norm);
    }
    if (status == SRNN_OK) {
        status = srnn_optimizer_step(t->optimizer, srnn_model_parameters(t->model), t->gradient,
                                     t->count);
    }
    return status;
}

/* The useful floating-point operations of a step: forward x W_in and h W_rec,
 * backward v W_rec^T and the two outer products, Omega's outer product; and at
 * steps with a loss h W_out, its transpose and its outer product. */
static double useful_operations(const struct shape *s, int omega)
{
    const double pairs = (double)s->steps * s->batch;
    const double losses = s->last ? (double)s->batch : pairs;
    const double in = (double)s->inputs * s->hidden;
    const double recurrent = (double)s->hidden * s->hidden;
    const double out = (double)s->hidden * s->outputs;

    return 2.0 * (pairs * (2.0 * in + (omega ? 4.0 : 3.0) * recurrent) + losses * 3.0 * out);
}

/* What one row of the table tells. */
struct result {
    double least, median, most; /* seconds */
    size_t runs;
    size_t bytes;
    size_t allocations; /* while measuring */
};

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Time training steps for some seconds, after three that warm up. */
#define MAX_RUNS 100000
static int32_t time_steps(struct training *t, double seconds, struct result *result)
{
    static double times[MAX_RUNS];
    const size_t calls = t->account.calls;
    double end;
    int32_t status = SRNN_OK;

    for (int i = 0; i < 3 && status == SRNN_OK; i++) {
        status = train_once(t);
    }
    result->runs = 0;
    end = clock_seconds() + seconds;
    while (status == SRNN_OK && result->runs < MAX_RUNS &&
           (result->runs < 5 || clock_seconds() < end)) {
        const double start = clock_seconds();
        status = train_once(t);
        times[result->runs++] = clock_seconds() - start;
    }
    if (status == SRNN_OK) {
        qsort(times, result->runs, sizeof times[0], by_size);
        result->least = times[0];
        result->median = times[result->runs / 2];
        result->most = times[result->runs - 1];
        result->bytes = t->account.bytes;
        result->allocations = t->account.calls - calls;
    }
    return status;
}

/* Measure one shape. Gives 0, or EXIT_FAILED after a message. */
static int measure(const struct shape *shape, double omega, struct pool *pool, double seconds,
                   struct result *result)
{
    struct training training;
    int32_t status;

    memset(&training, 0, sizeof training);
    training.shape = *shape;
    status = create_objects(&training, omega, pool);
    if (status == SRNN_OK) {
        status = create_data(&training);
    }
    if (status == SRNN_OK) {
        status = time_steps(&training, seconds, result);
    }
    close_training(&training);
    if (status != SRNN_OK) {
        return fail_status(status, "bench: %lu-%lu-%lu, %lu steps, %lu sequences",
                           (unsigned long)shape->inputs, (unsigned long)shape->hidden,
                           (unsigned long)shape->outputs, (unsigned long)shape->steps,
                           (unsigned long)shape->batch);
    }
    return 0;
}

static void print_head(int csv, double peak)
{
    if (csv) {
        puts("inputs,hidden,outputs,steps,batch,threads,omega,ms_min,ms_median,ms_max,gflops,"
             "peak_gflops,share,bytes");
        return;
    }
    printf("peak of one core: %.1f GFLOP/s, fused multiply-adds in single precision\n"
           "a step: forward, loss, back-propagation, clipping, SGD; float inputs\n\n"
           "          shape    T   B  loss threads Omega   ms min  median     max  GFLOP/s  share"
           "     bytes\n",
           peak);
}

static void print_row(const struct bench_settings *settings, const struct shape *s,
                      uint32_t threads, double omega, double peak, const struct result *r)
{
    const double rate = useful_operations(s, omega > 0) / r->median * 1e-9;
    char name[40];

    if (settings->csv) {
        printf("%lu,%lu,%lu,%lu,%lu,%lu,%g,%.4f,%.4f,%.4f,%.2f,%.2f,%.4f,%lu\n",
               (unsigned long)s->inputs, (unsigned long)s->hidden, (unsigned long)s->outputs,
               (unsigned long)s->steps, (unsigned long)s->batch, (unsigned long)threads, omega,
               r->least * 1e3, r->median * 1e3, r->most * 1e3, rate, peak, rate / (peak * threads),
               (unsigned long)r->bytes);
        return;
    }
    snprintf(name, sizeof name, "%lu-%lu-%lu", (unsigned long)s->inputs, (unsigned long)s->hidden,
             (unsigned long)s->outputs);
    printf("%15s %4lu %3lu %5s %7lu %5g %8.3f %7.3f %7.3f %8.1f %5.0f%% %9lu%s\n", name,
           (unsigned long)s->steps, (unsigned long)s->batch, s->last ? "last" : "every",
           (unsigned long)threads, omega, r->least * 1e3, r->median * 1e3, r->most * 1e3, rate,
           100.0 * rate / (peak * threads), (unsigned long)r->bytes,
           r->allocations == 0 ? "" : "  allocated while training!");
}

/* All rows of one shape: with and without Omega, one thread and more. */
static int bench_shape(const struct bench_settings *settings, const struct shape *shape,
                       struct pool *pool)
{
    for (int many = 0; many <= (pool != NULL); many++) {
        for (int with = 0; with <= (settings->omega > 0); with++) {
            const double omega = with ? settings->omega : 0.0;
            struct result result = {0.0, 0.0, 0.0, 0, 0, 0};
            const double peak = peak_gflops();
            const int failed =
                measure(shape, omega, many ? pool : NULL, settings->seconds, &result);
            if (failed) {
                return failed;
            }
            print_row(settings, shape, many ? pool_threads(pool) : 1, omega, peak, &result);
        }
    }
    return 0;
}

/* The time of one streamed step, in nanoseconds: the median of some rounds. */
static int32_t time_stream(uint32_t hidden, double *nanoseconds)
{
    enum { ROUNDS = 25, STEPS = 4000 };
    static float state[2][128];
    static float logits[4];
    const float input[6] = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f};
    double times[ROUNDS];
    srnn_model *model = NULL;
    srnn_random *random = NULL;
    int32_t status =
        srnn_model_create(NULL, NULL, 6, hidden, 4, SRNN_TANH, SRNN_SOFTMAX, 0, &model);

    if (status == SRNN_OK) {
        status = srnn_random_create(NULL, NULL, 1, 0, &random);
    }
    if (status == SRNN_OK) {
        status = srnn_model_initialize(model, SRNN_ORTHOGONAL, random);
    }
    for (int round = 0; round < ROUNDS && status == SRNN_OK; round++) {
        const double start = clock_seconds();
        for (int step = 0; step < STEPS && status == SRNN_OK; step++) {
            status = srnn_step(model, input, state[step % 2], state[1 - step % 2], logits);
        }
        times[round] = (clock_seconds() - start) / STEPS;
    }
    srnn_random_destroy(random);
    srnn_model_destroy(model);
    if (status == SRNN_OK) {
        qsort(times, ROUNDS, sizeof times[0], by_size);
        *nanoseconds = times[ROUNDS / 2] * 1e9;
    }
    return status;
}

static int bench_stream(void)
{
    static const uint32_t widths[] = {16, 128};

    putchar('\n');
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        double nanoseconds = 0.0;
        const int32_t status = time_stream(widths[i], &nanoseconds);
        if (status != SRNN_OK) {
            return fail_status(status, "bench: streaming");
        }
        printf("a streamed step, 6 inputs, %3lu hidden, 4 outputs: %.0f ns\n",
               (unsigned long)widths[i], nanoseconds);
    }
    return 0;
}

/* Read "I,H,O,T,B". Gives 0, or EXIT_MISUSED after a message. */
static int parse_shape(const char *text, struct shape *shape)
{
    uint32_t *const fields[5] = {&shape->inputs, &shape->hidden, &shape->outputs, &shape->steps,
                                 &shape->batch};
    const char *rest = text;

    for (size_t i = 0; i < 5; i++) {
        char *end;
        const unsigned long value =
            *rest >= '0' && *rest <= '9' ? strtoul(rest, &end, 10) : (end = NULL, 0UL);
        if (value < 1 || value > SRNN_MAX_WIDTH || *end != (i < 4 ? ',' : '\0')) {
            return misuse("bench: --shape takes five numbers from 1 to %lu, as 6,50,4,200,20",
                          (unsigned long)SRNN_MAX_WIDTH);
        }
        *fields[i] = (uint32_t)value;
        rest = end + 1;
    }
    return 0;
}

int command_bench(int argc, char **argv)
{
    struct bench_settings settings;
    struct arguments arguments;
    struct shape own = {0, 0, 0, 0, 0, 0};
    const struct shape *shapes = standard;
    size_t count = sizeof standard / sizeof standard[0];
    struct pool *pool = NULL;
    int result;

    options_default(&table, &settings);
    result = options_parse(&table, argc, argv, &settings, &arguments);
    if (result != OPTIONS_GO_ON) {
        return result;
    }
    if (settings.shape != NULL) {
        if (parse_shape(settings.shape, &own) != 0) {
            return EXIT_MISUSED;
        }
        own.last = settings.last;
        shapes = &own;
        count = 1;
    }
    result = settings.threads > 1 ? pool_create((uint32_t)settings.threads, &pool) : 0;
    if (result == 0) {
        print_head(settings.csv, peak_gflops());
    }
    for (size_t i = 0; result == 0 && i < count; i++) {
        result = bench_shape(&settings, &shapes[i], pool);
    }
    if (result == 0 && !settings.csv && settings.shape == NULL) {
        result = bench_stream();
    }
    pool_destroy(pool);
    return finish_output(result);
}
