/* sweep_elementary.c - tries exp, log, tanh, sigmoid and sqrt on every float
 *
 *     sweep_elementary [-s STRIDE] [-j JOBS] [FUNCTION...]
 *
 * For each function (all by default): the worst error in units in the last
 * place and where, whether it is monotone, the special values, whether tanh is
 * odd and sqrt correctly rounded, and a hash of all results, by which builds for
 * different compilers, options and processors are compared. The reference is the
 * C library in double. With a stride only every STRIDE-th float is tried, along
 * with those near the places where something changes; the hash covers the
 * strided ones. JOBS processes share the work and do not change the output.
 *
 * The arithmetic is that of srnn__fma() in this build. elementary.h and activate.h
 * state the bounds of fused arithmetic; with SRNN_NO_FMA they are wider.
 *
 * Exits with 0 if everything holds, with 1 if not, with 2 on wrong usage. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arithmetic.h"
#include "kernels/common.h"
#include "srnn.h"

#define SRNN__FMA(a, b, c) srnn__fma((a), (b), (c))
#include "kernels/exponential.h"
#include "kernels/elementary.h"
#include "kernels/activate.h"

#define BLOCK 4096u
#define FLOATS (UINT64_C(1) << 32)
#define NEAR 5000u
#define MAX_JOBS 64

#if defined(SRNN_NO_FMA)
#define BOUND(fused, separate) (separate)
#define MONOTONE_PROMISED 0
#else
#define BOUND(fused, separate) (fused)
#define MONOTONE_PROMISED 1
#endif

struct function {
    const char *name;
    void (*apply)(float *row, size_t n);
    double (*reference)(double x);
    double bound; /* in ulp */
};

/* What one process found; results of several add up to the same totals in
 * whatever way the floats were divided. */
struct finding {
    double worst;         /* in ulp */
    uint32_t worst_at;    /* bits of the argument */
    uint64_t descents;    /* neighbours in the wrong order */
    uint32_t descent_at;  /* bits of the upper of the first such two */
    uint64_t wrong_nans;  /* NaN where there should be none, or the reverse */
    uint64_t not_odd;     /* tanh only */
    uint64_t not_nearest; /* sqrt only */
    uint64_t hash;
};

static void apply_exp(float *row, size_t n)
{
    for (size_t i = 0; i < n; i++) row[i] = float_exp(row[i]);
}

static void apply_log(float *row, size_t n)
{
    for (size_t i = 0; i < n; i++) row[i] = float_log(row[i]);
}

static void apply_tanh(float *row, size_t n)
{
    activate(SRNN_HIDDEN_TANH, row, n);
}

static void apply_sigmoid(float *row, size_t n)
{
    activate(SRNN_HIDDEN_SIGMOID, row, n);
}

static void apply_sqrt(float *row, size_t n)
{
    for (size_t i = 0; i < n; i++) row[i] = (float)srnn__sqrt((double)row[i]);
}

static double reference_sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static const struct function functions[] = {
    {"exp", apply_exp, exp, BOUND(0.88, 0.90)},
    {"log", apply_log, log, BOUND(0.88, 0.97)},
    {"tanh", apply_tanh, tanh, BOUND(0.95, 1.11)},
    {"sigmoid", apply_sigmoid, reference_sigmoid, BOUND(1.70, 1.75)},
    {"sqrt", apply_sqrt, sqrt, 0.5},
};
#define FUNCTIONS (sizeof functions / sizeof functions[0])

/* The floats in ascending order, from the NaNs with a sign by way of -infinity,
 * -0, +0 and +infinity to the other NaNs, are the positions 0 to 2^32 - 1. */
static uint32_t bits_at(uint64_t position)
{
    const uint32_t low = (uint32_t)position;
    return low < 0x80000000u ? ~low : low ^ 0x80000000u;
}

static uint64_t position_of(float x)
{
    const uint32_t bits = srnn__float_bits(x);
    return bits < 0x80000000u ? bits ^ 0x80000000u : ~bits;
}

/* The error of `result` in units of the last place that a float as large as
 * `exact` has. Infinity counts as 2^128, the number it would be with one more
 * exponent, on either side. */
