/* cases.h - random test cases that both the library and the reference can run
 *
 * A case is a network, a batch and everything that may come with it, in dense time-major arrays
 * of floats and ids. view_new shows it to the reference; passes.h hands it to the library. */
#ifndef CASES_H
#define CASES_H

#include <stddef.h>
#include <stdint.h>

#include "reference.h"

/* How far relu units have to be from their kink: for central differences, whose steps of 2.4e-4
 * are amplified on their way, and for the library's float arithmetic. */
#define DIFFERENCE_KINK 5e-3
#define FLOAT_KINK 1e-5

/* ------------------------------------------------------------------------
 * Random numbers of the tests' own: splitmix64 (Steele, Lea and Flood 2014)
 * ------------------------------------------------------------------------ */

struct draw {
    uint64_t state;
};

uint64_t draw_bits(struct draw *draw);
/* An integer in [low, high]. */
size_t draw_between(struct draw *draw, size_t low, size_t high);
/* A number in [0, 1), and a normal variate of mean 0 and variance 1. */
double draw_uniform(struct draw *draw);
double draw_normal(struct draw *draw);

/* ------------------------------------------------------------------------
 * Cases
 * ------------------------------------------------------------------------ */

/* What a case has beyond the least. */
#define CASE_NO_RECURRENT_BIAS 0x1u
#define CASE_NO_OUTPUT_BIAS 0x2u
#define CASE_LEARNED_STATE 0x4u
#define CASE_IDS 0x8u               /* inputs as ids */
#define CASE_TARGET_IDS 0x10u       /* targets as ids (softmax) */
#define CASE_LAST 0x20u             /* loss at the last live step */
#define CASE_LENGTHS 0x40u
#define CASE_MASK 0x80u
#define CASE_WEIGHTS 0x100u
#define CASE_CARRIED 0x200u         /* start from a carried state */
#define CASE_OUTSIDE 0x400u         /* errors from outside on the hidden states */
#define CASE_LIMIT 0x800u           /* element-wise error limit */
#define CASE_BATCH_MAJOR 0x1000u    /* arrays with the sequence as the outer axis */
#define CASE_PADDED 0x2000u         /* strides with gaps */
#define CASE_TASKS 0x4000u          /* a parallel-for that runs its tasks backwards */
#define CASE_LAST_OUTPUT 0x8000u    /* SRNN_WORKSPACE_LAST_OUTPUT (with CASE_LAST) */
#define CASE_LEAN 0x10000u          /* no views kept (without CASE_OUTSIDE) */
#define CASE_LOOSE 0x20000u         /* workspace larger than the batch */
#define CASE_SOFT_MASS 0x40000u     /* softmax targets that do not add up to 1 */
#define CASE_OWN_LOSS 0x80000u      /* the logits' gradient is written by the caller */
#define CASE_GROWTH 0x100000u       /* a limit on the growth of errors */
#define CASE_RESTARTS 0x200000u     /* some sequences do not start from the carried state */
#define CASE_UNKNOWN 0x400000u      /* some targets are unknown (not softmax) */
#define CASE_FEATURES 0x7fffffu     /* all of them */

struct plan {
    enum reference_activation activation;
    enum reference_output output;
    size_t inputs;
    size_t hidden;
    size_t outputs;
    size_t steps;
    size_t sequences;
    unsigned features;
};

struct test_case {
    struct plan plan;
    struct reference_model model;
    size_t parameter_count;
    float *parameters;     /* [parameter_count] */
    float *inputs;         /* [steps x sequences x inputs] */
    uint32_t *input_ids;   /* [steps x sequences] or NULL */
    float *targets;        /* [items x outputs]; items: steps x sequences, or sequences (LAST) */
    uint32_t *target_ids;  /* [items] or NULL */
    uint8_t *known;        /* [items x outputs] 0 where a target is unknown, and NaN; or NULL */
    float *weights;        /* [items] or NULL */
    uint32_t *lengths;     /* [sequences] or NULL */
    uint8_t *mask;         /* [steps x sequences] or NULL */
    float *start;          /* [sequences x hidden] or NULL */
    uint8_t *restarts;     /* [sequences] or NULL */
    float *outside;        /* [steps x sequences x hidden] or NULL */
    double scale;
    double error_limit;
    double error_growth;
    uint32_t tasks;
};

/* A plan of random sizes, each up to `largest` units, `steps` and `sequences`, and features.
 * Features that do not go together are made to fit by case_new. */
struct plan draw_plan(struct draw *draw, enum reference_activation activation,
                      enum reference_output output, size_t largest, size_t steps,
                      size_t sequences);

/* Draw a case. Weights are scaled so that errors neither die nor explode within a few steps. Some
 * cases cannot test an implementation in float and are drawn again: a relu unit that is at a
 * live pair closer than `kink` to its kink, on both sides of which the derivative differs; a
 * gradient that changes of the parameters by 1e-6 of their sizes, some ten roundings to float,
 * move by more than 2e-5 of its own; and one whose tensor is not zero but below 1e-4, where terms
 * of size 1 have cancelled out, or 1 - h of a saturated unit has. */
struct test_case *case_new(const struct plan *plan, struct draw *draw, double kink);
void case_free(struct test_case *test_case);

/* The case in the reference's terms. The view owns its copies: free it with view_free. */
struct reference_view {
    struct reference_batch batch;
    double *parameters;
    double *inputs;
    double *targets;
    double *weights;
    double *start;
    double *outside;
    size_t *lengths;
};
void view_new(struct reference_view *view, const struct test_case *test_case);
void view_free(struct reference_view *view);

/* A new double array with the `count` floats at `values`; NULL for NULL. */
double *widen(const float *values, size_t count);

#endif
