/* bench.c - the command `bench`: a training step compared with the processor's peak */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands/bench_bounds.h"
#include "commands/bench_sections.h"
#include "commands/bench_training.h"
#include "commands/commands.h"
#include "commands/peak.h"
#include "srnn.h"
#include "support/message.h"
#include "support/options.h"
#include "support/pool.h"
#include "support/try.h"

/* The shapes that are measured by default: the paper's synthetic tasks, music, characters. */
static const struct shape standard[] = {
    {6, 50, 4, 200, 20, 1},    {6, 100, 4, 100, 20, 1},   {88, 200, 88, 100, 20, 0},
    {50, 500, 50, 150, 10, 0}, {50, 500, 50, 150, 64, 0}, {64, 1024, 64, 64, 64, 0},
};

/* The small ones of them for mixed lengths; the first two with both places of the loss. */
static const struct shape standard_mixed[] = {
    {6, 50, 4, 200, 20, 1},  {6, 50, 4, 200, 20, 0},    {6, 100, 4, 100, 20, 1},
    {6, 100, 4, 100, 20, 0}, {88, 200, 88, 100, 20, 0},
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
     "measure this shape only: inputs, hidden units, outputs,\nsteps, sequences"},
    {"last", OPTION_FLAG, SETTING(last), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "with --shape: loss at the last step only, not at every step"},
    {"threads", OPTION_COUNT, SETTING(threads), "N", "2", 1, MAX_THREADS, NULL, KEEP_NOT, 0,
     "number of threads; measured beside one thread"},
    {"omega", OPTION_NUMBER, SETTING(omega), "WEIGHT", "4", 0, 1e30, NULL, KEEP_NOT, 0,
     "weight of the regulariser; 0: measure only without it"},
    {"seconds", OPTION_SECONDS, SETTING(seconds), "TIME", "0.7", 0.01, 3600, NULL, KEEP_NOT, 0,
     "time for each row, such as 0.7, 10s or 1m"},
    {"csv", OPTION_FLAG, SETTING(csv), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "print the first table only, as comma-separated values"},
};

static const struct option_table table = {
    "bench",
    "[options]",
    "Measure the speed of a training step (forward, loss, back-propagation, clipping,\n"
    "SGD) on this machine, and compare it with the peak of one core: the rate of fused\n"
    "multiply-adds in registers, measured in the same run. Only the operations of the\n"
    "equations are counted. `share` is the rate divided by the peak of one core and by the\n"
    "number of threads; `bytes` is the memory of all objects, parameters and gradient.\n"
    "`tanh` is the largest share that leaves time for the work of tanh, and `padded` the\n"
    "largest one when also the rows of the products are padded to whole vectors.\n"
    "The next table compares sequences of mixed lengths with full ones. Another compares the\n"
    "ordinary workspace with the frugal one, which computes states again to save memory.\n"
    "The last lines are about memory, single steps (streaming) and calls of the allocator.",
    0,
    0,
    rows,
    OPTIONS_IN(rows),
    NULL};

/* Print what is above the table of shapes. */
static void print_head(int csv, double core_peak)
{
    if (csv) {
        puts("inputs,hidden,outputs,steps,batch,threads,omega,ms_min,ms_median,ms_max,gflops,"
             "peak_gflops,share,bytes,bound_tanh,bound_padded");
        return;
    }
    printf("peak of one core: %.1f GFLOP/s, fused multiply-adds in single precision\n"
           "training step: forward, loss, back-propagation, clipping, SGD; inputs are numbers\n"
           "shape: inputs-hidden-outputs; T: steps; B: sequences; loss: at the last or every step\n"
           "share: of one core's peak times the threads; bytes: objects, parameters, gradient\n"
           "tanh: the largest share possible, with the work of tanh; padded: the same with rows\n"
           "in whole vectors too\n\n" SHAPE_HEAD " threads Omega   ms min  median     max  GFLOP/s"
           "  share   tanh padded     bytes\n",
           core_peak);
}

/* Print a row of the table; the rate is that of the median time. Returns 0, or EXIT_FAILED after
 * a message. */
static int print_row(int csv, const struct training *training, double core_peak,
                     const struct timing *timing)
{
    const struct plan *plan = &training->plan;
    const struct shape *s = &plan->shape;
    const uint32_t threads = plan->pool != NULL ? pool_threads(plan->pool) : 1;
    const double rate = plan_operations(plan) / timing->median * 1e-9;
    const double share = rate / (core_peak * threads);
    struct bounds bounds;

    TRY(training_bounds(training, &bounds));
    if (csv) {
        printf("%lu,%lu,%lu,%lu,%lu,%lu,%g,%.6f,%.6f,%.6f,%.3f,%.3f,%.4f,%lu,%.4f,%.4f\n",
               (unsigned long)s->inputs, (unsigned long)s->hidden, (unsigned long)s->outputs,
               (unsigned long)s->steps, (unsigned long)s->batch, (unsigned long)threads,
               plan->omega, timing->least * 1e3, timing->median * 1e3, timing->most * 1e3, rate,
               core_peak, share, (unsigned long)training->bytes, bounds.with_tanh,
               bounds.with_padding);
        return 0;
    }
    shape_print(s);
    printf(" %7lu %5g %8.3f %7.3f %7.3f %8.1f %5.0f%% %5.0f%% %5.0f%% %9lu\n",
           (unsigned long)threads, plan->omega, timing->least * 1e3, timing->median * 1e3,
           timing->most * 1e3, rate, 100.0 * share, 100.0 * bounds.with_tanh,
           100.0 * bounds.with_padding, (unsigned long)training->bytes);
    return 0;
}