static double error_in_ulp(float result, double exact)
{
    const double limit = 0x1p128;
    const double bounded = exact > limit ? limit : exact < -limit ? -limit : exact;
    const double found = result > FLT_MAX ? limit : result < -FLT_MAX ? -limit : (double)result;
    uint64_t exponent = (srnn__double_bits(bounded) >> 52) & 0x7ffu;
    if (exponent < 1023u - 126u) exponent = 1023u - 126u;
    if (exponent > 1023u + 127u) exponent = 1023u + 127u;
    return fabs(found - bounded) * srnn__double_from_bits((2046u + 23u - exponent) << 52);
}

/* A hash of argument and result; those of all arguments are added up, so that
 * their order does not matter. */
static uint64_t mix(uint32_t argument, uint32_t result)
{
    uint64_t h = ((uint64_t)argument << 32 | result) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (h >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
    return h ^ (h >> 32);
}

static void merge(struct finding *into, const struct finding *from)
{
    if (from->worst > into->worst) {
        into->worst = from->worst;
        into->worst_at = from->worst_at;
    }
    if (into->descents == 0) into->descent_at = from->descent_at;
    into->descents += from->descents;
    into->wrong_nans += from->wrong_nans;
    into->not_odd += from->not_odd;
    into->not_nearest += from->not_nearest;
    into->hash += from->hash;
}

/* Tries `count` floats, `stride` positions apart, and compares the first with
 * the one before it, too. */
static void sweep_range(const struct function *function, uint64_t first, uint64_t count,
                        uint64_t stride, struct finding *finding)
{
    static float argument[BLOCK], result[BLOCK], mirrored[BLOCK];
    const int odd = function->apply == apply_tanh;
    const int root = function->apply == apply_sqrt;
    float previous = -INFINITY;
    uint64_t done, i, n;

    memset(finding, 0, sizeof *finding);
    if (first >= stride) {
        previous = srnn__float_from_bits(bits_at(first - stride));
        function->apply(&previous, 1);
        if (isnan(previous)) previous = -INFINITY;
    }
    for (done = 0; done < count; done += n) {
        n = count - done < BLOCK ? count - done : BLOCK;
        for (i = 0; i < n; i++) {
            argument[i] = srnn__float_from_bits(bits_at(first + (done + i) * stride));
            result[i] = argument[i];
            mirrored[i] = -argument[i];
        }
        function->apply(result, n);
        if (odd) function->apply(mirrored, n);
        for (i = 0; i < n; i++) {
            const uint32_t bits = srnn__float_bits(argument[i]);
            const double exact = function->reference((double)argument[i]);
            double error;
            finding->hash += mix(bits, srnn__float_bits(result[i]));
            if (isnan(exact)) {
                if (srnn__float_bits(result[i]) != SRNN__NAN_BITS) finding->wrong_nans++;
                continue;
            }
            if (isnan(result[i])) {
                finding->wrong_nans++;
                continue;
            }
            error = error_in_ulp(result[i], exact);
            if (error > finding->worst) {
                finding->worst = error;
                finding->worst_at = bits;
            }
            if (result[i] < previous && finding->descents++ == 0) finding->descent_at = bits;
            previous = result[i];
            if (root && srnn__float_bits(result[i]) != srnn__float_bits(sqrtf(argument[i]))) {
                finding->not_nearest++;
            }
            if (odd) {
                const uint32_t difference = srnn__float_bits(result[i])
                                            ^ srnn__float_bits(mirrored[i]);
                if (difference != 0x80000000u) finding->not_odd++;
            }
        }
    }
}

/* The same by `jobs` processes, each with a contiguous part. False if one of
 * them could not be started or did not report. */
static int sweep(const struct function *function, uint64_t stride, unsigned jobs,
                 struct finding *total)
{
    const uint64_t count = (FLOATS + stride - 1u) / stride;
    int reading[MAX_JOBS];
    pid_t children[MAX_JOBS];
    unsigned job, started;
    int good = 1;

    memset(total, 0, sizeof *total);
    for (started = 0; started < jobs && good; started++) {
        const uint64_t begin = count * started / jobs;
        const uint64_t end = count * (started + 1u) / jobs;
        int ends[2];
        if (pipe(ends) != 0) return 0;
        children[started] = fork();
        if (children[started] == 0) {
            struct finding finding;
            sweep_range(function, begin * stride, end - begin, stride, &finding);
            _exit(write(ends[1], &finding, sizeof finding) != (ssize_t)sizeof finding);
        }
        (void)close(ends[1]);
        reading[started] = ends[0];
        good = children[started] > 0;
    }
    for (job = 0; job < started; job++) {
        struct finding finding;
        if (read(reading[job], &finding, sizeof finding) == (ssize_t)sizeof finding) {
            merge(total, &finding);
        } else {
            good = 0;
        }
        (void)close(reading[job]);
        if (children[job] > 0) (void)waitpid(children[job], NULL, 0);
    }
    return good;
}

/* The neighbourhoods of the floats where a function changes its formula or its
 * result leaves some range. Adds nothing to the hash. */
static void sweep_seams(const struct function *function, struct finding *total)
{
    static const float seams[] = {
        0.0f, FLT_MIN, 0x1p-24f, 0x1p-12f, 0.34657359f, 0.66666667f, 0.925f,
        1.0f, 1.3333334f, 9.0109131f, 10.0f, 16.635532f, 17.328679f, 30.0f,
        70.0f, 87.336545f, 88.722839f, 89.0f, 103.97208f, 104.0f, FLT_MAX,
    };
    size_t i;

    for (i = 0; i < 2u * sizeof seams / sizeof seams[0]; i++) {
        const float seam = (i & 1u) != 0 ? -seams[i / 2u] : seams[i / 2u];
        struct finding finding;
        sweep_range(function, position_of(seam) - NEAR, 2u * NEAR + 1u, 1, &finding);
        finding.hash = 0;
        merge(total, &finding);
    }
}

/* Exact values, those which the sweep's tolerance would let pass. */
static unsigned check_special(const struct function *function)
{
    static const struct {
        const char *name;
        float argument, result;
    } table[] = {
        {"exp", 0.0f, 1.0f},
        {"exp", -0.0f, 1.0f},
        {"exp", INFINITY, INFINITY},
        {"exp", -INFINITY, 0.0f},
        {"exp", FLT_MAX, INFINITY},
        {"exp", -FLT_MAX, 0.0f},
        {"exp", 0x1.62e42ep6f, 0x1.ffff08p127f}, /* the last finite result */
        {"exp", 0x1.62e430p6f, INFINITY},
        {"exp", -0x1.9fe368p6f, 0x1p-149f}, /* the last that is not zero */
        {"exp", -0x1.9fe36ap6f, 0.0f},
        {"log", 0.0f, -INFINITY},
        {"log", -0.0f, -INFINITY},
        {"log", 1.0f, 0.0f},
        {"log", INFINITY, INFINITY},
        {"tanh", 0.0f, 0.0f},
        {"tanh", -0.0f, -0.0f},
        {"tanh", 0x1p-149f, 0x1p-149f},
        {"tanh", FLT_MIN, FLT_MIN},
        {"tanh", INFINITY, 1.0f},
        {"tanh", -INFINITY, -1.0f},
        {"tanh", 0x1.205966p3f, 0x1.fffffep-1f}, /* the last below 1 */
        {"tanh", 0x1.205968p3f, 1.0f},
        {"sigmoid", 0.0f, 0.5f},
        {"sigmoid", -0.0f, 0.5f},
        {"sigmoid", INFINITY, 1.0f},
        {"sigmoid", -INFINITY, 0.0f},
        {"sigmoid", -0x1.9fe368p6f, 0x1p-149f},
        {"sigmoid", -0x1.9fe36ap6f, 0.0f},
        {"sqrt", 0.0f, 0.0f},
        {"sqrt", -0.0f, -0.0f},
        {"sqrt", INFINITY, INFINITY},
        {"sqrt", 0x1p-149f, 0x1.6a09e6p-75f},
    };
    unsigned failures = 0;
    size_t i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        float value = table[i].argument;
        if (strcmp(table[i].name, function->name) != 0) continue;
        function->apply(&value, 1);
        if (srnn__float_bits(value) == srnn__float_bits(table[i].result)) continue;
        printf("%s(%a) is %a, not %a\n", function->name, (double)table[i].argument,
               (double)value, (double)table[i].result);
        failures++;
    }
    return failures;
}

