/* bench.c - the command `bench`: a training step against the processor's peak */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands/bench_sections.h"
#include "commands/bench_training.h"
#include "commands/commands.h"
#include "commands/peak.h"
#include "srnn.h"
#include "support/message.h"
#include "support/options.h"
#include "support/pool.h"

/* The shapes of the design: the paper's synthetic tasks, music, characters. */
static const struct shape standard[] = {
    {6, 50, 4, 200, 20, 1},    {6, 100, 4, 100, 20, 1},   {88, 200, 88, 100, 20, 0},
    {50, 500, 50, 150, 10, 0}, {50, 500, 50, 150, 64, 0}, {64, 1024, 64, 64, 64, 0},
};

/* The small ones of them for mixed lengths, with both places of the loss. */
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
     "inputs, hidden, outputs, steps, sequences of your own"},
    {"last", OPTION_FLAG, SETTING(last), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "with --shape: a loss at the last step only"},
    {"threads", OPTION_COUNT, SETTING(threads), "N", "2", 1, MAX_THREADS, NULL, KEEP_NOT, 0,
     "measure 1 thread and this many"},
    {"omega", OPTION_NUMBER, SETTING(omega), "WEIGHT", "4", 0, 1e30, NULL, KEEP_NOT, 0,
     "weight of the regulariser; 0: measure without it only"},
    {"seconds", OPTION_SECONDS, SETTING(seconds), "TIME", "0.7", 0.01, 3600, NULL, KEEP_NOT, 0,
     "for each row of a table"},
    {"csv", OPTION_FLAG, SETTING(csv), NULL, NULL, 0, 0, NULL, KEEP_NOT, 0,
     "print the shapes only, as comma-separated values"},
};

static const struct option_table table = {
    "bench",
    "[options]",
    "Measure a training step (forward, loss, back-propagation, clipping, SGD) and\n"
    "compare it with the peak of fused multiply-adds of one core, measured in the\n"
    "same run. Counts useful operations only. Share is of one core's peak times the\n"
    "threads; bytes are those of all objects, parameters and gradient.\n"
    "Then the peak of all threads at once, and of shapes of its own: mixed lengths\n"
    "against full ones, the frugal workspace against the ordinary one, live memory,\n"
    "a streamed step, allocations.",
    0,
    0,
    rows,
    sizeof rows / sizeof rows[0],
    NULL};

static void print_head(int csv, double peak)
{
    if (csv) {
        puts("inputs,hidden,outputs,steps,batch,threads,omega,ms_min,ms_median,ms_max,gflops,"
             "peak_gflops,share,bytes");
        return;
    }
    printf("peak of one core: %.1f GFLOP/s, fused multiply-adds in single precision\n"
           "a step: forward, loss, back-propagation, clipping, SGD; float inputs\n\n" SHAPE_HEAD
           " threads Omega   ms min  median     max  GFLOP/s  share"
           "     bytes\n",
           peak);
}

/* One row of the table; the rate is that of the median. */
static void print_row(int csv, const struct training *training, double peak,
                      const struct timing *timing)
{
    const struct plan *plan = &training->plan;
    const struct shape *s = &plan->shape;
    const uint32_t threads = plan->pool != NULL ? pool_threads(plan->pool) : 1;
    const double rate = plan_operations(plan) / timing->median * 1e-9;
    const double share = rate / (peak * threads);

    if (csv) {
        printf("%lu,%lu,%lu,%lu,%lu,%lu,%g,%.6f,%.6f,%.6f,%.3f,%.3f,%.4f,%lu\n",
               (unsigned long)s->inputs, (unsigned long)s->hidden, (unsigned long)s->outputs,
               (unsigned long)s->steps, (unsigned long)s->batch, (unsigned long)threads,
               plan->omega, timing->least * 1e3, timing->median * 1e3, timing->most * 1e3, rate,
               peak, share, (unsigned long)training->bytes);
        return;
    }
    shape_print(s);
    printf(" %7lu %5g %8.3f %7.3f %7.3f %8.1f %5.0f%% %9lu\n", (unsigned long)threads, plan->omega,
           timing->least * 1e3, timing->median * 1e3, timing->most * 1e3, rate, 100.0 * share,
           (unsigned long)training->bytes);
}

