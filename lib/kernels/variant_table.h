/* variant_table.h - a variant's table
 *
 * A template, the last one: it adds what all variants have besides products and activations, and
 * names their static functions. */
#include "kernels/rows.h"
#include "kernels/sweep.h"
#include "kernels/omega.h"
#if SRNN__COMPACT
#include "kernels/compact_losses.h"
#else
#include "kernels/losses.h"
#endif

static inline void fill_table(struct srnn__kernels *kernels)
{
    kernels->pack = pack;
    kernels->multiply = multiply;
    if (!SRNN__ONLY_COMPACT) {
        kernels->packed_from = UINT32_MAX;
        kernels->multiply_and_own = multiply_and_own;
    }
    kernels->outer = outer;
    kernels->activate = activate;
    kernels->sweep = sweep;
    kernels->omega = omega;
    kernels->bound_rows = bound_rows;
    kernels->add_row = add_row;
    kernels->sum_rows = sum_rows;
    kernels->softmax = softmax;
    kernels->logistic_loss = logistic_loss;
}