/* srnn__sqrt on doubles: random ones of every exponent, squares and their
 * neighbours, ends of the range. */
static unsigned check_double_sqrt(void)
{
    const double ends[] = {0x1p-1074, 0x1.fffffffffffffp-1023, DBL_MIN, DBL_MAX, 1.0, 2.0};
    uint64_t state = 1, worst = 0, i;
    unsigned failures = 0;

    for (i = 0; i < 6u + 30000000u; i++) {
        uint64_t found, exact;
        double x;
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        x = srnn__double_from_bits((state ^ (state >> 31)) >> 1);
        if (i < 6u) x = ends[i];
        if (i % 3u == 0) {
            x = (double)(state >> 38);
            x = srnn__double_from_bits(srnn__double_bits(x * x) + i % 5u);
        }
        if (!(x <= DBL_MAX)) continue;
        found = srnn__double_bits(srnn__sqrt(x));
        exact = srnn__double_bits(sqrt(x));
        if (found - exact + 1u > 2u) failures++;
        if (found != exact) worst++;
    }
    if (!isnan(srnn__sqrt(-1.0)) || !isnan(srnn__sqrt(NAN))) failures++;
    if (srnn__sqrt((double)INFINITY) <= DBL_MAX) failures++;
    printf("sqrt of doubles: %" PRIu64 " of %" PRIu64 " not correctly rounded, %u wrong by more"
           " than 1 ulp\n", worst, i, failures);
    return failures;
}