/* The peak of all threads at once, divided by that of one core: the smallest and the largest
 * of several measurements. Zeroed before the first. */
struct peak_ratio {
    double least;
    double most;
};

static void peak_ratio_add(struct peak_ratio *ratio, double value)
{
    ratio->least = ratio->most == 0.0 || value < ratio->least ? value : ratio->least;
    ratio->most = value > ratio->most ? value : ratio->most;
}

/* Measure and print one row. The peak is measured again for each row, because it changes on
 * a processor that is shared or gets warm. Returns 0, or EXIT_FAILED after a message. */
static int bench_plan(const struct bench_settings *settings, const struct plan *plan,
                      struct allocations *allocations, struct peak_ratio *ratio)
{
    const double core_peak = measure_peak_gflops(NULL);
    struct training training;
    struct timing timing;
    int failed;

    if (plan->pool != NULL && !settings->csv) {
        peak_ratio_add(ratio, measure_peak_gflops(plan->pool) / core_peak);
    }
    failed = training_open(&training, plan);
    if (!failed) {
        failed = training_time(&training, settings->seconds, &timing);
    }
    if (!failed) {
        failed = print_row(settings->csv, &training, core_peak, &timing);
    }
    allocations_add(allocations, &training);
    training_close(&training);
    return failed;
}

/* Measure and print all rows of one shape: without and with the pool, each without and with
 * Omega. Returns 0, or EXIT_FAILED after a message. */
static int bench_shape(const struct bench_settings *settings, const struct shape *shape,
                       struct pool *pool, struct allocations *allocations, struct peak_ratio *ratio)
{
    for (int with_pool = 0; with_pool <= (pool != NULL); with_pool++) {
        for (int with_omega = 0; with_omega <= (settings->omega > 0); with_omega++) {
            const struct plan plan = {*shape, with_omega ? settings->omega : 0.0, 0,
                                      with_pool ? pool : NULL};

            TRY(bench_plan(settings, &plan, allocations, ratio));
        }
    }
    return 0;
}

/* Print what comes after the table of shapes: with --shape only what is about that shape.
 * Returns 0, or EXIT_FAILED after a message. */
static int bench_sections(const struct bench_settings *settings, const struct shape *shapes,
                          size_t count, struct allocations *allocations)
{
    if (settings->shape != NULL) {
        return bench_mixed(shapes, count, settings->seconds, allocations);
    }
    TRY(bench_mixed(standard_mixed, sizeof standard_mixed / sizeof standard_mixed[0],
                    settings->seconds, allocations));
    TRY(bench_frugal(settings->seconds, allocations));
    TRY(bench_memory());
    return bench_stream();
}

/* Measure and print everything. `pool` is NULL with --threads 1. Returns 0, or EXIT_FAILED
 * after a message. */
static int bench(const struct bench_settings *settings, const struct shape *shapes, size_t count,
                 struct pool *pool)
{
    struct allocations allocations = {0, 0, 0};
    struct peak_ratio ratio = {0.0, 0.0};

    print_head(settings->csv, measure_peak_gflops(NULL));
    for (size_t i = 0; i < count; i++) {
        TRY(bench_shape(settings, &shapes[i], pool, &allocations, &ratio));
    }
    if (settings->csv) {
        return 0;
    }
    if (pool != NULL) {
        printf("\npeak of %lu threads at once: %.2f to %.2f times that of one core\n",
               (unsigned long)pool_threads(pool), ratio.least, ratio.most);
    }
    TRY(bench_sections(settings, shapes, count, &allocations));
    allocations_print(&allocations);
    return 0;
}

/* Read "I,H,O,T,B". Returns 0, or EXIT_MISUSED after a message. */
static int parse_shape(const char *text, struct shape *shape)
{
    uint32_t *const fields[5] = {&shape->inputs, &shape->hidden, &shape->outputs, &shape->steps,
                                 &shape->batch};
    const char *rest = text;

    for (size_t i = 0; i < 5; i++) {
        char *end;
        const unsigned long value =
            *rest >= '0' && *rest <= '9' ? strtoul(rest, &end, 10) : (end = NULL, 0UL);
        if (value < 1 || value > SRNN_MODEL_MAX_WIDTH || *end != (i < 4 ? ',' : '\0')) {
            return misuse("bench: --shape %s: not a shape; it takes five whole numbers from 1 to "
                          "%lu, such as 6,50,4,200,20",
                          text, (unsigned long)SRNN_MODEL_MAX_WIDTH);
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
    struct shape own_shape = {0, 0, 0, 0, 0, 0}; /* that of --shape */
    const struct shape *shapes = standard;
    size_t count = sizeof standard / sizeof standard[0];
    struct pool *pool = NULL;
    int result = options_read(&table, argc, argv, &settings, &arguments);

    if (result != OPTIONS_GO_ON) {
        return result;
    }
    if (settings.shape != NULL) {
        TRY(parse_shape(settings.shape, &own_shape));
        own_shape.last_step_only = settings.last;
        shapes = &own_shape;
        count = 1;
    } else if (settings.last) {
        return misuse("bench: --last needs --shape");
    }
    for (size_t i = 0; i < count; i++) {
        const struct plan largest = {shapes[i], settings.omega, 0, NULL};

        TRY(plan_check(&largest));
    }
    if (settings.threads > 1) {
        TRY(pool_create((uint32_t)settings.threads, &pool));
    }
    result = bench(&settings, shapes, count, pool);
    pool_destroy(pool);
    return finish_output(result);
}