/* How many times one core's peak all threads had at once, before each of their rows. */
struct span {
    double least;
    double most;
};

static void widen(struct span *span, double times)
{
    span->least = span->most == 0.0 || times < span->least ? times : span->least;
    span->most = times > span->most ? times : span->most;
}

/* Measure and print one row. The peak is measured anew for each: a processor that
 * is shared or grows warm has not the same for long. */
static int bench_plan(const struct bench_settings *settings, const struct plan *plan,
                      struct ledger *ledger, struct span *together)
{
    const double peak = peak_gflops(NULL);
    struct training training;
    struct timing timing;
    int failed;

    if (plan->pool != NULL && !settings->csv) {
        widen(together, peak_gflops(plan->pool) / peak);
    }
    failed = training_open(&training, plan);
    if (!failed) {
        failed = training_time(&training, settings->seconds, &timing);
    }
    if (!failed) {
        print_row(settings->csv, &training, peak, &timing);
    }
    ledger_add(ledger, &training);
    training_close(&training);
    return failed;
}

/* All rows of one shape: one thread and more, without and with Omega. */
static int bench_shape(const struct bench_settings *settings, const struct shape *shape,
                       struct pool *pool, struct ledger *ledger, struct span *together)
{
    int failed = 0;

    for (int many = 0; many <= (pool != NULL) && !failed; many++) {
        for (int with = 0; with <= (settings->omega > 0) && !failed; with++) {
            const struct plan plan = {*shape, with ? settings->omega : 0.0, 0, many ? pool : NULL};
            failed = bench_plan(settings, &plan, ledger, together);
        }
    }
    return failed;
}

/* The table of shapes, and the sections that belong to the run. */
static int bench(const struct bench_settings *settings, const struct shape *shapes, size_t count,
                 struct pool *pool)
{
    const int own = settings->shape != NULL;
    struct ledger ledger = {0, 0, 0};
    struct span together = {0.0, 0.0};
    int failed = 0;

    print_head(settings->csv, peak_gflops(NULL));
    for (size_t i = 0; i < count && !failed; i++) {
        failed = bench_shape(settings, &shapes[i], pool, &ledger, &together);
    }
    if (settings->csv || failed) {
        return failed;
    }
    if (pool != NULL) {
        printf("\npeak of %lu threads at once: %.2f to %.2f times that of one core\n",
               (unsigned long)pool_threads(pool), together.least, together.most);
    }
    failed = own ? bench_mixed(shapes, count, settings->seconds, &ledger)
                 : bench_mixed(standard_mixed, sizeof standard_mixed / sizeof standard_mixed[0],
                               settings->seconds, &ledger);
    if (!failed && !own) {
        failed = bench_frugal(settings->seconds, &ledger);
    }
    if (!failed && !own) {
        failed = bench_memory();
    }
    if (!failed && !own) {
        failed = bench_stream();
    }
    if (!failed) {
        ledger_print(&ledger);
    }
    return failed;
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
            return misuse("bench: --shape %s: takes five numbers from 1 to %lu, as 6,50,4,200,20",
                          text, (unsigned long)SRNN_MAX_WIDTH);
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
    } else if (settings.last) {
        return misuse("bench: option --last means nothing without --shape");
    }
    result = 0;
    for (size_t i = 0; i < count && result == 0; i++) {
        const struct plan largest = {shapes[i], settings.omega, 0, NULL};
        result = plan_check(&largest);
    }
    if (result == 0 && settings.threads > 1) {
        result = pool_create((uint32_t)settings.threads, &pool);
    }
    if (result == 0) {
        result = bench(&settings, shapes, count, pool);
    }
    pool_destroy(pool);
    return finish_output(result);
}