static unsigned check(const struct function *function, uint64_t stride, unsigned jobs)
{
    struct finding total;
    unsigned failures = check_special(function);

    if (!sweep(function, stride, jobs, &total)) {
        fprintf(stderr, "sweep_elementary: a process failed: %s\n", strerror(errno));
        return failures + 1u;
    }
    sweep_seams(function, &total);
    printf("%-8s worst %.4f ulp at %a (bound %.2f), %" PRIu64 " descents",
           function->name, total.worst, (double)srnn__float_from_bits(total.worst_at),
           function->bound, total.descents);
    if (total.descents != 0) {
        printf(" (first at %a)", (double)srnn__float_from_bits(total.descent_at));
    }
    printf(", %" PRIu64 " wrong NaNs", total.wrong_nans);
    if (function->apply == apply_tanh) printf(", %" PRIu64 " not odd", total.not_odd);
    if (function->apply == apply_sqrt) printf(", %" PRIu64 " not nearest", total.not_nearest);
    printf(", hash %016" PRIx64 "\n", total.hash);
    failures += total.worst > function->bound;
    failures += MONOTONE_PROMISED && total.descents != 0;
    failures += total.wrong_nans != 0;
    failures += total.not_odd != 0;
    failures += total.not_nearest != 0;
    if (function->apply == apply_sqrt) failures += check_double_sqrt();
    return failures;
}

/* Whether `name` is among the arguments, or there are none. */
static int is_wanted(const char *name, int count, char **arguments)
{
    int i;
    for (i = 0; i < count; i++) {
        if (strcmp(arguments[i], name) == 0) return 1;
    }
    return count == 0;
}

int main(int argc, char **argv)
{
    unsigned long stride = 1, jobs = 1;
    unsigned failures = 0, tried = 0;
    size_t i;
    int option;

    while ((option = getopt(argc, argv, "s:j:")) != -1) {
        if (option == 's') stride = strtoul(optarg, NULL, 10);
        if (option == 'j') jobs = strtoul(optarg, NULL, 10);
        if (option == '?') stride = 0;
    }
    for (i = 0; i < FUNCTIONS; i++) {
        if (stride == 0 || stride > 0x1000000u || jobs == 0 || jobs > MAX_JOBS) break;
        if (!is_wanted(functions[i].name, argc - optind, argv + optind)) continue;
        failures += check(&functions[i], stride, (unsigned)jobs);
        (void)fflush(stdout);
        tried++;
    }
    if (tried == 0) {
        fprintf(stderr, "usage: sweep_elementary [-s STRIDE] [-j JOBS]"
                        " [exp|log|tanh|sigmoid|sqrt]...\n");
        return 2;
    }
    return failures != 0;
}
