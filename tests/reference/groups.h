/* groups.h - how far two results are apart, over groups of cases */
#ifndef GROUPS_H
#define GROUPS_H

#include <stddef.h>

#include "cases.h"
#include "reference.h"

/* The largest error of the library against the reference, of the reference against its own central
 * differences, and of clipping, which has no excuse for an error beyond that of a few float
 * operations. */
#define LIBRARY_TOLERANCE 1e-4
#define DIFFERENCE_TOLERANCE 1e-7
#define CLIP_TOLERANCE 1e-6

/* The relative error of a tensor: |a - b| / max(|a|, |b|, least) in Euclidean norms over the
 * `count` elements. With NaN anywhere it is INFINITY. */
double relative_error(const double *a, const double *b, size_t count, double least);

/* The least size of a tensor: what is smaller in a case, where errors and costs are of size 1, is
 * zero but for rounding. */
#define RELATIVE_FLOOR 1e-6

/* What is compared; the six tensors of the gradient follow PARAMETER_GRADIENT. */
enum quantity {
    Q_LOSS,
    Q_WEIGHT,
    Q_HIDDEN,
    Q_LOGITS,
    Q_OUTPUTS,
    Q_LOGIT_GRADIENT,
    Q_HIDDEN_GRADIENT,
    Q_INPUT_GRADIENT,
    Q_FLOW,
    Q_INITIAL_GRADIENT,
    Q_OMEGA,
    Q_OMEGA_SUMS,
    Q_OMEGA_MATRIX,
    Q_OMEGA_GRADIENT,
    Q_NORM,
    Q_CLIPPED,
    Q_WAY, /* of the parameters through a number of updates */
    Q_PARAMETER_GRADIENT,
    QUANTITIES = Q_PARAMETER_GRADIENT + REFERENCE_TENSORS
};

/* The worst errors of a group of cases. */
struct group {
    const char *name;
    double tolerance;
    double worst[QUANTITIES];
    size_t cases;
    size_t failures;
};

/* Note an error of a quantity. Beyond the group's tolerance it counts as a failure, and the case
 * is printed on stderr (`test_case` may be NULL). */
void group_note(struct group *group, enum quantity quantity, double error,
                const struct test_case *test_case);

/* Note the relative error of two arrays [count], with RELATIVE_FLOOR. */
void group_compare(struct group *group, enum quantity quantity, const double *expected,
                   const double *got, size_t count, const struct test_case *test_case);

/* Compare all that a tape holds. Pairs count where they mean something: hidden states
 * and errors everywhere, logits and outputs at pairs that have a loss. */
void compare_tapes(struct group *group, const struct test_case *test_case,
                   const struct reference_tape *expected, const struct reference_tape *got);

/* Compare a parameter gradient [parameter count] with a tape's, tensor by tensor. */
void compare_gradients(struct group *group, const struct test_case *test_case,
                       const struct reference_tape *expected, const double *got);

/* Print the group's worst errors in one line and fail the test if any case failed. */
void group_end(const struct group *group);

#endif
